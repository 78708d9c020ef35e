"""Change a part of a document that several people write, so that nobody's words are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models.draft import Edited
from survey.operations.audit import actor_of


@dataclass(frozen=True)
class Clash:
    """Somebody else changed the same part meanwhile; nothing was stored.

    `theirs` is the part as it is now, written by `author`; `version` is what a second try names.
    """

    theirs: Any
    author: str
    version: int


def save_part(
    session: Session, edited: Edited, part: str, content: object, seen: int
) -> Clash | None:
    """Store `content` as a `part` of a document; commits, unless somebody else was faster.

    Parameters
    ----------
    session : Session
        A writing session, in which `edited` was read: nobody else writes until it ends.
    edited : Edited
        The draft or the protocol.
    part, content : str, object
        Which part, and what it holds from now on.
    seen : int
        The version of the document that the person had before them when they began.
    """
    if edited.document.get(part) == content:
        return None
    clash = clash_of(edited, part, seen)
    if clash is None:
        set_part(session, edited, part, content)
        session.commit()
    return clash


def clash_of(edited: Edited, part: str, seen: int) -> Clash | None:
    """Return what somebody else wrote into a `part` since version `seen`; None for nothing."""
    last = edited.changes.get(part)
    if last is None or last["version"] <= seen:
        return None
    return Clash(edited.document.get(part), last["by"], edited.version)


def set_part(session: Session, edited: Edited, part: str, content: object) -> None:
    """Store `content` as a `part`, whatever was there; the caller commits."""
    set_parts(session, edited, {part: content})


def set_parts(session: Session, edited: Edited, parts: Mapping[str, object]) -> None:
    """Store several parts as one change; what holds None is dropped. The caller commits."""
    edited.version += 1
    kept = {**edited.document, **parts}
    gone = {part for part, content in parts.items() if content is None}
    edited.document = {part: content for part, content in kept.items() if part not in gone}
    change = {"version": edited.version, "by": actor_of(session)}
    edited.changes = {**edited.changes, **dict.fromkeys(parts, change)}


def merge_typed(
    base: Mapping[str, Any] | None, now: Mapping[str, Any], typed: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Return what a form holds when two people filled it in, and whether they disagree.

    Parameters
    ----------
    base, now : mapping
        What the fields held when this person began, None when that is not known any more, and
        what they hold now.
    typed : mapping
        What this person sent.

    Returns
    -------
    tuple of dict and bool
        Each field as the one who changed it left it; where both did, and otherwise, as `typed`.
    """
    merged, is_contested = dict(typed), False
    for name, value in typed.items():
        here = now.get(name) or ""
        was = here if base is None else base.get(name) or ""
        if base is not None and (value or "") == was:
            merged[name] = now.get(name, value)
        elif (value or "") != here and (base is None or was != here):
            is_contested = True
    return merged, is_contested


def check_seen(seen: str, now: str) -> None:
    """Make sure that what somebody signs is what they had before them.

    Parameters
    ----------
    seen, now : str
        The hash of the text on their page, and of the text as it is.

    Raises
    ------
    RefusedError
        If it was changed meanwhile.
    """
    if seen != now:
        raise RefusedError(
            _("Nothing was changed. Go back, load the page again and repeat what you did.")
        )
