"""What else the demo keeps: its protocol, its plan for staff, and what people complained of.

Everything is invented; nobody signed anything.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import ComplaintState, Project, Wave
from survey.operations.complaints import Written, complaints_of, record_complaint, settle
from survey.operations.editing import save_part
from survey.operations.monitoring.safety import keep_safety
from survey.operations.protocol import (
    fingerprint,
    keep_protocol,
    note_review,
    protocol_of,
    sign_protocol,
)

_STEPS = {
    "why": "So that a family that comes back finds a school, a doctor and work, and tells its "
    "story once.",
    "type": "Published figures, the register of services, the map of organisations.\n"
    "Never: answers of single people, names, files of cases.",
    "partners": "Municipal office\nSocial work centre A\nWomen's association A",
    "tasks": "Municipal office: invites, keeps the protocol.\n"
    "Social work centre A: says which services have places.\n"
    "Women's association A: says what hinders women, and hears the results first.",
    "when": "On the first Tuesday of a month, in the municipal office. On paper, or by a file "
    "that is locked. The municipal office coordinates.",
    "review": "Every three months the partners ask whether it still protects people; any of them "
    "may stop it.",
}
_SIGNED = {
    "Municipal office": "The coordinator",
    "Social work centre A": "The head of the centre",
    "Women's association A": "The chair",
}
_SAFETY = {
    "contacts": "The coordinator first, then the head of team; numbers are on paper in the car.",
    "travel": "In pairs, by day, and back before dark. The office knows which place is next.",
    "devices": "Nothing but what the day needs; locked, and emptied in the evening.",
    "topic": "We ask how people live together. We do not speak of return in public.",
    "stop": "After a threat, when a crowd gathers, or when one of two wants to stop.",
    "afterwards": "Call the coordinator, write nothing down on the way, rest the next day.",
    "owner": "Head of team",
}
_COMPLAINTS = (
    "The person at my door did not show a card.",
    "Why was my neighbour asked and I was not?",
    "لم أجد مكان إعلان النتائج.",
)


def add_agreements(session: Session, wave: Wave, key: bytes, today: date) -> None:
    """Give the first project its protocol, its plan for staff and complaints; commits.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        The round of which people complain.
    key : bytes
        Secret under which the marks of complaints are hashed.
    today : date
        The day.
    """
    project_id = session.scalars(select(Project.id).order_by(Project.id)).first()
    if project_id is None:
        return
    save_part(session, keep_protocol(session, project_id), "steps", _STEPS, 0)
    seen = fingerprint(protocol_of(session, project_id).document)
    for partner, person in _SIGNED.items():
        day = today - timedelta(days=120)
        sign_protocol(session, project_id, partner, person, seen=seen, today=day)
    outcome = "It is used. New: Women's association A hears the results a day before all others."
    note_review(session, project_id, outcome, today - timedelta(days=30))
    keep_safety(session, project_id, _SAFETY, seen=0, today=today)
    _complain(session, wave, project_id, key, today)


def _complain(session: Session, wave: Wave, project_id: int, key: bytes, today: date) -> None:
    """Let people write, and the team take up what came first."""
    for days, words in enumerate(_COMPLAINTS):
        day = today - timedelta(days=9 * days + 2)
        record_complaint(session, wave, Written(words, secrets.token_bytes(16)), key, day)
    first = complaints_of(session, project_id)[-1].complaint
    note = "Told the caller where the results will hang."
    settle(session, first, ComplaintState.IN_HAND, note, first.version)
