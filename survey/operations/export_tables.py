"""The answers of a round as a table for the team, in which nobody stands out.

The rows come in an order drawn anew for each file. Free text is never in it: only a key opens
that. Whatever stands in a row beside the answers is judged as a key answer is: the cluster (with
its stratum, where the place is kept) and the weight. For whom the key answers are withheld,
stratum and cluster are empty, and the weight is the mean of all these people, so that totals stay
right. Language and mode are left out: few estimates need them, and as keys they would have the
answers of whole languages withheld.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.disclosure.microdata import Hiding, hide
from questionnaires import Instrument, Item, Level, Nonanswer, Text, item_type
from questionnaires.check.singling import demographics
from survey.formats.table import Place, Row, Table, Variable
from survey.languages import words
from survey.messages import _
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.small_counts import shown_places
from survey.operations.waves import fielded_instrument, localities_of, place_item

#: What can be known of a person from outside (scoring.md C.8): gender, age, residence.
_KEYS = ("D2", "D3", "D4")
#: Stands for a key answer that is withheld.
WITHHELD = "withheld"
#: Rows that are read at a time.
_PIECE = 2000
#: What is read of a response.
_ROWS = Response.__table__.c  # as columns: no object is built of a row
_COLUMNS = (_ROWS.id, _ROWS.stratum, _ROWS.psu, _ROWS.weight, _ROWS.answers)
#: Of so many key variables at most every set is offered; a file keeps none of the others.
_MOST = 6


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


def offered_keys(wave: Wave) -> list[str]:
    """Return the names of the key variables that a file of `wave` may keep."""
    return [item.name for item in key_items(fielded_instrument(wave), wave.form)][:_MOST]


def choices_of(session: Session, wave: Wave) -> list[Choice]:
    """Return every set of key variables that a file could keep, those that keep more first."""
    names = offered_keys(wave)
    people = _people(session, wave, names)
    sets = [kept for size in range(len(names), -1, -1) for kept in combinations(names, size)]
    return [Choice(kept, people.hide(kept)) for kept in sets]


def choice_of(session: Session, wave: Wave, kept: Sequence[str]) -> Choice:
    """Return how well people hide when a file keeps the key variables `kept`."""
    return Choice(tuple(kept), _people(session, wave, kept).hide(kept))


def table_of(session: Session, wave: Wave, language: str, kept: Sequence[str]) -> Table:
    """Return the answers of `wave`, with words in `language` and the key variables `kept`."""
    instrument = fielded_instrument(wave)
    text = instrument.texts[language]
    people = _people(session, wave, kept)
    withheld = people.withheld(kept)
    every = [item.name for item in key_items(instrument, wave.form)]
    items = [
        item
        for item in instrument.asked(wave.form)
        if item_type(item.type).level is not Level.TEXT
        and (item.name in kept or item.name not in every)
    ]
    places = [(place.code, place.name(language)) for place in localities_of(session, wave)]
    ids = list(people.ids)
    secrets.SystemRandom().shuffle(ids)
    reader = _Reader(session, wave, [item.name for item in items], withheld, frozenset(kept))
    told = words(language).gettext(_("withheld"))
    return Table(
        wave.fact(language, "title"),
        (*_DESIGN, *(_variable(item, text, places, kept, told) for item in items)),
        len(ids),
        lambda: reader.rows(ids),
        tuple(_places(session, wave, language)),
        people.left_out,
    )


@dataclass(frozen=True)
class _People:
    """Those whose answers can be read: what is printed of each, and how many each stands for."""

    ids: list[bytes]
    keys: dict[str, list[str]]
    clusters: list[str]
    weights: list[int]
    population: list[float]
    place: str
    left_out: int

    def hide(self, kept: Sequence[str]) -> Hiding:
        """Return how well people hide in a file that keeps the key variables `kept`."""
        printed = [self.keys[name] for name in kept]
        if self.place in kept:
            printed.append(self.clusters)
        return hide([*printed, [str(weight) for weight in self.weights]], self.population)

    def withheld(self, kept: Sequence[str]) -> dict[bytes, float]:
        """Return the people whose key answers are withheld, with the weight that is printed."""
        hidden = self.hide(kept).withheld
        gone = [number for number, is_gone in enumerate(hidden) if is_gone]
        mean = sum(self.weights[number] for number in gone) / max(len(gone), 1)
        return {self.ids[number]: mean for number in gone}


class _Reader:
    """Reads rows in a given order, and leaves out what is withheld."""

    def __init__(
        self,
        session: Session,
        wave: Wave,
        names: Sequence[str],
        withheld: Mapping[bytes, float],
        kept: frozenset[str],
    ) -> None:
        self._session, self._names, self._withheld = session, names, withheld
        self._keeps_place = place_item(fielded_instrument(wave)).name in kept
        self._nothing = dict.fromkeys(kept, WITHHELD)
        self._absent = [""] * len(names)
        self._clusters: dict[str, int] = {}

    def rows(self, ids: Sequence[bytes]) -> Iterator[Row]:
        """Yield the row of each response, in the order of `ids`."""
        for start in range(0, len(ids), _PIECE):
            piece = ids[start : start + _PIECE]
            chosen = select(*_COLUMNS).where(_ROWS.id.in_(piece))
            found = {row[0]: row for row in self._session.connection().execute(chosen)}
            # A file takes minutes to write: no old state of the database is held all the while.
            self._session.rollback()
            for each in piece:
                yield self._row(found[each])

    def _row(self, columns: Sequence[Any]) -> Row:
        """Return what the table tells of a response, whose columns are those of `_COLUMNS`."""
        key, stratum, psu, weight, answers = columns
        gone = key in self._withheld
        placed = self._keeps_place and not gone
        given = answers | self._nothing if gone else answers
        return (
            stratum if placed else "",
            self._cluster(psu) if placed and psu else "",
            (self._withheld[key] if gone else weight) / WEIGHT_UNIT,
            *map(given.get, self._names, self._absent),
        )

    def _cluster(self, psu: str) -> str:
        """Return a number for a cluster: its own name could be a street."""
        return str(self._clusters.setdefault(psu, len(self._clusters) + 1))


def _people(session: Session, wave: Wave, names: Sequence[str]) -> _People:
    """Return the people of `wave` with the codes of the key variables `names`."""
    told = [Response.answers[name].as_string() for name in names]
    columns = (Response.id, Response.locality, Response.stratum, Response.psu, Response.weight)
    every = session.execute(select(*columns, *told).where(Response.wave_id == wave.id)).all()
    # What phones seal while a round is open to the server can be read with a key only.
    rows = [row for row in every if row.weight is not None]
    weights = [row.weight for row in rows]
    return _People(
        [row.id for row in rows],
        {name: [row[n] or "" for row in rows] for n, name in enumerate(names, len(columns))},
        [f"{row.stratum} {row.psu or ''}" for row in rows],
        weights,
        _of_population(
            session,
            wave,
            [row.locality for row in rows],
            [weight / WEIGHT_UNIT for weight in weights],
        ),
        place_item(fielded_instrument(wave)).name,
        len(every) - len(rows),
    )


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


#: What stands before the answers.
_DESIGN = (
    Variable("stratum", "stratum", tag="#meta+stratum"),
    Variable("psu", "psu", tag="#meta+psu"),
    Variable("weight", "weight", is_number=True, tag="#meta+weight"),
)


def _variable(
    item: Item, text: Text, places: Sequence[tuple[str, str]], kept: Sequence[str], withheld: str
) -> Variable:
    kind = item_type(item.type)
    codes = [code for code, _ in places] if item.type == "place" else item.codes
    is_coded = kind.level in {Level.NOMINAL, Level.ORDINAL} and bool(codes)
    labels = {code: kind.label(item, code, text, places) for code in codes} if is_coded else {}
    missing = {str(code): text.get(f"answer.{code}") or str(code) for code in Nonanswer}
    if item.name in kept:
        missing |= {WITHHELD: withheld}
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
    """Yield the localities, with as many counts as the page that watches the round shows."""
    answered = select(Response.locality, func.count()).group_by(Response.locality)
    places = localities_of(session, wave)
    counts = dict.fromkeys((place.code for place in places), 0)
    for code, people in session.execute(answered.where(Response.wave_id == wave.id)):
        if code in counts:  # none, where only a key opens the row
            counts[code] = people
    told = shown_places(counts, {place.code: place.stratum for place in places})
    for each in places:
        name = each.name(language)
        yield Place(each.code, name, each.population, each.geometry, told[each.code] or 0)
