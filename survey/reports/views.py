"""The door for readers. Nothing here can reach an answer: it knows releases only."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from flask import Blueprint, Response, abort, url_for
from sqlalchemy import select

from survey.languages import choose_language, words
from survey.models import Release, Wave
from survey.policy import Audience, open_to
from survey.site import site

blueprint = Blueprint("reports", __name__)


@blueprint.route("/reports/<token>")
@blueprint.route("/reports/<token>/<language>")
@open_to(Audience.READER)
def report(token: str, language: str | None = None) -> Response:
    """Show the report of one release to those who were given its address."""
    with site().database.reading() as session:
        stored = session.scalar(select(Release).where(Release.token == token)) or abort(404)
    spoken = choose_language(list(stored.figures), language)
    links = _links(stored, spoken, "reports.report", token=token)
    page: Response = _render().report_page(stored, spoken, links)
    return page


@blueprint.route("/community/<link>")
@blueprint.route("/community/<link>/<language>")
@open_to(Audience.PUBLIC)
def community(link: str, language: str | None = None) -> Response:
    """Show everybody what the people of a round said, in its latest release."""
    latest = (
        select(Release)
        .join(Wave, Wave.id == Release.wave_id)
        .where(Wave.link == link)
        .order_by(Release.id.desc())
        .limit(1)
    )
    with site().database.reading() as session:
        stored = session.scalar(latest) or abort(404)
    spoken = choose_language(list(stored.figures), language)
    links = _links(stored, spoken, "reports.community", link=link)
    page: Response = _render().community_page(stored, spoken, links)
    return page


def _render() -> ModuleType:
    """Return the renderer, loaded with numpy at the first report: participants never pay it."""
    return import_module("survey.reports.render")


def _links(stored: Release, spoken: str, endpoint: str, **address: str) -> dict[str, str]:
    """Return the addresses of the other languages by the languages' own names."""
    others = [code for code in stored.figures if code != spoken]
    values: dict[str, Any] = dict(address)
    return {words(code).name: url_for(endpoint, language=code, **values) for code in others}
