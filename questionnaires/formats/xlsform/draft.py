"""What was read of a form so far: its words by language, what is wrong with it, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale

from questionnaires.catalogue import find_locale
from questionnaires.errors import Problem
from questionnaires.formats.xlsform import columns as c
from questionnaires.formats.xlsform.cells import Line, Sheet
from questionnaires.text import Words
from questionnaires.text import merge as merge_words

_NO_CODE = (
    "the language '{}' has no code; write it behind the name, as label::English (en), and alike "
    "in every column"
)


@dataclass(frozen=True)
class Language:
    """A language of a form: its code, its name, and what its columns are called."""

    code: str
    name: str
    header: str


@dataclass
class Draft:
    """An instrument while its form is read.

    Attributes
    ----------
    languages : list of Language
        In the order of the columns.
    words : dict
        By language and key.
    problems : list of Problem
        What must be mended.
    lines : dict of str to Line
        Where each name and each key of words stands.
    """

    languages: list[Language]
    title: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)
    _notes: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, line: Line, item: str, code: str, remedy: str) -> None:
        """Note a problem of `line`."""
        self.problems.append(Problem(line.place, item, code, remedy))

    def note(self, line: Line, remark: str) -> None:
        """Note what is read otherwise than it is written, or not at all."""
        self._notes.setdefault(remark, []).append(str(line.number))

    def remark(self, remark: str) -> None:
        """Note what holds for the whole form."""
        self._notes.setdefault(remark, [])

    @property
    def notes(self) -> list[str]:
        """What a person should know, with the rows of the survey sheet concerned."""
        return [
            f"survey row {', '.join(rows)}: {remark}" if rows else remark
            for remark, rows in self._notes.items()
        ]

    def say(self, key: str, line: Line, column: str = "label") -> None:
        """Take the words of `column` for `key`; where it is said twice, it must be said alike."""
        self.lines.setdefault(key, line)
        for language in self.languages:
            words = self._cell(line, column, language)
            if words:
                self.tell(language.code, key, words, line)

    def tell(self, language: str, key: str, words: str, line: Line) -> None:
        """Take `words` for `key` in a language."""
        before = self.words.setdefault(language, {}).setdefault(key, words)
        if before != words:
            other = self.lines[key].place
            remedy = f"the words of '{key}' in '{language}' read otherwise in {other}; choose one"
            self.refuse(line, "", "two-wordings", remedy)

    def has(self, line: Line, column: str) -> bool:
        """Tell whether `line` has words in `column` in any language."""
        return any(self._cell(line, column, each) for each in self.languages)

    def _cell(self, line: Line, column: str, language: Language) -> str:
        headers = (f"{column}::{language.header}", f"{column}:{language.header}")
        plain = (column,) if language is self.languages[0] else ()
        return next((line.cells[each] for each in (*headers, *plain) if each in line.cells), "")


def find_languages(sheets: Iterable[Sheet], default: str) -> tuple[list[Language], list[Problem]]:
    """Return the languages of the columns, the default one first, and what is wrong with them."""
    headers = list(dict.fromkeys(_headers(sheets)))
    named = [name for _, name in headers if name]
    if not all(name for _, name in headers) or not named:
        named = [default, *(name for name in named if name != default)]
    elif default in named:
        named.sort(key=lambda name: name != default)
    found = {name: _language(name) for name in dict.fromkeys(named)}
    if found.get(default, default) is None and ("survey", default) not in headers:
        found[default] = Language("en", "English", default)
    problems: list[Problem] = []
    codes: dict[str, Language] = {}
    for name, language in found.items():
        if language is None:
            problems.append(Problem("survey", "", "no-language", _NO_CODE.format(name)))
        elif codes.setdefault(language.code, language) is not language:
            remedy = f"two languages have the code '{language.code}'; give each its own"
            problems.append(Problem("survey", "", "no-language", remedy))
    return list(codes.values()), problems


def _headers(sheets: Iterable[Sheet]) -> Iterator[tuple[str, str]]:
    """Yield the sheet and the language of each column with words; empty for none named."""
    for sheet in sheets:
        for title in sheet.headers:
            column, _, name = title.partition("::" if "::" in title else ":")
            if column.strip().lower() in c.TRANSLATED:
                yield sheet.name, name


def _language(header: str) -> Language | None:
    """Return the language that a header names, by its code or by its name."""
    known = c.language_of(header)
    if known:
        name, code = known
        return Language(code if "-" in code else code.lower(), name, header)
    english = {str(code): str(name).lower() for code, name in Locale("en").languages.items()}
    plain = header.strip().lower()
    found = plain if plain in english else next((c for c in english if english[c] == plain), "")
    if found:
        return Language(found, _own_name(found) or header.strip(), header)
    own = next(
        (code for code in english if len(code) == 2 and _own_name(code).lower() == plain), ""
    )
    return Language(own, header.strip(), header) if own else None


def _own_name(code: str) -> str:
    return Words(code).name if find_locale(code) else ""


def direction_of(code: str) -> str:
    """Return which way a language is written, as far as that is known."""
    return Words(code).direction


def nested(words: Mapping[str, str]) -> dict[str, Any]:
    """Return words by dotted key as the tables of a text file."""
    tables: dict[str, Any] = {}
    for key, text in words.items():
        tables = merge_words(tables, _nested(key, text))
    return tables


#: The tables whose words have a key of their own and a part of it.
_PARTED = ("choice", "scale", "row", "section", "group", "dimension", "consent")


def _nested(key: str, text: str) -> dict[str, Any]:
    table, _, rest = key.partition(".")
    if not rest:
        return {table: text}
    if table == "variant":
        name, _, inner = rest.partition(".")
        return {table: {name: _nested(inner, text)}}
    owner, _, part = rest.partition(".") if table in _PARTED else (rest, "", "")
    return {table: {owner: {part: text}} if part else {owner: text}}
