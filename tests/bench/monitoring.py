"""How long the pages of programme monitoring take with 2,000 lines in each register.

python -m tests.bench.monitoring
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.migrate import migrate
from survey.models import IndicatorValue, Role
from survey.operations.monitoring.entries import PART
from survey.operations.monitoring.registers import REGISTERS
from survey.site import today
from tests.conftest import sqlite_url
from tests.survey.monitored import ACTIVITY, INDICATOR, RISK
from tests.survey.staff import Colleague, employ

Row = tuple[str, str, str, str]
LINES, TIMES = 2000, 5
#: What a page may take.
LIMIT = "500 ms"
HOME = "/desk/projects/1/monitoring"
PAGES = ("", "/activities", "/risks", "/indicators/1", "/indicators/file.csv", "desk")


def fill(database: Database) -> None:
    """Put the lines in, and two values for each indicator."""
    usual = {"indicators": INDICATOR, "activities": ACTIVITY, "risks": RISK}
    with database.writing() as session:
        for register in REGISTERS.values():
            for number in range(1, LINES + 1):
                typed = register.check(usual[register.name] | {"code": f"L{number}"}, today())[0]
                row = register.model(project_id=1, document={PART: typed}, version=1, changes={})
                session.add(row)
        session.flush()
        for number in range(1, LINES + 1):
            for month in (1, 2):
                value = IndicatorValue(
                    indicator_id=number, day=date(2026, month, 1), told="50", note="", author="a"
                )
                session.add(value)
        session.commit()


def rows() -> list[Row]:
    """Return the rows of this table: of each page the least processor time of some tries."""
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
        found = [(f"monitoring {page or '/'}", spent(ana, page), LIMIT, "") for page in PAGES]
        app.extensions["sixfold"].database.dispose()
        return found


def spent(browser: Colleague, page: str) -> str:
    """Return the processor time of a page."""
    took = []
    for _time in range(TIMES):
        began = process_time()
        assert browser.get("/desk/" if page == "desk" else f"{HOME}{page}").status_code == 200
        took.append(process_time() - began)
    return f"{1000 * min(took):.0f} ms"


if __name__ == "__main__":
    for what, measured, limit, _peer in rows():
        print(f"{what:36} {measured:>9} {limit:>9}")
