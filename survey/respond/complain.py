"""Complain or ask: a form that belongs to a round and to no answer.

It has a random number of its own, so that the same form sent twice is kept once, and nothing in it
comes from a visit. It stays open after the round has closed, until everything is erased.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field

from flask import Blueprint, Response, render_template, request
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from survey.errors import FullError, NonceSpentError, WaveClosedError, WaveUnknownError
from survey.forms import Fields, read_fields
from survey.languages import choose_language, words
from survey.messages import _
from survey.models import Wave
from survey.models.wave import Door
from survey.operations.complaints import (
    LONGEST,
    LONGEST_REACH,
    Written,
    end_unsent,
    how_form_ended,
    record_complaint,
    takes_complaints,
)
from survey.operations.visits import Visited
from survey.policy import Audience, open_to
from survey.respond.doors import LEFT_ALONE, NEXT, TAKEN
from survey.respond.questionnaire import known_wave
from survey.security import FORGET
from survey.site import site, today

blueprint = Blueprint("complain", __name__)

_EMPTY = _("Write what happened, or what you want to know.")
_LONG = _("This is too long. Write it shorter, or send it in two parts.")
_STALE = _("Nothing was stored: this page was open for very long. Please send it once more.")
_OTHER = _("Other words were received from this page before. If these are new, send them now.")
_FULL = _(
    "Nothing was stored: too much was written today. Come back tomorrow with what you wrote, or "
    "use the lines below."
)


@dataclass(frozen=True)
class _Form:
    """What stands in the page: its words, its number, and what is to be said of them.

    `made` is when the page of a kiosk was made, in seconds; 0 where nothing signed tells.
    """

    text: str = ""
    reach: str = ""
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    problem: str = ""
    made: int = 0


@blueprint.route("/s/<link>/complain/<language>", methods=["GET", "POST"])
@open_to(Audience.PARTICIPANT)
def complain(link: str, language: str) -> Response:
    """Take what somebody writes to the team of a round."""
    return _answer(_wave(link), language, _sent())


@blueprint.route("/s/<link>/kiosk/complain/<language>", methods=["GET", "POST"])
@open_to(Audience.PARTICIPANT)
def complain_at_kiosk(link: str, language: str) -> Response:
    """Do the same at a device of the team, which then makes room for the next person."""
    wave = _wave(link)
    if Door.KIOSK not in wave.doors:
        raise WaveUnknownError
    start = f"/s/{link}/kiosk"
    fields = _sent()  # once: a body without a declared length is gone when it is read
    if _last(fields, "action") == "erase":
        _note_erased(wave, _read(wave, fields))
        return _forgotten(Response(status=303, headers={"Location": start}))
    reply = _answer(wave, language, fields, start)
    after = NEXT if reply.headers.get("Clear-Site-Data") else LEFT_ALONE
    reply.headers["Refresh"] = f"{after}; url={start}"
    return reply


def _sent() -> Fields:
    """Return what was sent with a form; nothing when somebody only looks at the page."""
    return read_fields(request) if request.method == "POST" else {}


def _answer(wave: Wave, wished: str, fields: Fields, start: str = "") -> Response:
    language = choose_language(wave.languages, wished)
    with site().database.reading() as session:
        is_taken = takes_complaints(session, wave, today())
    if request.method != "POST" or not is_taken:
        return _page(wave, language, _Form(), start, is_taken=is_taken)
    action = _last(fields, "action")
    if action == "erase":
        return _forgotten(_shown("respond/erased.html", wave, language, start))
    form = _read(wave, fields)
    anew = _begun_anew(wave, form, action) if start else None
    if anew is not None:
        return _page(wave, language, anew, start, 422 if anew.problem else 200)
    if action.startswith("language:"):
        other = choose_language(wave.languages, action.removeprefix("language:"))
        return _page(wave, other, form, start)
    return _keep(wave, language, form, start)


def _keep(wave: Wave, language: str, form: _Form, start: str) -> Response:
    """Store the words and say so once they are on disk; or show them again with what is wrong."""
    if form.problem:
        return _page(wave, language, form, start, 422)
    written = Written(form.text, bytes.fromhex(form.nonce), form.reach)
    try:
        with site().database.writing() as session:
            record_complaint(session, wave, written, _key(), today())
    except WaveClosedError:
        return _page(wave, language, form, start, is_taken=False)
    except FullError:
        full = _Form(form.text, form.reach, form.nonce, _FULL)
        return _page(wave, language, full, start, 429)
    except NonceSpentError:
        if start:  # they may be of somebody who was here before
            return _page(wave, language, _Form(), start)
        return _page(wave, language, _Form(form.text, form.reach, problem=_OTHER), start, 409)
    return _forgotten(_shown("respond/complaint_received.html", wave, language, start))


def _begun_anew(wave: Wave, form: _Form, action: str) -> _Form | None:
    """Return an empty form if this one, at a kiosk, is that of somebody who was there before."""
    with site().database.reading() as session:
        ended = how_form_ended(session, wave, bytes.fromhex(form.nonce), _key())
    is_sent = not action.startswith("language:") and not form.problem
    if ended is Visited.STORED:
        return None if is_sent else _Form()
    if ended is Visited.ERASED:
        return _Form()
    return _Form(problem=_STALE) if time.time() - form.made > TAKEN else None


def _note_erased(wave: Wave, form: _Form) -> None:
    """Note that a form of a kiosk was erased; one that we did not sign could be anybody's."""
    if not form.made:
        return
    # What cannot be noted now is erased all the same: the page is old before long.
    with suppress(DBAPIError, PoolTimeoutError), site().database.writing() as session:
        end_unsent(session, wave, bytes.fromhex(form.nonce), _key())


