"""The command `sixfold`: parse, call one operation, say what happened in a sentence."""

from __future__ import annotations

import sys

import click

from questionnaires import QuestionnaireError
from survey.cli.demo import demo
from survey.cli.instance import init, migrate
from survey.cli.instrument import instrument
from survey.cli.release import release
from survey.cli.rounds import rounds
from survey.cli.score import score
from survey.cli.serve import serve
from survey.errors import SurveyError


@click.group()
@click.version_option(package_name="sixfold")
def sixfold() -> None:
    """Sixfold: ask people how they live together, and report it safely."""


for command in (demo, init, instrument, migrate, release, rounds, score, serve):
    sixfold.add_command(command)


def main() -> None:
    """Run the command; a problem is one line each on stderr and exit code 1."""
    try:
        sixfold()
    except (SurveyError, QuestionnaireError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
