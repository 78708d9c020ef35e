"""Changes of a questionnaire's structure: a form is stored, an item comes, moves or goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from questionnaires.types import type_names
from survey.errors import RefusedError
from survey.languages import words
from survey.messages import _
from survey.models import InstrumentDraft
from survey.operations.editing import Clash, merge_typed
from survey.operations.workshop.documents import (
    Parts,
    Row,
    Typed,
    languages_of,
    source_of,
    with_word,
)
from survey.operations.workshop.drafts import Act, keep_parts, last_author, parts_at
from survey.operations.workshop.measures import (
    check_unused,
    marked_items,
    new_measure,
    unmarked_items,
)
from survey.operations.workshop.things import (
    Kind,
    field_name,
    find_row,
    row_of,
    rows_of,
    typed_of,
    word_paths,
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True)
class Sent:
    """A form that somebody sent: what was typed, the version they had before them, the day."""

    typed: Typed
    seen: int
    day: date


@dataclass(frozen=True)
class Sheet:
    """A form: what it holds for the parts of a draft, and the parts that it makes of them."""

    held: Callable[[Parts], Typed]
    made: Callable[[Parts, Typed], dict[str, Any]]
    act: tuple[Act, str]


def save_form(
    session: Session, draft: InstrumentDraft, sheet: Sheet, sent: Sent
) -> tuple[Clash, Typed] | None:
    """Store what a form holds, unless somebody else changed the same fields; commits.

    Returns
    -------
    tuple or None
        The clash, and the form in which everything is mended but what both of them changed.
    """
    then = parts_at(session, draft, sent.seen)
    base = None
    # What was not there yet, when this person began, has nothing that could be compared.
    with suppress(RefusedError, KeyError):
        base = None if then is None else sheet.held(then)
    now = sheet.held(draft.document)
    merged, is_contested = merge_typed(base, now, sent.typed)
    if is_contested:
        return Clash(now, last_author(session, draft), draft.version), merged
    keep_parts(session, draft, sheet.made(draft.document, merged), sheet.act, sent.day)
    return None


def save_thing(
    session: Session, draft: InstrumentDraft, thing: tuple[Kind, str], sent: Sent
) -> tuple[Clash, Typed] | None:
    """Store the form of a thing; commits.

    Raises
    ------
    FieldError
        If a field cannot be read.
    RefusedError
        If the thing is gone.
    """
    kind, name = thing
    sheet = Sheet(
        lambda parts: typed_of(parts, kind, name),
        lambda parts, merged: changed_parts(parts, kind, name, merged),
        (Act.EDITED, name),
    )
    return save_form(session, draft, sheet, sent)


def changed_parts(parts: Parts, kind: Kind, name: str, typed: Typed) -> dict[str, Any]:
    """Return the parts that a form changes; words whose code is gone go with it."""
    old = find_row(parts, kind, name)
    new = row_of(kind, old, typed)
    rows = [new if row is old else row for row in rows_of(parts, kind)]
    structure = {**parts["instrument"], str(kind): rows}
    if kind is Kind.DIMENSION:
        structure["item"] = marked_items(rows_of(parts, Kind.ITEM), name, typed)
    changed: dict[str, Any] = {"instrument": structure}
    paths = word_paths({**parts, **changed}, kind, new)
    gone = [path for path in word_paths(parts, kind, old) if path not in paths]
    for language in languages_of(parts):
        table = parts[f"text/{language}"]
        for path in gone:
            table = with_word(table, path, "")
        for path in paths:
            field = field_name(language, path)
            if field in typed:
                table = with_word(table, path, typed[field].strip())
        changed[f"text/{language}"] = table
    return changed


def add_thing(
    session: Session, draft: InstrumentDraft, kind: Kind, asked: Mapping[str, str], day: date
) -> str:
    """Add a thing of a kind, and return its name; commits.

    Raises
    ------
    RefusedError
        If the name cannot be used, or the section or type is none that is there.
    """
    parts = draft.document
    name = asked.get("name", "").strip()
    if not _NAME.fullmatch(name):
        raise RefusedError(_("it needs a name of letters, digits and _, a letter first"))
    if any(row.get("name") == name for row in rows_of(parts, kind)):
        raise RefusedError(_("this name is taken; choose another"))
    rows = [*rows_of(parts, kind), _new_row(parts, kind, name, asked)]
    changed = {"instrument": {**parts["instrument"], str(kind): rows}}
    keep_parts(session, draft, changed, (Act.ADDED, name), day)
    return name


def move_thing(
    session: Session, draft: InstrumentDraft, thing: tuple[Kind, str], up: bool, day: date
) -> None:
    """Move a thing past its neighbour: an item within its section; commits.

    Raises
    ------
    RefusedError
        If the thing is gone.
    """
    kind, name = thing
    parts = draft.document
    row = find_row(parts, kind, name)
    rows = rows_of(parts, kind)
    peers = [at for at, each in enumerate(rows) if each.get("section") == row.get("section")]
    place = peers.index(rows.index(row))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(peers):
        return
    first, second = peers[place], peers[other]
    rows[first], rows[second] = rows[second], rows[first]
    changed = {"instrument": {**parts["instrument"], str(kind): rows}}
    keep_parts(session, draft, changed, (Act.MOVED, name), day)


def remove_thing(
    session: Session, draft: InstrumentDraft, thing: tuple[Kind, str], day: date
) -> None:
    """Take a thing out with its words in every language, a dimension with its marks; commits.

    Raises
    ------
    RefusedError
        If it is gone already, or something still stands in it or is built from it.
    """
    kind, name = thing
    parts = draft.document
    row = find_row(parts, kind, name)
    _check_free(parts, kind, name)
    rows = [each for each in rows_of(parts, kind) if each is not row]
    structure = {**parts["instrument"], str(kind): rows}
    if kind is Kind.DIMENSION:
        structure["item"] = unmarked_items(rows_of(parts, Kind.ITEM), name)
    changed: dict[str, Any] = {"instrument": structure}
    paths = word_paths(parts, kind, row)
    for language in languages_of(parts):
        table = parts[f"text/{language}"]
        for path in paths:
            table = with_word(table, path, "")
        changed[f"text/{language}"] = table
    keep_parts(session, draft, changed, (Act.REMOVED, name), day)


def add_language(session: Session, draft: InstrumentDraft, language: str, day: date) -> None:
    """Add a language, whose words are all still to be written; commits.

    Raises
    ------
    RefusedError
        If it is no code of a language, or there already.
    """
    language = language.strip()
    if not _LANGUAGE.fullmatch(language):
        raise RefusedError(_("write the code of a language, as ar or sr-Latn"))
    parts = draft.document
    listed = languages_of(parts)
    if language in listed:
        raise RefusedError(_("the questionnaire has this language already"))
    spoken = words(language)
    empty: dict[str, Any] = {"name": spoken.name, "direction": spoken.direction, "status": "draft"}
    empty |= {"title": "", "answer": {}, "section": {}, "item": {}}
    changed = {
        "instrument": {**parts["instrument"], "languages": [*listed, language]},
        f"text/{language}": empty,
        f"signed/{language}": {"texts": {}},
    }
    keep_parts(session, draft, changed, (Act.ADDED, language), day)


def remove_language(session: Session, draft: InstrumentDraft, language: str, day: date) -> None:
    """Take a language out with all its words; commits.

    Raises
    ------
    RefusedError
        If it is not there, or the one that the others are translated from.
    """
    parts = draft.document
    if language not in languages_of(parts) or language == source_of(parts):
        raise RefusedError(_("this language cannot be taken out: the others follow it"))
    listed = [each for each in languages_of(parts) if each != language]
    changed = {
        "instrument": {**parts["instrument"], "languages": listed},
        f"text/{language}": None,
        f"signed/{language}": None,
    }
    keep_parts(session, draft, changed, (Act.REMOVED, language), day)


def _check_free(parts: Parts, kind: Kind, name: str) -> None:
    if kind is Kind.DIMENSION:
        check_unused(parts, name)
    elif kind is not Kind.ITEM and any(
        each.get(kind) == name for each in rows_of(parts, Kind.ITEM)
    ):
        raise RefusedError(_("questions still use it; change or remove those first"))


def _new_row(parts: Parts, kind: Kind, name: str, asked: Mapping[str, str]) -> Row:
    if kind is Kind.SECTION:
        return {"name": name}
    if kind is Kind.SCALE:
        return {"name": name, "codes": ["1", "2", "3", "4", "5"]}
    section, way = asked.get("section", ""), asked.get("type", "")
    if kind is not Kind.ITEM:
        return new_measure(kind, name, section)
    sections = {row["name"] for row in rows_of(parts, Kind.SECTION)}
    if section not in sections or way not in type_names():
        raise RefusedError(_("choose a section and a kind of question for it"))
    return {"name": name, "section": section, "type": way}
