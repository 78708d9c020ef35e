"""From a plain document to a frozen Instrument, with every problem named.

The document is what the files hold: ``{"instrument": {...}, "text": {language: {...}}}``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from questionnaires.errors import InstrumentError, Problem
from questionnaires.forms import RESERVED
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
from questionnaires.schema import (
    CHOICE,
    DIMENSION,
    DOCUMENT,
    INSTRUMENT,
    ITEM,
    SCALE,
    SECTION,
    TEXT,
    Table,
)
from questionnaires.text import Text, flatten
from questionnaires.types import item_type, type_names

STRUCTURE = "instrument.toml"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CODE = re.compile(r"[A-Za-z0-9_+.-]+")
_NUMBER = re.compile(r"[0-9]{1,9}")

#: The rules that take their items from the parts of a dimension.
_BUILT = frozenset({Rule.COMPOSITE, Rule.FREQUENCY})

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
        document = self._checked(self.document, DOCUMENT, "")
        table = self._checked(document["instrument"], INSTRUMENT, "")
        forms = tuple(table["forms"])
        scales = tuple(self._scale(row) for row in table["scale"])
        sections = tuple(Section(self._named(row, SECTION)["name"]) for row in table["section"])
        rows = [self._row(row) for row in table["item"]]
        self._check_references(rows, table, scales, sections)
        codes = {scale.name: scale.codes for scale in scales}
        every = tuple(self._item(row, codes, forms) for row in rows)
        items = tuple(item for item, row in zip(every, rows, strict=True) if row["enabled"])
        dimensions = tuple(self._dimension(row, items) for row in table["dimension"])
        self._check_marks(every, dimensions)
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
            texts=self._texts(table["languages"], document["text"]),
            document=self.document,
        )
        self._check_words(instrument, rows)
        return instrument

    def _report(self, item: str, code: str, remedy: str, file: str = STRUCTURE) -> None:
        self.problems.append(Problem(file, item, code, remedy))

    def _checked(
        self, row: object, table: Table, owner: str, file: str = STRUCTURE
    ) -> dict[str, Any]:
        """Return `row` with defaults filled in; keys of a wrong kind are reported and reset."""
        checked = {key: kind.default for key, kind in table.keys.items()}
        if not isinstance(row, Mapping):
            self._report(owner, "wrong-type", f"write {table.title} as a table of keys", file)
            return checked
        for key in sorted(row.keys() - table.keys.keys()):
            known = ", ".join(table.keys)
            remedy = f"{table.title} has no key '{key}'; it may have {known}"
            self._report(owner, "unknown-key", remedy, file)
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

    def _row(self, row: object) -> dict[str, Any]:
        """Return the checked table of an item, its choices checked as well."""
        checked = self._named(row, ITEM)
        name, scale = checked["name"], checked["scale"]
        if name in RESERVED:
            self._report(name, "reserved-name", f"every page uses '{name}' itself; rename")
        if scale and checked["choice"]:
            remedy = f"it has choices of its own and those of '{scale}'; drop one of the two"
            self._report(name, "two-lists", remedy)
        choices = [self._checked(choice, CHOICE, name) for choice in checked["choice"]]
        return checked | {"choice": choices}

    def _scale(self, row: object) -> Scale:
        checked = self._named(row, SCALE)
        self._check_codes(checked["name"], checked["codes"])
        return Scale(checked["name"], tuple(checked["codes"]))

    def _check_codes(self, owner: str, codes: Iterable[str]) -> None:
        counted = Counter(filter(None, codes))
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
        for name, times in Counter(filter(None, names)).items():
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
        if not row["scale"] or row["scale"] in codes:
            self._check_item(item)
        return item

    def _choices(
        self, row: dict[str, Any], codes: Mapping[str, tuple[str, ...]]
    ) -> Iterable[Choice]:
        if row["scale"]:
            yield from (Choice(code) for code in codes.get(row["scale"], ()))
        self._check_codes(row["name"], (choice["code"] for choice in row["choice"]))
        for choice in row["choice"]:
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
        if kind.has_choices and item.required:
            remedy = f"a {item.type} item may always be left out; drop 'required'"
            self._report(item.name, "never-required", remedy)
        if (item.reverse or item.dimension) and kind.level is not Level.ORDINAL:
            remedy = "only an item on an ordered scale can be scored; use type likert, or drop it"
            self._report(item.name, "not-scorable", remedy)
        if kind.level is Level.ORDINAL and not _are_rising(item.codes):
            remedy = 'the codes of an ordered scale are numbers, lowest first, as "1", "2", "3"'
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
        built = dimension.rule in _BUILT
        counted = len(dimension.parts) == 1 or dimension.rule is Rule.COMPOSITE
        if built and (dimension.items or not dimension.parts or not counted):
            number = "one dimension" if dimension.rule is Rule.FREQUENCY else "dimensions"
            remedy = f"it is a {dimension.rule} of the {number} in 'parts', not of marked items"
            self._report(name, "needs-parts", remedy)
        if not built and (dimension.parts or not dimension.items):
            remedy = "mark at least one item with this dimension, and leave 'parts' out"
            self._report(name, "needs-items", remedy)
        return dimension

    def _check_marks(self, items: tuple[Item, ...], dimensions: tuple[Dimension, ...]) -> None:
        names = {each.name for each in dimensions}
        listed = ", ".join(sorted(names)) or "none is defined"
        marks = [(item.name, mark) for item in items for mark in (item.dimension, *item.facets)]
        parts = [(each.name, part) for each in dimensions for part in each.parts]
        built = {each.name for each in dimensions if each.rule in _BUILT}
        for owner, mark in marks + parts:
            if mark and mark not in names:
                remedy = f"there is no dimension '{mark}'; choose from: {listed}"
                self._report(owner, "unknown-dimension", remedy)
        for owner, part in parts:
            if part in built:
                remedy = f"'{part}' is itself built from parts; name dimensions that have items"
                self._report(owner, "nested-parts", remedy)

    def _texts(self, languages: list[str], documents: Mapping[str, object]) -> dict[str, Text]:
        """Return the words of each listed language, in the order of the list."""
        for code in sorted(set(languages) - documents.keys()):
            remedy = f"there are no words in '{code}'; add {text_file(code)}, or unlist it"
            self._report("", "missing-file", remedy, text_file(code))
        for code in sorted(documents.keys() - set(languages)):
            remedy = f"'{code}' is not one of the `languages` of {STRUCTURE}; add it there"
            self._report("", "unlisted-language", remedy, text_file(code))
        return {code: self._text(code, documents[code]) for code in languages if code in documents}

    def _text(self, language: str, document: object) -> Text:
        file = text_file(language)
        table = self._checked(document, TEXT, "", file)
        leaves = dict(
            flatten(
                {key: table[key] for key in table if key not in {"name", "direction", "status"}}
            )
        )
        for key, value in leaves.items():
            if "." in key and not (isinstance(value, str) and value.strip()):
                self._report(key, "wrong-type", "write the words in quotes, and not empty", file)
        return Text(language, table["name"], table["direction"], table["status"], leaves)

    def _check_words(self, instrument: Instrument, rows: list[dict[str, Any]]) -> None:
        needed = set(needed_words(instrument))
        known = needed.union(_optional_words(instrument, rows))
        for language, text in instrument.texts.items():
            file = text_file(language)
            for key in sorted(needed - text.words.keys()):
                remedy = f"there are no words for it; add '{key}' to {file}"
                self._report(key, "missing-words", remedy, file)
            for key in sorted(text.words.keys() - known):
                remedy = "nothing in the instrument is called so; mend the name or delete the line"
                self._report(key, "unknown-words", remedy, file)


def _are_rising(codes: Iterable[str]) -> bool:
    """Tell whether `codes` are whole numbers, each above the one before."""
    return all(map(_NUMBER.fullmatch, codes)) and all(
        int(lower) < int(higher) for lower, higher in pairwise(codes)
    )


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


def _optional_words(instrument: Instrument, rows: list[dict[str, Any]]) -> Iterable[str]:
    """Yield the keys that a language may have besides: what is off keeps its words."""
    for section in instrument.sections:
        yield f"section.{section.name}.intro"
    for dimension in instrument.dimensions:
        yield f"dimension.{dimension.name}.meaning"
    for row in rows:
        name = row["name"]
        own = [choice["code"] for choice in row["choice"]]
        yield from _words_of_items([(name, [*own, *OFFERED])])
        yield from (f"hint.{name}", f"domain.{name}")
