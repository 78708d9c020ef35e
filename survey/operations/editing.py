"""Change a part of a document that several people write, so that nobody's words are lost."""

from __future__ import annotations

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
    """Return what somebody else stored of a `part` since version `seen`; None if nobody did."""
    last = edited.changes.get(part)
    if last is None or last["version"] <= seen:
        return None
    return Clash(edited.document.get(part), last["by"], edited.version)


def set_part(session: Session, edited: Edited, part: str, content: object) -> None:
    """Store `content` as a `part`, whatever was there; the caller commits."""
    edited.version += 1
    edited.document = {**edited.document, part: content}
    change = {"version": edited.version, "by": actor_of(session)}
    edited.changes = {**edited.changes, part: change}


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
