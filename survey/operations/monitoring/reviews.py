"""What waits to be looked at again: risks and unintended effects, and the staff-safety plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from survey.operations.monitoring.entries import Line, lines_of
from survey.operations.monitoring.registers import RISKS
from survey.operations.monitoring.safety import safety_due


def is_stale(typed: Mapping[str, str], today: date) -> bool:
    """Tell whether the review of a risk is due: its day has come, and it is not closed."""
    return typed["state"] != "closed" and typed["review"] <= today.isoformat()


def risks_due(session: Session, project_id: int, today: date) -> int:
    """Return how many risks and effects of a project are to be reviewed."""
    return sum(is_stale(each.typed, today) for each in lines_of(session, RISKS, project_id))


def chosen_risks(rows: Sequence[Line], kind: str, state: str) -> list[Line]:
    """Return the risks of one kind and one state; an empty word stands for all."""
    return [
        each
        for each in rows
        if (not kind or each.typed["kind"] == kind) and (not state or each.typed["state"] == state)
    ]


def reviews_due(session: Session, project_id: int, today: date) -> tuple[int, date | None]:
    """Return how many risks are due, and the day since when the safety plan is, if it is."""
    due = safety_due(session, project_id)
    return risks_due(session, project_id, today), due if due and due <= today else None
