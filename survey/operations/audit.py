"""The log of what staff did: each entry carries the hash of the one before it.

An entry is written in the transaction of the act itself, so there is none without the other. It
holds who, what and when, and never an answer, a password or the address of a computer. Whoever
changes, drops or slips in an entry breaks the chain at that number; whoever cuts off the end
changes the last hash, which is why the page of the log prints it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from survey.models import AuditEntry

#: Who acts when no account does: somebody with a shell on the server.
COMMAND_LINE = "command line"
#: Entries on one page of the log.
PAGE = 200
_FIRST = "0" * 64


class Action(StrEnum):
    """What can be done; `survey.desk.wording` says it in the reader's language."""

    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    INVITED = "invited"
    RESET_LINK_MADE = "reset link made"
    PASSWORD_SET = "password set"  # noqa: S105 - the name of an act
    FACTOR_SET = "second factor set"
    FACTOR_REMOVED = "second factor removed"
    RECOVERY_CODES_MADE = "recovery codes made"
    RECOVERY_CODE_USED = "recovery code used"
    ROLE_GIVEN = "role given"
    ROLE_TAKEN = "role taken"
    PROJECT_MADE = "project made"
    PROJECT_DELETED = "project deleted"
    PROJECT_TAKEN_BACK = "project taken back"
    DRAFT_MADE = "draft made"
    DRAFT_DISCARDED = "draft discarded"
    RISKS_SIGNED = "risks signed off"
    PROTOCOL_SIGNED = "protocol signed"
    PROTOCOL_REVIEWED = "protocol reviewed"
    ROUND_OPENED = "round opened"
    ROUND_CLOSED = "round closed"
    ROUND_DELETED = "round deleted"
    ROUND_TAKEN_BACK = "round taken back"
    ROUND_ERASED = "round erased"
    RELEASE_DRAFTED = "release drafted"
    RELEASE_CHECKED = "release checked"
    RELEASE_PUBLISHED = "release published"
    RELEASE_CORRECTED = "release corrected"
    RELEASE_WITHDRAWN = "release withdrawn"
    RELEASE_DISCARDED = "release discarded"
    EXPORTED = "exported"
    EXPORT_FETCHED = "export fetched"
    CODES_MADE = "codes made"
    CODES_VOIDED = "codes made void"
    KEYS_CHANGED = "keys changed"
    RECORD_ADDED = "record added"
    RECORD_CHANGED = "record changed"
    RECORD_DELETED = "record deleted"
    RECORD_TAKEN_BACK = "record taken back"
    RECORDS_IMPORTED = "records imported"
    RECORDS_EXPORTED = "records exported"
    MONITORING_ADDED = "monitoring added"
    MONITORING_CHANGED = "monitoring changed"
    MONITORING_REMOVED = "monitoring removed"
    MONITORING_READ_IN = "monitoring read in"
    MONITORING_GIVEN_OUT = "monitoring given out"
    VALUE_NOTED = "value noted"
    VALUE_REMOVED = "value removed"
    VALUES_FILLED = "values filled"
    SAFETY_CHANGED = "safety plan changed"
    QUESTIONNAIRE_BEGUN = "questionnaire begun"
    QUESTIONNAIRE_CHANGED = "questionnaire changed"
    QUESTIONNAIRE_SIGNED = "translation signed off"
    QUESTIONNAIRE_PUBLISHED = "questionnaire published"
    QUESTIONNAIRE_EXPORTED = "questionnaire exported"
    QUESTIONNAIRE_DISCARDED = "questionnaire discarded"
    ITEM_NOTED = "note on a question"
    WEIGHTS_CHANGED = "weights changed"
    COMPLAINT_REOPENED = "complaint made new again"
    COMPLAINT_TAKEN_UP = "complaint taken in hand"
    COMPLAINT_CLOSED = "complaint closed"
    COMPLAINT_NOTED = "note on a complaint written"
    COMPLAINT_FETCHED = "locked complaint fetched"


def append(
    session: Session, actor: str, action: Action, thing: str, project_id: int | None = None
) -> AuditEntry:
    """Add an entry to the chain; the act's own commit keeps it.

    Parameters
    ----------
    session : Session
        The writing session of the act.
    actor : str
        E-mail of the account that acts, or `COMMAND_LINE`.
    action : Action
        What is done.
    thing : str
        To what: the link of a round, the name of a project, an e-mail. Never an answer.
    project_id : int, optional
        The project whose owners may read the entry.
    """
    if session.get_bind().dialect.name == "postgresql":
        # SQLite's writers stand in a queue already; here two could take the same number.
        session.execute(text("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE"))
    session.flush()
    last = session.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        actor=actor,
        action=action,
        thing=thing,
        project_id=project_id,
        previous=last.sha256 if last else _FIRST,
        sha256="",
    )
    entry.sha256 = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


def actor_of(session: Session) -> str:
    """Return who acts through `session`: the account its opener named, else the command line."""
    return str(session.info.get("actor", COMMAND_LINE))


def verify(session: Session) -> list[str]:
    """Return one sentence for every entry at which the chain is broken; none when it is whole."""
    problems = []
    previous, expected = _FIRST, 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number)):
        if entry.number != expected:
            problems.append(f"entry {expected} of the log is missing; restore it from a backup")
        elif entry.previous != previous:
            problems.append(f"entry {entry.number} of the log does not follow the one before it")
        if entry.sha256 != _hash(entry):
            problems.append(f"entry {entry.number} of the log was changed after it was written")
        previous, expected = entry.sha256, entry.number + 1
    return problems


def head(session: Session) -> str:
    """Return the hash of the last entry: note it down, and a log cut short shows."""
    newest = select(AuditEntry.sha256).order_by(AuditEntry.number.desc()).limit(1)
    return session.scalar(newest) or _FIRST


def entries_of(
    session: Session, project_id: int, members: list[str], before: int | None = None
) -> list[AuditEntry]:
    """Return entries on a project and on the accounts of its `members`, the newest first.

    A page holds `PAGE` of them; `before` is the number at which the page before it ended.
    """
    about_members = AuditEntry.project_id.is_(None) & AuditEntry.actor.in_(members)
    chosen = select(AuditEntry).where((AuditEntry.project_id == project_id) | about_members)
    if before is not None:
        chosen = chosen.where(AuditEntry.number < before)
    return list(session.scalars(chosen.order_by(AuditEntry.number.desc()).limit(PAGE)))


def _hash(entry: AuditEntry) -> str:
    said = [
        entry.number,
        entry.at,
        entry.actor,
        entry.action,
        entry.thing,
        entry.project_id,
        entry.previous,
    ]
    written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
