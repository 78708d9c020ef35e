"""Keep the weightings of a round, version after version; none is ever changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Response, Wave, Weighting
from survey.operations.audit import Action, actor_of
from survey.operations.editing import Clash
from survey.operations.members import note_round
from survey.operations.waves import find_wave

CHANGED = _("Somebody else changed the weights meanwhile. What you typed is below; theirs is kept.")


@dataclass(frozen=True)
class Group:
    """People whose answers to the items weighed by, and whose weight, are the same."""

    answers: Mapping[str, str]
    weight: int
    people: int


def newest(session: Session, wave: Wave) -> Weighting | None:
    """Return the version that a release of today would use; None when there is none yet."""
    return next(iter(versions(session, wave)), None)


def versions(session: Session, wave: Wave) -> list[Weighting]:
    """Return all versions, the newest first."""
    mine = select(Weighting).where(Weighting.wave_id == wave.id)
    return list(session.scalars(mine.order_by(Weighting.version.desc())))


def groups_answered(session: Session, wave: Wave, items: Sequence[str]) -> list[Group]:
    """Return how many gave which answers to `items`, of all sealed answers that can be read.

    The database counts, so no answer leaves it: a large round costs no more than a small one.
    """
    named = [Response.answers[item].as_string().label(f"c{n}") for n, item in enumerate(items)]
    mine = (Response.wave_id == wave.id) & Response.weight.is_not(None)
    rows = select(Response.weight, *named).where(mine).subquery()
    columns = list(rows.columns)
    counted = select(*columns, func.count()).group_by(*columns).order_by(*columns)
    return [
        Group({item: code or "" for item, code in zip(items, codes, strict=True)}, weight, people)
        for weight, *codes, people in session.execute(counted)
    ]


def counts_of(groups: Sequence[Group], item: str) -> dict[str, int]:
    """Return how many people gave each answer to an item."""
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.answers[item]] += group.people
    return dict(counts)


@dataclass(frozen=True)
class Entry:
    """A version on its way into the database; `Weighting` says what each field means."""

    unit: str
    margins: list[dict[str, Any]]
    cap: float | None
    effects: dict[str, Any]


def keep(session: Session, link: str, entry: Entry, seen: int, day: date) -> Clash | None:
    """Keep a new version, unless somebody else has kept one since version `seen`; commits.

    Parameters
    ----------
    session : Session
        A writing session.
    link : str
        Of the round.
    entry : Entry
        The version.
    seen : int
        The version that the person had before them; 0 for none.
    day : date
        The day of today.
    """
    wave = find_wave(session, link)
    last = newest(session, wave)
    number = last.version if last else 0
    if last and number != seen:
        return Clash(last.margins, last.made_by, number)
    session.add(
        Weighting(
            wave_id=wave.id,
            version=number + 1,
            unit=entry.unit,
            margins=entry.margins,
            cap=entry.cap,
            effects=entry.effects,
            made_on=day,
            made_by=actor_of(session),
        )
    )
    note_round(session, Action.WEIGHTS_CHANGED, wave)
    session.commit()
    return None


def take_off(session: Session, link: str, seen: int, day: date) -> Clash | None:
    """Let answers count as they were drawn; earlier versions stay; commits.

    Raises
    ------
    RefusedError
        If there are no weights.
    """
    last = newest(session, find_wave(session, link))
    if last is None or not last.margins:
        raise RefusedError(_("this round has no weights that could be taken off"))
    return keep(session, link, Entry(last.unit, [], None, {}), seen, day)
