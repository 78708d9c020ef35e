"""Who works in which project: roles given, changed and taken; rounds that join a project."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models import Membership, Project, ProjectRound, Role, Staff, Wave
from survey.operations.audit import Action, actor_of, append
from survey.operations.roles import answers_for, vouches
from survey.operations.staff import make_link, make_staff

FIRST_PROJECT = "First project"


@dataclass(frozen=True)
class Guest:
    """Who is invited, as what, and to which round when it is not the whole project."""

    email: str
    role: str
    round: str = ""


def found_project(session: Session, name: str, owner_id: int) -> Project:
    """Make a project for somebody who owns one already; commits.

    Raises
    ------
    SurveyError
        If they own none, or the name cannot be used.
    """
    if not vouches(session, owner_id):
        raise RefusedError(_("only the owner of a project can make another; ask yours"))
    project = make_project(session, name, session.get_one(Staff, owner_id))
    session.commit()
    return project


def invite_member(
    session: Session, project_id: int, guest: Guest, now: int
) -> tuple[Staff, str | None]:
    """Give somebody a role, and the token of a link if they have no password yet; commits.

    Raises
    ------
    SurveyError
        If the e-mail, the role or the round is none of the project's.
    """
    if guest.role not in set(Role):
        raise RefusedError(_("this is no role; load the page again and choose one of its list"))
    project = session.get_one(Project, project_id)
    wave = _round_of(session, project_id, guest.round) if guest.round else None
    staff = make_staff(session, guest.email)
    give_role(session, staff, project, Role(guest.role), wave)
    token = None
    if not staff.password and answers_for(session, actor_of(session), staff):
        token = make_link(session, actor_of(session), staff, now, project_id)
    session.commit()
    return staff, token


def renew_link(
    session: Session, project_id: int, membership_id: int, now: int
) -> tuple[Staff, str]:
    """Return a member and the token of a link that sets their password; commits.

    Raises
    ------
    SurveyError
        If the person is not in the project, or works for another team too: whoever holds the
        link could come in there in their name.
    """
    staff = session.get_one(Staff, _member(session, project_id, membership_id).staff_id)
    if not answers_for(session, actor_of(session), staff):
        raise RefusedError(
            _(
                "%(email)s works in a project of another owner too, so nobody here can make this "
                "link; ask whoever runs the server for: sixfold staff reset"
            ),
            email=staff.email,
        )
    token = make_link(session, actor_of(session), staff, now, project_id)
    session.commit()
    return staff, token


def remove_member(session: Session, project_id: int, membership_id: int) -> None:
    """Take a role away; commits.

    Raises
    ------
    SurveyError
        If it belongs to another project, or the project would be left without an owner.
    """
    take_role(session, project_id, membership_id)
    session.commit()


def add_staff(
    session: Session, email: str, role: Role, project_name: str | None, now: int
) -> tuple[Project, str | None]:
    """Give somebody a role from the command line; a token if they need a link; commits.

    Raises
    ------
    SurveyError
        If the project is not clear, or there is none and the role is not owner.
    """
    staff = make_staff(session, email)
    project = add_member(session, staff, role, project_name)
    token = None
    if not staff.password:
        token = make_link(session, actor_of(session), staff, now, project.id)
    session.commit()
    return project, token


def make_project(session: Session, name: str, owner: Staff) -> Project:
    """Make a project with its first owner; the caller commits.

    Raises
    ------
    SurveyError
        If the name is empty, too long or taken.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise RefusedError(_("a project needs a name of 1 to 80 characters"))
    if session.scalar(select(Project.id).where(Project.name == name)) is not None:
        raise RefusedError(_("this name cannot be used; choose another"))
    project = Project(name=name)
    session.add(project)
    session.flush()
    append(session, actor_of(session), Action.PROJECT_MADE, name, project.id)
    give_role(session, owner, project, Role.OWNER)
    return project


def find_project(session: Session, name: str | None) -> Project | None:
    """Return the project with this name; without a name the only one there is, if any.

    A deleted project takes nobody in, and no round.

    Raises
    ------
    SurveyError
        If there is no such project, or the name is needed to choose among several.
    """
    living = select(Project).where(Project.deleted_on.is_(None))
    projects = list(session.scalars(living.order_by(Project.name)))
    if name is None and len(projects) <= 1:
        return projects[0] if projects else None
    for project in projects:
        if project.name == name:
            return project
    names = ", ".join(project.name for project in projects) or "none yet"
    asked = f"there is no project '{name}'" if name else "there are several projects"
    raise SurveyError(f"{asked}; choose one with --project from: {names}")


