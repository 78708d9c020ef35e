"""Services for the tests: what a register holds, with nothing missing unless a test says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from survey.operations.records.documents import Filed
from survey.operations.records.instruments import instrument_of
from survey.operations.records.store import Kept, Origin, add_record
from survey.operations.services import Service

DAY = date(2026, 3, 1)
_REGISTER = instrument_of("service_map")
#: A service that everybody may read of.
OPEN = {"service_type": "health", "place": "L1", "status": "works", "publish": "public"}


def service(number: int = 1, **given: str) -> Service:
    """Return a service as the register reads it; an empty answer is none."""
    answers = {name: each for name, each in (OPEN | given).items() if each}
    parts = frozenset(section.name for section in _REGISTER.sections)
    filed = Filed(number, {"service": f"Service {number}", **answers}, parts)
    return Service(filed, answers.get("service_type", ""), answers.get("place", ""))


def document(**given: str) -> Mapping[str, Mapping[str, str]]:
    """Return what a record of a service holds, by section."""
    answers = OPEN | given
    home = {item.name: item.section for item in _REGISTER.items}
    return {
        section.name: {name: said for name, said in answers.items() if home[name] == section.name}
        for section in _REGISTER.sections
    }


def keep(session: Session, project: int, instrument: str, written: object) -> int:
    """Store a record that must be taken; return its number."""
    made = add_record(session, Origin(project, None, None), instrument, written, DAY)  # type: ignore[arg-type]
    assert isinstance(made, Kept)
    return made.id
