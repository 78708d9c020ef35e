"""The least that a server can do: pages that hold nothing, and one insert that is on the disk.

``bare.py PORT FILE``: under gunicorn with the settings of ours, for the same crowd to send to.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterable
from threading import local
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: As many pages as the long form has, each about as large as its pages are.
PAGES, FILLED = 16, b"x" * 8000
_own = local()


class Bare(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Two workers with eight threads each, as `survey.server` starts them."""

    def load_config(self) -> None:
        """Take the settings of ours."""
        settings: dict[str, Any] = {"bind": f"127.0.0.1:{sys.argv[1]}", "workers": 2}
        settings |= {"worker_class": "gthread", "threads": 8, "loglevel": "critical"}
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application."""
        return answer


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Count how far somebody has come; keep something at the end."""
    fields = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
    page = int(fields["state"][0]) + 1 if "state" in fields else 1
    body = b'<input name="state" value="%d">' % page + FILLED
    if page == PAGES:
        _connection().execute("INSERT INTO kept VALUES (?, ?)", (os.urandom(16), "x" * 900))
        body = b"data-received"
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def _connection() -> sqlite3.Connection:
    if not hasattr(_own, "connection"):
        _own.connection = sqlite3.connect(sys.argv[2], isolation_level=None)
        _own.connection.execute("PRAGMA journal_mode=WAL")
        _own.connection.execute("PRAGMA synchronous=FULL")
        _own.connection.execute(
            "CREATE TABLE IF NOT EXISTS kept (id BLOB PRIMARY KEY, body TEXT) WITHOUT ROWID"
        )
    found: sqlite3.Connection = _own.connection
    return found


if __name__ == "__main__":
    Bare().run()
