"""Who is in a file of answers, and the rows of it, read in an order drawn by lot.

People are counted in groups that share all that could be known of them, so that judging a file
costs as much as there are such groups. The answers come along in the same reading and are held
while they fit; those of a round too large for that are read again, piece by piece. The driver of
the database is asked itself: for so many rows, what stands between costs as much as their reading.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter, mul
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Text, cast, func, select
from sqlalchemy.orm import Session

from analysis.disclosure.microdata import Hiding, hide
from survey.errors import SurveyError
from survey.formats.table import Row
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.waves import fielded_instrument, localities_of, place_item

#: Stands for a key answer that is withheld.
WITHHELD = "withheld"
#: Rows that are read at a time.
_PIECE = 8000
#: Characters of answers that a worker holds at most: those of about 130,000 people.
_HELD = 100_000_000
_ROWS = Response.__table__.c
#: Answers as text, which is read into a row at once.
_ANSWERS = cast(_ROWS.answers, Text)
#: What is read of a response; between these and its answers other columns may stand.
_COLUMNS = (_ROWS.id, _ROWS.locality, _ROWS.stratum, _ROWS.psu, _ROWS.weight, _ANSWERS)
_SECRET = 16
_ERASED = "answers of this round were erased while the file was made; nothing of it is kept"


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


@dataclass(frozen=True)
class Drawn:
    """The rows of a round in an order drawn by lot.

    Attributes
    ----------
    wave_id : int
        The round.
    ids : list of bytes
        Their keys, in that order.
    held : mapping
        The columns of each row by its key; empty where they are too many.
    """

    wave_id: int
    ids: list[bytes]
    held: Mapping[bytes, Sequence[Any]]


def people_of(session: Session, wave: Wave, names: Sequence[str]) -> People:
    """Return the people of `wave` with the codes of the key variables `names`."""
    return _counted(session, wave, names, None)


def drawn_people(session: Session, wave: Wave, names: Sequence[str]) -> tuple[People, Drawn]:
    """Return the people of `wave`, and their rows in an order drawn anew, of one reading."""
    drawn = _Drawing()
    people = _counted(session, wave, names, drawn)
    return people, Drawn(wave.id, _by_lot(drawn.ids), drawn.held)


class _Drawing:
    """Keys of rows as they are read, and the rows themselves while they fit."""

    def __init__(self) -> None:
        self.ids: list[bytes] = []
        self.held: dict[bytes, Sequence[Any]] = {}
        self._size = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Take up rows, each with its key first and its answers last."""
        self.ids += [row[0] for row in rows]
        self._size += sum(len(row[-1]) for row in rows)
        self.held = self.held if self._size <= _HELD else {}
        if self._size <= _HELD:
            self.held |= {row[0]: row for row in rows}


def _counted(session: Session, wave: Wave, names: Sequence[str], drawn: _Drawing | None) -> People:
    """Return the people of `wave`; `drawn` takes up their rows on the way.

    They are counted here: the database would sort all rows for it.
    """
    told = [_ROWS.answers[name].as_string() for name in names]
    design = (_ROWS.locality, _ROWS.stratum, _ROWS.psu, _ROWS.weight)
    counted: Counter[tuple[Any, ...]] = Counter()
    group = itemgetter(*range(1, 5 + len(names)))
    columns = (_ROWS.id, *design, *told, *(() if drawn is None else (_ANSWERS,)))
    sealed = 0
    for piece in _pieces(session.connection(), columns, wave):
        # What phones seal while a round is open to the server has no weight, and no answers.
        readable = [row for row in piece if row[4] is not None]
        sealed += len(piece) - len(readable)
        counted.update(map(group, readable))
        if drawn is not None:
            drawn.add(readable)
    groups = [
        Group(locality, stratum, psu or "", weight, tuple(key or "" for key in keys), people)
        for (locality, stratum, psu, weight, *keys), people in counted.items()
    ]
    population = _of_population(session, wave, groups)
    place = place_item(fielded_instrument(wave)).name
    return People(groups, tuple(names), population, place, sealed)


def _of_population(session: Session, wave: Wave, groups: Sequence[Group]) -> list[float]:
    """Return weights that sum to the population of each locality, where it is known."""
    total: dict[str, float] = {}
    for each in groups:
        whole = each.weight / WEIGHT_UNIT * each.people
        total[each.locality] = total.get(each.locality, 0.0) + whole
    people = {place.code: place.population for place in localities_of(session, wave)}
    factor = {code: (people.get(code) or whole) / whole for code, whole in total.items()}
    return [each.weight / WEIGHT_UNIT * factor[each.locality] for each in groups]


