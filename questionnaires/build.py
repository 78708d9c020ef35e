"""From a plain document to a frozen Instrument, with every problem named.

The document is what the files hold: ``{"instrument": {...}, "text": {language: {...}}}``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from questionnaires.errors import InstrumentError, Problem
from questionnaires.model import (
    OFFERED,
    Choice,
    Dimension,
    Instrument,
    Item,
    Level,
    Nonanswer,
    Role,
    Rule,
    Scale,
    Section,
)
from questionnaires.schema import CHOICE, DIMENSION, INSTRUMENT, ITEM, SCALE, SECTION, TEXT, Table
from questionnaires.text import Text, flatten
from questionnaires.types import item_type, type_names

STRUCTURE = "instrument.toml"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CODE = re.compile(r"[A-Za-z0-9_+.-]+")

#: Words that every instrument needs, besides those of its own parts.
_COMMON = (
    "title",
    *(f"answer.{code}" for code in (*OFFERED, Nonanswer.SKIPPED)),
    *(f"answer.{message}" for message in ("choose", "required", "unknown", "exclusive")),
    *(f"consent.{part}" for part in ("title", "about", "voluntary", "anonymous", "use", "care")),
    *(f"consent.{part}" for part in ("final", "agree", "yes", "no")),
)


def text_file(language: str) -> str:
    """Return the name of the file with the words of `language`."""
    return f"text/{language}.toml"


def build_instrument(document: Mapping[str, Any]) -> Instrument:
    """Build an instrument from its document.

    Raises
    ------
    InstrumentError
        With every problem found, when there is at least one.
    """
    builder = _Builder(document)
    instrument = builder.build()
    if builder.problems:
        raise InstrumentError(builder.problems)
    return instrument


class _Builder:
    """One reading of one document; gathers problems as it goes."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def build(self) -> Instrument:
        table = self._checked(self.document["instrument"], INSTRUMENT, "")
        forms = tuple(table["forms"])
        scales = tuple(self._scale(row) for row in table["scale"])
        sections = tuple(Section(self._named(row, SECTION)["name"]) for row in table["section"])
        rows = [self._named(row, ITEM) for row in table["item"]]
        self._check_references(rows, table, scales, sections)
        codes = {scale.name: scale.codes for scale in scales}
        items = tuple(self._item(row, codes, forms) for row in rows if row["enabled"])
        dimensions = tuple(self._dimension(row, items) for row in table["dimension"])
        self._check_marks(items, dimensions)
        self._check_unique("scale", (scale.name for scale in scales))
        self._check_unique("section", (section.name for section in sections))
        self._check_unique("item", (row["name"] for row in rows))
        self._check_unique("dimension", (each.name for each in dimensions))
        instrument = Instrument(
            name=table["name"],
            version=table["version"],
            forms=forms,
            scales=scales,
            sections=sections,
            items=items,
            dimensions=dimensions,
            texts={code: self._text(code, words) for code, words in self.document["text"].items()},
            document=self.document,
        )
        self._check_words(instrument)
        return instrument

    def _report(self, item: str, code: str, remedy: str, file: str = STRUCTURE) -> None:
        self.problems.append(Problem(file, item, code, remedy))

    def _checked(
        self, row: object, table: Table, owner: str, file: str = STRUCTURE
    ) -> dict[str, Any]:
        """Return `row` with defaults filled in; keys of a wrong kind are reported and reset."""
        if not isinstance(row, Mapping):
            self._report(owner, "wrong-type", f"write {table.title} as a table of keys", file)
            row = {}
        for key in sorted(row.keys() - table.keys.keys()):
            known = ", ".join(table.keys)
            remedy = f"{table.title} has no key '{key}'; it may have {known}"
            self._report(owner, "unknown-key", remedy, file)
        checked = {key: kind.default for key, kind in table.keys.items()}
        for key, kind in table.keys.items():
            if key not in row and kind.required:
                remedy = f"{table.title} needs '{key}', {kind.meaning}"
                self._report(owner, "missing-key", remedy, file)
            elif key in row and not kind.accepts(row[key]):
                self._report(owner, "wrong-type", f"'{key}' must be {kind.meaning}", file)
            elif key in row:
                checked[key] = row[key]
        return checked

    def _named(self, row: object, table: Table) -> dict[str, Any]:
        name = row.get("name") if isinstance(row, Mapping) else None
        owner = name if isinstance(name, str) else ""
        checked = self._checked(row, table, owner)
        if owner and not _NAME.fullmatch(owner):
            remedy = "begin the name with a letter and use only letters, digits and _"
            self._report(owner, "bad-name", remedy)
        return checked

    def _scale(self, row: object) -> Scale:
        checked = self._named(row, SCALE)
        self._check_codes(checked["name"], checked["codes"])
        return Scale(checked["name"], tuple(checked["codes"]))

    def _check_codes(self, owner: str, codes: Iterable[str]) -> None:
        counted = Counter(codes)
        for code in sorted(code for code, times in counted.items() if times > 1):
            self._report(owner, "duplicate-code", f"code '{code}' stands twice; keep one")
        for code in counted:
            if not _CODE.fullmatch(code):
                remedy = f"code '{code}' may hold letters, digits and _ + . - only"
                self._report(owner, "bad-code", remedy)
            elif code in set(Nonanswer):
                remedy = f"'{code}' is kept for a nonanswer, which every item offers; drop it"
                self._report(owner, "reserved-code", remedy)

    def _check_unique(self, kind: str, names: Iterable[str]) -> None:
        for name, times in Counter(names).items():
            if times > 1:
                self._report(name, f"duplicate-{kind}", f"{times} {kind}s have this name; rename")

    def _check_references(
        self,
        rows: list[dict[str, Any]],
        table: Mapping[str, Any],
        scales: tuple[Scale, ...],
        sections: tuple[Section, ...],
    ) -> None:
        known = {
            "section": {section.name for section in sections},
            "scale": {"", *(scale.name for scale in scales)},
            "type": set(type_names()),
        }
        for row in rows:
            for key, names in known.items():
                if row[key] not in names:
                    choice = ", ".join(sorted(filter(None, names))) or "none is defined"
                    remedy = f"there is no {key} '{row[key]}'; choose from: {choice}"
                    self._report(row["name"], f"unknown-{key}", remedy)
            for form in sorted(set(row["forms"] or ()) - set(table["forms"])):
                remedy = f"there is no form '{form}'; choose from: {', '.join(table['forms'])}"
                self._report(row["name"], "unknown-form", remedy)
            if not row["enabled"] and not row["reason"]:
                remedy = "say in 'reason' why this item is off by default"
                self._report(row["name"], "no-reason", remedy)

    def _item(
        self, row: dict[str, Any], codes: Mapping[str, tuple[str, ...]], forms: tuple[str, ...]
    ) -> Item:
        choices = tuple(self._choices(row, codes))
        item = Item(
            name=row["name"],
            section=row["section"],
            type=row["type"],
            scale=row["scale"],
            choices=choices,
            dimension=row["dimension"],
            facets=tuple(row["facets"]),
            reverse=row["reverse"],
            forms=tuple(row["forms"]) or forms,
            required=row["required"],
            sensitive=row["sensitive"],
        )
        self._check_item(item)
        return item

    def _choices(
        self, row: dict[str, Any], codes: Mapping[str, tuple[str, ...]]
    ) -> Iterable[Choice]:
        if row["scale"]:
            yield from (Choice(code) for code in codes.get(row["scale"], ()))
        own = [self._checked(choice, CHOICE, row["name"]) for choice in row["choice"]]
        self._check_codes(row["name"], (choice["code"] for choice in own))
        for choice in own:
            if choice["enabled"]:
                yield Choice(choice["code"], choice["exclusive"])
            elif not choice["reason"]:
                remedy = f"say in 'reason' why choice '{choice['code']}' is off by default"
                self._report(row["name"], "no-reason", remedy)

    def _check_item(self, item: Item) -> None:
        if item.type not in type_names():
            return
        kind = item_type(item.type)
        if kind.has_choices and len(item.choices) < 2:
            remedy = f"a {item.type} item needs a scale, or at least two choices of its own"
            self._report(item.name, "no-choices", remedy)
        if not kind.has_choices and item.choices:
            remedy = f"a {item.type} item takes its choices from the round; drop them here"
            self._report(item.name, "needless-choices", remedy)
        if (item.reverse or item.dimension) and kind.level is not Level.ORDINAL:
            remedy = "only an item on an ordered scale can be scored; use type likert, or drop it"
            self._report(item.name, "not-scorable", remedy)
        if kind.level is Level.ORDINAL and not all(map(str.isdigit, item.codes)):
            remedy = 'the codes of an ordered scale are whole numbers, as "1", "2", "3"'
            self._report(item.name, "codes-not-numbers", remedy)

    def _dimension(self, row: object, items: tuple[Item, ...]) -> Dimension:
        checked = self._named(row, DIMENSION)
        name = checked["name"]
        dimension = Dimension(
            name=name,
            rule=Rule(checked["rule"]),
            role=Role(checked["role"]),
            headline=checked["headline"],
            parts=tuple(checked["parts"]),
            items=tuple(
                item.name for item in items if name == item.dimension or name in item.facets
            ),
        )
        built = dimension.rule in {Rule.COMPOSITE, Rule.FREQUENCY}
        if built and (dimension.items or not dimension.parts):
            remedy = f"a {dimension.rule} dimension is built from 'parts', not from marked items"
            self._report(name, "needs-parts", remedy)
        if not built and (dimension.parts or not dimension.items):
            remedy = "mark at least one item with this dimension, and leave 'parts' out"
            self._report(name, "needs-items", remedy)
        return dimension

    def _check_marks(self, items: tuple[Item, ...], dimensions: tuple[Dimension, ...]) -> None:
        names = {each.name for each in dimensions}
        listed = ", ".join(sorted(names)) or "none is defined"
        marks = [(item.name, mark) for item in items for mark in (item.dimension, *item.facets)]
        marks += [(each.name, part) for each in dimensions for part in each.parts]
        for owner, mark in marks:
            if mark and mark not in names:
                remedy = f"there is no dimension '{mark}'; choose from: {listed}"
                self._report(owner, "unknown-dimension", remedy)

    def _text(self, language: str, document: object) -> Text:
        file = text_file(language)
        table = self._checked(document, TEXT, "", file)
        leaves = dict(
            flatten(
                {key: table[key] for key in table if key not in {"name", "direction", "status"}}
            )
        )
        for key, value in leaves.items():
            if not isinstance(value, str) or not value.strip():
                self._report(key, "wrong-type", "write the words in quotes, and not empty", file)
        return Text(language, table["name"], table["direction"], table["status"], leaves)

    def _check_words(self, instrument: Instrument) -> None:
        needed = set(needed_words(instrument))
        off = set(_words_of_items(self._all_items()))
        for language, text in instrument.texts.items():
            file = text_file(language)
            for key in sorted(needed - text.words.keys()):
                remedy = f"there are no words for it; add '{key}' to {file}"
                self._report(key, "missing-words", remedy, file)
            for key in sorted(text.words.keys() - needed - off - set(_optional_words(instrument))):
                remedy = "nothing in the instrument is called so; mend the name or delete the line"
                self._report(key, "unknown-words", remedy, file)

    def _all_items(self) -> list[tuple[str, list[str]]]:
        """Return every item with its own codes, the ones that are off as well."""
        rows = self.document["instrument"].get("item", [])
        return [
            (row.get("name", ""), [choice.get("code", "") for choice in row.get("choice", [])])
            for row in rows
            if isinstance(row, Mapping)
        ]


def _words_of_items(items: Iterable[tuple[str, list[str]]]) -> Iterable[str]:
    for name, codes in items:
        yield f"item.{name}"
        yield from (f"choice.{name}.{code}" for code in codes)


def needed_words(instrument: Instrument) -> Iterable[str]:
    """Yield the key of every wording that each language of `instrument` must have."""
    yield from _COMMON
    yield from (f"consent.minutes.{form}" for form in instrument.forms)
    for section in instrument.sections:
        yield f"section.{section.name}.title"
    for scale in instrument.scales:
        yield from (f"scale.{scale.name}.{code}" for code in scale.codes)
    own = [(item.name, [] if item.scale else list(item.codes)) for item in instrument.items]
    yield from _words_of_items(own)
    for dimension in instrument.dimensions:
        yield f"dimension.{dimension.name}.name"
        if dimension.role is not Role.FACET:
            yield f"dimension.{dimension.name}.meaning"


def _optional_words(instrument: Instrument) -> Iterable[str]:
    for section in instrument.sections:
        yield f"section.{section.name}.intro"
    for item in instrument.items:
        yield f"hint.{item.name}"
        yield f"domain.{item.name}"
        yield from (f"choice.{item.name}.{code}" for code in OFFERED)
