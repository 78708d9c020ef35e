"""From a plain document to a frozen Instrument, with every problem named.

The document is what the files hold: ``{"instrument": {...}, "text": {language: {...}}}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.dimension_tables import build_dimension, check_marks
from questionnaires.item_tables import build_item, build_scale, item_row
from questionnaires.ledger import Ledger
from questionnaires.model import Instrument, Section
from questionnaires.schema import DOCUMENT, INSTRUMENT, SECTION
from questionnaires.types import type_names
from questionnaires.wording import build_texts, check_words


def build_instrument(document: Mapping[str, Any]) -> Instrument:
    """Build an instrument from its document.

    Raises
    ------
    InstrumentError
        With every problem found, when there is at least one.
    """
    ledger = Ledger()
    parts = ledger.checked(document, DOCUMENT, "")
    table = ledger.checked(parts["instrument"], INSTRUMENT, "")
    rows = [item_row(ledger, row) for row in table["item"]]
    instrument = _assemble(ledger, document, table, parts["text"], rows)
    check_words(ledger, instrument, rows)
    ledger.close()
    return instrument


def _assemble(
    ledger: Ledger,
    document: Mapping[str, Any],
    table: Mapping[str, Any],
    texts: Mapping[str, object],
    rows: list[dict[str, Any]],
) -> Instrument:
    forms = tuple(table["forms"])
    scales = tuple(build_scale(ledger, row) for row in table["scale"])
    sections = tuple(Section(ledger.named(row, SECTION)["name"]) for row in table["section"])
    codes = {scale.name: scale.codes for scale in scales}
    _check_references(ledger, rows, forms, {each.name for each in sections}, set(codes))
    every = tuple(build_item(ledger, row, codes, forms) for row in rows)
    items = tuple(item for item, row in zip(every, rows, strict=True) if row["enabled"])
    dimensions = tuple(build_dimension(ledger, row, items) for row in table["dimension"])
    check_marks(ledger, every, dimensions)
    ledger.unique("scale", (each.name for each in scales))
    ledger.unique("section", (each.name for each in sections))
    ledger.unique("dimension", (each.name for each in dimensions))
    ledger.unique("item", (row["name"] for row in rows))
    return Instrument(
        name=table["name"],
        version=table["version"],
        forms=forms,
        scales=scales,
        sections=sections,
        items=items,
        dimensions=dimensions,
        texts=build_texts(ledger, table["languages"], texts),
        document=document,
    )


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
