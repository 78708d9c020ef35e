"""What a person sees when something does not work: what happened, and what to do next.

Pages hold no answer, except the fields that were sent, so that they can be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from questionnaires import Words
from survey.errors import (
    BadEncodingError,
    ForeignPageError,
    NonceSpentError,
    WaveClosedError,
    WaveNotOpenError,
    WaveUnknownError,
)
from survey.forms import Fields, read_body, read_fields
from survey.languages import LANGUAGES, choose_language, words
from survey.messages import _
from survey.models.wave import Door
from survey.respond.doors import LEFT_ALONE, NEXT
from survey.respond.questionnaire import known_wave
from survey.respond.visit import seal_of
from survey.security import FORGET
from survey.site import site

Message = tuple[int, str, str]

_SEND_AGAIN = _("Nothing was stored. Please go back in your browser and send the page again.")
_NOT_FOUND = (
    404,
    _("There is no page here"),
    _("Check the address, letter by letter, or ask the person who gave it to you."),
)
_BROKEN = (
    500,
    _("Something went wrong on our side"),
    _("Nothing was stored. Please go back, wait a minute and try again."),
)
_MESSAGES: dict[type[Exception], Message] = {
    WaveUnknownError: _NOT_FOUND,
    WaveClosedError: (
        410,
        _("This questionnaire is closed"),
        _("Answers are no longer taken. If a page told you “received”, yours are kept."),
    ),
    ForeignPageError: (
        403,
        _("This was sent by another website"),
        _("Nothing was stored. Please open the full address that you were given and begin there."),
    ),
    NonceSpentError: (
        409,
        _("Your answers were received before"),
        _("They were sent once already, so your first answers are kept and these are not stored."),
    ),
}
_NOT_OPEN = (
    403,
    _("This questionnaire is not open yet"),
    _("Please come back later with the same address."),
)
_NOT_OPEN_NOW = (
    403,
    _NOT_OPEN[1],
    _("Nothing is lost: what you sent is kept in this page. Wait a minute and send it again."),
)
_UNREADABLE = (
    400,
    _("We could not read what was sent"),
    _("Nothing was stored. The answers of earlier pages are kept in this page: go on with them."),
)
_HTTP: dict[int, Message] = {
    400: (400, _UNREADABLE[1], _SEND_AGAIN),
    404: _NOT_FOUND,
    414: (414, *_NOT_FOUND[1:]),
    405: (405, _("This page cannot take what was sent"), _("Please go back and use its buttons.")),
    413: (413, _("Too much was sent at once"), _SEND_AGAIN),
}
_STORAGE = (
    503,
    _("The service cannot be reached at the moment"),
    _("Nothing is lost: what you sent is kept in this page. Wait a minute and send it again."),
)


#: The signed field of a page, wherever it stands in a body that cannot be read otherwise.
_STATE = re.compile(rb"(?:^|&)state=([A-Za-z0-9_.-]{20,200000})(?:&|$)")
#: The address of a page of a round, and those of a kiosk's own pages.
_ROUND, _KIOSK = re.compile(r"/s/([A-Za-z0-9_-]+)/?"), re.compile(r"/s/[^/]+/kiosk(?:/|$)")
#: The button that was pressed, likewise.
_ACTION = re.compile(rb"(?:^|&)action=([^&]*)")


def register(app: Flask) -> None:
    """Show a page for every error of `app`."""
    for kind, message in _MESSAGES.items():
        app.register_error_handler(kind, lambda _error, message=message: _told(message))
    app.register_error_handler(WaveNotOpenError, _not_open)
    app.register_error_handler(BadEncodingError, _unreadable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _storage)
    app.register_error_handler(PoolTimeoutError, _storage)


def front_door() -> Response:
    """Greet a person who came without a link; tell nothing of what is here."""
    heading = _("Welcome")
    return show((200, heading, _("Please open the full address that you were given.")))


def leave(language: str | None = None) -> Response:
    """Show a page that says nothing of what was there before."""
    spoken = words(choose_language(LANGUAGES, language))
    reply = Response(_render("respond/left.html", spoken), mimetype="text/html")
    reply.headers.update(FORGET)
    return reply


def show(message: Message, fields: Fields | None = None) -> Response:
    """Show a message in the reader's language; `fields` can be sent again from it.

    Under the link of a round it says where help is, as the round's own pages do.
    """
    status, heading, explanation = message
    asked = request.view_args or {}
    wave = known_wave(asked["link"]) if asked.get("link") else None
    offered = wave.languages if wave else LANGUAGES
    spoken = words(choose_language(offered, asked.get("language")))
    start = _kiosk()
    page = _render(
        "respond/message.html",
        spoken,
        heading=spoken.gettext(heading),
        explanation=spoken.gettext(explanation),
        fields=fields,
        wave=wave,
        is_error=status >= HTTPStatus.BAD_REQUEST,
        is_closed=status == HTTPStatus.GONE,
        choices=[] if start else _choices(offered, asked.get("link")),
        start=start,
    )
    return _restless(Response(page, status, mimetype="text/html"), LEFT_ALONE, start)


def _choices(offered: Sequence[str], link: str | None) -> list[tuple[str, str, str]]:
    """Return the languages in which the same page can be had: code, name, and address."""
    if link is None or request.method != "GET":
        return []
    return [(code, words(code).name, f"/s/{link}/{code}") for code in offered]


def _render(template: str, spoken: Words, **facts: object) -> str:
    return render_template(
        template,
        _=spoken.gettext,
        language=spoken.language,
        direction=spoken.direction,
        **facts,
    )


def _not_open(_error: Exception) -> Response:
    """Say that it is too early; a page that is under way stays, should our clock be wrong."""
    if _is_erased():
        return _left()
    sent = _sent()
    return show(_NOT_OPEN_NOW, sent) if sent and "state" in sent else show(_NOT_OPEN)


def _told(message: Message) -> Response:
    """Show a message, unless somebody wished to leave: then it tells nothing either."""
    return _left() if _is_erased() else show(message)


def _http(error: HTTPException) -> Response:
    return _told(_HTTP.get(error.code or 500, (error.code or 500, *_BROKEN[1:])))


def _unreadable(_error: Exception) -> Response:
    """Say that the body was not clean, and keep the answers of the pages before it."""
    if _is_erased():
        return _left()
    found = _STATE.search(_body())
    if found is None:
        return show((*_UNREADABLE[:2], _SEND_AGAIN))
    language = choose_language(LANGUAGES, (request.view_args or {}).get("language"))
    kept = {"state": [found[1].decode()], "action": [f"language:{language}"]}
    return show(_UNREADABLE, kept)


def _storage(_error: Exception) -> Response:
    """Say that the database does not answer, and keep what was sent in the page."""
    if _is_erased():
        return _left()
    return show(_STORAGE, _sent())


def _is_erased() -> bool:
    """Tell whether a participant wished to erase and leave: then nothing is kept in a page."""
    pressed = _ACTION.findall(_body()) if request.path.startswith("/s/") else []
    return bool(pressed) and pressed[-1] == b"erase"


def _left() -> Response:
    return _restless(leave((request.view_args or {}).get("language")), NEXT, _kiosk())


def _kiosk() -> str:
    """Return the first page of the kiosk at which something went wrong; empty anywhere else.

    Nobody vouches for the state that says so: it decides no more than where the page goes.
    """
    found = _ROUND.match(request.path)
    if found is None:
        return ""
    state = _STATE.search(_body())
    said = (
        seal_of(site().settings.signing_keys(), found[1]).read(state[1].decode()) if state else None
    )
    is_there = _KIOSK.match(request.path) or (said is not None and said.door == Door.KIOSK)
    return f"/s/{found[1]}/kiosk" if is_there else ""


def _restless(reply: Response, seconds: int, start: str) -> Response:
    """Let a page of a kiosk go back to its first one, since nobody else will do it."""
    if start:
        reply.headers["Refresh"] = f"{seconds}; url={start}"
    return reply


def _body() -> bytes:
    """Return what was sent, readable or not; nothing if it is too long, or broke off."""
    with suppress(HTTPException, BadEncodingError):  # the address may be what cannot be read
        return read_body(request)
    return b""


def _sent() -> Fields | None:
    """Return the fields that were sent, if they can be read."""
    if request.method == "POST":
        with suppress(BadEncodingError, RequestEntityTooLarge):
            return read_fields(request)
    return None
