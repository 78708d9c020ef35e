"""Records for the tests: what staff type into a part, and what a project needs before."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from survey.models import Project, RoundDraft
from survey.operations.members import make_project
from survey.operations.staff import make_staff

DAY = date(2026, 3, 1)
PLACES = [
    {"code": "L1", "names": {"en": "Upper village", "ar": "القرية العليا"}},
    {"code": "L2", "names": {"en": "Lower village"}},
]
#: A walk with nothing missing, by section.
WALK = {
    "walk": {"place": "L1", "walked_in": "2026-02", "daytime": "skip", "with_resident": "skip"},
    **{
        section: {f"{section}_{each}": answer for each in rows.split()}
        for section, rows, answer in (
            ("getting_about", "ramp paths transport lighting signs", "yes"),
            ("condition", "damage building water waste market", "no"),
            ("life", "women children_work queues police hostile", "skip"),
        )
    },
}


def found(session: Session, name: str = "Valley") -> tuple[int, int]:
    """Make an account and a project with two places; return the numbers of both."""
    staff = make_staff(session, f"{name.lower()}@example.org", factor_required=False)
    project = make_project(session, name, staff)
    session.flush()
    give_places(session, project)
    session.commit()
    return project.id, staff.id


def give_places(session: Session, project: Project) -> None:
    """Give a project the localities of a round that is being planned."""
    session.add(
        RoundDraft(
            project_id=project.id,
            name="Spring",
            document={"places": {"rows": PLACES}},
            version=1,
            changes={},
        )
    )
