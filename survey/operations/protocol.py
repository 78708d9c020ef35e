"""The information-sharing protocol of a project: six steps, signed by all, reviewed for good.

It is written once for a project. A signature holds for the text it was given for; every three
months the partners look at the protocol again, and the desk reminds them.
"""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Project, Protocol, ProtocolReview
from survey.operations.audit import Action, actor_of, append
from survey.operations.draft_documents import field, lines
from survey.operations.editing import check_seen, set_part
from survey.operations.gaps import Gap

#: The fields of the six steps; the fifth is the signatures. All are texts.
STEPS = ("why", "type", "partners", "tasks", "when", "review")
#: Months between two looks at a protocol.
MONTHS = 3


@dataclass(frozen=True)
class Signature:
    """What a partner's signature is worth: `day` and `person` as noted, and whether it holds."""

    partner: str
    person: str = ""
    day: date | None = None
    holds: bool = False


def protocol_of(session: Session, project_id: int) -> Protocol:
    """Return the protocol of a project; an empty one when nobody has written any yet."""
    found = session.get(Protocol, project_id)
    return found or Protocol(project_id=project_id, document={}, version=0, changes={})


def keep_protocol(session: Session, project_id: int) -> Protocol:
    """Return the protocol of a project to be changed; the caller commits."""
    protocol = protocol_of(session, project_id)
    session.add(protocol)
    return protocol


def signatures_of(document: Mapping[str, Any]) -> list[Signature]:
    """Return the partners in their order, with their signatures."""
    noted = document.get("signatures") or {}
    now = fingerprint(document)
    found = []
    for partner in dict.fromkeys(lines(field(document, "steps", "partners"))):
        sign = noted.get(partner)
        found.append(
            Signature(
                partner, sign["person"], date.fromisoformat(sign["day"]), sign["sha256"] == now
            )
            if sign
            else Signature(partner)
        )
    return found


def sign_protocol(
    session: Session, project_id: int, partner: str, person: str, *, seen: str, today: date
) -> None:
    """Note that `person` signed for `partner`; commits.

    Parameters
    ----------
    session : Session
        A writing session.
    project_id : int
        Whose protocol it is.
    partner, person : str
        Who signed, and for which partner.
    seen : str
        The fingerprint of the text that was on the page when this was noted.
    today : date
        The day of the signature.

    Raises
    ------
    RefusedError
        If a step is empty, the text was changed meanwhile, `partner` is none of the protocol's,
        or no person is named.
    """
    protocol = keep_protocol(session, project_id)
    if step_gaps(protocol.document):
        raise RefusedError(_("fill in every step of the protocol first; then partners sign"))
    if partner not in {each.partner for each in signatures_of(protocol.document)}:
        raise RefusedError(_("this partner is not in the protocol (any more); load its page again"))
    check_seen(seen, fingerprint(protocol.document))
    person = " ".join(person.split())
    if not 1 <= len(person) <= 120:
        raise RefusedError(_("write who signed, in 1 to 120 characters"))
    sign = {
        "person": person,
        "day": today.isoformat(),
        "sha256": fingerprint(protocol.document),
    }
    noted = {**(protocol.document.get("signatures") or {}), partner: sign}
    set_part(session, protocol, "signatures", noted)
    append(session, actor_of(session), Action.PROTOCOL_SIGNED, partner, project_id)
    session.commit()


def note_review(session: Session, project_id: int, outcome: str, today: date) -> None:
    """Note that the protocol was looked at again, and what came of it; commits.

    Raises
    ------
    RefusedError
        If nothing is written of what came of it.
    """
    outcome = " ".join(outcome.split())
    if not 1 <= len(outcome) <= 1000:
        raise RefusedError(_("write what came of the review, in 1 to 1,000 characters"))
    session.add(
        ProtocolReview(
            project_id=project_id, day=today, reviewer=actor_of(session), outcome=outcome
        )
    )
    project = session.get_one(Project, project_id)
    append(session, actor_of(session), Action.PROTOCOL_REVIEWED, project.name, project_id)
    session.commit()


def reviews_of(session: Session, project_id: int) -> list[ProtocolReview]:
    """Return the reviews of a protocol, the newest first."""
    chosen = select(ProtocolReview).where(ProtocolReview.project_id == project_id)
    return list(session.scalars(chosen.order_by(ProtocolReview.id.desc())))


def next_review(session: Session, project_id: int) -> date | None:
    """Return the day by which a signed protocol is looked at again; nothing while none is."""
    signed = [
        each.day for each in signatures_of(protocol_of(session, project_id).document) if each.day
    ]
    days = [*signed, *(each.day for each in reviews_of(session, project_id))]
    return months_later(max(days), MONTHS) if signed else None


def is_overdue(session: Session, project_id: int, today: date) -> bool:
    """Tell whether the day of the next review has come."""
    due = next_review(session, project_id)
    return due is not None and today >= due


def step_gaps(document: Mapping[str, Any]) -> list[Gap]:
    """Return the steps that nobody has written yet."""
    empty = [name for name in STEPS if not str(field(document, "steps", name)).strip()]
    return [Gap(_("Write this step."), {}, name) for name in empty]


def protocol_gaps(session: Session, project_id: int, today: date) -> list[Gap]:
    """Return what the protocol of a project lacks before a round may open."""
    document = protocol_of(session, project_id).document
    gaps = step_gaps(document)
    if gaps:
        return gaps
    for each in signatures_of(document):
        if each.day is None:
            gaps.append(Gap(_("A signature is missing: %(partner)s"), {"partner": each.partner}))
        elif not each.holds:
            words = _("The text was changed since, so sign again: %(partner)s")
            gaps.append(Gap(words, {"partner": each.partner}))
    if not gaps and is_overdue(session, project_id, today):
        gaps.append(Gap(_("Three months are over: review the protocol and note what came of it.")))
    return gaps


def fingerprint(document: Mapping[str, Any]) -> str:
    """Return a hash of the text that partners sign."""
    written = json.dumps(document.get("steps") or {}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
