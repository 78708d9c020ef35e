"""Build the demo and show it."""

from __future__ import annotations

import json

import click

from survey.config import make_instance, read_settings
from survey.db import Database
from survey.migrate import migrate
from survey.operations.demo import ADDRESS, build_demo
from survey.server import serve
from survey.site import today


@click.command()
@click.option("--responses", default=2400, show_default=True, help="In each round, 24 or more.")
@click.option("--seed", default=6, show_default=True, help="Same seed, same published numbers.")
@click.option("--no-serve", is_flag=True, help="Build it and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one JSON object.")
def demo(responses: int, seed: int, *, no_serve: bool, as_json: bool) -> None:
    """Build a fictional municipality with five rounds, each with its report, and serve it.

    Two rounds ask how people live together. One household for every four of these people says what
    it needs, one person for every ten what a programme does for them, and twelve bodies assess how
    returning is governed.
    """
    settings = make_instance(read_settings())
    database = Database(settings.database_url)
    migrate(database)
    if not as_json:
        click.echo(f"Two rounds of {responses} people, and three others, answer; wait a minute …")
    built = build_demo(settings, database, seed, responses, today())
    database.dispose()
    addresses = built.addresses(ADDRESS)
    if as_json:
        click.echo(json.dumps(addresses))
    else:
        click.echo(f"Answer as a participant:  {addresses['participant']}")
        click.echo(f"Read the report:          {addresses['report']}")
        click.echo(f"Read the community page:  {addresses['community']}")
        for what, address in built.further().items():
            click.echo(f"{what + ':':<25} {ADDRESS}{address}")
        click.echo(f"Work at the desk:         {addresses['desk']}")
        for account in addresses["accounts"]:
            click.echo(f"  {account['role']:<11} {account['email']:<24} {account['password']}")
    if not no_serve:
        if not as_json:
            click.echo("Serving until you press Ctrl-C.")
        serve(settings, ADDRESS.removeprefix("http://"), workers=2)
