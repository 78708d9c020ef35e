"""The door for staff: join by a link, sign in, prove it twice, sign out."""

from __future__ import annotations

import time

from flask import Blueprint, Response, redirect, render_template, request, session, url_for

from survey.account import entry
from survey.account.passkeys import signing_request
from survey.languages import LANGUAGES
from survey.messages import _
from survey.operations.factors import passkeys_of
from survey.operations.passwords import LONGEST, SHORTEST
from survey.operations.staff import invited, use_link
from survey.policy import Audience, open_to
from survey.site import site

blueprint = Blueprint("account", __name__, url_prefix="/account")

WRONG = _("This e-mail and password do not fit together. Check both and try again.")
TOO_OFTEN = _("Too many tries for this account. Please wait a minute and try again.")
WRONG_CODE = _("This code does not fit, or was used before. Wait for the next one and try again.")
TOO_SHORT = _("Choose a password of 12 to 200 characters. A few words in a row are good.")
TOO_PLAIN = _("This password is too easy to guess. Choose a few words that belong to nobody else.")
NOT_SAME = _("The two passwords differ. Type the same one twice.")


@blueprint.get("/sign-in")
@open_to(Audience.VISITOR)
def sign_in() -> str | Response:
    """Ask for e-mail and password."""
    if entry.staff().is_authenticated:
        return _to(url_for("desk.start"))
    return render_template("account/sign_in.html", was_set="set" in request.args)


@blueprint.post("/sign-in")
@open_to(Audience.VISITOR)
def try_sign_in() -> Response | tuple[str, int]:
    """Check e-mail and password: same words and same time whatever is wrong with them."""
    # As accounts are found: blanks before an e-mail must not make another count of tries.
    email = request.form.get("email", "").strip().lower()
    password = request.form.get("password", "")
    if not entry.is_within_measure(f"sign-in {email}"):
        return render_template("account/sign_in.html", problem=TOO_OFTEN, email=email), 429
    account = entry.check_password(email, password[:LONGEST])
    if account is None:
        entry.note_failure(email)
        return render_template("account/sign_in.html", problem=WRONG, email=email), 422
    return entry.begin(account)


@blueprint.get("/second-factor")
@open_to(Audience.VISITOR)
def second_factor() -> str | Response:
    """Ask for the second factor."""
    if entry.pending() is None:
        return _to(url_for(".sign_in"))
    return _factor_page("account/second_factor.html")


@blueprint.post("/second-factor")
@open_to(Audience.VISITOR)
def try_second_factor() -> Response | tuple[str, int]:
    """Check the second factor and let the person in."""
    account = entry.pending()
    if account is None:
        return _to(url_for(".sign_in"))
    if not entry.is_within_measure(f"factor {account.email}"):
        return _factor_page("account/second_factor.html", TOO_OFTEN), 429
    if not entry.proves(account, *_sent_factors()):
        entry.note_failure(account.email)
        return _factor_page("account/second_factor.html", WRONG_CODE), 422
    return entry.enter(account)


@blueprint.get("/confirm")
@open_to(Audience.STAFF)
def confirm() -> str:
    """Ask once more for the second factor, or for the password where there is none."""
    return _factor_page("account/confirm.html")


@blueprint.post("/confirm")
@open_to(Audience.STAFF)
def try_confirm() -> Response | tuple[str, int]:
    """Check it and go on to the page that asked."""
    account = entry.staff()
    if not entry.is_within_measure(f"factor {account.email}"):
        return _factor_page("account/confirm.html", TOO_OFTEN), 429
    if _has_factor():
        proved = entry.proves(account, *_sent_factors())
    else:
        password = request.form.get("password", "")[:LONGEST]
        proved = entry.check_password(account.email, password) is not None
    if not proved:
        return _factor_page("account/confirm.html", WRONG_CODE if _has_factor() else WRONG), 422
    entry.mark_proved()
    return _to(entry.wished_page())


@blueprint.get("/join/<token>")
@open_to(Audience.VISITOR)
def join(token: str) -> str | tuple[str, int]:
    """Ask whoever was given a link for a password of their own."""
    with site().database.reading() as reading:
        account = invited(reading, token, int(time.time()))
    if account is None:
        return render_template("account/link_over.html"), 404
    return render_template("account/join.html", email=account.email)


@blueprint.post("/join/<token>")
@open_to(Audience.VISITOR)
def set_password(token: str) -> Response | tuple[str, int]:
    """Set the password and spend the link."""
    now = int(time.time())
    with site().database.reading() as reading:
        account = invited(reading, token, now)
    if account is None:
        return render_template("account/link_over.html"), 404
    problem = password_problem(account.email)
    if problem:
        return render_template("account/join.html", email=account.email, problem=problem), 422
    hashed = entry.passwords().hashed(request.form["password"])
    with site().database.writing() as writing:
        joined = use_link(writing, token, hashed, now)
    if joined is None:
        return render_template("account/link_over.html"), 404
    return _to(url_for(".sign_in", set=1))


@blueprint.post("/sign-out")
@open_to(Audience.STAFF)
def sign_out() -> Response:
    """End the session, here and on the server."""
    entry.leave()
    return _to(url_for(".sign_in"))


@blueprint.post("/language")
@open_to(Audience.VISITOR)
def language() -> Response:
    """Show the desk in another language from now on."""
    if request.form.get("language") in LANGUAGES:
        session["language"] = request.form["language"]
    return _to(entry.our_page(request.form.get("back", "")))


def password_problem(email: str) -> str | None:
    """Return what is wrong with the new password that was sent twice, if anything."""
    password = request.form.get("password", "")
    if not SHORTEST <= len(password) <= LONGEST:
        return TOO_SHORT
    name = email.partition("@")[0]
    if len(set(password)) < 6 or password.lower() in {email, name * 2, name * 3}:
        return TOO_PLAIN
    return None if password == request.form.get("again") else NOT_SAME


def _factor_page(template: str, problem: str | None = None) -> str:
    account = entry.pending() or entry.staff()
    with site().database.reading() as reading:
        keys = passkeys_of(reading, account.id)
    return render_template(
        template,
        problem=problem,
        has_app=bool(account.totp_secret),
        has_factor=bool(account.totp_secret or keys),
        passkey_request=signing_request(keys) if keys else None,
    )


def _has_factor() -> bool:
    account = entry.staff()
    with site().database.reading() as reading:
        return bool(account.totp_secret) or bool(passkeys_of(reading, account.id))


def _sent_factors() -> tuple[str, str, str]:
    code, recovery, passkey = (
        request.form.get(name, "") for name in ("code", "recovery", "passkey")
    )
    return code, recovery, passkey


def _to(address: str) -> Response:
    return redirect(address, 303)  # type: ignore[return-value]  # Werkzeug's is the wider type
