"""What an installation has left on the disk, byte by byte."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from survey.config import Settings
from tests.postgres import Postgres


def image(settings: Settings, request: pytest.FixtureRequest) -> bytes:
    """Return what an installation has written, its database included.

    Of a PostgreSQL server, which the tests share: its own database, and whatever lies in no
    database, as the log. It has nothing to do with the databases of other tests.
    """
    kept = content_of(settings.instance)
    if not settings.database_url.startswith("postgresql"):
        return kept
    server: Postgres = request.getfixturevalue("postgres")
    server.run("CHECKPOINT")
    own = server.folder_of(settings.database_url)
    others = {each for each in own.parent.iterdir() if each.name.isdigit() and each != own}
    return kept + content_of(server.folder, without=others)


def content_of(folder: Path, without: Collection[Path] = ()) -> bytes:
    """Return what all files under `folder` hold, backups unpacked, but for folders in `without`."""
    return b"".join(_contents(folder, without))


def _contents(folder: Path, without: Collection[Path]) -> Iterator[bytes]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if Path(place, name) not in without]
        for name in names:
            # A database deletes files while we read: what is gone is not on the disk.
            with suppress(FileNotFoundError):
                yield _content(Path(place, name))


def _content(path: Path) -> bytes:
    if not path.is_file():  # a socket of the server
        return b""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())
