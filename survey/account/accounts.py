"""Flask-Security on our own tables: who an account is, and how it is found.

Flask-Security keeps the session's account, argon2id hashes and one-time codes. Its own pages are
not used: they bring scripts and styles that our Content-Security-Policy refuses, and know neither
our languages nor our slow-down. Whatever is written goes through `survey.operations.staff`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, cast

from flask import Flask
from flask_security import RoleMixin, Security, Totp, UserDatastore, UserMixin
from passlib.exc import UsedTokenError
from passlib.totp import TOTP, AppWallet
from sqlalchemy import select

from survey.models import Staff
from survey.operations.factors import spend_step
from survey.operations.passwords import CONTEXT, COST, SCHEME
from survey.site import site

ISSUER = "Sixfold"
_CODES = "sixfold one-time codes"


class Account(UserMixin, Staff):
    """A row of `Staff` as Flask-Security sees it; its roles live in memberships, not here."""

    #: None: no role holds outside a project.
    roles: ClassVar[list[Any]] = []  # type: ignore[misc]


class Accounts(UserDatastore):
    """Finds accounts; it has no way to write."""

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | None:  # noqa: ANN401
        """Return the account with these columns."""
        with site().database.reading() as session:
            return session.scalar(select(Account).filter_by(**wanted))

    def find_role(self, role: str) -> None:
        """Return nothing: there are no roles outside projects."""


class OneTimeCodes(Totp):
    """Codes of an authenticator app, each good once."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Encrypt the secrets of apps with the last of `keys`; each of them opens its own."""
        # Not by the base class: it would take the alphabetically last key for the newest.
        secrets = {_named(key): _derived(key, "totp") for key in keys}
        wallet = AppWallet(secrets, default_tag=_named(keys[-1]))
        self._totp = TOTP.using(issuer=ISSUER, wallet=wallet)

    def get_last_counter(self, user: UserMixin) -> int | None:
        """Return the last time step that was used."""
        return cast("Account", user).totp_last_step

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:  # noqa: ANN401
        """Use up a time step; two requests with one code cannot both do it."""
        with site().database.writing() as session:
            if not spend_step(session, user.id, tmatch.counter):
                raise UsedTokenError


def install_accounts(app: Flask, keys: Sequence[str]) -> Security:
    """Give `app` accounts.

    Parameters
    ----------
    app : Flask
        The staff application.
    keys : sequence of str
        The installation's keys, the newest last; what protects each thing is derived from it.
    """
    secret_key = keys[-1]
    app.config |= {
        "SECRET_KEY": _derived(secret_key, "staff"),
        "SECURITY_PASSWORD_SALT": _derived(secret_key, "password salt"),
        "SECURITY_PASSWORD_HASH": SCHEME,
        "SECURITY_PASSWORD_SCHEMES": [SCHEME],
        "SECURITY_PASSWORD_SINGLE_HASH": [SCHEME],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": COST,
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_FRESHNESS": timedelta(minutes=10),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_USE_REGISTER_V2": True,
    }
    security = Security(app, Accounts(Account, RoleMixin), register_blueprint=False)
    # Not by SECURITY_TWO_FACTOR: that asks for a second library that draws QR codes.
    app.extensions[_CODES] = OneTimeCodes(keys)
    security.pwd_context = CONTEXT
    # Flask-Login would put a hash of the address and browser of staff into every session.
    security.login_manager._session_identifier_generator = str
    security.login_manager.session_protection = None
    # Flask-Security would also take a token from the query, a header or a JSON body.
    security.login_manager._request_callback = None
    return security


def codes_of(app: Flask) -> OneTimeCodes:
    """Return what makes and checks the codes of authenticator apps."""
    codes: OneTimeCodes = app.extensions[_CODES]
    return codes


def _derived(secret_key: str, purpose: str) -> str:
    key = hashlib.blake2b(purpose.encode(), key=secret_key.encode()[:64], digest_size=32)
    return base64.urlsafe_b64encode(key.digest()).decode()


def _named(secret_key: str) -> str:
    """Return a name of a key, from which nobody finds the key."""
    return hashlib.blake2b(b"name", key=secret_key.encode()[:64], digest_size=6).hexdigest()
