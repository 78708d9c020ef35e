"""List the library's instruments and check one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from questionnaires import Instrument, InstrumentError, library_names, read_instrument
from questionnaires.check import (
    estimated_minutes,
    find_advice,
    find_problems,
    preview,
    read_localities,
    reading_levels,
)
from questionnaires.check.singling import demographics


@click.group()
def instrument() -> None:
    """List and check questionnaires."""


@instrument.command("list")
def list_instruments() -> None:
    """List the instruments of the library, with version, forms and languages."""
    for name in library_names():
        found = read_instrument(name)
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
    """Check the instrument at PATH, a folder or a name of the library.

    Whatever must be mended is named on stderr. Advice, the reading level, an estimate of the
    minutes it takes and, with --localities, a preview of how many people could be singled out
    are printed.
    """
    found = read_instrument(path)
    problems = find_problems(found)
    if problems:
        raise InstrumentError(problems)
    lines = list(_preview(found, localities)) if localities else []
    for advice in find_advice(found):
        click.echo(f"advice: {advice}")
    for line in (*reading_levels(found), *_minutes(found), *lines):
        click.echo(line)
    click.echo(f"{found.name} {found.version} is sound: {len(found.items)} items.")


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
