"""The door for participants: find the round, read what was sent, take one step, show a page."""

from __future__ import annotations

from flask import Blueprint, Response, request

from questionnaires import AnswerError
from survey.errors import StorageError, TamperedError
from survey.forms import Fields, read_fields
from survey.languages import choose_language
from survey.models import Wave
from survey.operations.responses import Submission, record_response
from survey.policy import Audience, open_to
from survey.respond.pages import Pages
from survey.respond.questionnaire import open_questionnaire
from survey.respond.steps import Outcome, Step, first_step, salvage, take_step
from survey.respond.visit import CONSENT, Seal, Visit
from survey.site import site, today

blueprint = Blueprint("respond", __name__)


@blueprint.route("/s/<link>", methods=["GET", "POST"])
@blueprint.route("/s/<link>/<language>", methods=["GET", "POST"])
@open_to(Audience.PARTICIPANT)
def visit(link: str, language: str | None = None) -> Response:
    """Take one step through the questionnaire of a round and show the page it leads to."""
    wave, questionnaire = open_questionnaire(link)
    seal = Seal(site().settings.signing_keys(), link)
    pages = Pages(wave, questionnaire, seal)
    spoken = choose_language(wave.languages, language)
    if request.method != "POST":
        return pages.consent(Visit(spoken))
    fields = read_fields(request)
    try:
        step = _step(seal, pages, fields, spoken)
    except TamperedError:
        return pages.tampered(salvage(questionnaire, fields, spoken))
    if step.outcome is Outcome.SEND:
        return _send(wave, pages, step.visit)
    return pages.show(step)


def _step(seal: Seal, pages: Pages, fields: Fields, language: str) -> Step:
    if "state" not in fields:
        return first_step(pages.questionnaire, fields, Visit(language))
    return take_step(pages.questionnaire, seal.open(fields["state"][-1]), fields)


def _send(wave: Wave, pages: Pages, visit: Visit) -> Response:
    """Store the answers and say so only once they are on disk."""
    submission = Submission(visit.answers, visit.language, "self-web", bytes.fromhex(visit.nonce))
    key = site().settings.lasting_key()
    try:
        with site().database.writing() as session:
            record_response(session, wave, submission, key, today())
    except StorageError:
        return pages.not_stored(visit)
    except AnswerError:
        return pages.tampered(visit.at(CONSENT))
    return pages.received(visit.language)
