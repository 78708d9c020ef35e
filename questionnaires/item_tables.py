"""Items, their choices and scales: from checked tables to frozen parts, every problem noted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from itertools import pairwise
from typing import Any

from questionnaires.forms import COLUMNS, RESERVED
from questionnaires.ledger import Ledger
from questionnaires.model import Choice, Instrument, Item, Level, Nonanswer, Options, Scale
from questionnaires.schema import CHOICE, ITEM, OPTIONS, ROW, SCALE
from questionnaires.types import is_type, item_type, type_names

_CODE = re.compile(r"[A-Za-z0-9_+.-]+")
_NUMBER = re.compile(r"[0-9]{1,9}")

_OPTIONS = tuple(each.name for each in fields(Options))

Codes = Mapping[str, tuple[str, ...]]


def build_scale(ledger: Ledger, row: object) -> Scale:
    """Return the scale that a table describes."""
    checked = ledger.named(row, SCALE)
    _check_codes(ledger, checked["name"], checked["codes"])
    return Scale(checked["name"], tuple(checked["codes"]))


def item_row(ledger: Ledger, row: object) -> dict[str, Any]:
    """Return the checked table of an item, its choices checked as well."""
    checked = ledger.named(row, ITEM)
    name, scale = checked["name"], checked["scale"]
    if name in RESERVED:
        ledger.report(name, "reserved-name", f"every page uses '{name}' itself; rename")
    if name in COLUMNS:
        remedy = f"every file of answers has a column '{name}' of its own; rename"
        ledger.report(name, "reserved-name", remedy)
    if scale and checked["choice"]:
        remedy = f"it has choices of its own and those of '{scale}'; drop one of the two"
        ledger.report(name, "two-lists", remedy)
    choices = [ledger.checked(choice, CHOICE, name) for choice in checked["choice"]]
    _check_codes(ledger, name, (choice["code"] for choice in choices))
    rows = [ledger.checked(each, ROW, name) for each in checked["row"]]
    _check_codes(ledger, name, (each["code"] for each in rows))
    for each in (*choices, *rows):
        if not each["enabled"] and not each["reason"]:
            remedy = f"say in 'reason' why '{each['code']}' is off by default"
            ledger.report(name, "no-reason", remedy)
    complete = checked | {"choice": choices, "row": rows}
    if checked["type"] in type_names():
        _check_keys(ledger, complete, row if isinstance(row, Mapping) else {})
    return complete


def _check_keys(ledger: Ledger, checked: dict[str, Any], written: Mapping[str, Any]) -> None:
    """Make sure that an item says nothing that its type does not read."""
    name, kind = checked["name"], item_type(checked["type"])
    for key in sorted((written.keys() & OPTIONS.keys()) - kind.options):
        able = ", ".join(each for each in type_names() if key in item_type(each).options)
        remedy = f"a {kind.name} item does not read '{key}', which is for {able}; drop it"
        ledger.report(name, "needless-key", remedy)
    if "row" in kind.options and not checked["row"]:
        ledger.report(name, "no-rows", "a grid needs at least one [[item.row]]")
    if kind.name != "list_experiment" and any(each["sensitive"] for each in checked["choice"]):
        remedy = "only a list experiment has a sensitive choice; mark the item instead"
        ledger.report(name, "needless-key", remedy)


def build_item(ledger: Ledger, row: dict[str, Any], codes: Codes, forms: tuple[str, ...]) -> Item:
    """Return the item of an expanded `row`; `codes` are those of each scale."""
    item = Item(
        name=row["name"],
        section=row["section"],
        type=row["type"],
        scale=row["scale"],
        choices=tuple(_choices(row, codes)),
        dimension=row["dimension"],
        facets=tuple(row["facets"]),
        reverse=row["reverse"],
        forms=tuple(row["forms"]) or forms,
        required=row["required"],
        sensitive=row["sensitive"],
        na=row["na"],
        random=row["random"],
        ask_if=row["ask_if"],
        constraint=row["constraint"],
        source=row["source"] if row["source"] != row["name"] else "",
        row=row["part"],
        group=row["group"],
        instance=row["turn"],
        help=row["help"],
        sector=row["sector"],
        options=Options(**{key: row[key] for key in _OPTIONS}),
    )
    if not row["scale"] or row["scale"] in codes:
        _check_item(ledger, item)
    return item


def check_fields(ledger: Ledger, items: Iterable[Item]) -> None:
    """Make sure that no two items are asked in fields of one name."""
    owners: dict[str, str] = {}
    for item in items:
        names = item_type(item.type).names(item) if is_type(item.type) else ()
        for name in names:
            if owners.setdefault(name, item.name) != item.name:
                remedy = f"its boxes are called '{name}', as those of {owners[name]}; rename one"
                ledger.report(item.words, "duplicate-field", remedy)


def check_voters(ledger: Ledger, instrument: Instrument) -> None:
    """Make sure that a vote knows by then, in each of its forms, how many voted."""
    places = {section.name: place for place, section in enumerate(instrument.sections)}
    before: dict[str, Item] = {}
    for item in sorted(instrument.items, key=lambda each: places.get(each.section, len(places))):
        voters = before.get(item.options.voters)
        is_known = voters is not None and {*item.forms} <= {*voters.forms}
        if item.type == "votes" and item.options.voters and not is_known:
            remedy = (
                f"there is no number item '{item.options.voters}' before it; "
                "name one in 'voters' that its forms ask earlier or on the same page"
            )
            ledger.report(item.words, "unknown-voters", remedy)
        if item.type == "number":
            before[item.name] = item


def _choices(row: dict[str, Any], codes: Codes) -> Iterable[Choice]:
    fixed = item_type(row["type"]).fixed if is_type(row["type"]) else ()
    yield from map(Choice, (*fixed, *codes.get(row["scale"], ())))
    for choice in row["choice"]:
        if choice["enabled"]:
            yield Choice(choice["code"], choice["exclusive"], choice["sensitive"])


def _check_item(ledger: Ledger, item: Item) -> None:
    if not is_type(item.type):
        return
    kind = item_type(item.type)
    written = [choice for choice in item.choices if choice.code not in kind.fixed]
    if kind.has_choices and kind.is_written and len(item.choices) < 2:
        remedy = f"a {item.type} item needs a scale, or at least two choices of its own"
        ledger.report(item.words, "no-choices", remedy)
    if not kind.has_choices and written:
        whose = "from the round" if item.type == "place" else "from nowhere"
        remedy = f"a {item.type} item takes its choices {whose}; drop them here"
        ledger.report(item.words, "needless-choices", remedy)
    if item.type != "place" and item.required:
        remedy = f"a {item.type} item may always be left out; drop 'required'"
        ledger.report(item.words, "never-required", remedy)
    if (item.reverse or item.dimension or item.facets) and kind.level is not Level.ORDINAL:
        remedy = "only an item on an ordered scale can be scored; use type likert, or drop it"
        ledger.report(item.words, "not-scorable", remedy)
    if kind.level is Level.ORDINAL and not _are_rising(item.codes):
        remedy = 'the codes of an ordered scale are numbers, lowest first, as "1", "2", "3"'
        ledger.report(item.words, "codes-not-numbers", remedy)
    for code, remedy in kind.flaws(item):
        ledger.report(item.words, code, remedy)


def _check_codes(ledger: Ledger, owner: str, codes: Iterable[str]) -> None:
    counted = Counter(filter(None, codes))
    for code in sorted(code for code, times in counted.items() if times > 1):
        ledger.report(owner, "duplicate-code", f"code '{code}' stands twice; keep one")
    for code in counted:
        if not _CODE.fullmatch(code):
            remedy = f"code '{code}' may hold letters, digits and _ + . - only"
            ledger.report(owner, "bad-code", remedy)
        elif code in set(Nonanswer):
            remedy = f"'{code}' is kept for a nonanswer, which every item offers; drop it"
            ledger.report(owner, "reserved-code", remedy)


def _are_rising(codes: Iterable[str]) -> bool:
    """Tell whether `codes` are whole numbers, each above the one before."""
    return all(map(_NUMBER.fullmatch, codes)) and all(
        int(lower) < int(higher) for lower, higher in pairwise(codes)
    )
