"""What the maps cost when they are large: organisations with relations, services, a protocol.

python -m tests.bench.maps
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.migrate import migrate
from survey.models import Project, Record, Role
from survey.operations.records.instruments import instrument_of
from survey.operations.services import KINDS_OF_SERVICE
from tests.conftest import sqlite_url
from tests.survey.recorded import give_places
from tests.survey.staff import Colleague, employ

Row = tuple[str, str, str, str]
ORGANISATIONS, RELATIONS, SERVICES, TIMES = 2000, 10_000, 2000, 5
HOME = "/desk/projects/1"
#: Each page with its limit in milliseconds.
PAGES = {
    **dict.fromkeys([f"stakeholders/{name}" for name in ("grid", "partnership", "network")], 500),
    "stakeholders/network/picture": 3000,
    **dict.fromkeys(
        [f"stakeholders/{name}" for name in ("needs", "engagement", "who", "stale")], 500
    ),
    **dict.fromkeys(
        ["services", *(f"services/{name}" for name in ("directory", "barriers", "check-again"))],
        500,
    ),
    "services/directory/paper/en": 500,
    "situation": 500,
}


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
        found = [
            (page, f"{spent(ana, f'{HOME}/{page}'):.0f} ms", f"{limit:,} ms", "")
            for page, limit in PAGES.items()
        ]
        app.extensions["sixfold"].database.dispose()
        return found


def spent(browser: Colleague, address: str) -> float:
    """Return the processor time of a page in milliseconds; the first try loads what it needs."""
    took = []
    for _time in range(TIMES):
        began = process_time()
        assert browser.get(address).status_code == 200
        took.append(process_time() - began)
    return 1000 * min(took)


def fill(database: Database) -> None:
    """Put the organisations with their relations in, and the services."""
    drawn = random.Random(7)
    homes = {
        name: {item.name: item.section for item in instrument_of(name).items}
        for name in ("stakeholder_map", "service_map")
    }
    with database.writing() as session:
        give_places(session, session.get_one(Project, 1))
        for name, made in (("stakeholder_map", organisation), ("service_map", service)):
            sections = [section.name for section in instrument_of(name).sections]
            for number in range(ORGANISATIONS if made is organisation else SERVICES):
                document: dict[str, dict[str, str]] = {section: {} for section in sections}
                for item, answer in made(number, drawn).items():
                    document[homes[name][item]][item] = answer
                session.add(record(name, document))
        session.commit()


def record(name: str, document: dict[str, dict[str, str]]) -> Record:
    """Return a record as the register keeps it."""
    return Record(
        project_id=1,
        instrument=name,
        instrument_version=instrument_of(name).version,
        document=document,
        version=1,
        changes={},
        created_on=date(2026, 3, 1),
        changed_on=date(2026, 3, 1),
    )


def organisation(number: int, drawn: random.Random) -> dict[str, str]:
    """Return an organisation with its part of the relations."""
    turns = range(1, RELATIONS // ORGANISATIONS + 1)
    rated = ("influence", "interest", "willingness", "capacity_staff", "capacity_skills")
    return {
        "record_code": f"r{number}",
        "organisation": f"Group {number}",
        "topic": "return",
        "level": drawn.choice(("local", "national")),
        "contact_risk": drawn.choice(("none", "none", "some", "high")),
        "needs": "training money",
        "covers_1": drawn.choice(("L1", "L2")),
        "activity_1": "jobs",
        "owner": "Field post",
        "verified_in": drawn.choice(("2026-03", "2025-01")),
        **{name: str(drawn.randint(1, 5)) for name in rated},
        **{f"relation_to_{turn}": f"r{drawn.randrange(ORGANISATIONS)}" for turn in turns},
        **{f"relation_{turn}": "coordinates" for turn in turns},
        **{f"relation_strength_{turn}": str(drawn.randint(1, 3)) for turn in turns},
    }


def service(number: int, drawn: random.Random) -> dict[str, str]:
    """Return a service of which everybody may read, as far as its kind allows."""
    return {
        "service": f"Service {number}",
        "service_type": drawn.choice(KINDS_OF_SERVICE),
        "place": drawn.choice(("L1", "L2")),
        "for_age": "18-29 30-59",
        "for_sex": "all",
        "papers": "none",
        "cost": "free",
        "days": "mon tue wed thu fri",
        "hours": "morning",
        "waiting": "week",
        "languages": "ar en",
        "accessible": "step_free",
        "refer_how": "phone",
        "places_month": "20",
        "publish": "public",
        "status": "works",
        "verified_in": drawn.choice(("2026-03", "2025-01")),
    }


if __name__ == "__main__":
    for what, measured, limit, _peer in rows():
        print(f"{what:36} {measured:>9} {limit:>9}")
