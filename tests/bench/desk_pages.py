"""What pages of the desk cost their owner when a project is large, each beside its limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.migrate import migrate
from survey.models import Role
from tests.conftest import sqlite_url
from tests.survey.staff import Colleague, employ

Row = tuple[str, str, str, str]
#: What a page may take, in milliseconds.
USUAL, TIMES = 500, 5


def desk_rows(fill: Callable[[Database], None], pages: Mapping[str, int]) -> list[Row]:
    """Fill the first project and return a row for each page, by its address below the desk."""
    with TemporaryDirectory() as folder:
        settings = Settings(Path(folder), sqlite_url(Path(folder)), "s" * 48)
        database = Database(settings.database_url)
        migrate(database)
        employ(database, "ana@example.org", Role.OWNER, "Valley")
        fill(database)
        database.dispose()
        app = create_app(settings)
        ana = Colleague(app)
        ana.sign_in("ana@example.org")
        found = [
            (f"/{page}", f"{spent(ana, f'/desk/{page}'):.0f} ms", f"{limit:,} ms", "")
            for page, limit in pages.items()
        ]
        app.extensions["sixfold"].database.dispose()
        return found


def spent(browser: Colleague, address: str) -> float:
    """Return the processor time of a page in milliseconds; the first try loads what it needs."""
    took = []
    for _time in range(TIMES):
        began = process_time()
        assert browser.get(address).status_code == 200, address
        took.append(process_time() - began)
    return 1000 * min(took)


def show(found: list[Row]) -> None:
    """Print rows."""
    for what, measured, limit, _peer in found:
        print(f"{what:46} {measured:>9} {limit:>9}")
