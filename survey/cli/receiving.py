"""Take the files that phones without a network hand over."""

from __future__ import annotations

from pathlib import Path

import click

from survey.cli.installation import ready_database
from survey.config import read_settings
from survey.errors import StorageError, SurveyError
from survey.operations.placing import Receipt
from survey.site import today
from survey.sync.files import receive_files


@click.command("receive")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def receive(files: tuple[Path, ...]) -> None:
    """Keep the sealed answers in FILES that phones handed over; each is stored once.

    A file can be received again at any time, also when its phone has sent the answers meanwhile.
    """
    for file in files:  # a wrong name is said before anything is stored
        if not file.is_file():
            raise SurveyError(f"{file}: there is no such file; nothing is stored")
    settings = read_settings()
    database = ready_database(settings)
    try:
        received = receive_files(database, files, settings.lasting_key(), today())
    except StorageError:
        raise SurveyError(
            "the database does not take answers now; what was stored stays, run this again later"
        ) from None
    finally:
        database.dispose()
    stored, known = (received.receipts[each] for each in (Receipt.STORED, Receipt.ALREADY_STORED))
    click.echo(f"{stored} responses stored, {known} were stored already.")
    for line in received.refused:
        click.echo(line, err=True)
    if received.refused:
        raise SurveyError(
            f"{len(received.refused)} not stored; keep the files until it is clear why"
        )
