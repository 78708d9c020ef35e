"""A draft becomes a version: a folder of files that never changes again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from questionnaires import QuestionnaireError
from questionnaires.build import build_instrument
from questionnaires.formats.errors import FormatError
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models import InstrumentDraft
from survey.operations.audit import Action, actor_of, append
from survey.operations.editing import check_seen
from survey.operations.questionnaires import find_instrument, publish_instrument
from survey.operations.workshop.checks import check_parts
from survey.operations.workshop.documents import Parts, whole_document
from survey.operations.workshop.drafts import Act, set_changed


@dataclass(frozen=True)
class Published:
    """A version that was published.

    `state` is ``whole`` when its files are what was published, ``changed`` or ``missing``.
    """

    version: str
    sha256: str
    day: str
    by: str
    source: str
    state: str


def next_version(parts: Parts) -> str:
    """Return the number of the next version: 1.0, then 1.1, then 1.2."""
    return f"1.{len(parts.get('published', []))}"


def publishable(parts: Parts) -> dict[str, Any]:
    """Return the document that would be published now."""
    document = whole_document(parts)
    document["instrument"]["version"] = next_version(parts)
    return document


def fingerprint(parts: Parts) -> str:
    """Return the hash under which a draft would be published; empty when it is not sound."""
    if not check_parts(parts).is_sound:
        return ""
    return build_instrument(publishable(parts)).sha256


def publish(session: Session, draft: InstrumentDraft, seen: str, day: date) -> str:
    """Publish a draft as its next version, and return the name that rounds choose; commits.

    Raises
    ------
    RefusedError
        If something must be mended first, it was changed since it was seen, or nothing was
        changed since the last version.
    """
    sha = fingerprint(draft.document)
    if not sha:
        raise RefusedError(_("something must be mended first; the page of the draft says what"))
    check_seen(seen, sha)
    before = list(draft.document.get("published", []))
    content = _without_version(draft.document)
    if before and before[-1]["content"] == content:
        raise RefusedError(_("nothing was changed since the last version"))
    document = publishable(draft.document)
    version = document["instrument"]["version"]
    stamp = {"version": version, "sha256": sha, "by": actor_of(session), "day": day.isoformat()}
    published = {"published": [*before, {**stamp, "content": content}]}
    set_changed(session, draft, published, (Act.PUBLISHED, version), day)
    append(
        session,
        actor_of(session),
        Action.QUESTIONNAIRE_PUBLISHED,
        f"{draft.name}@{version}",
        draft.project_id,
    )
    session.flush()
    try:
        folder = publish_instrument(document)
    except FormatError:
        raise RefusedError(
            _("a version of this name and number lies on the server already; ask who runs it")
        ) from None
    try:
        session.commit()
    except BaseException:
        shutil.rmtree(folder)  # what the database does not know was not published
        raise
    return folder.name


def published_of(parts: Parts) -> list[Published]:
    """Return the published versions, the newest first, each held against its files."""
    name = parts["instrument"]["name"]
    found = []
    for each in reversed(parts.get("published", [])):
        source = f"{name}@{each['version']}"
        told = {key: each[key] for key in ("version", "sha256", "day", "by")}
        found.append(Published(**told, source=source, state=_state(source, each["sha256"])))
    return found


def _state(source: str, sha256: str) -> str:
    try:
        return "whole" if find_instrument(source).sha256 == sha256 else "changed"
    except (SurveyError, QuestionnaireError):
        return "missing"


def _without_version(parts: Parts) -> str:
    """Return a hash of everything that is published but the number."""
    document = whole_document(parts)
    document["instrument"]["version"] = "0"
    return build_instrument(document).sha256