def add_member(session: Session, staff: Staff, role: Role, name: str | None) -> Project:
    """Give somebody a role from the command line; the first account gets the first project.

    Rounds that were opened before there was a project come into it. The caller commits.
    """
    project = find_project(session, name)
    if project is not None:
        give_role(session, staff, project, role)
        return project
    if role is not Role.OWNER:
        raise SurveyError("there is no project yet; add its owner first, with --role owner")
    project = make_project(session, _free_name(session), staff)
    for wave in session.scalars(select(Wave)):
        enlist(session, wave, project)
    return project


def enlist(session: Session, wave: Wave, project: Project | None = None) -> None:
    """Let a new round belong to `project`, or to the only project there is; caller commits."""
    if project is None:
        living = select(Project).where(Project.deleted_on.is_(None))
        projects = list(session.scalars(living.limit(2)))
        project = projects[0] if len(projects) == 1 else None
    if project is not None and session.get(ProjectRound, wave.id) is None:
        session.add(ProjectRound(wave_id=wave.id, project_id=project.id))


def note_round(session: Session, action: Action, wave: Wave) -> None:
    """Write an act on a round into the log, for the owners of its project; the caller commits."""
    place = session.get(ProjectRound, wave.id)
    append(session, actor_of(session), action, wave.link, place.project_id if place else None)


def place_round(session: Session, wave: Wave, name: str | None) -> Project | None:
    """Put a round into the project with this name, or the only one; return it; commits.

    Raises
    ------
    SurveyError
        If there is no such project, or there are several and none is named.
    """
    project = find_project(session, name)
    if project is not None:
        enlist(session, wave, project)
    session.commit()
    return project


def note_export(session: Session, wave: Wave) -> None:
    """Write into the log that answers of a round leave the server; commits, before they do."""
    note_round(session, Action.EXPORTED, wave)
    session.commit()


def give_role(
    session: Session, staff: Staff, project: Project, role: Role, wave: Wave | None = None
) -> None:
    """Give somebody a role, in place of the one they had there; the caller commits.

    Raises
    ------
    SurveyError
        If the project would be left without an owner.
    """
    wave_id = wave.id if wave else None
    had = _membership(session, staff.id, project.id, wave_id)
    if had is not None:
        if had.role == Role.OWNER and role is not Role.OWNER and wave_id is None:
            _check_other_owner(session, had)
        had.role = role
    else:
        session.add(
            Membership(staff_id=staff.id, project_id=project.id, wave_id=wave_id, role=role)
        )
    where = f", round {wave.link}" if wave else ""
    said = f"{staff.email}: {role}{where}"
    append(session, actor_of(session), Action.ROLE_GIVEN, said, project.id)


def take_role(session: Session, project_id: int, membership_id: int) -> None:
    """Take a role away; the caller commits.

    Raises
    ------
    SurveyError
        If it belongs to another project, or the project would be left without an owner.
    """
    membership = _member(session, project_id, membership_id)
    if membership.role == Role.OWNER and membership.wave_id is None:
        _check_other_owner(session, membership)
    staff = session.get_one(Staff, membership.staff_id)
    append(session, actor_of(session), Action.ROLE_TAKEN, staff.email, project_id)
    session.delete(membership)


def _member(session: Session, project_id: int, membership_id: int) -> Membership:
    membership = session.get(Membership, membership_id)
    if membership is None or membership.project_id != project_id:
        raise RefusedError(_("this person is not in the project (any more); load its page again"))
    return membership


def _free_name(session: Session) -> str:
    """Return a name for a first project; one that was deleted keeps its own."""
    taken = set(session.scalars(select(Project.name)))
    names = (f"{FIRST_PROJECT} {number}" for number in range(2, len(taken) + 3))
    return FIRST_PROJECT if FIRST_PROJECT not in taken else next(n for n in names if n not in taken)


def _round_of(session: Session, project_id: int, link: str) -> Wave:
    wave = session.scalar(
        select(Wave)
        .join(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(Wave.link == link, ProjectRound.project_id == project_id)
    )
    if wave is None:
        raise RefusedError(
            _("this project has no round '%(link)s'; choose one of its own"), link=link
        )
    return wave


def _membership(
    session: Session, staff_id: int, project_id: int, wave_id: int | None
) -> Membership | None:
    return session.scalar(
        select(Membership).where(
            Membership.staff_id == staff_id,
            Membership.project_id == project_id,
            Membership.wave_id.is_(None) if wave_id is None else Membership.wave_id == wave_id,
        )
    )


def _check_other_owner(session: Session, membership: Membership) -> None:
    others = select(func.count()).where(
        Membership.project_id == membership.project_id,
        Membership.role == Role.OWNER,
        Membership.wave_id.is_(None),
        Membership.id != membership.id,
    )
    if not session.scalar(others):
        raise RefusedError(_("a project needs an owner; make somebody else an owner first"))
