"""How the workshop shows its questionnaires: all of a project, one to be read in, and a draft."""

from __future__ import annotations

import base64
from typing import Any

from flask import request

from questionnaires import Instrument, InstrumentError, library_names
from questionnaires.formats import xlsform
from questionnaires.formats.errors import FormatError
from questionnaires.formats.xlsform import Reading
from questionnaires.types import type_names
from survey.desk.guard import place
from survey.desk.pages import page
from survey.desk.workshop.addresses import must_find_form
from survey.desk.workshop.measures import reported_by
from survey.desk.workshop.wording import ACTS, KINDS, STATUSES, TYPES
from survey.errors import RefusedError
from survey.messages import _
from survey.models import InstrumentDraft, Role
from survey.operations.questionnaires import own_names
from survey.operations.workshop.checks import check_parts, thing_of
from survey.operations.workshop.documents import languages_of, source_of, status_of, word_at
from survey.operations.workshop.drafts import changes_of, drafts_in, imported_source
from survey.operations.workshop.measures import scorables
from survey.operations.workshop.notes import notes_by_item
from survey.operations.workshop.publish import next_version
from survey.operations.workshop.things import Kind, rows_of
from survey.operations.workshop.translations import count_of
from survey.site import site


def show_overview(project_id: int, problem: RefusedError | None = None) -> str:
    """Return the page with the questionnaires of a project, and how to begin one."""
    with site().database.reading() as reading:
        drafts = drafts_in(reading, project_id)
    return page(
        "workshop/overview",
        project=place().project,
        drafts=[(draft, _standing(draft)) for draft in drafts],
        sources=[*library_names(), *own_names()],
        refusal=problem,
        typed=request.form,
        statuses=STATUSES,
    )


def _standing(draft: InstrumentDraft) -> dict[str, Any]:
    """Return what the list says of a draft."""
    parts = draft.document
    return {
        "title": word_at(parts[f"text/{source_of(parts)}"], ("title",)),
        "items": len(rows_of(parts, Kind.ITEM)),
        "languages": len(languages_of(parts)),
        "version": next_version(parts),
        "published": len(parts.get("published", [])),
    }


def show_look(
    project_id: int, name: str, content: bytes, problem: RefusedError | None = None
) -> tuple[str, int]:
    """Return the page that says what an XLSForm would become.

    Raises
    ------
    RefusedError
        If no file was chosen.
    """
    if not content:
        raise RefusedError(_("choose a file first"))
    reading: Reading | None = None
    source: Instrument | None = None
    flaws: list[str] = []
    try:
        reading = xlsform.read(content)
        source = imported_source(reading.document)
    except InstrumentError as error:
        flaws = [str(each) for each in error.problems]
    except FormatError as error:
        flaws = [str(error)]
    shown = page(
        "workshop/look",
        project=place().project,
        name=name or (source.name if source else ""),
        source=source,
        notes=reading.notes if reading else (),
        flaws=flaws,
        content=base64.b64encode(content).decode(),
        refusal=problem,
    )
    return shown, 422 if problem or source is None else 200


def show_draft(project_id: int, draft_id: int, problem: RefusedError | None = None) -> str:
    """Return the page of a draft: what it holds, and what must be mended."""
    with site().database.reading() as reading:
        draft = must_find_form(reading, project_id, draft_id)
        changes = changes_of(reading, draft)
        noted = notes_by_item(reading, draft)
    parts = draft.document
    findings, countable = check_parts(parts), scorables(parts)
    source = parts[f"text/{source_of(parts)}"]
    where = [(each, thing_of(parts, each)) for each in findings.problems]
    return page(
        "workshop/draft",
        project=place().project,
        is_owner=Role.OWNER in place().roles,
        draft=draft,
        parts=parts,
        sections=_sections(draft),
        scales=rows_of(parts, Kind.SCALE),
        dimensions=[
            (row, [each.key for each in countable if row["name"] in each.marks])
            for row in rows_of(parts, Kind.DIMENSION)
        ],
        groups=rows_of(parts, Kind.GROUP),
        calculations=rows_of(parts, Kind.CALCULATION),
        reported_by=reported_by(parts),
        source=source,
        word_at=word_at,
        languages_here=[
            (each, parts[f"text/{each}"], status_of(parts, each), *count_of(parts, each))
            for each in languages_of(parts)
        ],
        problems=where,
        advice=[(each, thing_of(parts, each)) for each in findings.advice],
        flawed={thing for _each, thing in where},
        noted=noted,
        changes=changes,
        types=[each for each in type_names() if each in TYPES],
        type_words=TYPES,
        acts=ACTS,
        kinds=KINDS,
        statuses=STATUSES,
        version=next_version(parts),
        refusal=problem,
    )


def _sections(draft: InstrumentDraft) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the sections with their items, those of no section that is there at the end."""
    parts = draft.document
    items, sections = rows_of(parts, Kind.ITEM), rows_of(parts, Kind.SECTION)
    known = {row["name"] for row in sections}
    found = [
        (row, [item for item in items if item.get("section") == row["name"]]) for row in sections
    ]
    lost = [item for item in items if item.get("section") not in known]
    return [*found, ({"name": ""}, lost)] if lost else found
