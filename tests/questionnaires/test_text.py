"""Messages of the interface in languages that run from right to left."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaires import read_words

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "As ${T1} = 'woman'."
msgstr "مثل ${T1} = 'woman'."

msgid "name_ and the language"
msgstr "name_ ثم اللغة، مثل name_en"

msgid "As ${T1} + ${T2}."
msgstr "مثل \u2066${T1} + ${T2}\u2069."
"""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("As ${T1} = 'woman'.", "مثل \u2066${T1} = 'woman'\u2069."),
        ("name_ and the language", "\u2066name_\u2069 ثم اللغة، مثل name_en"),
        ("As ${T1} + ${T2}.", "مثل \u2066${T1} + ${T2}\u2069."),
    ],
    ids=["condition", "beginning of a name", "isolated by the translator"],
)
def test_code_among_arabic_words_stays_in_one_piece(
    tmp_path: Path, message: str, expected: str
) -> None:
    (tmp_path / "ar.po").write_text(CATALOGUE, encoding="utf-8")
    assert read_words(tmp_path, "ar").gettext(message) == expected


def test_a_language_that_runs_from_left_to_right_needs_no_marks(tmp_path: Path) -> None:
    (tmp_path / "fr.po").write_text(CATALOGUE, encoding="utf-8")
    assert read_words(tmp_path, "fr").gettext("As ${T1} = 'woman'.") == "مثل ${T1} = 'woman'."
