"""Accounts from the command line: the first one, and help when an owner cannot come in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from survey.cli.installation import ready_database
from survey.config import read_settings
from survey.db import Database
from survey.errors import SurveyError
from survey.models import Role
from survey.operations.audit import COMMAND_LINE, head, verify
from survey.operations.members import add_staff
from survey.operations.staff import find_staff, link_for

_ADDRESS = "http://127.0.0.1:5000"


@click.group()
def staff() -> None:
    """Make accounts for staff, and links by which they set a password."""


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--project", help="Its name; needed when there are several.")
@click.option("--address", default=_ADDRESS, show_default=True, help="Where the server is reached.")
def add(email: str, role: str, project: str | None, address: str) -> None:
    """Give EMAIL a role, and print a single-use link by which they set a password."""
    with _database() as database, database.writing() as session:
        found, token = add_staff(session, email, Role(role), project, int(time.time()))
        click.echo(f"{email} is {role} in the project '{found.name}'.")
    if token is not None:
        _say_link(address, token)


@staff.command()
@click.argument("email")
@click.option("--address", default=_ADDRESS, show_default=True, help="Where the server is reached.")
def reset(email: str, address: str) -> None:
    """Print a single-use link by which EMAIL sets a new password."""
    with _database() as database, database.writing() as session:
        found = find_staff(session, email)
        if found is None:
            raise SurveyError(f"there is no account '{email}'; make one with `sixfold staff add`")
        token = link_for(session, COMMAND_LINE, found, int(time.time()))
    _say_link(address, token)


@staff.command()
def log() -> None:
    """Check the chain of the staff log; exit 1 when an entry was changed or is missing."""
    with _database() as database, database.reading() as session:
        problems = verify(session)
        if problems:
            raise SurveyError("\n".join(problems))
        click.echo(f"The log is whole. Its last hash: {head(session)}")


@contextmanager
def _database() -> Iterator[Database]:
    database = ready_database(read_settings())
    try:
        yield database
    finally:
        database.dispose()


def _say_link(address: str, token: str) -> None:
    click.echo("Hand over this link; it works once, for 24 hours:")
    click.echo(f"{address.rstrip('/')}/account/join/{token}")
