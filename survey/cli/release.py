"""Sign off a release."""

from __future__ import annotations

from collections.abc import Sequence

import click
from pyrage.x25519 import Identity

from survey.cli.installation import ready_database
from survey.cli.key import with_keys
from survey.config import read_settings
from survey.operations.batches import count_waiting
from survey.operations.opening import explain
from survey.operations.releases import SignOff
from survey.operations.releases import publish as publish_release
from survey.operations.waves import find_wave
from survey.site import today


@click.group()
def release() -> None:
    """Sign off what programme teams and communities may read."""


@release.command()
@click.argument("link")
@click.option("--signed-by", required=True, help="Who answers for it; printed in the report.")
@click.option("--role", default="researcher", show_default=True)
@with_keys
def publish(link: str, signed_by: str, role: str, identities: Sequence[Identity]) -> None:
    """Release everything sealed in the round under LINK, after disclosure control.

    Answers that are sealed to keys are opened in memory only, and nothing of them is kept.
    """
    with ready_database(read_settings()).writing() as session:
        sign_off = SignOff(signed_by, role, today())
        wave = find_wave(session, link)
        stored = publish_release(session, wave, sign_off, identities)
        for line in explain(stored.left_out):
            click.echo(f"{line}; it stays sealed.", err=True)
        waiting = count_waiting(session, wave)
        if waiting:
            click.echo(f"{waiting} answers wait for a batch and are not in it.")
        click.echo(f"Released. Report: /reports/{stored.token}  Community: /community/{link}")
