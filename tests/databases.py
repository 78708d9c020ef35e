"""Databases of the tests: migrated once in each process, and copied for whoever needs one."""

from __future__ import annotations

import shutil
from atexit import register
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from survey.db import Database
from survey.migrate import migrate


def migrated(url: str) -> Database:
    """Return the database at `url` with our tables: on SQLite a copy of one that was migrated."""
    database = Database(url)
    file = database.engine.url.database
    if database.is_sqlite and file and not Path(file).exists():
        shutil.copyfile(_ready(), file)
    else:
        migrate(database)
    return database


@cache
def _ready() -> Path:
    """Return a file with the tables that the migrations make, and nothing else."""
    # A folder of its own: pytest clears the folders of older runs.
    folder = Path(mkdtemp())
    register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "migrated.sqlite3"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    database.dispose()  # and so the log is in the file
    return file
