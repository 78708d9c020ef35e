"""Sessions of staff. What they hold stays in our database; the cookie holds a random token.

Before somebody signs in there is nothing to keep but the token that guards forms, so visitors of
the sign-in page get it in a signed cookie and leave no row behind. Only the staff application has
this interface: participants and readers are never given a cookie.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Any

from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer

from survey.operations.staff_sessions import (
    ABSOLUTE,
    GRAIN,
    drop_session,
    find_session,
    keep_session,
)
from survey.site import site

#: What a visitor's cookie may hold.
_VISITORS = {"csrf_token", "language"}
_MARK = "~"


class StaffState(dict[str, Any], SessionMixin):
    """What is known of a session between two requests.

    Attributes
    ----------
    token : str
        What the cookie holds; empty when no row is kept.
    dropped : str
        The token of the session that this one replaces.
    made_at, seen_at : int
        Unix seconds.
    """

    def __init__(self, content: dict[str, Any] | None = None) -> None:
        super().__init__(content or {})
        self.token = ""
        self.dropped = ""
        self.made_at = self.seen_at = int(time.time())
        self.before = dict(self)

    def renew(self) -> None:
        """Give the session a new name: whoever knew the old one knows nothing any more."""
        self.dropped = self.token or self.dropped
        self.token = ""
        self.pop("csrf_token", None)
        self.made_at = int(time.time())

    def end(self) -> None:
        """End the session on the server."""
        language = self.get("language")
        self.clear()
        self.renew()
        if language:
            self["language"] = language


class StaffSessions(SessionInterface):
    """Keeps sessions in the database of the site."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._signer = URLSafeTimedSerializer(keys, salt="visitor of the sign-in page")

    def open_session(self, _app: Flask, request: Request) -> StaffState:
        """Return the session that the cookie opens, or an empty one."""
        written = request.cookies.get(_cookie_name(request), "")
        if written.startswith(_MARK):
            return self._visitor(written.removeprefix(_MARK))
        state = StaffState()
        if not written:
            return state
        with site().database.reading() as session:
            found = find_session(session, written, int(time.time()))
        if found is not None:
            state = StaffState(found.content)
            state.token = written
            state.made_at, state.seen_at = found.made_at, found.seen_at
        return state

    def save_session(self, _app: Flask, state: SessionMixin, response: Response) -> None:
        """Keep what changed, and tell the browser when the token did."""
        assert isinstance(state, StaffState)  # noqa: S101 - narrows the type
        if state.dropped:
            with site().database.writing() as session:
                drop_session(session, state.dropped)
        if set(state) <= _VISITORS and not state.token:
            self._save_visitor(state, response)
            return
        now = int(time.time())
        is_new = not state.token
        if not is_new and dict(state) == state.before and now - state.seen_at < GRAIN:
            return
        state.token = state.token or secrets.token_urlsafe(32)
        with site().database.writing() as session:
            keep_session(session, state.token, dict(state), now, state.made_at, is_new=is_new)
        if is_new:
            _set_cookie(response, state.token)

    def _visitor(self, signed: str) -> StaffState:
        try:
            return StaffState(self._signer.loads(signed, max_age=ABSOLUTE))
        except BadData:
            return StaffState()

    def _save_visitor(self, state: StaffState, response: Response) -> None:
        if state.dropped or dict(state) != state.before:
            _set_cookie(response, _MARK + str(self._signer.dumps(dict(state))))


def _cookie_name(request: Request) -> str:
    """Return the name of the cookie; over https the browser binds it to this host and to https."""
    return "__Host-sixfold" if request.is_secure else "sixfold"


def _set_cookie(response: Response, content: str) -> None:
    response.set_cookie(
        _cookie_name(current_request),
        content,
        secure=current_request.is_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
