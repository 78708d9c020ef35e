"""What an address of the workshop names: a draft of a project, and what is in it."""

from __future__ import annotations

from flask import abort, url_for
from sqlalchemy.orm import Session

from survey.models import InstrumentDraft
from survey.operations.workshop.drafts import find_form
from survey.operations.workshop.things import Kind
from survey.site import site


def must_find_form(reading: Session, project_id: int, draft_id: int) -> InstrumentDraft:
    """Return a draft of the project that the address names; another's is no page at all."""
    return find_form(reading, project_id, draft_id) or abort(404)


def read_form_draft(project_id: int, draft_id: int) -> InstrumentDraft:
    """Return a draft to be shown."""
    with site().database.reading() as reading:
        return must_find_form(reading, project_id, draft_id)


def home(project_id: int, draft_id: int) -> str:
    """Return the address of the page of a draft."""
    return url_for("workshop.draft_page", project_id=project_id, draft_id=draft_id)


def thing_page(project_id: int, draft_id: int, kind: str, name: str) -> str:
    """Return the address of the page of an item, a section or a scale."""
    return url_for(
        "workshop_things.edit", project_id=project_id, draft_id=draft_id, kind=kind, name=name
    )


def kind_of(name: str) -> Kind:
    """Return the kind of thing that an address names."""
    return Kind(name) if name in set(Kind) else abort(404)
