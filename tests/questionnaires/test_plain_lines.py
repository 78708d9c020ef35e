"""Plain lines are read as TOML reads them, or left to it; the words of the library are plain."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.plain_lines import read_lines
from questionnaires.read import LIBRARY

LINES = [
    "",
    "# a comment",
    "# a comment with a \t tab",
    "# a comment with a \x01 control",
    "[a]",
    "[a.b] # a head",
    "[ a ]",
    '["a"]',
    "[[a]]",
    "[a",
    'a = "a text"',
    'a="70 أو أكثر"# said',
    ' \tb\t=\t"two \\"words\\" and \\\\" \t',
    '"70+" = "more"',
    '"" = ""',
    'a.b = "dotted"',
    "b = 'literal'",
    'b = "with an escape \\n"',
    'b = "with an escape \\',
    'b = "\x07"',
    'b = """',
    "b = 3",
    "b = {}",
    'b = "a" "b"',
    "\ufeffb = 3",
    'b = "\x85 \u2028"',
    '\u00a0b = "a"',
    'b = "a"\x0b',
    'b = "a"\r',
]

line = st.sampled_from(LINES) | st.text(alphabet='ab[]=".#\\ \t\r', max_size=9)


@given(st.lists(line, max_size=6).map("\n".join))
def test_what_is_read_is_what_toml_reads(text: str) -> None:
    found = read_lines(text)
    if found is not None:
        assert found == tomllib.loads(text)


@pytest.mark.parametrize(
    "text", ["[a]\n[a]", 'a = "1"\na = "2"', 'a = "1"\n[a.b]', '[a.b]\nc = "1"\n[a]\nb = "2"']
)
def test_what_stands_twice_is_left_to_toml_which_refuses_it(text: str) -> None:
    assert read_lines(text) is None
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)


@pytest.mark.parametrize(
    "file", sorted(LIBRARY.glob("*/text/*.toml")), ids=lambda p: f"{p.parts[-3]}-{p.stem}"
)
def test_the_words_of_the_library_are_plain(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert read_lines(text) == tomllib.loads(text)
