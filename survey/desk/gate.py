"""The do-no-harm gate of a round: its risks, and the signature under them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from survey.account import entry
from survey.desk.drafting import Reply, must_find, read_draft, save_step, show_step, step_address
from survey.desk.guard import place
from survey.desk.pages import FRESH, TEAM, refused, to, writing
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models import Role
from survey.operations.draft_documents import choice_of
from survey.operations.gate import SMALL, Module, fingerprint, modules_of, sign_gate
from survey.operations.readiness import chosen_instrument
from survey.operations.sample_plans import small_strata
from survey.policy import allow
from survey.site import today

blueprint = Blueprint(
    "gate", __name__, url_prefix="/desk/projects/<int:project_id>/drafts/<int:draft_id>/gate"
)


@blueprint.get("")
@allow(*TEAM, on="project")
def gate(project_id: int, draft_id: int) -> str:
    """Show the risks of a round, and who has signed them off."""
    draft, gaps = read_draft(project_id, draft_id)
    open_fields = any(gap.field for gap in gaps.get("gate", []))
    return show_step(
        "gate",
        project_id,
        draft_id,
        "gate",
        signed=draft.document.get("signed"),
        holds=not gaps.get("gate"),
        may_sign=Role.OWNER in place().roles and not open_fields and "gate" in draft.document,
        small=small_strata(draft.document, SMALL),
        smallest=SMALL,
        seen=fingerprint(draft.document),
    )


@blueprint.post("")
@allow(*TEAM, on="project")
def save(project_id: int, draft_id: int) -> Reply:
    """Keep what was written about the risks."""
    return save_step("gate", project_id, draft_id)


@blueprint.post("/sign")
@allow(Role.OWNER, on="project")
def sign(project_id: int, draft_id: int) -> Reply:
    """Sign the risks off, in the name of the owner who is signed in."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    seen = read_draft(project_id, draft_id)[0].document
    try:
        modules = _modules(seen)
        with writing() as session:
            draft = must_find(session, project_id, draft_id)
            sign_gate(session, draft, modules, request.form.get("seen", ""), today())
    except SurveyError as error:
        return refused(error)
    return to(step_address("gate", project_id, draft_id))


def _modules(document: Mapping[str, Any]) -> list[Module]:
    instrument = chosen_instrument(document)
    if instrument is None:
        raise RefusedError(_("choose a questionnaire first"))
    return modules_of(instrument, choice_of(document)[1])
