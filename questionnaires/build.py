"""From a plain document to a frozen Instrument, with every problem named.

The document is what the files hold: ``{"instrument": {...}, "text": {language: {...}}}``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from questionnaires.dimension_tables import build_dimension, check_marks, dimensions_of
from questionnaires.expand import expand_rows, kept_calculation
from questionnaires.item_tables import (
    build_item,
    build_scale,
    check_fields,
    check_voters,
    item_row,
)
from questionnaires.ledger import Ledger
from questionnaires.logic.checking import check_logic
from questionnaires.model import (
    Audience,
    Calculation,
    Dimension,
    Group,
    Instrument,
    Item,
    Scale,
    Section,
    Unit,
)
from questionnaires.schema import CALCULATION, DOCUMENT, GROUP, INSTRUMENT, SECTION, VARIANT
from questionnaires.types import type_names
from questionnaires.wording import build_texts, check_words

Named = Scale | Section | Dimension | Group | Calculation | Item


def build_instrument(
    document: Mapping[str, Any], granted: Collection[tuple[str, str]] = ()
) -> Instrument:
    """Build an instrument from its document.

    Parameters
    ----------
    document : mapping
        What its files hold.
    granted : collection of (str, str)
        Problems that are let pass: the item and the code of each.

    Raises
    ------
    InstrumentError
        With every problem found, when there is at least one.
    """
    ledger = Ledger(granted)
    parts = ledger.checked(document, DOCUMENT, "")
    table = ledger.checked(parts["instrument"], INSTRUMENT, "")
    rows = [item_row(ledger, row) for row in table["item"]]
    instrument, every = _assemble(ledger, document, table, parts["text"], rows)
    check_fields(ledger, every)
    check_voters(ledger, instrument)
    check_logic(ledger, instrument, every, rows)
    check_words(ledger, instrument, rows)
    ledger.close()
    return instrument


def _assemble(
    ledger: Ledger,
    document: Mapping[str, Any],
    table: Mapping[str, Any],
    texts: Mapping[str, object],
    rows: list[dict[str, Any]],
) -> tuple[Instrument, tuple[Item, ...]]:
    """Return the instrument, and its items with those that are off."""
    forms = tuple(table["forms"])
    scales = tuple(build_scale(ledger, row) for row in table["scale"])
    sections = tuple(Section(**ledger.named(row, SECTION)) for row in table["section"])
    groups = tuple(Group(**ledger.named(row, GROUP)) for row in table["group"])
    calculations = tuple(
        Calculation(**ledger.named(row, CALCULATION)) for row in table["calculation"]
    )
    variants = tuple(ledger.named(row, VARIANT)["name"] for row in table["variant"])
    codes = {scale.name: scale.codes for scale in scales}
    _check_references(ledger, rows, forms, {each.name for each in sections}, set(codes))
    expanded = expand_rows(ledger, rows, {each.name: each for each in groups if each.name})
    expanded += [kept_calculation(each.name) for each in calculations if each.stored]
    every = tuple(build_item(ledger, row, codes, forms) for row in expanded)
    items = tuple(item for item, row in zip(every, expanded, strict=True) if row["enabled"])
    dimensions = tuple(build_dimension(ledger, row, every) for row in table["dimension"])
    check_marks(ledger, every, dimensions)
    named: Mapping[str, tuple[Named, ...]] = {
        "scale": scales,
        "section": sections,
        "dimension": dimensions,
        "group": groups,
        "calculation": calculations,
        "item": every,
    }
    for kind, parts in named.items():
        ledger.unique(kind, (each.name for each in parts))
    ledger.unique("variant", variants)
    instrument = Instrument(
        name=table["name"],
        version=table["version"],
        forms=forms,
        scales=scales,
        sections=_asked_sections(sections, every, items),
        items=items,
        dimensions=dimensions_of(dimensions, items),
        texts=build_texts(ledger, table["languages"], texts),
        document=document,
        audience=Audience(table["audience"]),
        unit=Unit(table["unit"]),
        groups=groups,
        calculations=calculations,
        variants=variants,
        wording=table["wording"],
    )
    return instrument, every


def _asked_sections(
    sections: tuple[Section, ...], every: tuple[Item, ...], items: tuple[Item, ...]
) -> tuple[Section, ...]:
    """Return the sections that ask something; one whose items are all off is off as well."""
    off = {item.section for item in every} - {item.section for item in items}
    return tuple(section for section in sections if section.name not in off)


def _check_references(
    ledger: Ledger,
    rows: list[dict[str, Any]],
    forms: tuple[str, ...],
    sections: set[str],
    scales: set[str],
) -> None:
    """Make sure that every item names a section, a type, a scale and forms that are there."""
    known = {"section": sections, "scale": {"", *scales}, "type": set(type_names())}
    for row in rows:
        for key, names in known.items():
            if row[key] not in names:
                choice = ", ".join(sorted(filter(None, names))) or "none is defined"
                remedy = f"there is no {key} '{row[key]}'; choose from: {choice}"
                ledger.report(row["name"], f"unknown-{key}", remedy)
        for form in sorted(set(row["forms"]) - set(forms)):
            remedy = f"there is no form '{form}'; choose from: {', '.join(forms)}"
            ledger.report(row["name"], "unknown-form", remedy)
        if not row["enabled"] and not row["reason"]:
            remedy = "say in 'reason' why this item is off by default"
            ledger.report(row["name"], "no-reason", remedy)
