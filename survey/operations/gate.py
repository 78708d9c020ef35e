"""The do-no-harm gate: who could be hurt by a round, what is done about it, and who signed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from questionnaires import Instrument
from survey.errors import RefusedError
from survey.messages import _
from survey.models import RoundDraft
from survey.operations.audit import Action, actor_of, append
from survey.operations.draft_documents import choice_of, field, lines, places_of, texts
from survey.operations.editing import check_seen, set_part
from survey.operations.gaps import Gap

#: The module that every round has: being asked at all can hurt somebody.
WHOLE = "whole"
#: What is written about each module.
QUESTIONS = ("risk", "who", "mitigation")
LEVELS = ("low", "medium", "high")
#: Localities with fewer expected answers get a warning (ethics.md).
SMALL = 60


@dataclass(frozen=True)
class Module:
    """A part of a questionnaire that could harm: its section, and its sensitive items."""

    section: str
    items: tuple[str, ...] = ()


def modules_of(instrument: Instrument, form: str) -> list[Module]:
    """Return what must be thought about: taking part at all, then each sensitive section."""
    sections: dict[str, list[str]] = {}
    for item in instrument.asked(form):
        if item.sensitive:
            sections.setdefault(item.section, []).append(item.name)
    found = [Module(section, tuple(items)) for section, items in sections.items()]
    return [Module(WHOLE), *found]


def gate_gaps(document: Mapping[str, Any], modules: list[Module]) -> list[Gap]:
    """Return what the gate lacks, its signature last."""
    needed = [f"{module.section}-{each}" for module in modules for each in (*QUESTIONS, "level")]
    empty = [name for name in (*needed, "advisers") if not _typed(document, name)]
    gaps = [
        Gap(_("Fill in this field; 'nothing known' is an answer too."), {}, each) for each in empty
    ]
    signed = document.get("signed")
    if gaps:
        return gaps
    if not signed:
        gaps.append(Gap(_("An owner of the project signs the risks off.")))
    elif signed["sha256"] != fingerprint(document):
        gaps.append(
            Gap(
                _(
                    "The risks, or what they depend on, were changed since %(email)s signed; "
                    "an owner signs again."
                ),
                {"email": signed["by"]},
            )
        )
    return gaps


def sign_gate(
    session: Session, draft: RoundDraft, modules: list[Module], seen: str, today: date
) -> None:
    """Sign the risks off, as they are written now; commits.

    Parameters
    ----------
    session : Session
        A writing session.
    draft, modules : RoundDraft, list of Module
        Whose risks are signed off, and what must be thought about.
    seen : str
        The fingerprint of what the person had before them when they signed.
    today : date
        The day of the signature.

    Raises
    ------
    RefusedError
        If a field is empty, something was changed meanwhile, or the round has opened.
    """
    if draft.wave_id is not None:
        raise RefusedError(_("this round has opened; what it was opened with stays as it is"))
    if any(gap.field for gap in gate_gaps(draft.document, modules)):
        raise RefusedError(_("fill in every field of the risks first; then sign"))
    check_seen(seen, fingerprint(draft.document))
    sign = {
        "by": actor_of(session),
        "day": today.isoformat(),
        "sha256": fingerprint(draft.document),
    }
    set_part(session, draft, "signed", sign)
    append(session, actor_of(session), Action.RISKS_SIGNED, draft.name, draft.project_id)
    session.commit()


def fingerprint(document: Mapping[str, Any]) -> str:
    """Return a hash of what a signature is given for: the risks and all that they depend on.

    That is what is asked, where, by which groups and doors it is shown and answered, and how and
    how long answers are kept.
    """
    signed_for = [
        document.get("gate") or {},
        choice_of(document),
        sorted(texts(document, "groups", "breakdowns")),
        sorted(row["code"] for row in places_of(document)),
        sorted(texts(document, "doors", "doors")),
        field(document, "protection", "protection"),
        sorted(lines(field(document, "protection", "recipients"))),
        field(document, "days", "keep_until").strip(),
    ]
    written = json.dumps(signed_for, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _typed(document: Mapping[str, Any], name: str) -> bool:
    return bool(str(field(document, "gate", name)).strip())
