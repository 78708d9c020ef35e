"""The staff-safety plan of a project: who is called, how people travel, when work stops."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from survey.messages import _
from survey.models import SafetyPlan
from survey.operations.audit import Action, actor_of, append
from survey.operations.editing import Clash, clash_of, set_part
from survey.operations.gaps import Gap
from survey.operations.monitoring.columns import Column, Rule, cleaned, day_of
from survey.operations.monitoring.entries import check_alive

PART = "plan"
#: A plan without a day of review is looked at again after so many days.
REVIEW_AFTER = timedelta(days=90)
COLUMNS = (
    Column("contacts", Rule.TEXT),
    Column("travel", Rule.TEXT),
    Column("devices", Rule.TEXT),
    Column("topic", Rule.TEXT),
    Column("stop", Rule.TEXT),
    Column("afterwards", Rule.TEXT),
    Column("owner"),
    Column("review", Rule.DAY),
)


def safety_of(session: Session, project_id: int) -> SafetyPlan:
    """Return the plan of a project; an empty one when nobody has written any yet."""
    found = session.get(SafetyPlan, project_id)
    return found or SafetyPlan(project_id=project_id, document={}, version=0, changes={})


def safety_due(session: Session, project_id: int) -> date | None:
    """Return the day by which the plan is looked at again; None while there is no plan."""
    return day_of(safety_of(session, project_id).document.get(PART) or {}, "review")


def safety_gaps(typed: Mapping[str, str]) -> list[Gap]:
    """Return the parts of a plan that nobody has written yet."""
    return [
        Gap(_("Write this part."), {}, each.name)
        for each in COLUMNS
        if not typed.get(each.name, "").strip()
    ]


def keep_safety(
    session: Session, project_id: int, typed: Mapping[str, str], *, seen: int, today: date
) -> tuple[list[Gap], Clash | None]:
    """Store the plan as it was typed, also half filled; commits unless something hinders it.

    Returns
    -------
    list of Gap, Clash or None
        What cannot be stored, and what somebody else wrote meanwhile.
    """
    check_alive(session, project_id)
    read = {each.name: cleaned(each, typed.get(each.name, "")) for each in COLUMNS}
    gaps = [wrong for _text, wrong in read.values() if wrong]
    if gaps:
        return gaps, None
    clean = {name: text for name, (text, _wrong) in read.items()}
    clean["review"] = clean["review"] or (today + REVIEW_AFTER).isoformat()
    plan = safety_of(session, project_id)
    session.add(plan)
    if plan.document.get(PART) == clean:
        return [], None
    clash = clash_of(plan, PART, seen)
    if clash is None:
        set_part(session, plan, PART, clean)
        append(session, actor_of(session), Action.SAFETY_CHANGED, "safety", project_id)
        session.commit()
    return [], clash
