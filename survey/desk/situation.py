"""The situation page: published figures and records that may leave the team, place by place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, url_for

from questionnaires import Instrument, Text, item_type
from survey.desk.drafting import Reply, spoken
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, to
from survey.desk.record_pages import words_in_use
from survey.desk.situation_steps import STEPS
from survey.languages import words
from survey.operations.demo_mark import is_demo
from survey.operations.records.instruments import instrument_of
from survey.operations.records.reading import project_places
from survey.policy import allow
from survey.site import site, today

if TYPE_CHECKING:
    from survey.operations.situation import Situation

blueprint = Blueprint("situation", __name__, url_prefix="/desk/projects/<int:project_id>/situation")


@dataclass(frozen=True)
class Joined:
    """What the page and its paper show, with the words for it."""

    found: Situation
    places: Mapping[str, str]
    kinds: Mapping[str, str]
    levels: Mapping[str, str]
    topics: Mapping[str, str]
    text: Text


@blueprint.get("")
@allow(*TEAM, on="project")
def joined(project_id: int) -> str:
    """Show for each place what is needed, what exists, who could act, how people live together."""
    shown = _joined(project_id)
    walks = _walks() and shown.found.localities
    return page(
        "situation", project=place().project, situation=shown.found, shown=shown, walks=walks
    )


@blueprint.get("/walk/<int:number>")
@allow(*TEAM, on="project")
def walk(project_id: int, number: int) -> Reply:
    """Lead a newcomer through the situation of one place; only a demo has this walk."""
    shown = _joined(project_id) if _walks() and 1 <= number <= len(STEPS) else None
    if shown is None or not shown.found.localities:
        return to(url_for(".joined", project_id=project_id))
    return page(
        "situation_walk",
        project=place().project,
        shown=shown,
        place=shown.found.localities[0],
        step=STEPS[number - 1],
        number=number,
        last=len(STEPS),
    )


@blueprint.get("/pdf")
@allow(*TEAM, on="project")
def as_pdf(project_id: int) -> Response:
    """Hand the situation out as a PDF."""
    return _file(project_id, "pdf")


@blueprint.get("/word")
@allow(*TEAM, on="project")
def as_word(project_id: int) -> Response:
    """Hand the situation out as a document for Word."""
    return _file(project_id, "docx")


def _joined(project_id: int) -> Joined:
    from survey.operations.situation import situation  # noqa: PLC0415 - loads numpy

    language = spoken()
    with site().database.reading() as reading:
        places = project_places(reading, project_id)
        codes = [code for code, _names in places]
        found = situation(reading, project_id, codes, language)
    services, actors = instrument_of("service_map"), instrument_of("stakeholder_map")
    return Joined(
        found,
        {code: names.get(language) or next(iter(names.values())) for code, names in places},
        _words(services, "service_type"),
        _words(actors, "level"),
        _words(actors, "topic"),
        words_in_use(services),
    )


def _file(project_id: int, kind: str) -> Response:
    from survey.operations import situation_paper as paper  # noqa: PLC0415 - loads what typesets

    shown = _joined(project_id)
    vocabulary = paper.Vocabulary(
        words(spoken()), shown.places, shown.kinds, shown.levels, shown.topics
    )
    written = paper.print_situation(shown.found, place().project.name, vocabulary, today(), kind)
    reply = Response(written, mimetype=paper.FORMATS[kind].mimetype)
    reply.headers["Content-Disposition"] = f'attachment; filename="situation.{kind}"'
    return reply


def _words(instrument: Instrument, name: str) -> dict[str, str]:
    item, text = instrument.item(name), words_in_use(instrument)
    return {code: item_type(item.type).label(item, code, text) for code in item.codes}


def _walks() -> bool:
    return is_demo(site().settings.instance)
