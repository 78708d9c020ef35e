"""What the maps cost when they are large: organisations with relations, services, a protocol.

python -m tests.bench.maps
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from survey.db import Database
from survey.models import Record
from survey.operations.demo import SMALLEST, households_of, people_of
from survey.operations.demo_rounds import Held, demo_places, demo_plan, hold
from survey.operations.demo_words import COHESION, PROFILE
from survey.operations.protocol import STEPS, keep_protocol, note_review
from survey.operations.records.instruments import instrument_of
from survey.operations.services import KINDS_OF_SERVICE
from survey.site import today
from tests.bench.desk_pages import USUAL, Row, desk_rows, show

ORGANISATIONS, RELATIONS, SERVICES, PARTNERS, REVIEWS = 2000, 10_000, 2000, 200, 40
HOME = "projects/1"
PLACES = tuple(f"TV{number:02}" for number in range(1, 13))
#: The pages of the project; each has the usual limit.
PAGES = (
    *(
        f"stakeholders/{name}"
        for name in ("grid", "partnership", "network", "needs", "engagement", "who", "stale")
    ),
    *("services", "services/directory", "services/directory/paper/en", "services/barriers"),
    *("services/quality", "services/check-again", "situation", "protocol", "protocol/paper"),
    *("records/stakeholder_map", "records/service_map", "monitoring/indicators/new"),
)
#: What may take longer, in milliseconds.
PICTURE = {f"{HOME}/stakeholders/network/picture": 3000}


def rows() -> list[Row]:
    """Return the rows of this table."""
    return desk_rows(fill, {f"{HOME}/{page}": USUAL for page in PAGES} | PICTURE)


def fill(database: Database) -> None:
    """Put two releases in, organisations with their relations, services, and a protocol."""
    publish(database)
    drawn = random.Random(7)
    homes = {
        name: {item.name: item.section for item in instrument_of(name).items}
        for name in ("stakeholder_map", "service_map")
    }
    with database.writing() as session:
        for name, made in (("stakeholder_map", organisation), ("service_map", service)):
            sections = [section.name for section in instrument_of(name).sections]
            for number in range(ORGANISATIONS if made is organisation else SERVICES):
                document: dict[str, dict[str, str]] = {section: {} for section in sections}
                for item, answer in made(number, drawn).items():
                    document[homes[name][item]][item] = answer
                session.add(record(name, document))
        partners = "\n".join(f"Group {number}" for number in range(PARTNERS))
        keep_protocol(session, 1).document = {"steps": dict.fromkeys(STEPS, partners)}
        for _review in range(REVIEWS):
            note_review(session, 1, "It is used.", today())
        session.commit()


def publish(database: Database) -> None:
    """Publish a small round about living together and one about needs, in twelve places."""
    people, households = people_of(6, SMALLEST), households_of(6, SMALLEST)
    opened = today() - timedelta(days=1)
    for link, facts, asked in (("one", COHESION, people), ("two", PROFILE, households)):
        plan = demo_plan(link, facts, opened, today())
        held = Held(plan, asked.instrument, asked.rows(1))
        hold(database, b"bench", held, demo_places(people), today())


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
        "covers_1": drawn.choice(PLACES),
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
        "place": drawn.choice(PLACES),
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
        "quality_provider": str(drawn.randint(2, 5)),
        "verified_in": drawn.choice(("2026-03", "2025-01")),
    }


if __name__ == "__main__":
    show(rows())
