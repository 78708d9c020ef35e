"""Weights of a round: what is known of its population, what weighing does, and taking it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, request, url_for
from flask import session as visit
from sqlalchemy.orm import Session

from survey.desk.guard import place
from survey.desk.localities import file_content
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.errors import RefusedError, SurveyError
from survey.languages import LANGUAGES, choose_language
from survey.models import Wave, Weighting
from survey.models.wave import Protection, Sampling
from survey.operations.csv_tables import Misrow
from survey.operations.gaps import Gap
from survey.operations.waves import find_wave
from survey.operations.weighting_plans import (
    Margins,
    Offered,
    Typed,
    margins_of,
    of_localities,
    offered_items,
    read_margins_file,
    small_groups,
    stored,
    typed_of,
)
from survey.operations.weightings import (
    CHANGED,
    Entry,
    counts_of,
    groups_answered,
    keep,
    take_off,
    versions,
)
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("weights", __name__, url_prefix="/desk/rounds")

#: Answers of one question that a page has room for; more of them make no group of any use.
MOST_CODES = 150

Shown = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Said:
    """What the page says besides what is stored: a form that cannot be kept yet, and why."""

    typed: Typed | None = None
    problems: Sequence[Gap] = ()
    rows: Sequence[Misrow] = ()
    refusal: RefusedError | None = None
    is_read: bool = False


@blueprint.get("/<link>/weights")
@allow(*TEAM, on="round")
def weights_page(link: str) -> str:
    """Show the weights of a round, what they do, and the form for a new version."""
    return _show(link, Said())


@blueprint.get("/<link>/weights/localities")
@allow(*TEAM, on="round")
def localities(link: str) -> str:
    """Fill the form in with what the localities say; nothing is stored."""
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        typed = of_localities(reading, wave, _offered(reading, wave))
    return _show(link, Said(typed, is_read=True))


@blueprint.post("/<link>/weights/file")
@allow(*TEAM, on="round")
def look(link: str) -> Shown:
    """Fill the form in with a file, and name the rows to mend; nothing is stored."""
    try:
        content = file_content(request.files.get("file"))
        with site().database.reading() as reading:
            offered = _offered(reading, find_wave(reading, link))
        typed, problems = read_margins_file(content, offered)
    except RefusedError as problem:
        return _show(link, Said(refusal=problem)), 422
    return _show(link, Said(typed, rows=problems, is_read=True))


@blueprint.post("/<link>/weights")
@allow(*TEAM, on="round")
def save(link: str) -> Shown:
    """Weigh the answers as the form says, and keep it as a new version."""
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        typed = typed_of(request.form, _offered(reading, wave))
        try:
            read = margins_of(typed, _offered(reading, wave))
            entry, problems = _weighed(reading, wave, typed, read)
        except RefusedError as problem:
            return _show(link, Said(typed, refusal=problem)), 422
    if problems:
        return _show(link, Said(typed, problems)), 422
    with writing() as session:
        clash = keep(session, link, entry, _seen(), today())
    if clash is not None:
        return _show(link, Said(typed, refusal=RefusedError(CHANGED))), 409
    return to(url_for(".weights_page", link=link))


@blueprint.post("/<link>/weights/off")
@allow(*TEAM, on="round")
def off(link: str) -> Shown:
    """Let answers count as they were drawn; what there was stays as an earlier version."""
    try:
        with writing() as session:
            clash = take_off(session, link, _seen(), today())
    except SurveyError as problem:
        return refused(problem)
    if clash is not None:
        return _show(link, Said(refusal=RefusedError(CHANGED))), 409
    return to(url_for(".weights_page", link=link))


def _weighed(
    reading: Session, wave: Wave, typed: Typed, read: Margins
) -> tuple[Entry, Sequence[Gap]]:
    """Return what is to be kept, with what it does to the answers; or what is wrong with it."""
    entry = Entry(typed.unit, read.margins, read.cap, {})
    if read.problems or wave.protection == Protection.SEALED:
        return entry, read.problems
    items = [margin["item"] for margin in read.margins]
    groups = groups_answered(reading, wave, items)
    small = [
        gap
        for margin in read.margins
        for gap in small_groups(margin, counts_of(groups, margin["item"]))
    ]
    if small:
        return entry, small
    from survey.operations.weighing import with_effects  # noqa: PLC0415 - loads numpy

    return with_effects(entry, groups), ()


def _show(link: str, said: Said) -> str:
    language = choose_language(LANGUAGES, visit.get("language"))
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        kept = versions(reading, wave)
        now = kept[0] if kept else None
        typed = said.typed or _typed(now)
        if said.is_read:  # a file says nothing of the largest weight
            typed = replace(typed, cap=_typed(now).cap)
        return page(
            "weights",
            project=place().project,
            wave=wave,
            now=now,
            kept=kept,
            offered=_offered(reading, wave, language),
            typed=typed,
            said=said,
            is_convenience=wave.sampling == Sampling.CONVENIENCE,
            is_sealed=wave.protection == Protection.SEALED,
        )


def _typed(now: Weighting | None) -> Typed:
    return stored(now.unit, now.cap, now.margins) if now else Typed(cap="5")


def _offered(reading: Session, wave: Wave, language: str = "") -> list[Offered]:
    found = offered_items(reading, wave, language)
    return [each for each in found if len(each.codes) <= MOST_CODES]


def _seen() -> int:
    """Return the version that the person had before them."""
    typed = request.form.get("version", "")
    if not (typed.isdecimal() and len(typed) < 8):
        abort(400)
    return int(typed)
