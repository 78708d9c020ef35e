"""The columns of our XLSForms: what a line says besides what XLSForm knows, and how it is written.

Columns that begin with ``sixfold::`` hold the keys of instrument.toml. Other programs pass over
them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from questionnaires.formats.toml import write_value
from questionnaires.schema import ITEM, ROW
from questionnaires.text import Text

OURS = "sixfold::"
#: What the line is: ``section``, ``group``, ``item``, ``row``, ``calculation``, or ``made`` of
#: another line and not read.
KIND = f"{OURS}kind"
#: The key of the words in ``label``.
WORDS = f"{OURS}words"
#: Where a thing stands among those of its kind, when the order of the sheet is another.
PLACE = f"{OURS}place"
EXCLUSIVE = f"{OURS}exclusive"
SENSITIVE_CHOICE = f"{OURS}sensitive_choice"

#: The sheets, with those of our own.
SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
STRUCTURE_SHEET, WORDS_SHEET = "sixfold", "sixfold_words"
SHEETS = (SURVEY, CHOICES, SETTINGS, STRUCTURE_SHEET, WORDS_SHEET)

#: Codes of a list that stand for no answer. Others, as 98 or 99, are what they are.
WAYS_OUT = ("na", "dk", "pnta")

#: The columns that exist once a language.
TRANSLATED = ("label", "hint", "constraint_message")

#: Keys of an item that stand in columns of XLSForm, or in lines of their own.
ELSEWHERE = frozenset(
    {"name", "section", "group", "ask_if", "constraint", "choice", "row", "random"}
)

#: Keys that an item and a row write in our columns.
KEYS = {**ITEM.keys, **ROW.keys}

_LANGUAGE = re.compile(r"(.*?)(?:\s([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})+))?\s*\(([A-Za-z0-9-]+)\)")
_BRACKETS = str.maketrans({"(": "[", ")": "]", ":": " "})


def header(text: Text) -> str:
    """Return what the columns of a language are called, as ``English (en)``.

    Other programs know no code with a script in it, so it stands before: ``… sr-Latn (sr)``.
    """
    name, plain = text.name.translate(_BRACKETS), text.language.partition("-")[0]
    return f"{name} ({plain})" if plain == text.language else f"{name} {text.language} ({plain})"


def language_of(name: str) -> tuple[str, str] | None:
    """Return the name and the code that the header of a language gives, if it gives a code."""
    found = _LANGUAGE.fullmatch(name.strip())
    return (found[1].strip(), found[2] or found[3]) if found else None


def written(value: object) -> str:
    """Return what stands in a cell for the value of a key."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else write_value(value)


def read_cell(key: str, text: str, kind: str) -> object:
    """Return the value that a cell gives for a key of an item of type `kind`.

    Raises
    ------
    ValueError
        If the key cannot have such a value.
    """
    default = KEYS[key].default
    if isinstance(default, bool):
        return {"yes": True, "no": False}[text.strip().lower()]
    if isinstance(default, str) or (default is None and kind == "date"):
        return text
    return read_value(text)


def read_value(text: str) -> Any:  # noqa: ANN401  # whatever TOML can say
    """Return a value as `write_value` wrote it.

    Raises
    ------
    ValueError
        If it is no value.
    """
    return tomllib.loads(f"value = {text}")["value"]


def out_of_order(written_names: list[str], wanted: list[str]) -> Mapping[str, int]:
    """Return the places of all names when they were not written in the `wanted` order."""
    known = set(written_names)
    if written_names == [name for name in wanted if name in known]:
        return {}
    return {name: wanted.index(name) for name in written_names}
