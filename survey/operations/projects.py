"""What a project holds, and how it ends: its rounds, and their deletion with days of grace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import (
    Activity,
    Indicator,
    InstrumentDraft,
    Membership,
    Project,
    ProjectRound,
    Release,
    ReleaseState,
    Response,
    RiskEntry,
    SafetyPlan,
    Wave,
)
from survey.operations.audit import Action, actor_of, append
from survey.operations.waves import EMPTIED, close_wave, shut_wave
from survey.traces import erase_traces

#: A deleted project or round can be taken back for so many days; then its answers are erased.
GRACE = timedelta(days=14)
#: What goes with a project, and all that hangs on it.
_OF_TEAM = (InstrumentDraft, Indicator, Activity, RiskEntry, SafetyPlan)


@dataclass(frozen=True)
class RoundState:
    """A round as the desk shows it: counts of sealed answers only, never of those that wait."""

    wave: Wave
    sealed: int
    batches: int
    releases: list[Release]
    deleted_on: date | None
    erased_after: date


def rounds_of(session: Session, project_id: int) -> list[RoundState]:
    """Return the rounds of a project, the newest first."""
    chosen = (
        select(Wave, ProjectRound)
        .join(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(ProjectRound.project_id == project_id)
        .order_by(Wave.opens_on.desc(), Wave.link)
    )
    return [_state(session, wave, place) for wave, place in session.execute(chosen)]


def round_state(session: Session, wave: Wave) -> RoundState:
    """Return one round as the desk shows it."""
    return _state(session, wave, session.get_one(ProjectRound, wave.id))


def delete_round(session: Session, wave: Wave, today: date) -> date:
    """Close a round and bring the day of its erasure forward; return the last day of grace.

    Nothing is destroyed today: until that day `take_back_round` undoes it. Afterwards retention
    erases the answers as it does with every round; published releases stay. Commits.
    """
    place = session.get_one(ProjectRound, wave.id)
    if place.deleted_on is None:
        _delete(session, wave, place, today)
        append(session, actor_of(session), Action.ROUND_DELETED, wave.link, place.project_id)
    close_wave(session, wave)
    return wave.keep_until


def take_back_round(session: Session, wave: Wave, today: date) -> None:
    """Undo the deletion of a round that is not erased yet; it stays closed; commits.

    Raises
    ------
    RefusedError
        If its days of grace are over.
    """
    place = session.get_one(ProjectRound, wave.id)
    if place.deleted_on is None or place.promised_until is None:
        raise RefusedError(_("the round '%(link)s' was not deleted"), link=wave.link)
    if session.get_one(Project, place.project_id).deleted_on is not None:
        raise RefusedError(_("the whole project was deleted; take that back, with its rounds"))
    if today > wave.keep_until:
        raise RefusedError(
            _("the days to take '%(link)s' back ended on %(day)s"),
            link=wave.link,
            day=wave.keep_until,
        )
    wave.keep_until = place.promised_until
    place.deleted_on = place.promised_until = None
    append(session, actor_of(session), Action.ROUND_TAKEN_BACK, wave.link, place.project_id)
    session.commit()


def delete_project(session: Session, project: Project, today: date) -> date:
    """Delete a project with all its rounds; return the last day of grace. Commits.

    Its rounds close in the same transaction: none goes on taking answers when this is interrupted.
    """
    project = session.get_one(Project, project.id)
    project.deleted_on = project.deleted_on or today
    append(session, actor_of(session), Action.PROJECT_DELETED, project.name, project.id)
    for wave, place in _places(session, project.id):
        if place.deleted_on is None:
            _delete(session, wave, place, today)
        shut_wave(session, wave)
    session.commit()
    erase_traces(session, *EMPTIED)
    return project.deleted_on + GRACE


def take_back_project(session: Session, project: Project, today: date) -> None:
    """Undo the deletion of a project, with the rounds deleted on the same day; commits.

    Raises
    ------
    RefusedError
        If its days of grace are over.
    """
    project = session.get_one(Project, project.id)
    if project.deleted_on is None:
        raise RefusedError(_("the project '%(name)s' was not deleted"), name=project.name)
    if today > project.deleted_on + GRACE:
        raise RefusedError(_("the days to take '%(name)s' back are over"), name=project.name)
    for wave, place in _places(session, project.id):
        if place.deleted_on == project.deleted_on and place.promised_until:
            wave.keep_until = place.promised_until
            place.deleted_on = place.promised_until = None
    project.deleted_on = None
    append(session, actor_of(session), Action.PROJECT_TAKEN_BACK, project.name, project.id)
    session.commit()


def purge_projects(session: Session, today: date) -> int:
    """Take the last roles from projects whose days of grace are over; return how many; commits.

    Retention erases the answers of their rounds on the same day. What the team wrote of its
    programme, its safety and its questionnaires goes with the roles: nobody could reach it.
    """
    over = select(Project.id).where(Project.deleted_on < today - GRACE)
    for table in _OF_TEAM:
        session.execute(delete(table).where(table.project_id.in_(over)))
    # Without its secret no code that people made can be tried out on what may be left of them.
    session.execute(update(Project).where(Project.id.in_(over)).values(link_secret=None))
    taken = session.scalars(
        delete(Membership).where(Membership.project_id.in_(over)).returning(Membership.project_id)
    ).all()
    session.commit()
    return len(set(taken))


def _delete(session: Session, wave: Wave, place: ProjectRound, today: date) -> None:
    place.deleted_on = today
    place.promised_until = wave.keep_until
    # Never later than what the participants were told.
    wave.keep_until = min(wave.keep_until, today + GRACE)
    session.flush()


def _places(session: Session, project_id: int) -> Iterable[tuple[Wave, ProjectRound]]:
    chosen = (
        select(Wave, ProjectRound)
        .join(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(ProjectRound.project_id == project_id)
    )
    return [(wave, place) for wave, place in session.execute(chosen)]


def _state(session: Session, wave: Wave, place: ProjectRound) -> RoundState:
    counted = select(func.count(), func.max(Response.batch)).where(Response.wave_id == wave.id)
    sealed, batches = session.execute(counted).one()
    published = (
        select(Release)
        .where(Release.wave_id == wave.id, Release.state == ReleaseState.PUBLISHED)
        .order_by(Release.id.desc())
    )
    return RoundState(
        wave=wave,
        sealed=sealed,
        batches=batches or 0,
        releases=list(session.scalars(published)),
        deleted_on=place.deleted_on,
        erased_after=wave.keep_until,
    )