def _by_lot(ids: Sequence[bytes]) -> list[bytes]:
    """Return keys of rows in an order drawn anew."""
    # Sorted by a secret number each: a lot from the system for every row takes three times as long.
    lots = secrets.token_bytes(_SECRET * len(ids))
    drawn = {key: lots[n * _SECRET : (n + 1) * _SECRET] for n, key in enumerate(ids)}
    return sorted(ids, key=drawn.__getitem__)


def _pieces(
    connection: Connection, columns: Sequence[ColumnElement[Any]], wave: Wave
) -> Iterator[Sequence[Any]]:
    """Yield these columns of all rows of `wave`, so many at a time."""
    asked = select(*columns).where(_from_wave(connection, wave))
    with connection.execute(asked) as found:
        while piece := found.cursor.fetchmany(_PIECE):
            yield piece


def _from_wave(connection: Connection, wave: Wave) -> ColumnElement[bool]:
    """Return the condition by which all rows of `wave` are read soonest.

    SQLite would follow the index of batches, from which every row lies somewhere else; where the
    round holds much of the table, reading all of that from end to end takes half as long.
    """
    column = _ROWS.wave_id
    if connection.dialect.name != "sqlite":
        return column == wave.id
    every = select(func.count()).select_from(Response.__table__)
    mine = connection.scalar(every.where(column == wave.id)) or 0
    is_much = 2 * mine >= (connection.scalar(every) or 0)
    return column + 0 == wave.id if is_much else column == wave.id


def _read(connection: Connection, ids: Sequence[bytes]) -> Sequence[Any]:
    """Return the columns of the rows with these keys."""
    sign = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    every = select(*_COLUMNS).compile(dialect=connection.dialect)
    cursor = connection.connection.cursor()
    try:
        # No value is in the question.
        cursor.execute(f"{every} WHERE id IN ({', '.join([sign] * len(ids))})", tuple(ids))
        return cursor.fetchall()
    finally:
        cursor.close()


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
        # With one name it would pick no tuple, and with none nothing.
        self._pick = itemgetter(*names) if len(names) > 1 else self._look_up
        self._clusters: dict[str, int] = {}
        self._weight = cache(lambda weight: weight / WEIGHT_UNIT)

    def rows(self, drawn: Drawn) -> Iterator[Row]:
        """Yield the row of each response, in the order drawn.

        Raises
        ------
        SurveyError
            If answers were erased meanwhile: they belong into no file any more.
        """
        for start in range(0, len(drawn.ids), _PIECE):
            piece = drawn.ids[start : start + _PIECE]
            found = drawn.held or {row[0]: row for row in _read(self._session.connection(), piece)}
            # A file takes minutes to write: no old state of the database is held all the while.
            self._session.rollback()
            if not found.keys() >= {*piece}:
                raise SurveyError(_ERASED)
            yield from self._rows(map(found.__getitem__, piece))
        mine = select(func.count()).where(_ROWS.wave_id == drawn.wave_id, _ROWS.weight.is_not(None))
        left = self._session.scalar(mine) or 0
        self._session.rollback()
        if left < len(drawn.ids):
            raise SurveyError(_ERASED)

    def _rows(self, found: Iterator[Sequence[Any]]) -> Iterator[Row]:
        """Yield what the table tells of responses; their columns begin and end as `_COLUMNS`."""
        # Names of its own: this runs once for every answer of a round.
        read, pick, weigh, raked = orjson.loads, self._pick, self._weight, self._raked
        keeps_place, cluster, gone = self._keeps_place, self._cluster, self._gone
        for columns in found:
            weight = columns[4]
            given = read(columns[-1])
            if gone and self._is_gone(columns, given):
                yield self._hidden(given)
                continue
            try:
                cells = pick(given)
            except KeyError:  # what was not shown may be left out
                cells = self._look_up(given)
            stratum, psu = (columns[2], columns[3]) if keeps_place else ("", "")
            number = cluster(psu) if psu else ""
            if raked is None:
                yield (stratum, number, weigh(weight), *cells)
            else:
                yield (stratum, number, weigh(weight), raked.of(weight, given), *cells)

    def _is_gone(self, columns: Sequence[Any], given: Mapping[str, str]) -> bool:
        codes = (given.get(name) or "" for name in self._keys)
        return (columns[1], columns[2], columns[3] or "", columns[4], *codes) in self._gone

    def _hidden(self, given: dict[str, str]) -> Row:
        """Return the row of somebody whose key answers are withheld."""
        means = (self._mean,) if self._raked is None else (self._mean, self._raked_mean)
        return ("", "", *means, *self._look_up(given | self._nothing))

    def _look_up(self, given: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(map(given.get, self._names, self._absent))

    def _cluster(self, psu: str) -> str:
        """Return a number for a cluster: its own name could be a street."""
        return str(self._clusters.setdefault(psu, len(self._clusters) + 1))
