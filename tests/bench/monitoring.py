"""How long the pages of programme monitoring take with 2,000 lines in each register.

python -m tests.bench.monitoring
"""

from __future__ import annotations

from datetime import date

from survey.db import Database
from survey.models import IndicatorValue
from survey.operations.monitoring.entries import PART
from survey.operations.monitoring.registers import REGISTERS
from survey.site import today
from tests.bench.desk_pages import USUAL, Row, desk_rows, show
from tests.survey.monitored import ACTIVITY, INDICATOR, RISK

LINES = 2000
HOME = "projects/1/monitoring"
OF_A_PROJECT = ("", "/activities", "/risks", "/indicators/1", "/indicators/file.csv", "/safety")
#: The last is the first page of the desk, which says which risks are due.
PAGES = (*(f"{HOME}{each}" for each in OF_A_PROJECT), "")


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
    """Return the rows of this table."""
    return desk_rows(fill, dict.fromkeys(PAGES, USUAL))


if __name__ == "__main__":
    show(rows())
