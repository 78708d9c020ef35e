"""Releases as lists: those of a round for its team, those of a person's projects for readers.

Nothing here loads the libraries that make a release.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models import (
    Job,
    Project,
    ProjectRound,
    Release,
    ReleaseComment,
    Response,
    Role,
    Wave,
)
from survey.models.job import JobState
from survey.models.release import PUBLIC
from survey.operations.roles import rounds_seen

#: What the job is called that makes a large draft.
DRAFTING = "release draft"

#: No key of a row is above it, and databases refuse to look for one that is.
_HIGHEST = 2**63 - 1


def releases_of(session: Session, wave: Wave) -> list[Release]:
    """Return all releases of a round, drafts included, the newest first."""
    mine = select(Release).where(Release.wave_id == wave.id).order_by(Release.id.desc())
    return list(session.scalars(mine))


def public_releases(session: Session, wave: Wave) -> list[Release]:
    """Return all that readers ever had of `wave`, the oldest first: also what was withdrawn."""
    mine = select(Release).where(Release.wave_id == wave.id, Release.state.in_(PUBLIC))
    return list(session.scalars(mine.order_by(Release.id)))


def find_release(session: Session, wave: Wave, number: int) -> Release | None:
    """Return the release of `wave` with this number; None when there is none."""
    found = session.get(Release, number) if 0 < number <= _HIGHEST else None
    return found if found is not None and found.wave_id == wave.id else None


def waiting(releases: Sequence[Release]) -> Release | None:
    """Return the draft among `releases` that waits to be checked or signed off."""
    return next((each for each in releases if each.state not in PUBLIC), None)


def comments_on(session: Session, release: Release) -> list[ReleaseComment]:
    """Return what was said of a release, in order."""
    mine = select(ReleaseComment).where(ReleaseComment.release_id == release.id)
    return list(session.scalars(mine.order_by(ReleaseComment.id)))


def published_for(session: Session, staff_id: int, project: Project) -> list[tuple[Wave, Release]]:
    """Return the releases of a project that somebody may read, the newest first.

    Whoever only enters answers in a round reads none of it.
    """
    seen = rounds_seen(session, staff_id, project.id)
    readable = [wave_id for wave_id, roles in seen.items() if roles - {Role.ENUMERATOR}]
    rows = session.execute(
        select(Wave, Release)
        .join(Release, Release.wave_id == Wave.id)
        .join(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(Release.state.in_(PUBLIC), Wave.id.in_(readable))
        .order_by(Release.id.desc())
    )
    return [(wave, release) for wave, release in rows]


def sealed_answers(session: Session, wave: Wave) -> int:
    """Return how many answers of a round are sealed in batches."""
    counted = select(func.count()).select_from(Response).where(Response.wave_id == wave.id)
    return session.scalar(counted) or 0


def drafting(session: Session, wave: Wave) -> Job | None:
    """Return the last job that was asked to make a draft of `wave`, unless it is done."""
    asked = select(Job).where(Job.name == DRAFTING, Job.state != JobState.DONE)
    jobs = session.scalars(asked.order_by(Job.id.desc()))
    return next((job for job in jobs if job.subject.get("link") == wave.link), None)
