"""Watch a round: a page that browsers ask for again and again, and get only when it changed."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, make_response, request
from flask import session as visit
from flask_wtf.csrf import generate_csrf

from survey.desk.guard import place
from survey.desk.pages import TEAM, page, writing
from survey.desk.wording import MODES, SIGNS
from survey.languages import LANGUAGES, choose_language
from survey.models import Tally
from survey.operations.tallies import count_forward, is_behind, keep_count
from survey.operations.watching import watch
from survey.operations.waves import find_wave
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("watch", __name__, url_prefix="/desk/rounds")


@blueprint.get("/<link>/watch")
@allow(*TEAM, on="round")
def watch_page(link: str) -> Response:
    """Show how a round is coming along; not modified as long as no batch was sealed."""
    language = choose_language(LANGUAGES, visit.get("language"))
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        # Counted while others may write; only what came of it is written.
        count = count_forward(reading, wave) if is_behind(reading, wave) else None
    if count is not None:
        with writing() as session:
            keep_count(session, find_wave(session, link), count)
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        tally = reading.get(Tally, wave.id)
        state = (link, tally.through_batch if tally else 0, wave.is_closed, wave.awaits_test)
        generate_csrf()  # the forms of the page carry the token of the session
        seen = (*state, language, today(), visit.get("csrf_token"))
        mark = hashlib.sha256(repr(seen).encode()).hexdigest()[:24]
        if mark in request.if_none_match:
            answer = make_response("", 304)
        else:
            answer = make_response(
                page(
                    "watch",
                    wave=wave,
                    project=place().project,
                    shown=watch(reading, wave, tally, language),
                    modes=MODES,
                    signs=SIGNS,
                )
            )
    answer.set_etag(mark)
    # The browser keeps the page to ask whether it still holds; it has counts and no answer in it.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
