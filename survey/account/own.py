"""A person's own account: password, authenticator app, passkeys, recovery codes, sessions."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, Response, current_app, redirect, render_template, request, session
from flask import url_for as address_of
from markupsafe import Markup

from survey.account import entry
from survey.account.accounts import codes_of
from survey.account.passkeys import registered, registration_request
from survey.account.views import TOO_OFTEN, WRONG, WRONG_CODE, password_problem
from survey.errors import RefusedError
from survey.operations.factors import (
    add_passkey,
    count_recovery_codes,
    make_recovery_codes,
    passkeys_of,
    remove_passkey,
    remove_totp,
    set_totp,
)
from survey.operations.passwords import LONGEST
from survey.operations.staff import change_password, end_sessions
from survey.policy import Audience, open_to
from survey.site import site

blueprint = Blueprint("own", __name__, url_prefix="/account")

#: Whoever changes how one comes in has proved who they are within so many minutes.
_FRESH = 10
_NEW_SECRET = "new_totp_secret"  # noqa: S105 - the name of a place in the session


@blueprint.get("/")
@open_to(Audience.STAFF)
def page() -> str:
    """Show the account."""
    return _page()


@blueprint.post("/password")
@open_to(Audience.STAFF)
def password() -> Response | tuple[str, int]:
    """Change the password; every other session of the account ends."""
    account = entry.staff()
    old = request.form.get("old", "")[:LONGEST]
    if not entry.is_within_measure(f"sign-in {account.email}"):
        return _page(problem=TOO_OFTEN), 429
    if entry.check_password(account.email, old) is None:
        return _page(problem=WRONG), 422
    problem = password_problem(account.email)
    if problem:
        return _page(problem=problem), 422
    hashed = entry.passwords().hashed(request.form["password"])
    with site().database.writing() as writing:
        change_password(writing, account.id, hashed)
    entry.reenter(account.id)
    return _back()


@blueprint.get("/authenticator")
@open_to(Audience.STAFF)
def authenticator() -> str | Response:
    """Show the secret that an authenticator app needs, as a picture and in letters."""
    again = entry.require_fresh(_FRESH)
    if again:
        return again
    session[_NEW_SECRET] = codes_of(current_app).generate_totp_secret()
    return _authenticator_page()


@blueprint.post("/authenticator")
@open_to(Audience.STAFF)
def set_authenticator() -> Response | tuple[str, int]:
    """Keep the secret once the app shows the right code for it."""
    again = entry.require_fresh(_FRESH)
    if again:
        return again
    account = entry.staff()
    secret = session.get(_NEW_SECRET)
    if not secret:
        return _to(address_of(".authenticator"))
    if not entry.code_proves(account, request.form.get("code", ""), secret):
        return _authenticator_page(WRONG_CODE), 422
    session.pop(_NEW_SECRET)
    with site().database.writing() as writing:
        set_totp(writing, account.id, secret)
        left = count_recovery_codes(writing, account.id)
    return _back() if left else _show_codes(account.id)


@blueprint.post("/authenticator/remove")
@open_to(Audience.STAFF)
def remove_authenticator() -> Response | tuple[str, int]:
    """Forget the authenticator app, when another second factor remains."""
    again = entry.require_fresh(_FRESH)
    if again:
        return again
    try:
        with site().database.writing() as writing:
            remove_totp(writing, entry.staff().id)
    except RefusedError as refused:
        return _page(refused.words), 422
    return _back()


@blueprint.get("/passkey")
@open_to(Audience.STAFF)
def passkey() -> str | Response:
    """Let the browser make a passkey."""
    again = entry.require_fresh(_FRESH)
    if again:
        return again
    return _passkey_page()


@blueprint.post("/passkey")
@open_to(Audience.STAFF)
def set_passkey() -> Response | tuple[str, int]:
    """Keep the passkey that the browser made."""
    again = entry.require_fresh(_FRESH)
    if again:
        return again
    account = entry.staff()
    made = registered(
        account, request.form.get("passkey", ""), request.form.get("name", "").strip()
    )
    if made is None:
        return _passkey_page(WRONG_CODE), 422
    try:
        with site().database.writing() as writing:
            add_passkey(writing, account.id, made)
            left = count_recovery_codes(writing, account.id)
    except RefusedError as refused:
        return _passkey_page(refused.words), 422
    return _back() if left else _show_codes(account.id)


@blueprint.post("/passkey/<int:number>/remove")
@open_to(Audience.STAFF)
def forget_passkey(number: int) -> Response | tuple[str, int]:
    """Forget one of one's own passkeys, by its place in the list, when another factor remains."""
    again = entry.require_fresh(_FRESH)
    if again:
        return again
    try:
        with site().database.writing() as writing:
            remove_passkey(writing, entry.staff().id, number)
    except RefusedError as refused:
        return _page(refused.words), 422
    return _back()


@blueprint.post("/recovery-codes")
@open_to(Audience.STAFF)
def recovery_codes() -> Response:
    """Make new recovery codes and show them once."""
    return entry.require_fresh(_FRESH) or _show_codes(entry.staff().id)


@blueprint.post("/sign-out-everywhere")
@open_to(Audience.STAFF)
def sign_out_everywhere() -> Response:
    """End every session of the account, this one too."""
    account_id = entry.staff().id
    entry.leave()
    with site().database.writing() as writing:
        end_sessions(writing, account_id)
    return _to(address_of("account.sign_in"))


def _page(problem: str | None = None) -> str:
    account = entry.staff()
    with site().database.reading() as reading:
        keys = passkeys_of(reading, account.id)
        codes = count_recovery_codes(reading, account.id)
    must = account.factor_required and not account.totp_secret and not keys
    return render_template(
        "account/own.html",
        problem=problem,
        account=account,
        passkeys=keys,
        recovery_codes=codes,
        must_add=must,
    )


def _authenticator_page(problem: str | None = None) -> str:
    codes, secret = codes_of(current_app), session[_NEW_SECRET]
    address = codes.get_totp_uri(entry.staff().email, secret)
    picture = BytesIO()
    segno.make(address, error="m").save(
        picture, kind="svg", scale=5, xmldecl=False, svgns=False, title="QR", svgclass=None
    )
    return render_template(
        "account/authenticator.html",
        problem=problem,
        # The picture is drawn by segno from squares alone; the address is in none of its letters.
        picture=Markup(picture.getvalue().decode()),  # noqa: S704
        key=codes.get_totp_pretty_key(secret),
    )


def _passkey_page(problem: str | None = None) -> str:
    account = entry.staff()
    with site().database.reading() as reading:
        keys = passkeys_of(reading, account.id)
    wanted = registration_request(account, keys)
    return render_template("account/passkey.html", problem=problem, passkey_request=wanted)


def _show_codes(account_id: int) -> Response:
    with site().database.writing() as writing:
        codes = make_recovery_codes(writing, account_id)
    return Response(render_template("account/recovery_codes.html", codes=codes))


def _back() -> Response:
    return _to(address_of(".page"))


def _to(address: str) -> Response:
    return redirect(address, 303)  # type: ignore[return-value]  # Werkzeug's is the wider type
