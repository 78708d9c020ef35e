"""From a typed e-mail to a session: the steps, their order, and what is written of them."""

from __future__ import annotations

import time
from typing import cast
from urllib.parse import urlsplit

from flask import Response, current_app, redirect, request, session, url_for
from flask_security import current_user
from flask_security.utils import login_user, logout_user
from sqlalchemy import select

from survey.account.accounts import Account, codes_of
from survey.account.passkeys import signed_by
from survey.models import Passkey
from survey.operations.audit import Action
from survey.operations.factors import count_signature, has_factor, passkeys_of, use_recovery_code
from survey.operations.passwords import Passwords
from survey.operations.staff import find_staff, forget_tries, may_try, record_act, renew_hash
from survey.sessions import StaffState
from survey.site import site

#: So many seconds may pass between password and second factor.
_PENDING_LIFE = 600
_PENDING, _PENDING_SINCE, _PROVED = "pending", "pending_since", "proved_at"
#: Codes of the step before and after count too: clocks differ.
_CLOCKS_DIFFER = 30


def staff() -> Account:
    """Return the account that is signed in."""
    return cast("Account", current_user._get_current_object())


def passwords() -> Passwords:
    """Return what hashes passwords on this machine."""
    return Passwords(site().settings.instance)


def is_within_measure(what: str) -> bool:
    """Count a try, and tell whether it may be made now."""
    with site().database.writing() as writing:
        return may_try(writing, _key(), what, int(time.time()))


def check_password(email: str, password: str) -> Account | None:
    """Return the account whose e-mail and password these are.

    It takes as long for an e-mail without an account.
    """
    with site().database.reading() as reading:
        found = reading.scalar(select(Account).filter_by(email=email.strip().lower()))
    stored = found.password if found and found.active else None
    right, renewed = passwords().check(password, stored)
    if found is not None and stored and right and renewed:
        with site().database.writing() as writing:
            renew_hash(writing, found.id, stored, renewed)
    return found if right else None


def note_failure(email: str) -> None:
    """Write that a sign-in failed, if the account exists: a mistyped e-mail is nobody's act."""
    with site().database.writing() as writing:
        known = find_staff(writing, email)
        if known is not None:
            record_act(writing, known.email, Action.SIGN_IN_FAILED)


def begin(account: Account) -> Response:
    """Go on after the right password: to the second factor if there is one, else in."""
    with site().database.reading() as reading:
        asks_more = has_factor(reading, account)
    if not asks_more:
        return enter(account)
    _state().renew()
    session[_PENDING] = account.fs_uniquifier
    session[_PENDING_SINCE] = int(time.time())
    return _to(url_for("account.second_factor", next=request.args.get("next")))


def pending() -> Account | None:
    """Return who gave the right password a moment ago and still owes the second factor."""
    known_as = session.get(_PENDING)
    if not known_as or session.get(_PENDING_SINCE, 0) + _PENDING_LIFE < time.time():
        return None
    with site().database.reading() as reading:
        return reading.scalar(select(Account).filter_by(fs_uniquifier=known_as))


def proves(account: Account, code: str, recovery: str, passkey: str) -> bool:
    """Tell whether one of these is a second factor of `account`; it is spent by that."""
    if passkey:
        return _passkey_proves(account, passkey)
    if recovery:
        with site().database.writing() as writing:
            return use_recovery_code(writing, account.id, recovery)
    return code_proves(account, code, account.totp_secret)


def code_proves(account: Account, code: str, secret: str | None) -> bool:
    """Tell whether `code` is what an app with this secret shows now, and was not used before."""
    digits = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    if not secret or not digits:
        return False
    codes = codes_of(current_app)
    try:
        return bool(codes.verify_totp(digits, secret, account, window=_CLOCKS_DIFFER))
    except KeyError:  # an old secret key is not listed any more
        return False


def enter(account: Account) -> Response:
    """Sign in: a new session, a line in the log, and the page that was asked for."""
    _state().end()  # whoever used this browser before leaves nothing to the next
    login_user(account, remember=False)
    mark_proved()
    with site().database.writing() as writing:
        forget_tries(writing, _key(), f"sign-in {account.email}")
        record_act(writing, account.email, Action.SIGNED_IN)
    return _to(wished_page())


def reenter(account_id: int) -> None:
    """Go on under a new session after all sessions of the account were ended."""
    with site().database.reading() as reading:
        account = reading.get_one(Account, account_id)
    _state().renew()
    login_user(account, remember=False)
    mark_proved()


def leave() -> None:
    """End the session on the server and in the browser."""
    email = staff().email
    logout_user()
    _state().end()
    with site().database.writing() as writing:
        record_act(writing, email, Action.SIGNED_OUT)


def mark_proved() -> None:
    """Remember that the person proved who they are, just now."""
    session[_PROVED] = int(time.time())


def require_fresh(minutes: int) -> Response | None:
    """Return the way to prove oneself once more, unless that was within so many minutes.

    Views that export, delete or change who may come in begin with it::

        again = require_fresh(10)
        if again:
            return again
    """
    if session.get(_PROVED, 0) + minutes * 60 > time.time():
        return None
    back = request.path if request.method == "GET" else url_for("own.page")
    return _to(url_for("account.confirm", next=back))


def wished_page() -> str:
    """Return the page of ours that was asked for before, else the desk."""
    return our_page(request.args.get("next", ""))


def our_page(wished: str) -> str:
    """Return an address if it is a page of staff on this server, else that of the desk."""
    parts = urlsplit(wished)
    is_ours = not parts.scheme and not parts.netloc and "\\" not in wished
    if is_ours and wished.startswith(("/desk/", "/account/")):
        return wished
    return url_for("desk.start")


def _passkey_proves(account: Account, answer: str) -> bool:
    with site().database.reading() as reading:
        known: list[Passkey] = passkeys_of(reading, account.id)
    signed = signed_by(known, answer)
    if signed is None:
        return False
    passkey, sign_count = signed
    with site().database.writing() as writing:
        count_signature(writing, passkey.id, sign_count)
    return True


def _state() -> StaffState:
    return cast("StaffState", session._get_current_object())  # type: ignore[attr-defined]


def _key() -> bytes:
    return site().settings.lasting_key()


def _to(address: str) -> Response:
    return cast("Response", redirect(address, 303))
