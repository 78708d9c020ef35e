"""Data out: ask for a file of a round's answers, watch it being made, fetch it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, send_file, url_for

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
    settled_keys,
)
from survey.operations.waves import fielded_instrument, find_wave
from survey.policy import allow
from survey.site import site

blueprint = Blueprint("exports", __name__, url_prefix="/desk/rounds")


@blueprint.get("/<link>/exports")
@allow(*TEAM, on="round")
def exports(link: str) -> str:
    """Show what can be fetched, how well people hide in it, and the files there are."""
    from survey.operations.export_tables import choices_of  # noqa: PLC0415  # loads numpy

    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        refusal = _refusal(wave)
        settled = settled_keys(reading, wave)
        choices = [] if refusal else choices_of(reading, wave)
        made = exports_of(reading, site().settings, wave)
        return page(
            "exports",
            wave=wave,
            project=place().project,
            refusal=refusal,
            choices=[each for each in choices if settled in (None, each.kept)],
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
        with writing() as session:
            wave = find_wave(session, link)
            if wish.language not in wave.languages or wish.format not in format_names():
                abort(422)
            ask_for_export(session, wave, wish)
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
    name = f"{link}-{found.format}.zip"
    answer = send_file(found.file, "application/zip", True, name, conditional=False, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    del answer.headers["Last-Modified"]
    return answer


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
