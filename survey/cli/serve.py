"""Serve an installation."""

from __future__ import annotations

import os

import click

from survey.cli.installation import ready_database
from survey.config import read_settings
from survey.errors import ConfigurationError
from survey.server import serve as run


@click.command()
@click.option("--bind", default="127.0.0.1:5000", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--team", default="", help="Another address, for staff and readers alone.")
@click.option("--beside", type=int, hidden=True, help="Stop when this process ends.")
def serve(bind: str, workers: int, team: str, beside: int | None) -> None:
    """Serve the pages of this installation."""
    settings = read_settings()
    settings.required_key()
    if os.environ.get("FLASK_DEBUG", "0") not in {"", "0"}:
        raise ConfigurationError("FLASK_DEBUG is set; unset it, a debugger must not face people")
    ready_database(settings).dispose()
    run(settings, bind, workers, team, beside)