def _read(wave: Wave, fields: Fields) -> _Form:
    """Return what was sent, with the first thing that is wrong with it."""
    # A browser counts the end of a line as one sign and sends two.
    text = _last(fields, "text").replace("\r\n", "\n").strip()
    reach = _last(fields, "reach").strip()
    problem = "" if text else _EMPTY
    if len(text) > LONGEST or len(reach) > LONGEST_REACH:
        problem = _LONG
    with suppress(BadData):
        match _seal(wave).loads(_last(fields, "state")):
            case [str(nonce), int(made)]:
                return _Form(text, reach, nonce, problem, made)
            case nonce:
                return _Form(text, reach, nonce, problem)
    return _Form(text, reach, problem=problem or _STALE)


def _page(
    wave: Wave,
    language: str,
    form: _Form,
    start: str,
    status: int = 200,
    *,
    is_taken: bool = True,
) -> Response:
    facts = {
        "form": form,
        # At a kiosk somebody else may send the page once more: it says how old it is.
        "state": _seal(wave).dumps([form.nonce, int(time.time())] if start else form.nonce),
        "is_taken": is_taken,
        "most": LONGEST,
        "most_reach": LONGEST_REACH,
    }
    return _shown("respond/complain.html", wave, language, start, status, **facts)


def _shown(
    template: str, wave: Wave, language: str, start: str, status: int = 200, **facts: object
) -> Response:
    spoken = words(language)
    page = render_template(
        template,
        _=spoken.gettext,
        language=language,
        direction=spoken.direction,
        languages=[(code, words(code).name) for code in wave.languages],
        wave=wave,
        start=start,
        **facts,
    )
    return Response(page, status, mimetype="text/html")


def _wave(link: str) -> Wave:
    wave = known_wave(link)
    if wave is None:
        raise WaveUnknownError
    return wave


def _seal(wave: Wave) -> URLSafeSerializer:
    return URLSafeSerializer(site().settings.signing_keys(), salt=f"complaint {wave.link}")


def _key() -> bytes:
    return site().settings.lasting_key()


def _last(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[-1]


def _forgotten(reply: Response) -> Response:
    """Ask the browser to forget what it kept of the page."""
    reply.headers.update(FORGET)
    return reply
