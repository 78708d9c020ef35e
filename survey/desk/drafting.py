"""What the pages of a draft share: how it is found, shown and saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, request, session, url_for
from sqlalchemy.orm import Session

from questionnaires import Text
from survey.desk.fields import Field, differing, read_form, shown_value
from survey.desk.guard import place
from survey.desk.pages import page, refused, to, writing
from survey.desk.steps import STEPS
from survey.errors import RefusedError
from survey.languages import LANGUAGES, choose_language
from survey.models import RoundDraft
from survey.operations.draft_documents import choice_of, texts
from survey.operations.drafts import change_draft, find_draft
from survey.operations.editing import Clash
from survey.operations.gaps import Gap
from survey.operations.readiness import chosen_instrument, gaps_of
from survey.site import site, today

Reply = Response | str | tuple[str, int]


def spoken() -> str:
    """Return the reader's language."""
    return choose_language(LANGUAGES, session.get("language"))


def must_find(reading: Session, project_id: int, draft_id: int) -> RoundDraft:
    """Return a draft of the project that the address names; another's is no page at all."""
    return find_draft(reading, project_id, draft_id) or abort(404)


def read_draft(project_id: int, draft_id: int) -> tuple[RoundDraft, dict[str, list[Gap]]]:
    """Return a draft, and what each step of it lacks; one that has opened lacks nothing."""
    with site().database.reading() as reading:
        draft = must_find(reading, project_id, draft_id)
        gaps = {} if draft.wave_id else gaps_of(reading, draft, today())
        return draft, gaps


def seen_version() -> int:
    """Return the version that the person had before them; none counts as the oldest."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def show_step(
    step: str,
    project_id: int,
    draft_id: int,
    template: str = "step",
    **more: Any,  # noqa: ANN401 - whatever the template shows
) -> str:
    """Return the page of a step with its form; what it lacks is said once somebody has begun."""
    draft, gaps = read_draft(project_id, draft_id)
    make = STEPS[step].fields
    return page(
        template,
        project=place().project,
        draft=draft,
        step=step,
        steps=STEPS,
        fields=make(draft.document, spoken()) if make else [],
        typed=draft.document.get(step) or {},
        gaps=gaps.get(step, []) if step in draft.document else [],
        following=_following(step),
        readings=_consent_texts(draft.document) if step == "consent" else [],
        **more,
    )


def save_step(step: str, project_id: int, draft_id: int) -> Reply:
    """Store what was typed into the form of a step, also when it is half filled."""
    make = STEPS[step].fields
    if make is None:
        abort(404)
    # Before writing begins: nobody who answers shall wait until questionnaires are read.
    fields = make(read_draft(project_id, draft_id)[0].document, spoken())
    typed = read_form(fields, request.form)
    try:
        with writing() as kept:
            draft = must_find(kept, project_id, draft_id)
            clash = change_draft(kept, draft, step, typed, seen_version())
    except RefusedError as error:
        return refused(error)
    if clash is not None:
        return show_clash(fields, typed, clash)
    onward = request.form.get("onward", "")
    return to(step_address(onward if onward in STEPS else step, project_id, draft_id))


def show_clash(fields: Sequence[Field], typed: Mapping[str, Any], clash: Clash) -> tuple[str, int]:
    """Show both versions of what two people wrote at the same time; nothing was stored."""
    theirs = clash.theirs or {}
    compared = [
        (field, shown_value(field, theirs.get(field.name)), shown_value(field, typed[field.name]))
        for field in differing(fields, theirs, typed)
    ]
    shown = page(
        "clash",
        project=place().project,
        fields=fields,
        typed=typed,
        compared=compared,
        clash=clash,
    )
    return shown, 409


def step_address(step: str, project_id: int, draft_id: int) -> str:
    """Return the address of the page of a step."""
    endpoint = STEPS[step].endpoint
    if endpoint == "protocol.protocol":
        return url_for(endpoint, project_id=project_id)
    if endpoint == "drafts.step":
        return url_for(endpoint, project_id=project_id, draft_id=draft_id, step=step)
    return url_for(endpoint, project_id=project_id, draft_id=draft_id)


def _consent_texts(document: Mapping[str, Any]) -> list[tuple[Text, list[str]]]:
    """Return what the first page says besides the facts, in each language of the round."""
    instrument, form = chosen_instrument(document), choice_of(document)[1]
    if instrument is None:
        return []
    named = ("about", f"minutes.{form}", "voluntary", "anonymous", "use", "final", "care", "agree")
    texts_of = [instrument.texts.get(each) for each in texts(document, "languages", "languages")]
    return [
        (text, [text[f"consent.{each}"] for each in named if text.get(f"consent.{each}")])
        for text in texts_of
        if text is not None
    ]


def _following(step: str) -> str:
    """Return the step after this one, or nothing after the last."""
    names = list(STEPS)
    return names[names.index(step) + 1] if step != names[-1] else ""
