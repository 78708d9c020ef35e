"""Open and close rounds from a file, until the desk does it in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from survey.cli.installation import ready_database
from survey.config import read_settings
from survey.operations.members import find_project, note_export, place_round
from survey.operations.round_files import read_round
from survey.operations.sealed_files import export_sealed
from survey.operations.waves import close_wave, erase_wave, find_wave, open_wave
from survey.site import today


@click.group("round")
def rounds() -> None:
    """Open a round from a file, and close it."""


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
        if len(wave.recipients) == 1:
            click.echo("Only one key can open its answers; two recipients are safer.", err=True)


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
