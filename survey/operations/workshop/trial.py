"""A draft as people would see it, also while it is half written; nothing of it is stored.

Conditions are left out, so that every question shows, and words that are still missing are dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from questionnaires import Instrument, InstrumentError
from questionnaires.build import build_instrument
from questionnaires.formats.xlsform.draft import nested
from questionnaires.text import merge
from survey.operations.workshop.documents import Parts, text_of, with_word, word_at
from survey.operations.workshop.things import Kind, find_row, rows_of, word_paths

#: What stands where words are missing.
DOTS = "…"
#: Of a single question: what it has from other questions.
_JOINED = ("ask_if", "constraint", "dimension", "facets", "reverse", "group", "voters")
#: Tables of words that stand on every page.
_COMMON = ("name", "direction", "status", "title", "answer", "consent", "record")


def whole_trial(parts: Parts, language: str) -> Instrument:
    """Return a draft in one language, without its conditions.

    Raises
    ------
    InstrumentError
        With what must be mended before it can be shown.
    """
    tables = dict(parts["instrument"]) | {"languages": [language], "variant": []}
    for kind in (Kind.SECTION, Kind.ITEM):
        tables[str(kind)] = [_without(row, ("ask_if",)) for row in rows_of(parts, kind)]
    table = {key: value for key, value in text_of(parts, language).items() if key != "variant"}
    return _filled(tables, language, table)


def item_trial(parts: Parts, name: str, language: str) -> Instrument:
    """Return a questionnaire of one item in one language.

    Raises
    ------
    RefusedError
        If there is no such item.
    InstrumentError
        With what must be mended before it can be shown.
    """
    row = find_row(parts, Kind.ITEM, name)
    section = row.get("section", "")
    # A vote is counted out of those whom another question counted: that one comes along.
    counted = [each for each in rows_of(parts, Kind.ITEM) if each["name"] == row.get("voters")]
    items = [_without(each, _JOINED) | {"section": section} for each in counted]
    items.append(_without(row, _JOINED) | {"enabled": True})
    items[-1] |= {"voters": row["voters"]} if counted else {}
    scales = {each.get("scale") for each in items}
    tables: dict[str, Any] = {
        key: parts["instrument"][key]
        for key in ("name", "version", "forms", "audience", "unit")
        if key in parts["instrument"]
    }
    tables |= {
        "languages": [language],
        "section": [{"name": section}],
        "scale": [each for each in rows_of(parts, Kind.SCALE) if each["name"] in scales],
        "item": items,
    }
    kinds = (Kind.ITEM, Kind.SECTION, Kind.SCALE)
    owners = [(kind, each) for kind in kinds for each in tables[str(kind)]]
    return _filled(tables, language, _words_of(parts, language, owners))


def _words_of(
    parts: Parts, language: str, owners: Sequence[tuple[Kind, Mapping[str, Any]]]
) -> dict[str, Any]:
    """Return the words of every page, and those of some things."""
    full = text_of(parts, language)
    table: dict[str, Any] = {key: full[key] for key in _COMMON if key in full}
    table |= {"section": {}, "item": {}}
    for kind, row in owners:
        for path in word_paths(parts, kind, row):
            if path[0] not in {"variant", "constraint", "domain"}:
                table = with_word(table, path, word_at(full, path))
    return table


def first_asked(parts: Parts, kind: Kind, name: str) -> str:
    """Return the item on whose page a thing is best seen; empty when no item uses it."""
    if kind is Kind.ITEM:
        return name
    items = rows_of(parts, Kind.ITEM)
    return next((str(each["name"]) for each in items if each.get(kind) == name), "")


def _filled(tables: Mapping[str, Any], language: str, table: Mapping[str, Any]) -> Instrument:
    document = {"instrument": tables, "text": {language: table}}
    try:
        return build_instrument(document)
    except InstrumentError as error:
        codes = {"missing-words": DOTS, "wrong-type": DOTS}
        lacks = [each.item for each in error.problems if each.code in codes and "." in each.item]
        lacks += ["title"] if not table.get("title") else []
        spare = [each.item for each in error.problems if each.code == "unknown-words"]
    for key in spare:
        table = with_word(table, tuple(key.split(".")), "")
    filled = merge(table, nested(dict.fromkeys(lacks, DOTS)))
    return build_instrument({"instrument": tables, "text": {language: filled}})


def _without(row: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    kept = {key: value for key, value in row.items() if key not in keys}
    if isinstance(kept.get("row"), list):
        kept["row"] = [_without(each, keys) for each in kept["row"] if isinstance(each, Mapping)]
    return kept
