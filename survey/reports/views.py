"""The door for readers. Nothing here can reach an answer: it knows releases only."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter

from survey.languages import choose_language, words
from survey.models import Release, Wave
from survey.models.release import PUBLIC, ReleaseState
from survey.policy import Audience, open_to
from survey.site import site

blueprint = Blueprint("reports", __name__)


class LanguageTag(BaseConverter):
    """A language in an address, as ``sr-Latn``: letters, so that a file's ending is none of it."""

    regex = "[A-Za-z]+(?:-[A-Za-z0-9]+)*"


@blueprint.record_once
def _know_languages(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["language"] = LanguageTag


@blueprint.route("/reports/<token>")
@blueprint.route("/reports/<token>/<language:language>")
@open_to(Audience.READER)
def report(token: str, language: str | None = None) -> Response:
    """Show the report of one release to those who were given its address."""
    stored, successor = _found(token)
    page: Response = _render().report_page(
        _shown(stored, successor, language, "reports.report", token=token)
    )
    return page


@blueprint.route("/reports/<token>/<language:language>/explain/<int:number>")
@open_to(Audience.READER)
def explain(token: str, language: str, number: int) -> Response:
    """Explain one number of a report: where it comes from, or by which rule it is withheld."""
    stored, successor = _found(token)
    if language not in stored.figures:
        abort(404)
    if stored.state == ReleaseState.WITHDRAWN:
        abort(410)
    address: dict[str, Any] = {"token": token, "number": number}
    shown = _shown(stored, successor, language, "reports.explain", **address)
    page: Response | None = _render().explained_page(shown, number)
    return page or abort(404)


@blueprint.route("/reports/<token>/<language:language>.<suffix>")
@open_to(Audience.READER)
def download(token: str, language: str, suffix: str) -> Response:
    """Hand out the report of one release as a file, as long as it holds."""
    stored, successor = _found(token)
    if language not in stored.figures:
        abort(404)
    if stored.state == ReleaseState.WITHDRAWN:
        abort(410)
    shown = _shown(stored, successor, language, "reports.report", token=token)
    file: Response | None = _render().report_file(shown, suffix)
    return file or abort(404)


@blueprint.route("/community/<link>")
@blueprint.route("/community/<link>/<language:language>")
@open_to(Audience.PUBLIC)
def community(link: str, language: str | None = None) -> Response:
    """Show everybody what the people of a round said, in its latest release that holds."""
    with site().database.reading() as session:
        stored = (
            session.scalar(_latest(link, ReleaseState.PUBLISHED))
            or session.scalar(_latest(link, *PUBLIC))
            or abort(404)
        )
    page: Response = _render().community_page(
        _shown(stored, None, language, "reports.community", link=link)
    )
    return page


def _latest(link: str, *states: ReleaseState) -> Select[Release]:
    return (
        select(Release)
        .join(Wave, Wave.id == Release.wave_id)
        .where(Wave.link == link, Release.state.in_(states))
        .order_by(Release.id.desc())
        .limit(1)
    )


def _found(token: str) -> tuple[Release, Release | None]:
    """Return the release at an address, and the one that took its place; 404 before sign-off."""
    with site().database.reading() as session:
        shown = Release.state.in_(PUBLIC)
        stored = session.scalar(select(Release).where(Release.token == token, shown)) or abort(404)
        return stored, _successor(session, stored)


def _successor(session: Session, stored: Release) -> Release | None:
    taking = select(Release).where(Release.corrects == stored.id, Release.state.in_(PUBLIC))
    return session.scalar(taking.order_by(Release.id.desc()).limit(1))


def _render() -> ModuleType:
    """Return the renderer, loaded with numpy at the first report: participants never pay it."""
    return import_module("survey.reports.render")


def _shown(
    stored: Release,
    successor: Release | None,
    wished: str | None,
    endpoint: str,
    **address: str | int,
) -> Any:  # noqa: ANN401 - its type is known to the renderer, which is not loaded yet
    spoken = choose_language(list(stored.figures), wished)
    following = (
        url_for("reports.report", token=successor.token, language=spoken) if successor else ""
    )
    changes = successor.changes if successor else ""
    links = _links(stored, spoken, endpoint, **address)
    return _render().Shown(stored, spoken, links, following, changes)


def _links(stored: Release, spoken: str, endpoint: str, **address: str | int) -> dict[str, str]:
    """Return the addresses of the other languages by the languages' own names."""
    others = [code for code in stored.figures if code != spoken]
    values: dict[str, Any] = dict(address)
    return {words(code).name: url_for(endpoint, language=code, **values) for code in others}
