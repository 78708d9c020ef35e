"""Open and close rounds from a file, until the desk does it in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from survey.cli.installation import ready_database
from survey.cli.receiving import receive
from survey.config import Settings, read_settings
from survey.errors import SurveyError
from survey.keys import write_new
from survey.models.wave import Door, Sampling
from survey.operations.codes import make_pack, void_codes
from survey.operations.members import find_project, note_export, place_round
from survey.operations.paper import print_pack
from survey.operations.round_files import read_round
from survey.operations.sealed_files import export_sealed
from survey.operations.wave_plans import WavePlan
from survey.operations.waves import close_wave, erase_wave, find_wave, open_wave
from survey.site import today

#: Where an installation without hosts is reached.
_NOWHERE = "http://127.0.0.1:5000"


@click.group("round")
def rounds() -> None:
    """Open a round from a file, and close it."""


rounds.add_command(receive)


@rounds.command("open")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--project", help="Its name; needed when there are several.")
def open_round(file: Path, project: str | None) -> None:
    """Open the round that FILE describes (see docs/guide/researcher.md)."""
    instrument, plan, localities = read_round(file)
    with ready_database(read_settings()).writing() as session:
        find_project(session, project)  # a wrong name is said before anything is opened
        wave = open_wave(session, instrument, plan, localities)
        place_round(session, wave, project)
        click.echo(f"Open from {wave.opens_on} to {wave.closes_on}: /s/{wave.link}")
        if wave.awaits_test:
            click.echo(
                "It takes no answers before recovery shares have opened a test message: "
                f"sixfold key test --round {wave.link}"
            )
        for note in _claims(plan):
            click.echo(note, err=True)
        if len(wave.recipients) == 1:
            click.echo("Only one key can open its answers; two recipients are safer.", err=True)


def _claims(plan: WavePlan) -> Iterator[str]:
    """Yield what a drawn sample claims that a file can say nothing of; a plan at the desk can."""
    if plan.sampling != Sampling.CONVENIENCE and {Door.OPEN, Door.KIOSK} & {*plan.doors}:
        yield (
            "Whoever comes to its open link or shared device can answer; unless all of them were "
            'drawn, write sampling = "convenience".'
        )
    if plan.sampling == Sampling.PROBABILITY:
        yield (
            "Margins of error take each answer for a cluster of its own; were clusters drawn, plan "
            "the round at the desk and let interviews say in which one they are held."
        )


@rounds.command("export")
@click.argument("link")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def export_round(link: str, output: Path) -> None:
    """Write the sealed answers of the round under LINK as they are, for `sixfold key open`."""
    database = ready_database(read_settings())
    with database.writing() as session:
        note_export(session, find_wave(session, link))
    with database.reading() as session:  # people go on answering meanwhile
        wave = find_wave(session, link)
        count = export_sealed(session, wave, output)
        click.echo(f"{count} responses are in {output}; open it offline: sixfold key open {output}")


@rounds.command("codes")
@click.argument("link")
@click.option("--count", type=int, help="How many new codes.")
@click.option("--address", default="", help="As https://survey.example.org; the first host else.")
@click.option("--void", is_flag=True, help="Make all codes void that nobody has used.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="FILE.pdf or FILE.csv.")
def codes(link: str, count: int | None, address: str, void: bool, output: Path | None) -> None:
    """Make a pack of single-use codes for the round under LINK, which is written this once."""
    settings = read_settings()
    database = ready_database(settings)
    if void:
        with database.writing() as session:
            void_codes(session, find_wave(session, link))
            click.echo(f"The codes of the round '{link}' that nobody has used open nothing now.")
    elif count is None or output is None:
        raise click.UsageError("say how many with --count and where to with -o, or give --void")
    else:
        kind = _kind_of_pack(output)
        where = (address or _first_host(settings)).rstrip("/")
        with database.writing() as session:
            wave = find_wave(session, link)
            pack = make_pack(session, wave, count, settings.lasting_key())
        write_new(output, print_pack(wave, pack, where, kind))
        click.echo(
            f"{count} codes for {where}/s/{link} are in {output}, and nowhere else. "
            "Print it, hand the slips out mixed, and delete the file."
        )


def _first_host(settings: Settings) -> str:
    return f"https://{settings.hosts[0]}" if settings.hosts else _NOWHERE


def _kind_of_pack(output: Path) -> str:
    """Return what to write; a file that is there is refused before any code is made."""
    kind = output.suffix.lower().removeprefix(".")
    if kind not in {"pdf", "csv"}:
        raise SurveyError(f"{output}: a pack is written as .pdf or .csv; choose one of them")
    if output.exists():
        raise SurveyError(f"{output} is there already and is left as it is; choose another")
    return kind


@rounds.command("erase")
@click.argument("link")
def erase_round(link: str) -> None:
    """Erase all answers of the round under LINK, once the day it promised has passed."""
    with ready_database(read_settings()).writing() as session:
        erased = erase_wave(session, find_wave(session, link), today())
        click.echo(f"{erased} responses of the round '{link}' are erased; its releases stay.")


@rounds.command("close")
@click.argument("link")
def close_round(link: str) -> None:
    """Close the round under LINK: no more answers, and all that wait are sealed."""
    with ready_database(read_settings()).writing() as session:
        close_wave(session, find_wave(session, link))
        click.echo(f"The round '{link}' is closed.")
