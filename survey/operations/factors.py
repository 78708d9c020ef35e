"""Second factors of accounts: an authenticator app, passkeys, recovery codes."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Passkey, RecoveryCode, Staff
from survey.operations.audit import Action, append
from survey.operations.staff import token_hash

RECOVERY_CODES = 10
#: Steps between the oldest and the newest code of an app that are taken at one moment.
_STEPS_AROUND = 2


def spend_step(session: Session, staff_id: int, step: int) -> bool:
    """Mark a time step of a TOTP secret as used; tell whether it was not used before; commits.

    A last step that no code of this moment reaches was written when the clock was ahead.
    """
    ahead = Staff.totp_last_step > step + _STEPS_AROUND
    unused = Staff.totp_last_step.is_(None) | (Staff.totp_last_step < step) | ahead
    spent = session.scalar(
        update(Staff)
        .where(Staff.id == staff_id, unused)
        .values(totp_last_step=step)
        .returning(Staff.id)
    )
    session.commit()
    return spent is not None


def set_totp(session: Session, staff_id: int, secret: str) -> None:
    """Keep the (encrypted) secret of an authenticator app; commits."""
    staff = session.get_one(Staff, staff_id)
    staff.totp_secret = secret
    append(session, staff.email, Action.FACTOR_SET, staff.email)
    session.commit()


def remove_totp(session: Session, staff_id: int) -> None:
    """Forget the authenticator app; commits.

    Raises
    ------
    RefusedError
        If it is the last second factor of an account that needs one.
    """
    staff = session.get_one(Staff, staff_id)
    if staff.totp_secret is None:
        return
    _check_not_last(staff, left=len(passkeys_of(session, staff_id)))
    staff.totp_secret = staff.totp_last_step = None
    append(session, staff.email, Action.FACTOR_REMOVED, staff.email)
    session.commit()


def add_passkey(session: Session, staff_id: int, passkey: Passkey) -> None:
    """Keep a passkey; commits.

    Raises
    ------
    RefusedError
        If it is kept already, for whomever.
    """
    if session.get(Passkey, passkey.id) is not None:
        raise RefusedError(_("This passkey is kept already. Choose another device or key."))
    session.add(passkey)
    email = session.get_one(Staff, staff_id).email
    append(session, email, Action.FACTOR_SET, email)
    session.commit()


def remove_passkey(session: Session, staff_id: int, number: int) -> None:
    """Drop the passkey with this number in the account's list; commits.

    Raises
    ------
    RefusedError
        If it is the last second factor of an account that needs one.
    """
    keys, staff = passkeys_of(session, staff_id), session.get_one(Staff, staff_id)
    if 0 <= number < len(keys):
        _check_not_last(staff, left=len(keys) - 1 + bool(staff.totp_secret))
        session.delete(keys[number])
        append(session, staff.email, Action.FACTOR_REMOVED, staff.email)
    session.commit()


def _check_not_last(staff: Staff, left: int) -> None:
    """Make sure that nobody who stole a session can leave the account with a password alone."""
    if staff.factor_required and not left:
        raise RefusedError(
            _("This is your only second factor. Add another one first, then remove this one.")
        )


def count_signature(session: Session, passkey_id: bytes, sign_count: int) -> None:
    """Remember how often a passkey has signed: a copy of it would fall behind; commits."""
    changed = update(Passkey).where(Passkey.id == passkey_id).values(sign_count=sign_count)
    session.execute(changed)
    session.commit()


def passkeys_of(session: Session, staff_id: int) -> list[Passkey]:
    """Return the passkeys of an account, by name."""
    chosen = select(Passkey).where(Passkey.staff_id == staff_id)
    return list(session.scalars(chosen.order_by(Passkey.name, Passkey.id)))


def has_factor(session: Session, staff: Staff) -> bool:
    """Tell whether an account has a second factor."""
    return bool(staff.totp_secret) or bool(passkeys_of(session, staff.id))


def make_recovery_codes(session: Session, staff_id: int) -> list[str]:
    """Return new recovery codes, of which only hashes stay; the old ones die; commits."""
    codes = [secrets.token_hex(10) for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.add_all(RecoveryCode(id=token_hash(code), staff_id=staff_id) for code in codes)
    email = session.get_one(Staff, staff_id).email
    append(session, email, Action.RECOVERY_CODES_MADE, email)
    session.commit()
    return ["-".join(re.findall(".{5}", code)) for code in codes]


def use_recovery_code(session: Session, staff_id: int, written: str) -> bool:
    """Spend a recovery code; tell whether it was one; commits."""
    code = token_hash(re.sub(r"[\s-]", "", written).lower())
    spent = session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.id == code, RecoveryCode.staff_id == staff_id)
        .returning(RecoveryCode.staff_id)
    ).scalar()
    if spent is not None:
        email = session.get_one(Staff, staff_id).email
        append(session, email, Action.RECOVERY_CODE_USED, email)
    session.commit()
    return spent is not None


def count_recovery_codes(session: Session, staff_id: int) -> int:
    """Return how many recovery codes an account has left."""
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_id == staff_id)
    return session.scalar(left) or 0
