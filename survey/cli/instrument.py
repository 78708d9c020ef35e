"""List questionnaires, check them, adapt them, and exchange them with other programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from questionnaires import Instrument, InstrumentError, library_names
from questionnaires.check import (
    estimated_minutes,
    find_advice,
    find_problems,
    preview,
    read_localities,
    reading_levels,
)
from questionnaires.check.singling import demographics
from questionnaires.formats import find_format, format_names, xlsform
from questionnaires.formats.errors import FormatError
from survey.operations.paper import print_form
from survey.operations.questionnaires import (
    add_instrument,
    copy_instrument,
    find_instrument,
    own_names,
)


@click.group()
def instrument() -> None:
    """List, check, adapt, import and export questionnaires."""


@instrument.command("list")
def list_instruments() -> None:
    """List the instruments of the library and your own, with version, forms and languages."""
    for name in (*library_names(), *own_names()):
        found = find_instrument(name)
        forms = ", ".join(found.forms)
        languages = ", ".join(f"{code} ({text.status})" for code, text in found.texts.items())
        click.echo(f"{name} {found.version}: {forms}; {languages}")
    click.echo("A draft has not been reviewed by native speakers yet.")


@instrument.command()
@click.argument("path")
@click.option(
    "--localities",
    type=click.Path(path_type=Path),
    help="A round file, or a table with code and population: shows whom the answers single out.",
)
def check(path: str, localities: Path | None) -> None:
    """Check the instrument at PATH, a folder or a name that `list` knows.

    Whatever must be mended is named on stderr. Advice, the reading level, an estimate of the
    minutes it takes and, with --localities, a preview of how many people could be singled out
    are printed.
    """
    found = find_instrument(path)
    problems = find_problems(found)
    if problems:
        raise InstrumentError(problems)
    lines = list(_preview(found, localities)) if localities else []
    for advice in find_advice(found):
        click.echo(f"advice: {advice}")
    for line in (*reading_levels(found), *_minutes(found), *lines):
        click.echo(line)
    click.echo(f"{found.name} {found.version} is sound: {len(found.items)} items.")


@instrument.command()
@click.argument("name")
@click.option("--from", "source", required=True, help="A name that `list` knows, or a folder.")
def new(name: str, source: str) -> None:
    """Copy an instrument as NAME into your instance, to adapt it there."""
    folder = copy_instrument(name, source)
    click.echo(f"'{name}' is a copy of '{source}' in {folder}.")
    click.echo(f"Change its files, then run: sixfold instrument check {name}")


@instrument.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What to call it; the form_id of the form unless told.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A folder to write instead.")
def import_form(file: Path, name: str, output: Path | None) -> None:
    """Import FILE, an XLSForm of KoboToolbox, ODK or our own, into your instance.

    What cannot be taken is named by its sheet and row on stderr, and nothing is written. What is
    taken otherwise than it is written is named there too.
    """
    try:
        reading = xlsform.read(file.read_bytes())
    except FormatError as error:
        raise FormatError(f"{file}: {error}") from None
    folder = add_instrument(reading.document, name, output)
    for note in reading.notes:
        click.echo(f"note: {note}", err=True)
    items = len(reading.document["instrument"]["item"])
    click.echo(f"{items} questions in {len(reading.document['text'])} languages are in {folder}.")
    click.echo(f"Read its words, then run: sixfold instrument check {name or folder}")


@instrument.command("export")
@click.argument("name")
@click.option("--to", "kind", type=click.Choice(format_names()), required=True)
@click.option("--language", help="One language; all of them unless told, where the format can.")
@click.option("--form", help="The form to print, the fullest unless told; for paper only.")
@click.option(
    "--round",
    "round_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of a round, whose facts and places are printed; for paper only.",
)
@click.option("--address", default="", help="Web address of the round, for the QR code of paper.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def export(
    name: str,
    *,
    kind: str,
    language: str | None,
    form: str | None,
    round_file: Path | None,
    address: str,
    output: Path,
) -> None:
    """Write the instrument NAME, a folder or a name that `list` knows, for another program."""
    found = find_instrument(name)
    if kind == "paper":
        written = print_form(found, language, form, round_file, address)
    elif form or round_file or address:
        raise click.UsageError(f"--form, --round and --address are for paper; {kind} has no use")
    else:
        written = find_format(kind).write(found, language)
    output.write_bytes(written)
    click.echo(f"{found.name} {found.version} is in {output}.")


def _minutes(found: Instrument) -> Iterator[str]:
    """Yield how long each form takes, in the language in which it takes longest."""
    for form in found.forms:
        times = [(*estimated_minutes(found, form, code), code) for code in found.languages]
        least, most, code = max(times, key=lambda time: time[1])
        span = f"{least:.0f} to {most:.0f}" if round(least) < round(most) else f"{most:.0f}"
        yield f"Form '{form}': about {span} minutes in '{code}', an estimate by a rule of thumb."


def _preview(found: Instrument, file: Path) -> Iterator[str]:
    """Yield how many people the breakdowns, and then all demographic items, would single out."""
    known = read_localities(file)
    forms: dict[tuple[str, ...], list[str]] = {}
    for form in found.forms:
        names = tuple(item.name for item in demographics(found, form))
        forms.setdefault(names, []).append(form)
    for names, alike in forms.items():
        yield f"Preview of re-identification, form {' and '.join(alike)}:"
        for chosen in dict.fromkeys((known.breakdowns, names)):
            if chosen:
                yield from preview(found, alike[0], known.places, chosen, known.shares)
    yield (
        "The preview takes the items as independent and their codes as equally common unless the "
        "file gives [shares]; real numbers differ. Reports hide small groups; a copy of the "
        "answers does not."
    )
