"""Back an installation up, restore it, and look whether it keeps its promises."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey.cli.installation import ready_database
from survey.config import make_instance, read_settings
from survey.db import Database
from survey.keys import needs_passphrase, read_identity
from survey.operations.backups import back_up
from survey.operations.backups import restore as fill
from survey.operations.checks import check_installation
from survey.site import today

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--to", "recipients", multiple=True, metavar="AGE-PUBLIC-KEY", help="Seal it.")
def backup(file: Path, recipients: tuple[str, ...]) -> None:
    """Write all of this installation's database to FILE; people may go on answering meanwhile.

    The secret key and questionnaires of your own are files of the instance folder: copy them too.
    """
    database = ready_database(read_settings())
    with database.reading() as session:
        made = back_up(session, file, today(), recipients)
    database.dispose()
    rows = sum(member.rows for member in made.tables.values())
    click.echo(f"{file} holds {rows} rows of {len(made.tables)} tables.")
    if not recipients:
        click.echo("It is not sealed: whoever has it can read it. Seal it with --to.")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--identity", type=_FILE, help="The key file that opens a sealed backup.")
def restore(file: Path, identity: Path | None) -> None:
    """Fill an empty installation from the backup FILE; nothing is ever overwritten."""
    passphrase = ""
    if identity is not None and needs_passphrase(identity):
        passphrase = click.prompt("Passphrase", hide_input=True, err=True)
    identities = [] if identity is None else [read_identity(identity, passphrase)]
    settings = make_instance(read_settings())
    database = Database(settings.database_url)
    restored = fill(database, file, identities)
    database.dispose()
    rows = sum(member.rows for member in restored.tables.values())
    click.echo(f"{rows} rows of {restored.made_on} are restored into {settings.instance}.")


@click.command()
def check() -> None:
    """Say of every promise whether this installation keeps it now; exit 1 when one is not."""
    settings = read_settings()
    database = Database(settings.database_url)
    findings = check_installation(settings, database)
    database.dispose()
    for finding in findings:
        click.echo(finding.line)
    sys.exit(0 if all(finding.is_kept for finding in findings) else 1)
