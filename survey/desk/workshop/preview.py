"""How a questionnaire looks on a phone: the participants' own pages, from which nothing is sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Blueprint, Response, current_app, make_response, request

from questionnaires import Instrument, InstrumentError
from survey.desk.drafting import Reply
from survey.desk.fields import read_form
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused
from survey.desk.workshop.addresses import kind_of, read_form_draft
from survey.desk.workshop.forms import fields_of
from survey.errors import RefusedError
from survey.models import Place, Wave
from survey.models.wave import Door, Protection, Sampling
from survey.operations.workshop.documents import languages_of
from survey.operations.workshop.drafts import check_language
from survey.operations.workshop.items import changed_parts
from survey.operations.workshop.trial import DOTS, first_asked, item_trial, whole_trial
from survey.policy import allow
from survey.respond.pages import Pages
from survey.respond.questionnaire import Questionnaire
from survey.respond.steps import Outcome, Step
from survey.respond.visit import CONSENT, Seal, Visit
from survey.security import let_be_framed, let_frame
from survey.site import today

blueprint = Blueprint(
    "workshop_preview",
    __name__,
    url_prefix="/desk/projects/<int:project_id>/workshop/<int:draft_id>/preview",
)


@blueprint.route("/<kind>/<name>/<language>", methods=["GET", "POST"])
@allow(*TEAM, on="project")
def one(project_id: int, draft_id: int, kind: str, name: str, language: str) -> Reply:
    """Show the page of one item: as it is stored, or as it is typed just now."""
    chosen = kind_of(kind)
    parts = read_form_draft(project_id, draft_id).document
    try:
        check_language(read_form_draft(project_id, draft_id), language)
        if request.method == "POST":
            typed = read_form(fields_of(parts, chosen, name), request.form)
            parts = {**parts, **changed_parts(parts, chosen, name, typed)}
        item = first_asked(parts, chosen, name)
        return _framed(lambda: item_trial(parts, item, language), language, -1)
    except RefusedError as problem:
        return _said(refused(problem))


@blueprint.get("/pages/<language>")
@allow(*TEAM, on="project")
def screens(project_id: int, draft_id: int, language: str) -> Reply:
    """Show the screens of the whole questionnaire, one after another, in a language."""
    draft = read_form_draft(project_id, draft_id)
    try:
        check_language(draft, language)
        trial = whole_trial(draft.document, language)
        form = _form(trial)
        route = [CONSENT, *_questionnaire(trial, form, language).route({})]
        problems: tuple[object, ...] = ()
    except RefusedError as problem:
        return refused(problem)
    except InstrumentError as error:
        form, route, problems = "", [CONSENT], error.problems
    shown = page(
        "workshop/screens",
        project=place().project,
        draft=draft,
        spoken=language,
        languages_here=[
            (each, draft.document[f"text/{each}"]) for each in languages_of(draft.document)
        ],
        form=form,
        forms=draft.document["instrument"].get("forms", []),
        step=_step(len(route)),
        count=len(route),
        problems=problems,
    )
    return let_frame(make_response(shown))


@blueprint.get("/screen/<language>")
@allow(*TEAM, on="project")
def screen(project_id: int, draft_id: int, language: str) -> Reply:
    """Show one screen of the questionnaire, for the frame of `screens`."""
    draft = read_form_draft(project_id, draft_id)
    try:
        check_language(draft, language)
    except RefusedError as problem:
        return _said(refused(problem))
    return _framed(lambda: whole_trial(draft.document, language), language, None)


def _framed(made: Callable[[], Instrument], language: str, screen: int | None) -> Response:
    """Return the page of a trial; `screen` counts from the end, None is what the address says."""
    try:
        trial = made()
    except InstrumentError as error:
        told = page("workshop/unshown", problems=error.problems)
        return let_be_framed(_plain(make_response(told)))
    form = _form(trial)
    asked = _questionnaire(trial, form, language)
    route = [CONSENT, *asked.route({})]
    chosen = route[_step(len(route)) if screen is None else screen]
    pages = Pages(_wave(trial, form, language), asked, Seal(secrets.token_hex(16), "preview"))
    # The participants' application knows how its pages look; nothing of a visit is kept.
    with current_app.extensions["participants"].app_context():
        reply = pages.show(Step(Outcome.SHOW, Visit(language, chosen)))
    return let_be_framed(_plain(reply))


def _said(reply: tuple[str, int]) -> Response:
    """Return a page of the desk that says something inside a frame."""
    return let_be_framed(_plain(make_response(*reply)))


def _plain(reply: Response) -> Response:
    """Return a reply without the headers of a participant's page, which speak of a visit."""
    return Response(reply.get_data(), reply.status_code, mimetype="text/html")


def _form(trial: Instrument) -> str:
    wished = request.args.get("form", "")
    if wished in trial.forms:
        return wished
    # A single item may stand in one form only.
    return next((each for each in trial.forms if trial.asked(each)), trial.forms[0])


def _step(count: int) -> int:
    typed = request.args.get("step", "0")
    return min(int(typed), count - 1) if typed.isdecimal() and len(typed) < 6 else 0


def _questionnaire(trial: Instrument, form: str, language: str) -> Questionnaire:
    places = [
        Place(code=code, position=at, stratum=code, names={language: code}, parent=None)
        for at, code in enumerate(("A", "B", "C"))
    ]
    return Questionnaire(trial, form, places)


def _wave(trial: Instrument, form: str, language: str) -> Wave:
    """Return a round that is stored nowhere and has no facts yet."""
    facts = dict.fromkeys(("title", "organisation", "contact", "results", "next_steps"), DOTS)
    return Wave(
        link="preview",
        form=form,
        sampling=Sampling.CONVENIENCE,
        languages=[language],
        breakdowns=[],
        facts={language: {**facts, "help": [DOTS]}},
        opens_on=today(),
        closes_on=today(),
        keep_until=today(),
        protection=Protection.OPEN,
        recipients=[],
        awaits_test=False,
        doors=[Door.OPEN],
        linking=False,
        instrument_sha256=trial.sha256,
        instrument_json="",
    )
