"""Items, their choices and scales: from checked tables to frozen parts, every problem noted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from questionnaires.forms import RESERVED
from questionnaires.ledger import Ledger
from questionnaires.model import Choice, Item, Level, Nonanswer, Scale
from questionnaires.schema import CHOICE, ITEM, SCALE
from questionnaires.types import item_type, type_names

_CODE = re.compile(r"[A-Za-z0-9_+.-]+")
_NUMBER = re.compile(r"[0-9]{1,9}")

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
    if scale and checked["choice"]:
        remedy = f"it has choices of its own and those of '{scale}'; drop one of the two"
        ledger.report(name, "two-lists", remedy)
    choices = [ledger.checked(choice, CHOICE, name) for choice in checked["choice"]]
    return checked | {"choice": choices}


def build_item(ledger: Ledger, row: dict[str, Any], codes: Codes, forms: tuple[str, ...]) -> Item:
    """Return the item of a checked `row`; `codes` are those of each scale."""
    choices = tuple(_choices(ledger, row, codes))
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
        _check_item(ledger, item)
    return item


def _choices(ledger: Ledger, row: dict[str, Any], codes: Codes) -> Iterable[Choice]:
    if row["scale"]:
        yield from (Choice(code) for code in codes.get(row["scale"], ()))
    _check_codes(ledger, row["name"], (choice["code"] for choice in row["choice"]))
    for choice in row["choice"]:
        if choice["enabled"]:
            yield Choice(choice["code"], choice["exclusive"])
        elif not choice["reason"]:
            remedy = f"say in 'reason' why choice '{choice['code']}' is off by default"
            ledger.report(row["name"], "no-reason", remedy)


def _check_item(ledger: Ledger, item: Item) -> None:
    if item.type not in type_names():
        return
    kind = item_type(item.type)
    if kind.has_choices and len(item.choices) < 2:
        remedy = f"a {item.type} item needs a scale, or at least two choices of its own"
        ledger.report(item.name, "no-choices", remedy)
    if not kind.has_choices and item.choices:
        remedy = f"a {item.type} item takes its choices from the round; drop them here"
        ledger.report(item.name, "needless-choices", remedy)
    if kind.has_choices and item.required:
        remedy = f"a {item.type} item may always be left out; drop 'required'"
        ledger.report(item.name, "never-required", remedy)
    if (item.reverse or item.dimension) and kind.level is not Level.ORDINAL:
        remedy = "only an item on an ordered scale can be scored; use type likert, or drop it"
        ledger.report(item.name, "not-scorable", remedy)
    if kind.level is Level.ORDINAL and not _are_rising(item.codes):
        remedy = 'the codes of an ordered scale are numbers, lowest first, as "1", "2", "3"'
        ledger.report(item.name, "codes-not-numbers", remedy)


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
