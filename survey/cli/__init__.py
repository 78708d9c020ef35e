"""The command `sixfold`: parse, call one operation, say what happened in a sentence."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import cast

import click
from sqlalchemy.exc import SQLAlchemyError

from questionnaires import QuestionnaireError
from survey.errors import SurveyError

#: Where each command is found.
_COMMANDS = {
    "analyse": "survey.cli.analyse:analyse",
    "backup": "survey.cli.backup:backup",
    "check": "survey.cli.backup:check",
    "demo": "survey.cli.demo:demo",
    "init": "survey.cli.instance:init",
    "instrument": "survey.cli.instrument:instrument",
    "key": "survey.cli.key:key",
    "migrate": "survey.cli.instance:migrate",
    "plan": "survey.cli.plan:plan",
    "release": "survey.cli.release:release",
    "restore": "survey.cli.backup:restore",
    "round": "survey.cli.rounds:rounds",
    "score": "survey.cli.score:score",
    "serve": "survey.cli.serve:serve",
    "staff": "survey.cli.staff:staff",
    "work": "survey.cli.work:work",
}


class _Commands(click.Group):
    """Loads a command when it is called: the server must not carry numpy and matplotlib."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        return cast("click.Command", getattr(import_module(module), name))


@click.group(cls=_Commands)
@click.version_option(package_name="sixfold")
def sixfold() -> None:
    """Ask people how they live together, and report it safely."""


def main(words: list[str] | None = None) -> None:
    """Run the command on `words`, or on those of the shell; a problem is one line on stderr."""
    os.umask(0o077)  # what an installation writes is for its owner alone
    try:
        sixfold.main(words, prog_name="sixfold")
    except (SurveyError, QuestionnaireError, OSError) as error:
        click.echo(str(error), err=True)
    except SQLAlchemyError as error:
        click.echo(f"the database cannot be used ({type(error).__name__}); check it", err=True)
    sys.exit(1)
