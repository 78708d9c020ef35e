"""The pages that most people see most of the time, without the ceremony of the application.

A page without errors or earlier answers is the same for everybody but for its hidden field, and is
kept once somebody has seen it (`survey.shells`). To send it again takes the address, the form, a
glance at the round and the steps of `survey.respond.steps`. Nothing is judged here that is not
judged there: whatever is unusual about a request, or about the page it leads to, goes on to the
application as it came. `tests/survey/test_shortcut.py` holds the two ways against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, cast

from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from survey.errors import SurveyError
from survey.forms import BODY_LIMIT, fields_of
from survey.models.wave import Door
from survey.respond.pages import Pages
from survey.respond.questionnaire import find_open
from survey.respond.steps import Outcome, Step, take_step
from survey.respond.visit import Visit, seal_of
from survey.security import PATH_LIMIT, is_foreign, is_ours, page_headers
from survey.shells import Shell
from survey.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ADDRESS = re.compile(r"/s/([A-Za-z0-9_-]+)(?:/([A-Za-z-]+))?")
_FORM = "application/x-www-form-urlencoded"
_HTTP_OK = "200 OK"


class Shortcut:
    """Answers what it can, and passes the rest to the application."""

    def __init__(self, app: Flask) -> None:
        self._site = cast("Site", app.extensions["sixfold"])
        self._hosts = tuple(app.config["TRUSTED_HOSTS"])
        self._application = app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        address = _ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
        is_usual = address is not None and self._is_usual(environ)
        found = self._page(environ, *address.group(1, 2)) if address and is_usual else None
        if found is None:
            return self._application(environ, start_response)
        shell, field = found
        is_packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        body = shell.fill_packed(field) if is_packed else shell.fill(field)
        start_response(_HTTP_OK, page_headers(environ, len(body), is_packed=is_packed))
        return [body]

    def _is_usual(self, environ: WSGIEnvironment) -> bool:
        """Tell whether a browser sends this when a person opens a page or presses a button."""
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        return (
            environ["REQUEST_METHOD"] in {"GET", "POST"}
            and not environ.get("QUERY_STRING")
            and len(environ.get("RAW_URI", "")) <= PATH_LIMIT
            and is_ours(environ.get("HTTP_HOST"), self._hosts)
            # Who weighs encodings against each other, or names one that is not gzip's, is rare.
            and not any(sign in accepted for sign in (";", "*", "x-gzip"))
        )

    def _page(
        self, environ: WSGIEnvironment, link: str, language: str | None
    ) -> tuple[Shell, str] | None:
        """Return the page that a request leads to and its field, if it is one that is kept."""
        body = _taken_body(environ) if environ["REQUEST_METHOD"] == "POST" else b""
        if body is None:
            return None
        with suppress(SurveyError, DBAPIError, PoolTimeoutError):
            wave, questionnaire = find_open(self._site, link)
            seal = seal_of(self._site.settings.signing_keys(), link)
            fields = fields_of(body)
            visit = Visit(language) if language in wave.languages else None
            if "state" in fields:
                visit = seal.open(fields["state"][-1])
            is_plain = Door.OPEN in wave.doors and "code" not in fields
            if visit is None or visit.door != Door.OPEN or not is_plain:
                return None
            if visit.screen >= len(questionnaire.screens) - 1:  # what follows shows the answers
                return None
            is_first = environ["REQUEST_METHOD"] == "GET"
            step = (
                Step(Outcome.SHOW, visit) if is_first else take_step(questionnaire, visit, fields)
            )
            return Pages(wave, questionnaire, seal).kept(step)
        return None


def _taken_body(environ: WSGIEnvironment) -> bytes | None:
    """Return the form that was sent, and leave it there to be read again; None if it is unusual."""
    length = environ.get("CONTENT_LENGTH") or ""
    is_usual = (
        length.isdecimal()
        and int(length) <= BODY_LIMIT
        and "HTTP_TRANSFER_ENCODING" not in environ
        and environ.get("CONTENT_TYPE", "").startswith(_FORM)
        and not is_foreign(environ, environ["HTTP_HOST"])
    )
    if not is_usual:
        return None
    body = b""
    with suppress(OSError):  # it broke off: what came tells the application so
        body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(length) else None
