"""Make releases with the keys of a team, and attack what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path

import click
from pyrage.x25519 import Identity
from sqlalchemy.orm import Session

from survey.cli.installation import ready_database
from survey.cli.key import with_keys
from survey.config import read_settings
from survey.models import Release, Wave
from survey.operations.batches import count_waiting
from survey.operations.opening import explain
from survey.operations.release_files import audit_paths
from survey.operations.release_lists import find_release
from survey.operations.release_making import Options
from survey.operations.release_material import SignOff
from survey.operations.release_states import correctable
from survey.operations.release_states import withdraw as withdraw_release
from survey.operations.releases import draft as draft_release
from survey.operations.releases import publish as publish_release
from survey.operations.stories import read_ticks, write_stories
from survey.operations.waves import find_wave
from survey.site import today

_FILE = click.Path(dir_okay=False, path_type=Path)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what the team decides about a release, passed to the command as `options`."""

    @click.option(
        "--withhold-small-gains",
        "withhold",
        is_flag=True,
        help="Withhold numbers that gained too few people, instead of stopping.",
    )
    @click.option("--smallest", default=10, show_default=True, help="People that a number needs.")
    @click.option("--corrects", type=int, help="Number of the release whose place it takes.")
    @click.option("--changes", default="", help="What changes and why; readers see it.")
    @click.option("--stories", type=_FILE, help="Ticked stories, as `release stories` wrote them.")
    @wraps(command)
    def with_decisions(
        *,
        withhold: bool,
        smallest: int,
        corrects: int | None,
        changes: str,
        stories: Path | None,
        **others: object,
    ) -> None:
        options = Options(smallest, withhold, corrects, changes.strip())
        command(options=options, stories=stories, **others)

    return with_decisions


@click.group()
def release() -> None:
    """Sign off what programme teams and communities may read."""


@release.command()
@click.argument("link")
@click.option("--signed-by", required=True, help="Who answers for it; printed in the report.")
@click.option("--role", default="researcher", show_default=True)
@_with_options
@with_keys
def publish(
    link: str,
    signed_by: str,
    role: str,
    *,
    options: Options,
    stories: Path | None,
    identities: Sequence[Identity],
) -> None:
    """Release everything sealed in the round under LINK, after disclosure control.

    Draft, check and sign-off are one act here, for whoever runs the server; at the desk they are
    three. Answers that are sealed to keys are opened in memory only, and nothing of them is kept.
    """
    with ready_database(read_settings()).writing() as session:
        sign_off = SignOff(signed_by, role, today())
        wave = find_wave(session, link)
        _check_correction(session, wave, options)
        options = _with_stories(session, wave, options, stories, identities)
        stored = publish_release(session, wave, sign_off, identities, options)
        _say_what_is_missing(session, wave, stored)
        click.echo(f"Released. Report: /reports/{stored.token}  Community: /community/{link}")


@release.command()
@click.argument("link")
@_with_options
@with_keys
def draft(
    link: str,
    *,
    options: Options,
    stories: Path | None,
    identities: Sequence[Identity],
) -> None:
    """Make a draft for the round under LINK, to be checked and signed off at the desk."""
    with ready_database(read_settings()).writing() as session:
        wave = find_wave(session, link)
        _check_correction(session, wave, options)
        options = _with_stories(session, wave, options, stories, identities)
        stored = draft_release(session, wave, today(), identities, options)
        _say_what_is_missing(session, wave, stored)
        click.echo(f"Draft {stored.id} is at /desk/rounds/{link}/releases/{stored.id}")


@release.command("stories")
@click.argument("link")
@click.option("-o", "--output", required=True, type=_FILE, help="A new CSV file.")
@with_keys
def write(link: str, output: Path, identities: Sequence[Identity]) -> None:
    """Write the stories of the round under LINK that their writers allow to be quoted.

    Read each on a machine without a network. Write yes beside those to quote, and […] for words by
    which somebody could be recognised; then give the file to `release draft --stories`.
    """
    with ready_database(read_settings()).reading() as session:
        count = write_stories(session, find_wave(session, link), output, identities)
    click.echo(f"{count} stories may be quoted; they are in {output.name}, in clear: delete it.")


@release.command()
@click.argument("link")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; readers see it.")
def withdraw(link: str, number: int, reason: str) -> None:
    """Withdraw release NUMBER of the round under LINK; its page says so, and why."""
    with ready_database(read_settings()).writing() as session:
        found = find_release(session, find_wave(session, link), number)
        if found is None:
            raise click.BadParameter("this round has no such release", param_hint="NUMBER")
        withdraw_release(session, found, reason)
        click.echo(f"Release {number} is withdrawn.")


@release.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def audit(paths: Sequence[Path]) -> None:
    """Attack published releases as an outsider would; exit 1 if a withheld number gives way.

    PATHS are folders of installations, or the JSON files of releases. Those of one round are
    attacked together.
    """
    outcome = audit_paths(paths)
    for each in outcome.exposures:
        click.echo(str(each))
    click.echo(
        f"{outcome.releases} releases of {outcome.rounds} rounds attacked: "
        f"{len(outcome.exposures)} withheld numbers give way."
    )
    if outcome.exposures:
        raise SystemExit(1)


def _with_stories(
    session: Session,
    wave: Wave,
    options: Options,
    file: Path | None,
    identities: Sequence[Identity],
) -> Options:
    """Return the options with the stories that were ticked in `file`, if one is given."""
    if file is None:
        return options
    return replace(options, stories=read_ticks(session, wave, file, identities))


def _check_correction(session: Session, wave: Wave, options: Options) -> None:
    if options.corrects is not None:
        correctable(session, wave, options.corrects, options.changes)


def _say_what_is_missing(session: Session, wave: Wave, stored: Release) -> None:
    for line in explain(stored.left_out):
        click.echo(f"{line}; it stays sealed.", err=True)
    waiting = count_waiting(session, wave)
    if waiting:
        click.echo(f"{waiting} answers wait for a batch and are not in it.")
