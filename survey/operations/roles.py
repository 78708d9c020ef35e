"""Roles: who may do what in which project, and who is in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from survey.models import Membership, Project, ProjectRound, Role, Staff, Wave
from survey.operations.audit import actor_of
from survey.operations.staff import find_staff


@dataclass(frozen=True)
class Member:
    """A person in a project, as its page shows them."""

    membership: int
    staff: Staff
    role: Role
    round: str | None


def roles_in(session: Session, staff_id: int, project_id: int, wave_id: int | None) -> set[Role]:
    """Return the roles somebody has in a project, and in one of its rounds when it is given."""
    chosen = select(Membership.role).where(
        Membership.staff_id == staff_id,
        Membership.project_id == project_id,
        Membership.wave_id.is_(None) | (Membership.wave_id == wave_id),
    )
    return {Role(role) for role in session.scalars(chosen)}


def rounds_seen(session: Session, staff_id: int, project_id: int) -> dict[int, set[Role]]:
    """Return the rounds of a project that somebody has a role in, with their roles there."""
    rounds = session.scalars(
        select(ProjectRound.wave_id).where(ProjectRound.project_id == project_id)
    )
    found = {wave_id: roles_in(session, staff_id, project_id, wave_id) for wave_id in rounds}
    return {wave_id: roles for wave_id, roles in found.items() if roles}


def vouches(session: Session, staff_id: int) -> bool:
    """Tell whether somebody owns a project, and so may make another."""
    owned = select(Membership.id).where(
        Membership.staff_id == staff_id,
        Membership.role == Role.OWNER,
        Membership.wave_id.is_(None),
    )
    return session.scalar(owned.limit(1)) is not None


def projects_of(session: Session, staff_id: int) -> list[Project]:
    """Return the projects in which somebody has any role, by name."""
    chosen = select(Membership.project_id).where(Membership.staff_id == staff_id)
    found = select(Project).where(Project.id.in_(chosen)).order_by(Project.name)
    return list(session.scalars(found))


def answers_for(session: Session, owner: str, staff: Staff) -> bool:
    """Tell whether the account `owner` owns every project that `staff` works in."""
    elsewhere = select(Membership.id).where(
        Membership.staff_id == staff.id, Membership.project_id.not_in(_owned_by(owner))
    )
    return session.scalar(elsewhere.limit(1)) is None


def is_stranger(session: Session, email: str) -> bool:
    """Tell whether `email` has an account, and works in no project of whoever acts.

    Who made that account, and who can sign in to it, is not known here.
    """
    staff, actor = find_staff(session, email), actor_of(session)
    if staff is None or staff.email == actor:
        return False
    here = select(Membership.id).where(
        Membership.staff_id == staff.id, Membership.project_id.in_(_owned_by(actor))
    )
    return session.scalar(here.limit(1)) is None


def members_of(session: Session, project_id: int) -> list[Member]:
    """Return who works in a project, by e-mail."""
    rows = session.execute(
        select(Membership, Staff, Wave.link)
        .join(Staff, Staff.id == Membership.staff_id)
        .outerjoin(Wave, Wave.id == Membership.wave_id)
        .where(Membership.project_id == project_id)
        .order_by(Staff.email, Wave.link)
    )
    return [Member(row.id, staff, Role(row.role), link) for row, staff, link in rows]


def _owned_by(email: str) -> Select[int]:
    return (
        select(Membership.project_id)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Staff.email == email, Membership.role == Role.OWNER, Membership.wave_id.is_(None))
    )
