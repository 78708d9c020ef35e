"""List the library's instruments and check one."""

from __future__ import annotations

import click

from questionnaires import library_names, read_instrument


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
def check(path: str) -> None:
    """Check the instrument at PATH, a folder or a name of the library."""
    found = read_instrument(path)
    click.echo(f"{found.name} {found.version} is sound: {len(found.items)} items.")
