"""The situation by locality: what is needed, what exists, who could act, how people live together.

It joins published figures with records that may leave the team, place by place, and computes
nothing new: no index, no order of places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.disclosure import Cell
from questionnaires import Role
from survey.operations.released import Source, latest_release
from survey.operations.services.directory import directory
from survey.operations.services.register import (
    CLOSED_KINDS,
    KINDS_OF_SERVICE,
    Service,
    list_services,
)
from survey.operations.stakeholders.register import Stakeholder, read_entries, stakeholders_of

#: Needs that a place shows: those that most households have, and those tied with the last.
TOP = 3
_NEEDS = "in_need"


@dataclass(frozen=True)
class Figure:
    """A published number with its words; `cell` says if it is withheld."""

    words: str
    cell: Cell

    @property
    def interval(self) -> str:
        """Its 95 % interval; empty where the release has none."""
        return "" if self.cell.low is None else f"{self.cell.low}–{self.cell.high}"

    @property
    def is_from_few(self) -> bool:
        """Whether it rests on few answers or few clusters."""
        return bool(self.cell.notes)


@dataclass(frozen=True)
class Actor:
    """An organisation that could act in a place: its name, its level, and its topics."""

    organisation: str
    level: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Locality:
    """What is known of a place.

    Attributes
    ----------
    code : str
        The place.
    needs : tuple of Figure
        Shares of households in need, the largest first; those after the third only if tied.
    needs_withheld : int
        Needs whose share is withheld here.
    cohesion : tuple of Figure
        Every dimension of living together, each by itself.
    services : tuple of Service
        What works here and may be named.
    gaps : tuple of str
        Kinds of services of which none may be named here; kinds that are never named are not here.
    actors : tuple of Actor
        Organisations that cover this place.
    """

    code: str
    needs: tuple[Figure, ...]
    needs_withheld: int
    cohesion: tuple[Figure, ...]
    services: tuple[Service, ...]
    gaps: tuple[str, ...]
    actors: tuple[Actor, ...]


@dataclass(frozen=True)
class Situation:
    """All places of a project, and where the numbers come from.

    `risky` counts organisations that are not named, because contact with them may put somebody at
    risk or because nobody has said that it does not.
    """

    localities: tuple[Locality, ...]
    profile: Source | None
    cohesion: Source | None
    risky: int


def situation(session: Session, project_id: int, places: Sequence[str], language: str) -> Situation:
    """Return the situation of a project in its `places`, with words in a language."""
    profile = latest_release(session, project_id, "community_profile")
    cohesion = latest_release(session, project_id, "social_cohesion")
    listed = directory(list_services(session, project_id, places), {}, "partners").services
    named, risky = _actors(stakeholders_of(read_entries(session, project_id)))
    found = []
    for place in places:
        here = tuple(each for each in listed if each.place == place)
        needs = _needs(profile, place, language)
        found.append(
            Locality(
                place,
                _top([each for each in needs if each.cell.withheld is None]),
                sum(each.cell.withheld is not None for each in needs),
                _dimensions(cohesion, place, language),
                here,
                _gaps(here),
                tuple(actor for covered, actor in named if place in covered),
            )
        )
    return Situation(tuple(found), profile, cohesion, risky)


def _needs(source: Source | None, place: str, language: str) -> list[Figure]:
    topic = source.release.outline.topic(_NEEDS) if source else None
    if source is None or topic is None:
        return []
    words = source.words_of(language).rows[_NEEDS]
    cells = [(row.code, source.cell(topic.measure(row), place)) for row in topic.rows]
    return [Figure(words[code], cell) for code, cell in cells if cell is not None]


def _top(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    ordered = sorted(figures, key=lambda each: -_size(each.cell))
    if len(ordered) <= TOP:
        return tuple(ordered)
    last = _size(ordered[TOP - 1].cell)
    return tuple(each for each in ordered if _size(each.cell) >= last)


def _size(cell: Cell) -> float:
    """Return a share to sort by: a bound as ``<5`` stands beyond it, with all others like it."""
    share = cell.share or ""
    if share.startswith("<"):
        return float(share[1:]) - 0.5
    return float(share[1:]) + 0.5 if share.startswith(">") else float(share or -1)


def _dimensions(source: Source | None, place: str, language: str) -> tuple[Figure, ...]:
    if source is None:
        return ()
    words = source.words_of(language).dimensions
    wholes = [each for each in source.release.outline.dimensions if each.role is Role.DIMENSION]
    cells = [(each.name, source.cell(each.name, place)) for each in wholes]
    return tuple(Figure(words[name], cell) for name, cell in cells if cell is not None)


def _gaps(services: Sequence[Service]) -> tuple[str, ...]:
    there = {each.kind for each in services}
    return tuple(kind for kind in KINDS_OF_SERVICE if kind not in there | CLOSED_KINDS)


def _actors(known: Sequence[Stakeholder]) -> tuple[list[tuple[set[str], Actor]], int]:
    """Return the places and the actor of each organisation that may be named, and the others.

    Several people may have rated one organisation; one who sees a risk is enough to leave it out.
    """
    by_key: dict[str, list[Stakeholder]] = {}
    for each in known:
        by_key.setdefault(each.key, []).append(each)
    safe = [group for group in by_key.values() if all(each.risk == "none" for each in group)]
    return [(_covered(group), _actor(group)) for group in safe], len(by_key) - len(safe)


def _covered(group: Sequence[Stakeholder]) -> set[str]:
    return {place for each in group for place in each.places}


def _actor(group: Sequence[Stakeholder]) -> Actor:
    topics = sorted({each.topic for each in group} - {""})
    level = next((each.said("level") for each in group if each.said("level")), "")
    return Actor(group[0].name, level, tuple(topics))
