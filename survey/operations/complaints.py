"""Complaints and questions of participants: kept apart from answers, for the owners of a project.

What somebody writes is tied to no response, no visit and no code; of the moment only its day is
kept. In a round that has keys the words are sealed to them as they arrive, so the desk shows a day
and a state, and hands the locked words over to whoever has a key.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import (
    FullError,
    NonceSpentError,
    RefusedError,
    SealError,
    WaveClosedError,
)
from survey.keys import seal_to
from survey.messages import _
from survey.models import Complaint, ComplaintState, Project, ProjectRound, Wave
from survey.models.wave import Protection
from survey.operations.audit import Action
from survey.operations.batches import mix_rows
from survey.operations.members import note_round
from survey.operations.placing import Receipt, nonce_hash
from survey.operations.sealing import padded
from survey.operations.visits import Visited, end_unstored, how_it_ended
from survey.traces import erase_traces

#: Characters of a complaint, of the way to reach somebody, and of a note of the team.
LONGEST, LONGEST_REACH, LONGEST_NOTE = 4000, 200, 2000
#: Complaints that a round takes in a day. Nobody is counted, so a flood can only be met like this:
#: the disk stays free, and the page says where else to turn.
A_DAY = 200

#: What it is called that a complaint came into a state.
_ACTS = {
    ComplaintState.NEW: Action.COMPLAINT_REOPENED,
    ComplaintState.IN_HAND: Action.COMPLAINT_TAKEN_UP,
    ComplaintState.CLOSED: Action.COMPLAINT_CLOSED,
}


@dataclass(frozen=True)
class Written:
    """What somebody wrote, and how to reach them if they said so.

    `nonce` is random, of the page it was written in: what comes from one page is kept once.
    """

    text: str
    nonce: bytes
    reach: str = ""


@dataclass(frozen=True)
class Listed:
    """A complaint as the list of a project shows it."""

    complaint: Complaint
    wave: Wave


def takes_complaints(session: Session, wave: Wave, today: date) -> bool:
    """Tell whether somebody would read what is written about `wave`.

    A round that stands in no project, or in a deleted one, has no owners; one that awaits its test
    has keys that nobody has tried; and after the last day of keeping everything is erased.
    """
    place = session.get(ProjectRound, wave.id)
    project = session.get(Project, place.project_id) if place else None
    is_read = project is not None and project.deleted_on is None
    now = session.get_one(Wave, wave.id)
    return is_read and not now.awaits_test and now.opens_on <= today <= now.keep_until


def record_complaint(
    session: Session, wave: Wave, written: Written, key: bytes, today: date
) -> Receipt:
    """Keep what somebody wrote, once; commits.

    No entry of the log tells that it came: its clock time would stand there.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        From whose pages it was written.
    written : Written
        The words, stripped and not empty.
    key : bytes
        Secret under which nonces are hashed.
    today : date
        The day that is kept.

    Raises
    ------
    WaveClosedError
        If nobody would read it (any more): see `takes_complaints`.
    NonceSpentError
        If other words came from the same page.
    FullError
        If the round took as many today as a day may bring.
    """
    now = session.get_one(Wave, wave.id)
    # Asked inside the writing transaction: since the page was judged the round may have been
    # erased, and with it the keys without which these words would lie there in clear.
    is_unlocked = now.protection == Protection.SEALED and not now.recipients
    if is_unlocked or not takes_complaints(session, now, today):
        raise WaveClosedError
    known, body = nonce_hash(_number(written.nonce), key), _body_hash(written, key)
    kept = session.get(Complaint, known)
    if kept is not None:
        if kept.body_hash != body:
            raise NonceSpentError
        return Receipt.ALREADY_STORED
    _check_room(session, now, today)
    complaint = Complaint(id=known, wave_id=now.id, day=today, body_hash=body)
    if now.recipients:
        document = {"text": written.text, "reach": written.reach}
        content = json.dumps(document, ensure_ascii=False).encode()
        complaint.sealed = seal_to(padded(content), now.recipients)
    else:
        complaint.text, complaint.reach = written.text, written.reach or None
    session.add(complaint)
    session.flush()
    mix_rows(session, now, Complaint)
    session.commit()
    # With the log: no batch comes that would retire it, and a day brings few.
    erase_traces(session, Complaint.__tablename__)
    return Receipt.STORED


def how_form_ended(session: Session, wave: Wave, nonce: bytes, key: bytes) -> Visited:
    """Tell whether the words of a form are kept, or the form was erased, or neither."""
    if session.get(Complaint, nonce_hash(_number(nonce), key)) is not None:
        return Visited.STORED
    return how_it_ended(session, wave, _number(nonce), key)


def end_unsent(session: Session, wave: Wave, nonce: bytes, key: bytes) -> None:
    """Remember that a form was erased, by nothing but the hash of its number; commits."""
    end_unstored(session, wave, _number(nonce), key)


def _number(nonce: bytes) -> bytes:
    return b"complaint " + nonce


def complaints_of(session: Session, project_id: int) -> list[Listed]:
    """Return the complaints of a project: new ones first, then by day, the latest first."""
    rows = session.execute(
        select(Complaint, Wave)
        .join(Wave, Wave.id == Complaint.wave_id)
        .join(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(ProjectRound.project_id == project_id)
        # Within a day by their random keys: in no order of arrival.
        .order_by(Complaint.day.desc(), Complaint.id)
    )
    order = list(ComplaintState)
    listed = [Listed(complaint, wave) for complaint, wave in rows]
    return sorted(listed, key=lambda each: order.index(ComplaintState(each.complaint.state)))


def unread(session: Session, project_id: int) -> int:
    """Return how many complaints of a project nobody has taken in hand."""
    new = (
        select(func.count())
        .select_from(Complaint)
        .join(ProjectRound, ProjectRound.wave_id == Complaint.wave_id)
        .where(ProjectRound.project_id == project_id, Complaint.state == ComplaintState.NEW)
    )
    return session.scalar(new) or 0


def find_complaint(session: Session, project_id: int, number: str) -> Listed | None:
    """Return the complaint of a project with this number, if there is one."""
    return next(
        (
            each
            for each in complaints_of(session, project_id)
            if each.complaint.id.hex() == number.lower()
        ),
        None,
    )


def settle(session: Session, complaint: Complaint, state: str, note: str, seen: int) -> bool:
    """Change the state and the note of a complaint; commits. False if somebody else was faster.

    Parameters
    ----------
    session : Session
        A writing session in the name of whoever changes it, in which `complaint` was read.
    complaint : Complaint
        What is changed.
    state, note : str
        What it is from now on.
    seen : int
        The version that the person had before them.

    Raises
    ------
    RefusedError
        If there is no such state, or the note is too long.
    """
    if state not in set(ComplaintState):
        raise RefusedError(_("this is no state of a complaint; choose one of the list"))
    note = note.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise RefusedError(
            _("a note has at most %(most)s characters; shorten it"), most=LONGEST_NOTE
        )
    if (complaint.state, complaint.note) == (state, note):
        return True
    if complaint.version != seen:
        return False
    act = Action.COMPLAINT_NOTED if complaint.state == state else _ACTS[ComplaintState(state)]
    complaint.state, complaint.note = state, note
    complaint.version += 1
    _note_act(session, complaint, act)
    session.commit()
    return True


def fetch_sealed(session: Session, complaint: Complaint) -> bytes:
    """Return the locked words of a complaint, as an age file; the log says who fetched; commits.

    Raises
    ------
    SealError
        If nothing of it is locked.
    """
    if complaint.sealed is None:
        raise SealError("this complaint is not locked; read it at the desk")
    _note_act(session, complaint, Action.COMPLAINT_FETCHED)
    session.commit()
    return complaint.sealed


def _note_act(session: Session, complaint: Complaint, act: Action) -> None:
    note_round(session, act, session.get_one(Wave, complaint.wave_id))


def _check_room(session: Session, wave: Wave, today: date) -> None:
    came = select(func.count()).select_from(Complaint)
    came = came.where(Complaint.wave_id == wave.id, Complaint.day == today)
    if (session.scalar(came) or 0) >= A_DAY:
        raise FullError


def _body_hash(written: Written, key: bytes) -> bytes:
    """Return a hash that tells a repeated form from another; its key holds the unkept nonce."""
    secret = hashlib.blake2b(key, person=b"sixfold-words").digest()
    own = hashlib.blake2b(written.nonce, key=secret).digest()
    content = json.dumps([written.text, written.reach], ensure_ascii=False).encode()
    return hashlib.blake2b(content, key=own, digest_size=16).digest()
