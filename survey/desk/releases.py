"""Releases: draft, check, sign-off by a second person, correction, withdrawal; and reading them."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask import session as session_of_browser
from sqlalchemy.orm import Session

from survey.account import entry
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.desk.wording import COMPARISONS, CONSISTENCIES, RELEASE_STATES
from survey.errors import RefusedError, SurveyError
from survey.languages import LANGUAGES, choose_language, words
from survey.messages import _
from survey.models import Release, Role, Wave
from survey.models.release import PUBLIC, ReleaseState
from survey.models.wave import Protection
from survey.operations.jobs import ask
from survey.operations.release_lists import (
    DRAFTING,
    comments_on,
    drafting,
    find_release,
    published_for,
    releases_of,
    sealed_answers,
    waiting,
)
from survey.operations.roles import projects_of
from survey.operations.waves import find_wave
from survey.policy import Audience, allow, open_to
from survey.site import site, today

blueprint = Blueprint("releases", __name__, url_prefix="/desk")

#: How many people a number may need at least, to choose from.
SMALLEST = (10, 15, 20, 30)

_MISSING = _("this round has no such release")

_ROUND = "/rounds/<link>/releases"
_ONE = f"{_ROUND}/<int:number>"

Shown = Response | str | tuple[str, int]


@blueprint.get("/releases")
@open_to(Audience.STAFF)
def published() -> str:
    """Show what a person may read: the published releases of their projects."""
    me = entry.staff().id
    with site().database.reading() as reading:
        shown = [
            (project, published_for(reading, me, project)) for project in projects_of(reading, me)
        ]
        return page("releases", shown=shown, states=RELEASE_STATES)


@blueprint.get(_ROUND)
@allow(*TEAM, on="round")
def of_round(link: str) -> str:
    """Show the releases of a round with their states, and the way to a new draft."""
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        found = releases_of(reading, wave)
        return page(
            "release_list",
            wave=wave,
            releases=found,
            waiting=waiting(found),
            job=drafting(reading, wave),
            answers=sealed_answers(reading, wave),
            is_sealed=wave.protection == Protection.SEALED,
            correctable=[each for each in found if each.state == ReleaseState.PUBLISHED],
            smallest=SMALLEST,
            states=RELEASE_STATES,
        )


@blueprint.post(_ROUND)
@allow(*TEAM, on="round")
def make_draft(link: str) -> Shown:
    """Make a draft here and now, or ask a worker for one when the round is large."""
    try:
        with writing() as session:
            wave = find_wave(session, link)
            options = _options(session, wave)
            _making().check_free(session, wave)
            if sealed_answers(session, wave) >= _making().INLINE:
                ask(session, DRAFTING, _asked(link, options))
                return to(url_for(".of_round", link=link))
            number = _making().draft(session, wave, today(), options=options).id
    except SurveyError as error:
        return refused(error)
    return to(url_for(".one", link=link, number=number))


@blueprint.get(_ONE)
@allow(*TEAM, on="round")
def one(link: str, number: int) -> str | tuple[str, int]:
    """Show a release to its team: state, audit, reliability, comments, and what can be done."""
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        release = find_release(reading, wave, number)
        if release is None:
            return refused(RefusedError(_MISSING))
        return page(
            "release",
            wave=wave,
            release=release,
            is_public=release.state in PUBLIC,
            is_mine=release.made_by == entry.staff().email,
            numbers=_states().numbers_of(release),
            comments=comments_on(reading, release),
            reliability=_states().reliability_of(release, _language()),
            corrected=reading.get(Release, release.corrects) if release.corrects else None,
            role=Role.OWNER if Role.OWNER in place().roles else Role.RESEARCHER,
            states=RELEASE_STATES,
            consistencies=CONSISTENCIES,
            comparisons=COMPARISONS,
        )


@blueprint.get(f"{_ONE}/preview")
@blueprint.get(f"{_ONE}/preview/<language>")
@allow(*TEAM, on="round")
def preview(link: str, number: int, language: str | None = None) -> Shown:
    """Show a draft as its readers would see it; what is public leads to the readers' page."""
    with site().database.reading() as reading:
        release = find_release(reading, find_wave(reading, link), number)
    if release is None:
        return refused(RefusedError(_MISSING))
    spoken = choose_language(list(release.figures), language)
    if release.state in PUBLIC:
        return to(url_for("reports.report", token=release.token, language=spoken))
    links = {
        words(code).name: url_for(".preview", link=link, number=number, language=code)
        for code in release.figures
        if code != spoken
    }
    readers = import_module("survey.reports.render")
    shown: Response = readers.report_page(readers.Shown(release, spoken, links, "", ""))
    return shown


