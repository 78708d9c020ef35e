"""Translations of a questionnaire: word by word beside the source, reviewed, signed off.

A review holds for the words that were reviewed and for those that they translate: whoever changes
either makes it void, and the count goes down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import InstrumentDraft
from survey.operations.audit import actor_of
from survey.operations.editing import Clash, check_seen
from survey.operations.workshop.documents import (
    Parts,
    Path,
    Typed,
    language_hash,
    leaves,
    signed_of,
    source_of,
    text_hash,
    with_word,
    word_at,
)
from survey.operations.workshop.drafts import Act, check_language, keep_parts
from survey.operations.workshop.items import Sent, Sheet, save_form
from survey.operations.workshop.things import Kind, rows_of

#: What a language can be signed off as.
SIGNED = ("reviewed", "tested")


@dataclass(frozen=True)
class Line:
    """Words of a questionnaire in two languages.

    Attributes
    ----------
    path : tuple of str
        Their place in the file.
    source, target : str
        The words to be translated, and the translation; empty when there is none yet.
    is_reviewed : bool
        Whether somebody has reviewed these very words.
    reviewer, day : str
        Who, and when; empty when nobody has, or when they were changed since.
    note : str
        What the authors tell translators about the item.
    """

    path: Path
    source: str
    target: str
    is_reviewed: bool
    reviewer: str
    day: str
    note: str

    @property
    def key(self) -> str:
        """The place as one name."""
        return "/".join(self.path)


def lines_of(parts: Parts, language: str) -> list[Line]:
    """Return all words of a language beside those they translate, in the order of the source."""
    source, target = (parts[f"text/{each}"] for each in (source_of(parts), language))
    texts = signed_of(parts, language)["texts"]
    notes = {row.get("name"): row.get("note", "") for row in rows_of(parts, Kind.ITEM)}
    paths = dict.fromkeys(path for table in (source, target) for path, _word in leaves(table))
    found = []
    for path in paths:
        key = "/".join(path)
        signed = texts.get(key)
        holds = signed is not None and signed["sha"] == text_hash(parts, language, path)
        by, day = (signed["by"], signed["day"]) if holds else ("", "")
        note = notes.get(path[1], "") if len(path) > 1 else ""
        words = word_at(source, path), word_at(target, path)
        found.append(Line(path, *words, is_reviewed=holds, reviewer=by, day=day, note=note))
    return found


def count_of(parts: Parts, language: str) -> tuple[int, int]:
    """Return how many texts of a language are reviewed, and how many there are."""
    lines = lines_of(parts, language)
    return sum(line.is_reviewed for line in lines), len(lines)


def typed_lines(parts: Parts, language: str, keys: Sequence[str]) -> Typed:
    """Return what the form of some words of a language holds: the words, and the ticks."""
    table, known = parts[f"text/{language}"], {each.key: each for each in lines_of(parts, language)}
    typed: Typed = {f"word:{key}": word_at(table, tuple(key.split("/"))) for key in keys}
    done = [key for key in keys if key in known and known[key].is_reviewed]
    return typed | {f"done:{key}": ["yes"] if key in done else [] for key in keys}


def save_lines(
    session: Session, draft: InstrumentDraft, language: str, sent: Sent
) -> tuple[Clash, Typed] | None:
    """Store words of a language and the ticks beside them; commits.

    Raises
    ------
    RefusedError
        If the questionnaire has no such language.
    """
    check_language(draft, language)
    keys = [name.removeprefix("word:") for name in sent.typed if name.startswith("word:")]
    who = actor_of(session)
    sheet = Sheet(
        lambda parts: typed_lines(parts, language, keys),
        lambda parts, merged: _changed(parts, language, merged, (who, sent.day)),
        (Act.TRANSLATED, language),
    )
    return save_form(session, draft, sheet, sent)


def _changed(parts: Parts, language: str, typed: Typed, told: tuple[str, date]) -> dict[str, Any]:
    """Return the parts that a form of words changes; a new tick is for the words beside it."""
    who, day = told
    table, signed = parts[f"text/{language}"], signed_of(parts, language)
    texts, stood = dict(signed["texts"]), {each.key: each for each in lines_of(parts, language)}
    keys = [name.removeprefix("word:") for name in typed if name.startswith("word:")]
    for key in keys:
        table = with_word(table, tuple(key.split("/")), typed[f"word:{key}"].strip())
    after = {**parts, f"text/{language}": table}
    for key in keys:
        path = tuple(key.split("/"))
        if not typed.get(f"done:{key}") or not word_at(table, path):
            texts.pop(key, None)
        elif key not in stood or not stood[key].is_reviewed:
            sha = text_hash(after, language, path)
            texts[key] = {"sha": sha, "by": who, "day": day.isoformat()}
        # Otherwise the tick was there before: it keeps the hash of the words that it was for.
    return {f"text/{language}": table, f"signed/{language}": {**signed, "texts": texts}}


def sign_language(
    session: Session, draft: InstrumentDraft, language: str, told: tuple[str, str, date]
) -> None:
    """Sign a language off as reviewed, or as tested with people; commits.

    Parameters
    ----------
    told : tuple
        What it is signed off as; the hash of the words that the person saw; the day.

    Raises
    ------
    RefusedError
        If words are not reviewed, or were changed meanwhile.
    """
    check_language(draft, language)
    status, seen, day = told
    parts = draft.document
    done, count = count_of(parts, language)
    sha = language_hash(parts, language)
    if status not in SIGNED:
        raise RefusedError(_("choose whether it was reviewed, or tested with people"))
    if done < count:
        raise RefusedError(_("some texts are not reviewed yet; review them first"))
    check_seen(seen, sha)
    stamp = {"by": actor_of(session), "day": day.isoformat(), "status": status, "sha": sha}
    signed = {**signed_of(parts, language), "language": stamp}
    keep_parts(session, draft, {f"signed/{language}": signed}, (Act.SIGNED, language), day)
