"""Accounts: invite, join, slow down guessing, end sessions."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Attempt, Invitation, Staff, StaffSession
from survey.operations.audit import Action, append

#: A link that sets a password works for so many seconds.
LINK_LIFE = 24 * 3600
#: So many tries an account has in a window of so many seconds.
TRIES = 5
WINDOW = 60

_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,190}")


def normal_email(written: str) -> str:
    """Return an e-mail as it is stored.

    Raises
    ------
    RefusedError
        If it is none.
    """
    email = written.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise RefusedError(
            _("'%(written)s' is no e-mail address; write it as name@example.org"), written=written
        )
    return email


def find_staff(session: Session, email: str) -> Staff | None:
    """Return the account with an e-mail, written in any case."""
    return session.scalar(select(Staff).where(Staff.email == email.strip().lower()))


def make_staff(session: Session, email: str, *, factor_required: bool = True) -> Staff:
    """Return the account of `email`, made now if there is none; it has no password yet."""
    email = normal_email(email)
    found = find_staff(session, email)
    if found is not None:
        return found
    staff = Staff(
        email=email,
        password=None,
        active=True,
        fs_uniquifier=uuid4().hex,
        factor_required=factor_required,
    )
    session.add(staff)
    session.flush()
    return staff


def make_link(
    session: Session, actor: str, staff: Staff, now: int, project_id: int | None = None
) -> str:
    """Return the token of a single-use link by which `staff` sets a password.

    Earlier links of the account die. A reset leaves the second factors alone: whoever gets hold
    of the link still lacks one.
    """
    purpose = "reset" if staff.password else "invite"
    token = secrets.token_urlsafe(16)
    session.execute(delete(Invitation).where(Invitation.staff_id == staff.id))
    session.add(
        Invitation(
            id=token_hash(token), staff_id=staff.id, purpose=purpose, expires_at=now + LINK_LIFE
        )
    )
    action = Action.RESET_LINK_MADE if purpose == "reset" else Action.INVITED
    append(session, actor, action, staff.email, project_id)
    return token


def link_for(session: Session, actor: str, staff: Staff, now: int) -> str:
    """Return the token of a link that sets a password; commits."""
    token = make_link(session, actor, staff, now)
    session.commit()
    return token


def invited(session: Session, token: str, now: int) -> Staff | None:
    """Return whose link this is, while it works."""
    link = session.get(Invitation, token_hash(token))
    if link is None or link.expires_at < now:
        return None
    return session.get(Staff, link.staff_id)


def use_link(session: Session, token: str, password_hash: str, now: int) -> Staff | None:
    """Set the password of whose link this is, and spend the link; commits.

    All sessions of the account end. Returns nothing when the link does not work (any more).
    """
    spent = session.execute(
        delete(Invitation)
        .where(Invitation.id == token_hash(token), Invitation.expires_at >= now)
        .returning(Invitation.staff_id)
    ).scalar()
    staff = session.get(Staff, spent) if spent is not None else None
    if staff is not None:
        _set_password(session, staff, password_hash)
    session.commit()
    return staff


def change_password(session: Session, staff_id: int, password_hash: str) -> Staff:
    """Set a new password and end every session of the account; commits."""
    staff = session.get_one(Staff, staff_id)
    _set_password(session, staff, password_hash)
    session.commit()
    return staff


def renew_hash(session: Session, staff_id: int, stored: str, password_hash: str) -> None:
    """Store the same password under today's cost, unless it was changed; sessions live on."""
    same = update(Staff).where(Staff.id == staff_id, Staff.password == stored)
    session.execute(same.values(password=password_hash))
    session.commit()


def end_sessions(session: Session, staff_id: int) -> None:
    """End every session of an account, wherever it is signed in; commits."""
    staff = session.get_one(Staff, staff_id)
    _end_sessions(session, staff)
    append(session, staff.email, Action.SIGNED_OUT, staff.email)
    session.commit()


def may_try(session: Session, key: bytes, what: str, now: int) -> bool:
    """Count a try at `what`, and tell whether it is within the measure; commits.

    `what` is kept as a keyed hash, and forgotten when its window is over.
    """
    name = hmac.new(key, what.strip().lower().encode(), hashlib.sha256).digest()[:16]
    # A count that a clock wrote which was ahead would otherwise never end.
    over = (Attempt.began_at <= now - WINDOW) | (Attempt.began_at > now + WINDOW)
    session.execute(delete(Attempt).where(over))
    tried = session.get(Attempt, name)
    if tried is None:
        tried = Attempt(id=name, began_at=now, times=0)
        session.add(tried)
    tried.times += 1
    allowed = tried.times <= TRIES
    session.commit()
    return allowed


def forget_tries(session: Session, key: bytes, what: str) -> None:
    """Start the count of `what` anew, after it went well; the caller commits."""
    name = hmac.new(key, what.strip().lower().encode(), hashlib.sha256).digest()[:16]
    session.execute(delete(Attempt).where(Attempt.id == name))


def record_act(session: Session, email: str, action: Action, thing: str = "") -> None:
    """Write an act on an account that changes nothing else; commits."""
    append(session, email, action, thing or email)
    session.commit()


def token_hash(token: str) -> bytes:
    """Return what is stored of a random token; it needs no salt, nobody can guess 80 bits."""
    return hashlib.sha256(token.encode()).digest()


def _set_password(session: Session, staff: Staff, password_hash: str) -> None:
    staff.password = password_hash
    _end_sessions(session, staff)
    append(session, staff.email, Action.PASSWORD_SET, staff.email)


def _end_sessions(session: Session, staff: Staff) -> None:
    staff.fs_uniquifier = uuid4().hex
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