@blueprint.post(f"{_ONE}/check")
@allow(*TEAM, on="round")
def check(link: str, number: int) -> Shown:
    """Attack a draft as an outsider would, together with all that readers have."""
    return _act(link, number, lambda session, release: _states().check(session, release))


@blueprint.post(f"{_ONE}/comments")
@allow(*TEAM, on="round")
def comment(link: str, number: int) -> Shown:
    """Say something about a release that is being checked."""
    said = request.form.get("text", "")
    return _act(
        link, number, lambda session, release: _states().comment(session, release, said, today())
    )


@blueprint.post(f"{_ONE}/sign-off")
@allow(*TEAM, on="round")
def sign_off(link: str, number: int) -> Shown:
    """Publish a checked draft; whoever made it cannot."""
    role = Role.OWNER if Role.OWNER in place().roles else Role.RESEARCHER
    signature = _states().SignOff(request.form.get("name", ""), str(role), today())
    return _act(
        link, number, lambda session, release: _states().sign_off(session, release, signature)
    )


@blueprint.post(f"{_ONE}/withdraw")
@allow(*TEAM, on="round")
def withdraw(link: str, number: int) -> Shown:
    """Take a published release back, and say why."""
    reason = request.form.get("reason", "")
    return _act(link, number, lambda session, release: _states().withdraw(session, release, reason))


@blueprint.post(f"{_ONE}/discard")
@allow(*TEAM, on="round")
def discard(link: str, number: int) -> Shown:
    """Throw a draft away."""
    done = _act(link, number, lambda session, release: _states().discard(session, release))
    return done if isinstance(done, tuple) else to(url_for(".of_round", link=link))


def _act(link: str, number: int, act: Any) -> Response | tuple[str, int]:  # noqa: ANN401
    """Do something with a release of a round, and show it again."""
    try:
        with writing() as session:
            release = find_release(session, find_wave(session, link), number)
            if release is None:
                return refused(RefusedError(_MISSING))
            act(session, release)
    except SurveyError as error:
        return refused(error)
    return to(url_for(".one", link=link, number=number))


def _options(session: Session, wave: Wave) -> Any:  # noqa: ANN401 - made by a module loaded late
    """Return what the form says of a new draft."""
    form = request.form
    corrects, changes = form.get("corrects", ""), form.get("changes", "")
    number = int(corrects) if corrects.isdecimal() and len(corrects) < 10 else None
    if number is not None:
        number = _states().correctable(session, wave, number, changes).id
    smallest = form.get("smallest", "")
    return _making().Options(
        smallest=int(smallest) if smallest in map(str, SMALLEST) else SMALLEST[0],
        withhold_small_gains="withhold" in form,
        corrects=number,
        changes=changes.strip() if number is not None else "",
    )


def _language() -> str:
    """Return the language in which the desk speaks to the person."""
    return choose_language(LANGUAGES, session_of_browser.get("language"))


def _asked(link: str, options: Any) -> dict[str, Any]:  # noqa: ANN401
    day, actor = today().isoformat(), entry.staff().email
    return {"link": link, "actor": actor, "day": day, "options": asdict(options)}


def _making() -> Any:  # noqa: ANN401 - loads numpy and matplotlib: at the first draft, no earlier
    return import_module("survey.operations.releases")


def _states() -> Any:  # noqa: ANN401 - loads numpy: at the first check, no earlier
    return import_module("survey.operations.release_states")
