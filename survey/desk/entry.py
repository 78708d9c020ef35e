"""Sheets of paper, entered with the keyboard: once, or twice with a list of the differences."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, request

from questionnaires import AnswerError
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, writing
from survey.desk.sheet import Entry, Sheet
from survey.errors import (
    NonceSpentError,
    RefusedError,
    StorageError,
    SurveyError,
    WaveClosedError,
    WaveNotOpenError,
)
from survey.messages import _
from survey.models import Wave
from survey.models.wave import Door
from survey.operations.placing import Submission
from survey.operations.responses import record_response
from survey.operations.sheets import draft_id, keep_draft, open_draft, own_draft
from survey.operations.visits import Visited, how_it_ended
from survey.operations.waves import fielded_instrument, find_wave, localities_of
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("entry", __name__, url_prefix="/desk/rounds")

_NONCE = re.compile(r"[0-9a-f]{32}")
#: The buttons that store a sheet.
_STORING = frozenset({"store", "compare", "decide"})
_PROBLEMS: dict[type[SurveyError], str] = {
    WaveClosedError: _("The round is closed and takes no more sheets."),
    WaveNotOpenError: _("The round is not open yet; enter the sheet when it is."),
    StorageError: _("The database does not answer at the moment. Nothing is lost: send it again."),
    NonceSpentError: _("This page was sent before with other answers. Load it again for a sheet."),
}


@dataclass(frozen=True)
class _Typed:
    """What came with the page: the boxes, and what is to be done with them."""

    written: dict[str, str]
    action: str
    number: str
    nonce: str
    is_treatment: bool


@blueprint.get("/<link>/paper", defaults={"language": None})
@blueprint.get("/<link>/paper/<language>")
@allow(*TEAM, on="round")
def enter(link: str, language: str | None) -> str:
    """Show an empty sheet."""
    wave = _wave()
    if Door.PAPER not in wave.doors:
        return page("no_paper", wave=wave)
    spoken = _spoken(wave, language)
    return _shown(wave, spoken, _sheet(wave, spoken), _empty())


@blueprint.post("/<link>/paper/<language>")
@allow(*TEAM, on="round")
def send(link: str, language: str) -> str | tuple[str, int]:
    """Check a sheet, keep it for its second entry, compare it with the first, or store it."""
    wave = _wave()
    if Door.PAPER not in wave.doors:
        return page("no_paper", wave=wave), 422
    spoken = _spoken(wave, language)
    sheet, typed = _sheet(wave, spoken), _typed()
    read = sheet.read(typed.written, is_treatment=typed.is_treatment)
    try:
        if _is_stored(wave, typed):
            return _again(wave, spoken, typed, read)
        if read.errors:
            return _shown(wave, spoken, sheet, typed, read), 422
        return _act(wave, spoken, sheet, typed, read)
    except RefusedError as error:
        problem = {"words": error.words, "values": error.values}
        return _shown(wave, spoken, sheet, typed, read, problem=problem), 422
    except tuple(_PROBLEMS) as error:
        problem = {"words": _PROBLEMS[type(error)], "values": {}}
        return _shown(wave, spoken, sheet, typed, read, problem=problem), 422


def _act(
    wave: Wave, language: str, sheet: Sheet, typed: _Typed, read: Entry
) -> str | tuple[str, int]:
    """Do what the button says."""
    key, nonce = site().settings.lasting_key(), bytes.fromhex(typed.nonce)
    if typed.action == "keep":
        with writing() as session:
            attached = find_wave(session, wave.link)
            number = keep_draft(session, attached, read.answers, nonce, key)
        return page("entered", wave=wave, spoken=language, number=number)
    if typed.action not in _STORING:
        return _shown(wave, language, sheet, typed, read, is_checked=True)
    if typed.action == "decide":
        return _store(wave, language, typed, read, draft_id(wave, typed.number, key))
    if not typed.number and typed.action == "store":
        with site().database.reading() as session:  # this page may have kept a first entry
            mine = own_draft(session, wave, nonce, key)
        return _store(wave, language, typed, read, mine)
    with site().database.reading() as session:
        found, first = open_draft(session, wave, typed.number, key)
    differences = list(sheet.differences(first, read.answers))
    if differences:
        return _shown(wave, language, sheet, typed, read, differences=differences), 422
    return _store(wave, language, typed, read, found)


def _again(wave: Wave, language: str, typed: _Typed, read: Entry) -> str:
    """Answer a page whose sheet is stored as before; whatever else it holds is refused."""
    if read.errors or typed.action not in _STORING:
        raise NonceSpentError
    return _store(wave, language, typed, read, None)


def _store(wave: Wave, language: str, typed: _Typed, read: Entry, draft: bytes | None) -> str:
    """Keep the answers of a sheet as those of a participant are kept; its draft goes with it."""
    nonce = bytes.fromhex(typed.nonce)
    submission = Submission(read.answers, language, "paper", nonce, sheet=draft)
    try:
        with site().database.writing() as session:  # nobody's name stands beside a sheet
            record_response(session, wave, submission, site().settings.lasting_key(), today())
    except AnswerError as error:
        raise RefusedError(_("an answer is not offered; load the page again")) from error
    return _done(wave, language)


def _shown(
    wave: Wave,
    language: str,
    sheet: Sheet,
    typed: _Typed,
    read: Entry | None = None,
    **more: object,
) -> str:
    return page(
        "entry",
        wave=wave,
        spoken=language,
        sheet=sheet,
        typed=typed,
        errors=read.errors if read else {},
        **more,
    )


def _done(wave: Wave, language: str) -> str:
    return page("entered", wave=wave, spoken=language, number="")


def _typed() -> _Typed:
    form = request.form
    nonce = form.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        abort(400)
    return _Typed(
        {name: form[name] for name in form},
        form.get("action", "check"),
        form.get("number", "").strip(),
        nonce,
        form.get("arm", "").strip().casefold() == "b",
    )


def _empty() -> _Typed:
    return _Typed({}, "check", "", secrets.token_hex(16), is_treatment=False)


def _is_stored(wave: Wave, typed: _Typed) -> bool:
    key = site().settings.lasting_key()
    with site().database.reading() as session:
        ended = how_it_ended(session, wave, bytes.fromhex(typed.nonce), key)
    return ended is Visited.STORED


def _wave() -> Wave:
    wave = place().wave
    return wave if wave is not None else abort(404)


def _spoken(wave: Wave, language: str | None) -> str:
    return language if language in wave.languages else wave.languages[0]


def _sheet(wave: Wave, language: str) -> Sheet:
    with site().database.reading() as session:
        attached = find_wave(session, wave.link)
        places = [(each.code, each.name(language)) for each in localities_of(session, attached)]
        return Sheet(fielded_instrument(attached), attached.form, language, places)
