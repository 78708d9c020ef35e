"""What a person sees when something does not work: what happened, and what to do next.

Pages hold no answer, except the fields that were sent, so that they can be sent again.
"""

from __future__ import annotations

import re
from contextlib import suppress

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from survey.errors import (
    BadEncodingError,
    ForeignPageError,
    NonceSpentError,
    WaveClosedError,
    WaveNotOpenError,
    WaveUnknownError,
)
from survey.forms import Fields, read_fields
from survey.languages import LANGUAGES, choose_language, words
from survey.messages import _

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
    WaveNotOpenError: (
        403,
        _("This questionnaire is not open yet"),
        _("Please come back later with the same address."),
    ),
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


def register(app: Flask) -> None:
    """Show a page for every error of `app`."""
    for kind, message in _MESSAGES.items():
        app.register_error_handler(kind, lambda _error, message=message: show(message))
    app.register_error_handler(BadEncodingError, _unreadable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _storage)
    app.register_error_handler(PoolTimeoutError, _storage)


def front_door() -> Response:
    """Greet a person who came without a link; tell nothing of what is here."""
    heading = _("Welcome")
    return show((200, heading, _("Please open the full address that you were given.")))


def show(message: Message, fields: Fields | None = None) -> Response:
    """Show a message in the reader's language; `fields` can be sent again from it."""
    status, heading, explanation = message
    wished = (request.view_args or {}).get("language")
    spoken = words(choose_language(LANGUAGES, wished))
    page = render_template(
        "respond/message.html",
        _=spoken.gettext,
        language=spoken.language,
        direction=spoken.direction,
        heading=spoken.gettext(heading),
        explanation=spoken.gettext(explanation),
        fields=fields,
    )
    return Response(page, status, mimetype="text/html")


def _http(error: HTTPException) -> Response:
    return show(_HTTP.get(error.code or 500, (error.code or 500, *_BROKEN[1:])))


def _unreadable(_error: Exception) -> Response:
    """Say that the body was not clean, and keep the answers of the pages before it."""
    sent = b""
    with suppress(RequestEntityTooLarge):  # the address may be what cannot be read
        sent = request.get_data()
    found = _STATE.search(sent)
    if found is None:
        return show((*_UNREADABLE[:2], _SEND_AGAIN))
    language = choose_language(LANGUAGES, (request.view_args or {}).get("language"))
    kept = {"state": [found[1].decode()], "action": [f"language:{language}"]}
    return show(_UNREADABLE, kept)


def _storage(_error: Exception) -> Response:
    """Say that the database does not answer, and keep what was sent in the page."""
    sent = None
    if request.method == "POST":
        with suppress(BadEncodingError, RequestEntityTooLarge):
            sent = read_fields(request)
    return show(_STORAGE, sent)
