"""Do the jobs that wait."""

from __future__ import annotations

import click

from survey.cli.installation import ready_database
from survey.config import read_settings
from survey.operations.jobs import list_jobs
from survey.operations.worker import keep_working, work_through


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now, and stop.")
@click.option("--list", "listed", is_flag=True, help="Show the jobs that are not done, and stop.")
@click.option("--beside", type=int, hidden=True, help="Stop when this process ends.")
def work(*, once: bool, listed: bool, beside: int | None) -> None:
    """Do the jobs that nobody waits for, the daily erasure among them.

    `sixfold serve` does this as well: run it by itself only where no server runs.
    """
    settings = read_settings()
    database = ready_database(settings)
    if listed:
        with database.reading() as session:
            for line in list_jobs(session):
                click.echo(line)
    elif once:
        click.echo(f"{work_through(database, settings)} jobs came to an end.")
    else:
        keep_working(database, settings, beside)
