"""Data out: ask for a file of a round's answers, watch it being made, fetch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request, send_file, url_for
from sqlalchemy.orm import Session

from survey.account import entry
from survey.desk.guard import place
from survey.desk.pages import FRESH, TEAM, page, refused, to, writing
from survey.errors import RefusedError, SurveyError
from survey.formats import format_names, format_of
from survey.messages import _
from survey.models import Wave
from survey.models.job import JobState
from survey.operations.exports import (
    Wish,
    ask_for_export,
    check_exportable,
    exports_of,
    find_export,
    note_fetched,
    settled_keys,
)
from survey.operations.waves import fielded_instrument, find_wave
from survey.policy import allow
from survey.site import site

if TYPE_CHECKING:
    from survey.operations.export_tables import Choice

blueprint = Blueprint("exports", __name__, url_prefix="/desk/rounds")


@blueprint.get("/<link>/exports")
@allow(*TEAM, on="round")
def exports(link: str) -> str:
    """Show what can be fetched, how well people hide in it, and the files there are."""
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        refusal = _refusal(wave)
        settled = settled_keys(reading, wave)
        made = exports_of(reading, site().settings, wave)
        return page(
            "exports",
            wave=wave,
            project=place().project,
            refusal=refusal,
            choices=[] if refusal else _choices(reading, wave, settled),
            settled=settled is not None,
            domains=_domains(wave),
            formats=[(name, format_of(name).title) for name in format_names()],
            made=made,
            is_busy=any(each.state in {JobState.WAITING, JobState.RUNNING} for each in made),
        )


@blueprint.post("/<link>/exports")
@allow(*TEAM, on="round")
def make(link: str) -> Response | tuple[str, int]:
    """Ask for a file; whoever does has just proved who they are."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    form = request.form
    kept = tuple(filter(None, form.get("kept", "").split()))
    wish = Wish(form.get("format", ""), form.get("words", ""), kept)
    try:
        choice = _judged(link, wish)
        with writing() as session:
            ask_for_export(session, find_wave(session, link), wish, choice)
    except SurveyError as error:
        return refused(error)
    return to(url_for(".exports", link=link))


@blueprint.get("/<link>/exports/<int:number>")
@allow(*TEAM, on="round")
def fetch(link: str, number: int) -> Response | tuple[str, int]:
    """Give a file out, as long as it is kept."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        found = find_export(reading, site().settings, wave, number)
    if found is None or found.file is None:
        return refused(RefusedError(_("This file is not kept any more. Make it once more.")))
    with writing() as session:
        note_fetched(session, find_wave(session, link))
    name = f"{link}-{found.format}.zip"
    answer = send_file(found.file, "application/zip", True, name, conditional=False, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    del answer.headers["Last-Modified"]
    return answer


def _choices(reading: Session, wave: Wave, settled: tuple[str, ...] | None) -> list[Choice]:
    """Return what a file may keep: every choice, or the one that an earlier file has made."""
    from survey.operations.export_tables import choice_of, choices_of  # noqa: PLC0415 - numpy

    if settled is not None:
        return [choice_of(reading, wave, settled)]
    return choices_of(reading, wave)


def _judged(link: str, wish: Wish) -> Choice:
    """Return how well people hide in the file that is wished, while others may write."""
    from survey.operations.export_tables import choice_of, offered_keys  # noqa: PLC0415 - numpy

    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        if wish.language not in wave.languages or wish.format not in format_names():
            abort(422)
        check_exportable(wave)
        if not {*wish.kept} <= {*offered_keys(wave)}:
            abort(422)
        return choice_of(reading, wave, wish.kept)


def _refusal(wave: Wave) -> RefusedError | None:
    try:
        check_exportable(wave)
    except RefusedError as error:
        return error
    return None


def _domains(wave: Wave) -> dict[str, dict[str, str]]:
    """Return the short name of each key variable, by language."""
    instrument = fielded_instrument(wave)
    return {
        item.name: {
            language: text.get(f"domain.{item.name}") or text[f"item.{item.words}"]
            for language, text in instrument.texts.items()
        }
        for item in instrument.asked(wave.form)
        if f"item.{item.words}" in instrument.texts[wave.languages[0]].words
    }
