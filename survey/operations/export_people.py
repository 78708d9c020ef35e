"""Who is in a file of answers: people in groups that share all that could be known of them.

Judging a file then costs as much as there are such groups. The driver of the database is asked
itself: for so many rows, what stands between costs as much as their reading.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Text, cast, func, select
from sqlalchemy.orm import Session

from analysis.disclosure.microdata import Hiding, hide
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.waves import fielded_instrument, localities_of, place_item

#: Rows that are read at a time.
PIECE = 8000
_ROWS = Response.__table__.c
#: What is read of a response; its answers as text, which is parsed when its row is written.
_COLUMNS = (
    _ROWS.id,
    _ROWS.locality,
    _ROWS.stratum,
    func.coalesce(_ROWS.psu, ""),
    _ROWS.weight,
    cast(_ROWS.answers, Text),
)

#: What could be known of somebody: locality, stratum, cluster, weight, and the key answers.
Known = tuple[Any, ...]


@dataclass(frozen=True)
class Group:
    """People who share their place, cluster, weight and key answers, and how many they are."""

    locality: str
    stratum: str
    psu: str
    weight: int
    keys: tuple[str, ...]
    people: int

    @property
    def known(self) -> Known:
        """What could be known of each of them."""
        return (self.locality, self.stratum, self.psu, self.weight, *self.keys)


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
class Piece:
    """Some people as they were read: the keys of their rows, and their answers as JSON."""

    ids: Sequence[bytes]
    known: Sequence[Known]
    answers: Sequence[str]
    sealed: int


class Reading:
    """Reads people with the codes of the key variables `names`."""

    def __init__(self, connection: Connection, names: Iterable[str]) -> None:
        self._connection = connection
        self._answers = [answer_to(name) for name in names]
        self._met: dict[Known, Known] = {}

    def of_wave(self, wave: Wave) -> Iterator[Piece]:
        """Yield all people of `wave`, so many at a time."""
        asked = select(*_COLUMNS).where(_from_wave(self._connection, wave))
        with self._connection.execute(asked) as found:
            while rows := found.cursor.fetchmany(PIECE):
                yield self._piece(rows)

    def of_rows(self, ids: Sequence[bytes]) -> Piece:
        """Return the people whose rows have these keys."""
        sign = "?" if self._connection.dialect.paramstyle == "qmark" else "%s"
        every = select(*_COLUMNS).compile(
            dialect=self._connection.dialect, compile_kwargs={"literal_binds": True}
        )
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(f"{every} WHERE id IN ({', '.join([sign] * len(ids))})", tuple(ids))
            return self._piece(cursor.fetchall())
        finally:
            cursor.close()

    def _piece(self, rows: Sequence[Sequence[Any]]) -> Piece:
        # What phones seal while a round is open to the server has no weight, and no answers.
        readable = [row for row in rows if row[4] is not None]
        columns = tuple(zip(*readable, strict=True)) or ((),) * len(_COLUMNS)
        ids, *design, texts = columns
        keys = [map(answer, texts) for answer in self._answers]
        # Held once for all who share it: a round of many people then needs half the memory.
        known = [self._met.setdefault(each, each) for each in zip(*design, *keys, strict=True)]
        return Piece(ids, known, texts, len(rows) - len(readable))


def people_of(session: Session, wave: Wave, names: Sequence[str]) -> People:
    """Return the people of `wave` with the codes of the key variables `names`."""
    return count_people(session, wave, names, Reading(session.connection(), names).of_wave(wave))


def count_people(
    session: Session, wave: Wave, names: Sequence[str], pieces: Iterable[Piece]
) -> People:
    """Return the people in `pieces`, who are all those of `wave`.

    They are counted here: the database would sort all rows for it.
    """
    counted: Counter[Known] = Counter()
    sealed = 0
    for piece in pieces:
        counted.update(piece.known)
        sealed += piece.sealed
    groups = [
        Group(locality, stratum, psu, weight, tuple(keys), people)
        for (locality, stratum, psu, weight, *keys), people in counted.items()
    ]
    population = _of_population(session, wave, groups)
    place = place_item(fielded_instrument(wave)).name
    return People(groups, tuple(names), population, place, sealed)


def answer_to(name: str) -> Callable[[str], str]:
    """Return what finds the answer to `name` in the JSON of somebody's answers; empty for none.

    That is one object of texts, in which quotes within a text have a backslash: a name in quotes
    before a colon is the name of an item. Parsing all for one answer takes five times as long.
    """
    search = re.compile(rf'{re.escape(json.dumps(name))}: *"((?:[^"\\]|\\.)*)"').search

    def answer(text: str) -> str:
        found = search(text)
        code = found[1] if found else ""
        return str(orjson.loads(f'"{code}"')) if "\\" in code else code

    return answer


def _of_population(session: Session, wave: Wave, groups: Sequence[Group]) -> list[float]:
    """Return weights that sum to the population of each locality, where it is known."""
    total: dict[str, float] = {}
    for each in groups:
        whole = each.weight / WEIGHT_UNIT * each.people
        total[each.locality] = total.get(each.locality, 0.0) + whole
    people = {place.code: place.population for place in localities_of(session, wave)}
    factor = {code: (people.get(code) or whole) / whole for code, whole in total.items()}
    return [each.weight / WEIGHT_UNIT * factor[each.locality] for each in groups]


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
