"""Who is in a file of answers, and the rows of it, read in an order drawn by lot.

People are counted in groups that share all that could be known of them, so that judging a file
costs as much as there are such groups; the rows themselves are read piece by piece, as a file of
a large round is larger than what a worker may hold.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from typing import Any

import orjson
from sqlalchemy import Connection, Text, cast, func, select
from sqlalchemy.orm import Session

from analysis.disclosure.microdata import Hiding, hide
from survey.formats.table import Row
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.waves import fielded_instrument, localities_of, place_item

#: Stands for a key answer that is withheld.
WITHHELD = "withheld"
#: Rows that are read at a time.
_PIECE = 8000
_ROWS = Response.__table__.c  # as columns: no object is built of a row
#: What is read of a response; its answers as text, which is read into a row at once.
_COLUMNS = (
    *(_ROWS.id, _ROWS.locality, _ROWS.stratum, _ROWS.psu, _ROWS.weight),
    cast(_ROWS.answers, Text),
)
_SECRET = 16


@dataclass(frozen=True)
class Group:
    """People who share their place, cluster, weight and key answers, and how many they are."""

    locality: str
    stratum: str
    psu: str
    weight: int
    keys: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class People:
    """Those whose answers can be read, and how many only a key of the team opens."""

    groups: list[Group]
    names: tuple[str, ...]
    population: list[float]
    place: str
    left_out: int

    def hide(self, kept: Sequence[str]) -> Hiding:
        """Return how well people hide in a file that keeps the key variables `kept`."""
        at = [self.names.index(name) for name in kept]
        printed = [[group.keys[n] for group in self.groups] for n in at]
        if self.place in kept:
            printed.append([f"{group.stratum} {group.psu}" for group in self.groups])
        printed.append([str(group.weight) for group in self.groups])
        return hide(printed, self.population, [group.people for group in self.groups])

    def withheld(self, kept: Sequence[str]) -> list[Group]:
        """Return the groups whose key answers are withheld in a file that keeps `kept`."""
        hidden = self.hide(kept).withheld
        return [group for group, is_gone in zip(self.groups, hidden, strict=True) if is_gone]


def people_of(session: Session, wave: Wave, names: Sequence[str]) -> People:
    """Return the people of `wave` with the codes of the key variables `names`."""
    told = [Response.answers[name].as_string() for name in names]
    columns = (Response.locality, Response.stratum, Response.psu, Response.weight, *told)
    each = (column.label(f"c{number}") for number, column in enumerate(columns))
    rows = select(*each).where(Response.wave_id == wave.id).subquery()
    counted = select(*rows.c, func.count()).group_by(*rows.c)
    groups, left_out = [], 0
    for locality, stratum, psu, weight, *keys, people in session.execute(counted):
        if weight is None:  # what phones seal while a round is open to the server
            left_out += people
            continue
        codes = tuple(key or "" for key in keys)
        groups.append(Group(locality, stratum, psu or "", weight, codes, people))
    population = _of_population(session, wave, groups)
    place = place_item(fielded_instrument(wave)).name
    return People(groups, tuple(names), population, place, left_out)


def _of_population(session: Session, wave: Wave, groups: Sequence[Group]) -> list[float]:
    """Return weights that sum to the population of each locality, where it is known."""
    total: dict[str, float] = {}
    for each in groups:
        whole = each.weight / WEIGHT_UNIT * each.people
        total[each.locality] = total.get(each.locality, 0.0) + whole
    people = {place.code: place.population for place in localities_of(session, wave)}
    factor = {code: (people.get(code) or whole) / whole for code, whole in total.items()}
    return [each.weight / WEIGHT_UNIT * factor[each.locality] for each in groups]


def by_lot(session: Session, wave: Wave) -> list[bytes]:
    """Return the keys of the rows of `wave` that can be read, in an order drawn anew."""
    readable = select(_ROWS.id).where(_ROWS.wave_id == wave.id, _ROWS.weight.is_not(None))
    ids = [row[0] for row in session.connection().execute(readable).all()]
    # Sorted by a secret number each: a lot from the system for every row takes three times as long.
    lots = secrets.token_bytes(_SECRET * len(ids))
    drawn = {key: lots[n * _SECRET : (n + 1) * _SECRET] for n, key in enumerate(ids)}
    return sorted(ids, key=drawn.__getitem__)


def _read(connection: Connection, ids: Sequence[bytes]) -> Sequence[Any]:
    """Return the columns of the rows with these keys.

    The driver is asked itself: building a query of thousands of keys costs more than its answer.
    """
    dialect = connection.engine.dialect
    sign = "?" if dialect.paramstyle == "qmark" else "%s"
    every = select(*_COLUMNS).compile(dialect=dialect)
    question = f"{every} WHERE id IN ({', '.join([sign] * len(ids))})"  # no value is in it
    return connection.exec_driver_sql(question, tuple(ids)).all()


@dataclass(frozen=True)
class Raked:
    """Weights that agree with the population, by design weight and answers to `items`."""

    items: tuple[str, ...]
    weights: Mapping[tuple[int | str, ...], float]

    def of(self, weight: int, given: Mapping[str, str]) -> float:
        """Return the weight of somebody with this design weight and these answers."""
        return self.weights[(weight, *(given.get(item) or "" for item in self.items))]


def _mean(groups: Sequence[Group], weights: Sequence[float]) -> float:
    """Return the mean weight of the people in `groups`."""
    people = [group.people for group in groups]
    return float(sum(map(mul, weights, people))) / max(sum(people), 1)


class Reader:
    """Reads rows in a given order, and leaves out what is withheld."""

    def __init__(
        self,
        session: Session,
        names: Sequence[str],
        people: People,
        kept: Sequence[str],
        raked: Raked | None = None,
    ) -> None:
        self._session, self._names, self._keys = session, names, people.names
        gone = people.withheld(kept)
        self._gone = {(g.locality, g.stratum, g.psu, g.weight, *g.keys) for g in gone}
        self._mean = _mean(gone, [group.weight / WEIGHT_UNIT for group in gone])
        self._raked = raked
        if raked is not None:
            known = [dict(zip(people.names, group.keys, strict=True)) for group in gone]
            self._raked_mean = _mean(
                gone, [raked.of(g.weight, said) for g, said in zip(gone, known, strict=True)]
            )
        self._keeps_place = people.place in kept
        self._nothing = dict.fromkeys(kept, WITHHELD)
        self._absent = [""] * len(names)
        self._clusters: dict[str, int] = {}
        self._weight = cache(lambda weight: weight / WEIGHT_UNIT)

    def rows(self, ids: Sequence[bytes]) -> Iterator[Row]:
        """Yield the row of each response, in the order of `ids`."""
        for start in range(0, len(ids), _PIECE):
            piece = ids[start : start + _PIECE]
            found = {row[0]: row for row in _read(self._session.connection(), piece)}
            # A file takes minutes to write: no old state of the database is held all the while.
            self._session.rollback()
            yield from map(self._row, map(found.__getitem__, piece))

    def _row(self, columns: Sequence[Any]) -> Row:
        """Return what the table tells of a response, whose columns are those of `_COLUMNS`."""
        _key, locality, stratum, psu, weight, answers = columns
        given = orjson.loads(answers)
        if self._gone:
            codes = (given.get(name) or "" for name in self._keys)
            if (locality, stratum, psu or "", weight, *codes) in self._gone:
                given |= self._nothing
                means = (self._mean,) if self._raked is None else (self._mean, self._raked_mean)
                return ("", "", *means, *map(given.get, self._names, self._absent))
        weights: tuple[float, ...] = (self._weight(weight),)
        if self._raked is not None:
            weights += (self._raked.of(weight, given),)
        cells = map(given.get, self._names, self._absent)
        if not self._keeps_place:
            return ("", "", *weights, *cells)
        return (stratum, self._cluster(psu) if psu else "", *weights, *cells)

    def _cluster(self, psu: str) -> str:
        """Return a number for a cluster: its own name could be a street."""
        return str(self._clusters.setdefault(psu, len(self._clusters) + 1))
