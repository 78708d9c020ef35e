"""The door for participants: find the round, read what was sent, take one step, show a page."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from questionnaires import AnswerError
from survey.errors import CodeError, StorageError, TamperedError
from survey.forms import Fields, read_fields
from survey.languages import choose_language
from survey.models import Wave
from survey.models.wave import Door
from survey.operations.placing import Submission, prepare_response
from survey.policy import Audience, open_to
from survey.respond import doors, own_code
from survey.respond.pages import Pages
from survey.respond.questionnaire import open_questionnaire
from survey.respond.steps import Outcome, Step, resume, salvage, take_step
from survey.respond.visit import CONSENT, Seal, Visit, seal_of
from survey.site import site, today

blueprint = Blueprint("respond", __name__)


@blueprint.route("/s/<link>", methods=["GET", "POST"])
@blueprint.route("/s/<link>/<language>", methods=["GET", "POST"])
@open_to(Audience.PARTICIPANT)
def visit(link: str, language: str | None = None) -> Response:
    """Take one step through the questionnaire of a round and show the page it leads to."""
    wave, questionnaire = open_questionnaire(link)
    seal = seal_of(site().settings.signing_keys(), link)
    pages = Pages(wave, questionnaire, seal)
    spoken = choose_language(wave.languages, language)
    if request.method != "POST":
        return doors.landing(pages, Visit(spoken))
    fields = read_fields(request)
    try:
        came = doors.typed(pages, _came(seal, fields, spoken), fields)
    except TamperedError:
        return _mend(seal, pages, fields, spoken)
    stopped = doors.stop(pages, came, fields)
    if stopped is not None:
        return stopped
    step = take_step(questionnaire, came, fields)
    if step.outcome is Outcome.SEND:
        asked = own_code.ask(pages, step.visit, fields)
        return asked or _send(wave, pages, step.visit, fields)
    return doors.leaving(pages, step) or pages.show(step)


def _came(seal: Seal, fields: Fields, language: str) -> Visit:
    """Return how far a participant has come; the consent page alone may come without a state."""
    return seal.open(fields["state"][-1]) if "state" in fields else Visit(language)


def _mend(seal: Seal, pages: Pages, fields: Fields, language: str) -> Response:
    """Go on with a page whose signature is not ours: changed on its way, or older than our key."""
    said = seal.read(fields["state"][-1]) or Visit(language)
    if fields.get("action", [""])[-1] == "erase":
        erased = Step(Outcome.ERASE, replace(said, language=language))
        return doors.leaving(pages, erased, is_signed=False) or pages.erased(language)
    kept = resume(pages.questionnaire, said)
    if kept is None and said.door == Door.KIOSK:
        return doors.start_kiosk(pages)
    barred = doors.bar(pages, replace(kept or said, language=language), "next")
    if barred is not None:
        return barred  # it would be no use to keep answers that nobody will take
    if kept is None:
        return pages.tampered(salvage(pages.questionnaire, fields, language))
    sent = salvage(pages.questionnaire, fields, language).answers
    return pages.stale(kept.at(kept.screen, sent))


def _send(wave: Wave, pages: Pages, visit: Visit, fields: Fields) -> Response:
    """Store the answers and say so only once they are on disk."""
    submission = Submission(
        visit.answers,
        visit.language,
        doors.MODES[Door(visit.door)],
        bytes.fromhex(visit.nonce),
        psu=visit.cluster or None,
        code=visit.code if doors.needs_code(wave, visit) else None,
        own_code=own_code.made(fields),
    )
    key = site().settings.lasting_key()
    try:
        place = prepare_response(wave, submission, pages.questionnaire.strata, key, today())
        site().arrivals.store(place)
    except CodeError:
        return doors.ask_code(pages, visit, is_wrong=True, own=own_code.carried(fields))
    except StorageError:
        return pages.not_stored(visit, own_code.carried(fields))
    except AnswerError:
        return pages.tampered(visit.at(CONSENT))
    return doors.received(pages, visit)
