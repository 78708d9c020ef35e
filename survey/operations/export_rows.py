"""The rows of a file of answers, read in an order drawn by lot.

The answers come along when people are counted, and are held while they fit; those of a round too
large for that are read again, piece by piece.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter, mul

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import SurveyError
from survey.formats.table import Row
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.export_people import (
    PIECE,
    Group,
    Known,
    People,
    Piece,
    Reading,
    count_people,
)

#: Stands for a key answer that is withheld.
WITHHELD = "withheld"
#: Characters of answers that a worker holds at most: those of about 130,000 people.
_HELD = 100_000_000
#: Bytes of a lot: no two of a round are the same.
_LOT = 8
_ERASED = "answers of this round were erased while the file was made; nothing of it is kept"

#: What could be known of somebody, and their answers as JSON.
Person = tuple[Known, str]


@dataclass
class Drawn:
    """The rows of a round, in an order drawn by lot once all are read.

    Attributes
    ----------
    wave_id : int
        The round.
    ids : list of bytes
        Their keys.
    held : list of Person
        The people in the same order; empty where they are too many.
    rows : int
        All rows of the round, also those that only a key opens.
    """

    wave_id: int
    ids: list[bytes] = field(default_factory=list)
    held: list[Person] = field(default_factory=list)
    rows: int = 0

    def taking(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield `pieces`, and take up their rows on the way; at their end draw the order."""
        size = 0
        for piece in pieces:
            self.ids += piece.ids
            self.rows += len(piece.ids) + piece.sealed
            self.held += zip(piece.known, piece.answers, strict=True)
            size += sum(map(len, piece.answers))
            if size > _HELD:
                self.held.clear()
            yield piece
        # Sorted by a secret number each: a lot from the system for every row takes longer.
        lots = memoryview(secrets.token_bytes(_LOT * len(self.ids))).cast("Q").tolist()
        order = sorted(range(len(lots)), key=lots.__getitem__)
        self.ids = [self.ids[n] for n in order]
        self.held = [self.held[n] for n in order] if self.held else []


def drawn_people(session: Session, wave: Wave, names: Sequence[str]) -> tuple[People, Drawn]:
    """Return the people of `wave`, and their rows in an order drawn anew, of one reading."""
    drawn = Drawn(wave.id)
    pieces = Reading(session.connection(), names).of_wave(wave)
    return count_people(session, wave, names, drawn.taking(pieces)), drawn


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
        self._gone = {group.known for group in gone}
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
        for start in range(0, len(drawn.ids), PIECE):
            piece = slice(start, start + PIECE)
            people = drawn.held[piece] or self._read(drawn.ids[piece])
            # A file takes minutes to write: no old state of the database is held all the while.
            self._session.rollback()
            yield from self._rows(people)
        # Counted without a look at what is in them, which an index alone can tell.
        mine = select(func.count()).select_from(Response).where(Response.wave_id == drawn.wave_id)
        left = self._session.scalar(mine) or 0
        self._session.rollback()
        if left < drawn.rows:
            raise SurveyError(_ERASED)

    def _read(self, ids: Sequence[bytes]) -> list[Person]:
        """Return the people whose rows have these keys, in their order."""
        piece = Reading(self._session.connection(), self._keys).of_rows(ids)
        people = zip(piece.known, piece.answers, strict=True)
        found = dict(zip(piece.ids, people, strict=True))
        if len(found) < len(ids):
            raise SurveyError(_ERASED)
        return [found[each] for each in ids]

    def _rows(self, people: Iterable[Person]) -> Iterator[Row]:
        """Yield what the table tells of each of `people`."""
        # Names of its own: this runs once for every answer of a round.
        read, pick, weigh, raked = orjson.loads, self._pick, self._weight, self._raked
        keeps_place, cluster, gone = self._keeps_place, self._cluster, self._gone
        for known, answers in people:
            given = read(answers)
            if known in gone:
                yield self._hidden(given)
                continue
            try:
                cells = pick(given)
            except KeyError:  # what was not shown may be left out
                cells = self._look_up(given)
            stratum, psu = (known[1], known[2]) if keeps_place else ("", "")
            number = cluster(psu) if psu else ""
            weight = known[3]
            if raked is None:
                yield (stratum, number, weigh(weight), *cells)
            else:
                yield (stratum, number, weigh(weight), raked.of(weight, given), *cells)

    def _hidden(self, given: dict[str, str]) -> Row:
        """Return the row of somebody whose key answers are withheld."""
        means = (self._mean,) if self._raked is None else (self._mean, self._raked_mean)
        return ("", "", *means, *self._look_up(given | self._nothing))

    def _look_up(self, given: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(map(given.get, self._names, self._absent))

    def _cluster(self, psu: str) -> str:
        """Return a number for a cluster: its own name could be a street."""
        return str(self._clusters.setdefault(psu, len(self._clusters) + 1))
