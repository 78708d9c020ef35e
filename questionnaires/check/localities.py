"""A file of localities with population counts, as the round file has them, or as a table.

TOML: one ``[[locality]]`` with ``code`` and ``population`` for each place; ``breakdowns``, and
``[shares.<item>]`` with the share of each code, where they are known. CSV: the columns ``code``
and ``population``. Whatever else stands in either is passed over.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from questionnaires.errors import QuestionnaireError
from questionnaires.ledger import Ledger


@dataclass(frozen=True)
class Place:
    """A locality and how many people live there."""

    code: str
    population: int


@dataclass(frozen=True)
class Localities:
    """What a localities file holds: its places, the breakdowns it names, and known shares."""

    places: tuple[Place, ...]
    breakdowns: tuple[str, ...] = ()
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def read_localities(file: Path) -> Localities:
    """Return what `file` says of each locality.

    Raises
    ------
    QuestionnaireError
        If it cannot be read.
    InstrumentError
        With one line for each row that has no code or no population.
    """
    ledger = Ledger()
    document = _load(file)
    rows = document.get("locality")
    if not isinstance(rows, list) or not rows:
        raise QuestionnaireError(f"{file.name}: it lists no locality; add [[locality]] tables")
    areas = {row.get("parent") for row in rows if isinstance(row, Mapping)} - {None, ""}
    places = [
        _place(ledger, row, file.name, number)
        for number, row in enumerate(rows, start=1)
        # Nobody lives in an area itself, only in its localities.
        if not (isinstance(row, Mapping) and row.get("code") in areas)
    ]
    shares = _shares(ledger, document.get("shares", {}), file.name)
    ledger.close()
    named = document.get("breakdowns")
    breakdowns = (
        [each for each in named if isinstance(each, str)] if isinstance(named, list) else []
    )
    return Localities(tuple(places), tuple(breakdowns), shares)


def _load(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix.lower() == ".csv":
            return {"locality": list(csv.DictReader(text.splitlines()))}
        return tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise QuestionnaireError(f"{file.name}: it cannot be read: {error}") from None


def _place(ledger: Ledger, row: object, file: str, number: int) -> Place:
    table = row if isinstance(row, Mapping) else {}
    code, population = str(table.get("code") or ""), table.get("population")
    if isinstance(population, str) and population.isascii() and population.isdigit():
        population = int(population)  # a table has no numbers, only text
    if not code:
        ledger.report(f"row {number}", "missing-key", "a locality needs a 'code'", file)
    if not isinstance(population, int) or isinstance(population, bool) or population < 1:
        remedy = "'population' must be a whole number of people, from 1"
        ledger.report(code or f"row {number}", "wrong-type", remedy, file)
        return Place(code, 1)
    return Place(code, population)


def _shares(ledger: Ledger, table: object, file: str) -> dict[str, dict[str, float]]:
    shares: dict[str, dict[str, float]] = {}
    for item, codes in table.items() if isinstance(table, Mapping) else ():
        if isinstance(codes, Mapping) and codes and _are_shares(codes.values()):
            shares[item] = {code: float(share) for code, share in codes.items()}
        else:
            remedy = "write the share of each code as a number, as {woman = 0.51, man = 0.49}"
            ledger.report(item, "wrong-type", remedy, file)
    return shares


def _are_shares(values: Collection[object]) -> bool:
    numbers = [each for each in values if isinstance(each, int | float)]
    return len(numbers) == len(values) and min(numbers) >= 0 and 0 < max(numbers) < 1e9
