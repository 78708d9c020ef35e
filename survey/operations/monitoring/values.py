"""Values of indicators: noted by hand or filled from releases, and which of them counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Indicator, IndicatorValue, ProjectRound, Release
from survey.models.release import ReleaseState
from survey.operations.audit import Action, actor_of, append
from survey.operations.monitoring.columns import Column, Rule, cleaned, number_of
from survey.operations.monitoring.entries import check_alive, typed_of
from survey.operations.monitoring.progress import Progress, number_told, progress_of


class Worth(StrEnum):
    """Whether a value counts, and why not."""

    COUNTS = "counts"
    FOLLOWED = "followed"  # a later release of the same round has another
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Point:
    """A value as the page shows it; `release` is where it came from, None when it was noted."""

    value: IndicatorValue
    release: Release | None
    worth: Worth

    @property
    def number(self) -> Decimal | None:
        """The number; None for a bound, and for what is withheld."""
        return number_told(self.value.told)


def points_of(session: Session, numbers: Sequence[int]) -> dict[int, list[Point]]:
    """Return the values of indicators, given by their numbers; of each, the oldest first.

    What came from a round that was deleted is none of them, until the round is taken back.
    """
    rows = session.execute(
        select(IndicatorValue, Release)
        .outerjoin(Release, Release.id == IndicatorValue.release_id)
        .outerjoin(ProjectRound, ProjectRound.wave_id == Release.wave_id)
        .where(IndicatorValue.indicator_id.in_(numbers), ProjectRound.deleted_on.is_(None))
        .order_by(IndicatorValue.day, IndicatorValue.id)
    )
    found: dict[int, list[tuple[IndicatorValue, Release | None]]] = {each: [] for each in numbers}
    for value, release in rows:
        found[value.indicator_id].append((value, release))
    return {number: _weighed(pairs) for number, pairs in found.items()}


def latest(points: Sequence[Point]) -> Point | None:
    """Return the last value that counts, also when it is withheld; None when there is none."""
    return next((each for each in reversed(points) if each.worth is Worth.COUNTS), None)


def progress_at(typed: Mapping[str, str], points: Sequence[Point]) -> Progress:
    """Return how far an indicator has come with its last value."""
    last = latest(points)
    told = last.value.told if last else None
    return progress_of(number_of(typed, "baseline"), number_of(typed, "target"), told)


def note_value(session: Session, indicator: Indicator, typed: Mapping[str, str]) -> None:
    """Note what an indicator was on a day; commits.

    Raises
    ------
    RefusedError
        If it fills itself from releases, or the number or the day cannot be read.
    """
    check_alive(session, indicator.project_id)
    if typed_of(indicator).get("measure"):
        raise RefusedError(_("this indicator fills itself from releases; unbind it to note values"))
    clean = {}
    for column in _NOTED:
        clean[column.name], wrong = cleaned(column, typed.get(column.name, ""))
        if wrong:
            raise RefusedError(_PROBLEMS[column.name])
    session.add(
        IndicatorValue(
            indicator_id=indicator.id,
            day=date.fromisoformat(clean["day"]),
            told=clean["value"],
            note=clean["note"],
            author=actor_of(session),
        )
    )
    _note(session, Action.VALUE_NOTED, indicator)
    session.commit()


def remove_value(session: Session, indicator: Indicator, number: int) -> None:
    """Remove a value that was noted by hand; commits.

    Raises
    ------
    RefusedError
        If the indicator has no such value, or it came from a release.
    """
    check_alive(session, indicator.project_id)
    found = session.get(IndicatorValue, number)
    if found is None or found.indicator_id != indicator.id or found.release_id is not None:
        raise RefusedError(_("only a value that was noted here can be removed"))
    session.delete(found)
    _note(session, Action.VALUE_REMOVED, indicator)
    session.commit()


_NOTED = (
    Column("value", Rule.NUMBER, needed=True),
    Column("day", Rule.DAY, needed=True),
    Column("note"),
)
_PROBLEMS = {
    "value": _("write the value as a number with a point, as 1250.5, nothing between thousands"),
    "day": _("write the day as year, month, day: 2026-05-31"),
    "note": _("shorten the note to 200 characters"),
}


def _weighed(pairs: Sequence[tuple[IndicatorValue, Release | None]]) -> list[Point]:
    newest: dict[int, int] = {}
    for _value, release in pairs:
        if release is not None and release.state == ReleaseState.PUBLISHED:
            newest[release.wave_id] = max(release.id, newest.get(release.wave_id, 0))
    return [Point(value, release, _worth(release, newest)) for value, release in pairs]


def _worth(release: Release | None, newest: Mapping[int, int]) -> Worth:
    if release is None:
        return Worth.COUNTS
    if release.state == ReleaseState.WITHDRAWN:
        return Worth.WITHDRAWN
    if release.state != ReleaseState.PUBLISHED:
        return Worth.CORRECTED
    return Worth.COUNTS if newest[release.wave_id] == release.id else Worth.FOLLOWED


def _note(session: Session, action: Action, indicator: Indicator) -> None:
    session.flush()
    thing = f"indicators {indicator.id}"
    append(session, actor_of(session), action, thing, indicator.project_id)
