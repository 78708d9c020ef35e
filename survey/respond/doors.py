"""The ways into a round: its link, a code, a kiosk, an interview; and what stops a visit at each.

The way in travels in the signed state of the pages, so nobody can claim another one. Nothing here
tells whether a code was never made, is used, or belongs to another round.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, Response, after_this_request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from survey.forms import Fields
from survey.languages import choose_language, words
from survey.models import Wave
from survey.models.wave import Door
from survey.operations.codes import LONGEST, is_unused
from survey.operations.visits import Visited, end_unstored, how_it_ended
from survey.policy import Audience, open_to
from survey.respond.pages import Pages
from survey.respond.questionnaire import open_questionnaire
from survey.respond.steps import Outcome, Step
from survey.respond.visit import CONSENT, Seal, Visit
from survey.security import FORGET
from survey.site import site

blueprint = Blueprint("doors", __name__)

#: How an answer came, by the door through which the visit began.
MODES = {Door.OPEN: "self-web", Door.KIOSK: "kiosk", Door.ENUMERATOR: "interviewer"}
#: Seconds for which a ticket of the desk begins interviews: a long day of work.
TICKET_LIFE = 12 * 3600
#: Seconds after which a kiosk goes back to its first page: from the last page, and from others.
NEXT, LEFT_ALONE = 20, 600
#: Seconds for which a page of a kiosk is taken: longer than it stands there, for a slow network.
TAKEN = LEFT_ALONE + 60
#: The way in must not be told to another page, not even to one of ours.
_SILENT = {"Referrer-Policy": "no-referrer"}


@blueprint.get("/s/<link>/c/<code>")
@open_to(Audience.PARTICIPANT)
def coded(link: str, code: str) -> Response:
    """Show the first page to somebody who scanned a code; it is judged when they go on."""
    pages = pages_of(link)
    spoken = choose_language(pages.wave.languages)
    reply = landing(pages, Visit(spoken, code=code[:LONGEST]))
    reply.headers.update(_SILENT)
    return reply


@blueprint.get("/s/<link>/kiosk")
@open_to(Audience.PARTICIPANT)
def kiosk(link: str) -> Response:
    """Show the page at which a device of the team waits for the next person."""
    return start_kiosk(pages_of(link))


@blueprint.get("/s/<link>/i/<ticket>")
@open_to(Audience.PARTICIPANT)
def interview(link: str, ticket: str) -> Response:
    """Begin an interview with a ticket of the desk."""
    pages = pages_of(link)
    read = read_ticket(link, ticket)
    cluster, made = read or ("", 0)
    visit = Visit(pages.wave.languages[0], door=Door.ENUMERATOR, cluster=cluster, made=made)
    is_open = Door.ENUMERATOR in pages.wave.doors and read is not None
    reply = _start(pages, "respond/interview.html", visit) if is_open else _shut(pages, visit)
    reply.headers.update(_SILENT)
    return reply


def new_ticket(link: str, cluster: str = "") -> str:
    """Return a ticket with which interviews of a round, in a drawn cluster, can be begun.

    It says nothing of who.
    """
    return str(_tickets(link).dumps(["interview", cluster]))


def read_ticket(link: str, ticket: str) -> tuple[str, int] | None:
    """Return the cluster of a ticket that the desk made for the round, and when it was made.

    The cluster is empty for none. It is None when the desk made no such ticket within a day of
    work.
    """
    try:
        said, made = _tickets(link).loads(ticket, max_age=TICKET_LIFE, return_timestamp=True)
    except BadData:
        return None
    match said:
        case ["interview", str(cluster)]:
            return cluster, int(made.timestamp())
    return None


def pages_of(link: str) -> Pages:
    """Return the pages of the round under `link`."""
    wave, questionnaire = open_questionnaire(link)
    return Pages(wave, questionnaire, Seal(site().settings.signing_keys(), link))


def landing(pages: Pages, visit: Visit) -> Response:
    """Show the first page of a visit: consent, or first the one that asks for a code."""
    if not _lets_in(pages.wave, visit):
        return _shut(pages, visit)
    if needs_code(pages.wave, visit) and not visit.code:
        return ask_code(pages, visit)
    return pages.consent(visit)


def typed(pages: Pages, visit: Visit, fields: Fields) -> Visit:
    """Return the visit with the code that was typed on the page that asks for it."""
    if not _sends_code(pages, visit, fields):
        return visit
    return replace(visit, code=fields["code"][-1].strip()[:LONGEST])


def stop(pages: Pages, visit: Visit, fields: Fields) -> Response | None:
    """Return the page that stands between this visit and its next step, if one does."""
    action = fields.get("action", ["next"])[-1]
    is_last = visit.screen == len(pages.questionnaire.screens)
    barred = bar(pages, visit, action, is_sent=is_last and action in {"next", "without"})
    if barred or action == "erase":
        return barred
    return _stop_for_code(pages, visit, fields, action)


def bar(pages: Pages, visit: Visit, action: str, *, is_sent: bool = False) -> Response | None:
    """Return the page that ends a visit whose door is shut, or that is over.

    The last page may be sent again, so that it says once more that it was received.
    """
    if visit.door == Door.KIOSK:
        after_this_request(lambda reply: _restless(reply, pages.wave.link))
    over = _over(pages, visit, action, is_sent=is_sent)
    if over or action == "erase":
        return over
    is_let_in = _lets_in(pages.wave, visit) and not _comes_late(visit)
    return None if is_let_in else _shut(pages, visit)


def start_kiosk(pages: Pages) -> Response:
    """Show the first page of a kiosk, for a new visit."""
    visit = Visit(pages.wave.languages[0], door=Door.KIOSK)
    if not _lets_in(pages.wave, visit):
        return _shut(pages, visit)
    return _start(pages, "respond/kiosk.html", visit)


def leaving(pages: Pages, step: Step, *, is_signed: bool = True) -> Response | None:
    """Note that a visit ends without answers, if it does; return the page of a kiosk that says so.

    Of the open link nothing is noted: it would be a trace of those who wish to leave none, and
    anybody could write as much of it as they like. Nor is a visit that we did not sign.
    """
    door = step.visit.door
    is_noted = door in _NOTED and door in pages.wave.doors
    if not is_noted or step.outcome not in _WITHOUT_ANSWERS:
        return None
    if is_signed:
        _note_erased(pages, step.visit)
    return _end_kiosk(pages, step.visit, is_received=False) if door == Door.KIOSK else None


def received(pages: Pages, visit: Visit) -> Response:
    """Say that the answers are kept; a kiosk then makes room for the next person by itself."""
    if visit.door == Door.KIOSK:
        return _end_kiosk(pages, visit, is_received=True)
    return pages.received(visit.language)


def needs_code(wave: Wave, visit: Visit) -> bool:
    """Tell whether a visit needs a code: all do in such rounds, but for interviews."""
    return Door.CODES in wave.doors and visit.door != Door.ENUMERATOR


def ask_code(
    pages: Pages, visit: Visit, *, is_wrong: bool = False, own: Mapping[str, str] | None = None
) -> Response:
    """Show the page that asks for a code, with what was typed if it opened nothing.

    It carries the boxes of a code of one's `own`, if they were filled in before.
    """
    facts = {"is_wrong": is_wrong, "written": visit.code, "own": own}
    status = 422 if is_wrong else 200
    return pages.page("respond/code.html", replace(visit, code=""), facts, status)


def _stop_for_code(pages: Pages, visit: Visit, fields: Fields, action: str) -> Response | None:
    is_sent = _sends_code(pages, visit, fields)
    if not needs_code(pages.wave, visit) or (visit.screen != CONSENT and not is_sent):
        return None
    if action.startswith("language:"):
        wished = choose_language(pages.wave.languages, action.removeprefix("language:"))
        spoken = replace(visit, language=wished)
        return ask_code(pages, spoken) if is_sent or not visit.code else None
    if visit.screen != CONSENT:
        return None  # judged when the answers are stored: sent again, it is used up already
    with site().database.reading() as session:
        opens = is_unused(session, pages.wave, visit.code, _key())
    if not opens:
        return ask_code(pages, visit, is_wrong=is_sent or bool(visit.code))
    return pages.consent(visit) if is_sent else None


def _sends_code(pages: Pages, visit: Visit, fields: Fields) -> bool:
    """Tell whether a code was typed: only before the first screen and after the last one."""
    return "code" in fields and visit.screen in (CONSENT, len(pages.questionnaire.screens))


#: Doors at which others come back to the same device, or see what somebody else answered.
_NOTED = {Door.KIOSK, Door.ENUMERATOR}
_WITHOUT_ANSWERS = {Outcome.ERASE, Outcome.DECLINE, Outcome.YOUNG}


def _lets_in(wave: Wave, visit: Visit) -> bool:
    if visit.door == Door.OPEN:
        return not {Door.OPEN, Door.CODES}.isdisjoint(wave.doors)
    return visit.door in wave.doors


def _comes_late(visit: Visit) -> bool:
    """Tell whether an interview would begin after its ticket ended; one that has begun goes on."""
    is_begun = visit.screen != CONSENT or bool(visit.answers)
    return visit.door == Door.ENUMERATOR and not is_begun and visit.age > TICKET_LIFE


def _over(pages: Pages, visit: Visit, action: str, *, is_sent: bool) -> Response | None:
    """Return the page for somebody who goes back into a visit that is over, if it is."""
    if visit.door == Door.OPEN and (is_sent or _is_new(visit)):
        return None  # it shows no answers: whether they were stored is judged when they are
    with site().database.reading() as session:
        ended = how_it_ended(session, pages.wave, bytes.fromhex(visit.nonce), _key())
    if visit.door == Door.KIOSK:
        return start_kiosk(pages) if _starts_anew(visit, action, ended, is_sent=is_sent) else None
    if ended is Visited.ERASED:
        return pages.erased(visit.language)
    return received(pages, visit) if ended is Visited.STORED and not is_sent else None


def _is_new(visit: Visit) -> bool:
    return visit.is_blank and visit.screen == CONSENT


def _starts_anew(visit: Visit, action: str, ended: Visited, *, is_sent: bool) -> bool:
    """Tell whether a kiosk goes back to its first page instead of into a visit.

    One that was abandoned is over when its page must have gone back to the first one by itself.
    """
    if ended is not Visited.OPEN:
        return ended is Visited.ERASED or not is_sent
    is_begun = visit.screen != CONSENT or bool(visit.answers or visit.code)
    return is_begun and action != "erase" and visit.age > TAKEN


def _note_erased(pages: Pages, visit: Visit) -> None:
    # What cannot be noted now is erased all the same: the page of a kiosk is old before long.
    with suppress(DBAPIError, PoolTimeoutError), site().database.writing() as session:
        end_unstored(session, pages.wave, bytes.fromhex(visit.nonce), _key())


def _start(pages: Pages, template: str, visit: Visit) -> Response:
    """Show a first page with one button a language, which begins a visit in it."""
    begin = [(code, words(code)) for code in pages.wave.languages]
    minutes = LEFT_ALONE // 60
    return pages.page(template, visit, {"begin": begin, "minutes": minutes})


def _end_kiosk(pages: Pages, visit: Visit, *, is_received: bool) -> Response:
    facts = {"is_received": is_received, "start": f"/s/{pages.wave.link}/kiosk"}
    empty = Visit(visit.language, door=Door.KIOSK)
    reply = pages.page("respond/kiosk_end.html", empty, facts)
    reply.headers["Refresh"] = f"{NEXT}; url={facts['start']}"
    reply.headers.update(FORGET)
    return reply


def _restless(reply: Response, link: str) -> Response:
    """Let a page go back to the first one by itself when nobody touches it."""
    reply.headers.setdefault("Refresh", f"{LEFT_ALONE}; url=/s/{link}/kiosk")
    return reply


def _shut(pages: Pages, visit: Visit) -> Response:
    return pages.page("respond/shut.html", visit, {}, 404)


def _tickets(link: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(site().settings.signing_keys(), salt=f"interview {link}")


def _key() -> bytes:
    return site().settings.lasting_key()
