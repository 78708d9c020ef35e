"""The answers of a round as a table for the team, in which nobody stands out.

The rows come in an order drawn anew for each file. Free text is never in it: only a key opens
that. Where the key answers of a person are withheld, so are the place's stratum and cluster.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure.microdata import Hiding, hide
from questionnaires import Instrument, Item, Level, Nonanswer, Text, item_type
from questionnaires.check.singling import demographics
from survey.formats.table import Place, Row, Table, Variable
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.waves import fielded_instrument, localities_of, place_item

#: What can be known of a person from outside (scoring.md C.8): gender, age, residence.
_KEYS = ("D2", "D3", "D4")
#: Stands for a key answer that is withheld.
WITHHELD = "withheld"
#: Rows that are read at a time.
_PIECE = 500
#: What is read of a response.
_COLUMNS = (
    Response.id, Response.language, Response.mode, Response.stratum, Response.psu,
    Response.weight, Response.answers,
)  # fmt: skip
#: Fewer people than this are not told for a place.
_FEW = 10


@dataclass(frozen=True)
class Choice:
    """Which key variables a file keeps, and how well people hide in it then."""

    kept: tuple[str, ...]
    hiding: Hiding


def key_items(instrument: Instrument, form: str) -> list[Item]:
    """Return the items by which somebody could be known: the place first.

    An instrument that does not ask the usual ones is judged by all that describe a person.
    """
    usual = [item for item in instrument.asked(form) if item.name in _KEYS]
    return [place_item(instrument), *(usual or demographics(instrument, form))]


def choices_of(session: Session, wave: Wave) -> list[Choice]:
    """Return every set of key variables that a file could keep, those that keep more first."""
    names = [item.name for item in key_items(fielded_instrument(wave), wave.form)]
    keys, weights, _ = _keys(session, wave, names)
    sets = [kept for size in range(len(names), -1, -1) for kept in combinations(names, size)]
    return [Choice(kept, hide([keys[name] for name in kept], weights)) for kept in sets]


def choice_of(session: Session, wave: Wave, kept: Sequence[str]) -> Choice:
    """Return how well people hide when a file keeps the key variables `kept`."""
    keys, weights, _ = _keys(session, wave, kept)
    return Choice(tuple(kept), hide([keys[name] for name in kept], weights))


def table_of(session: Session, wave: Wave, language: str, kept: Sequence[str]) -> Table:
    """Return the answers of `wave`, with words in `language` and the key variables `kept`."""
    instrument = fielded_instrument(wave)
    text = instrument.texts[language]
    keys, weights, ids = _keys(session, wave, kept)
    hidden = hide([keys[name] for name in kept], weights).withheld
    withheld = {each for each, gone in zip(ids, hidden, strict=True) if gone}
    every = [item.name for item in key_items(instrument, wave.form)]
    items = [
        item
        for item in instrument.asked(wave.form)
        if item_type(item.type).level is not Level.TEXT
        and (item.name in kept or item.name not in every)
    ]
    places = [(place.code, place.name(language)) for place in localities_of(session, wave)]
    secrets.SystemRandom().shuffle(ids)
    reader = _Reader(session, wave, [item.name for item in items], withheld, frozenset(kept))
    return Table(
        wave.fact(language, "title"),
        (*_design(language), *(_variable(item, text, places, kept) for item in items)),
        len(ids),
        lambda: reader.rows(ids),
        tuple(_places(session, wave, language)),
    )


class _Reader:
    """Reads rows in a given order, and leaves out what is withheld."""

    def __init__(
        self,
        session: Session,
        wave: Wave,
        names: Sequence[str],
        withheld: set[bytes],
        kept: frozenset[str],
    ) -> None:
        self._session, self._names, self._withheld, self._kept = session, names, withheld, kept
        self._place = place_item(fielded_instrument(wave)).name
        self._nothing = dict.fromkeys(kept, WITHHELD)
        self._clusters: dict[str, int] = {}

    def rows(self, ids: Sequence[bytes]) -> Iterator[Row]:
        """Yield the row of each response, in the order of `ids`."""
        for start in range(0, len(ids), _PIECE):
            piece = ids[start : start + _PIECE]
            chosen = select(*_COLUMNS).where(Response.id.in_(piece))
            found: dict[bytes, tuple[Any, ...]] = {
                row[0]: tuple(row) for row in self._session.execute(chosen)
            }
            for each in piece:
                yield self._row(found[each])

    def _row(self, columns: tuple[Any, ...]) -> Row:
        """Return what the table tells of a response, whose columns are those of `_COLUMNS`."""
        key, language, mode, stratum, psu, weight, answers = columns
        gone = key in self._withheld
        placed = self._place in self._kept and not gone
        given = answers | self._nothing if gone else answers
        return (
            language,
            mode,
            stratum if placed else "",
            self._cluster(psu) if placed and psu else "",
            weight / WEIGHT_UNIT,
            *[given.get(name, "") for name in self._names],
        )

    def _cluster(self, psu: str) -> str:
        """Return a number for a cluster: its own name could be a street."""
        return str(self._clusters.setdefault(psu, len(self._clusters) + 1))


def _keys(
    session: Session, wave: Wave, names: Sequence[str]
) -> tuple[dict[str, list[str]], list[float], list[bytes]]:
    """Return the codes of the key variables, how many each person stands for, and the rows."""
    told = [Response.answers[name].as_string() for name in names]
    chosen = select(Response.id, Response.locality, Response.weight, *told)
    rows = session.execute(chosen.where(Response.wave_id == wave.id)).all()
    ids, localities, weights = ([row[number] for row in rows] for number in range(3))
    keys = {name: [row[number] or "" for row in rows] for number, name in enumerate(names, 3)}
    weights = [weight / WEIGHT_UNIT for weight in weights]
    return keys, _of_population(session, wave, localities, weights), ids


def _of_population(
    session: Session, wave: Wave, localities: Sequence[str], weights: Sequence[float]
) -> list[float]:
    """Return weights that sum to the population of each locality, where it is known."""
    total: dict[str, float] = {}
    for code, weight in zip(localities, weights, strict=True):
        total[code] = total.get(code, 0.0) + weight
    people = {place.code: place.population for place in localities_of(session, wave)}
    factor = {code: (people.get(code) or whole) / whole for code, whole in total.items()}
    return [weight * factor[code] for code, weight in zip(localities, weights, strict=True)]


def _design(language: str) -> tuple[Variable, ...]:
    return (
        Variable("language", "language", tag="#meta+language"),
        Variable("mode", "mode", tag="#meta+mode"),
        Variable("stratum", "stratum", tag="#meta+stratum"),
        Variable("psu", "psu", tag="#meta+psu"),
        Variable("weight", "weight", is_number=True, tag="#meta+weight"),
    )


def _variable(
    item: Item, text: Text, places: Sequence[tuple[str, str]], kept: Sequence[str]
) -> Variable:
    kind = item_type(item.type)
    codes = [code for code, _ in places] if item.type == "place" else item.codes
    is_coded = kind.level in {Level.NOMINAL, Level.ORDINAL} and bool(codes)
    labels = {code: kind.label(item, code, text, places) for code in codes} if is_coded else {}
    missing = {str(code): text.get(f"answer.{code}") or str(code) for code in Nonanswer}
    if item.name in kept:
        missing |= {WITHHELD: WITHHELD}
    return Variable(
        item.name,
        kind.question(item, text),
        labels,
        missing,
        kind.level is Level.INTERVAL,
        "#loc+code" if item.type == "place" else f"#indicator+{_tag(item.name)}",
    )


def _tag(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum() or letter == "_")


def _places(session: Session, wave: Wave, language: str) -> Iterator[Place]:
    answered = select(Response.locality).where(Response.wave_id == wave.id)
    counts: dict[str | None, int] = {}
    for code in session.scalars(answered):
        counts[code] = counts.get(code, 0) + 1
    for each in localities_of(session, wave):
        people = counts.get(each.code, 0)
        told = people if people >= _FEW else 0
        yield Place(each.code, each.name(language), each.population, each.geometry, told)
