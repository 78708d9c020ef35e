"""Set up an installation, and bring it to the schema of this version."""

from __future__ import annotations

import click

from survey.config import make_instance, read_settings
from survey.db import Database
from survey.migrate import migrate as run_migrations


@click.command()
@click.option("--host", "hosts", multiple=True, help="A name under which people will reach it.")
def init(hosts: tuple[str, ...]) -> None:
    """Make the instance folder, its secret key and its database."""
    settings = make_instance(read_settings(), hosts)
    run_migrations(Database(settings.database_url))
    click.echo(f"The instance is ready in {settings.instance}.")


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this version; running it again does no harm."""
    settings = read_settings()
    run_migrations(Database(settings.database_url))
    click.echo(f"The database of {settings.instance} is up to date.")
