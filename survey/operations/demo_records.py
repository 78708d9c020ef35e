"""What the team of the demo writes down besides the answers of residents.

Key informants, groups and walks see much of what households say, and some of it otherwise, as they
do; organisations and services stand in their registers. All of it comes in as a file would.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Instrument
from survey.models import Project, Staff
from survey.operations.demo_organisations import Row, months_ago, organisation_rows, service_rows
from survey.operations.records.import_files import read_records_file
from survey.operations.records.instruments import FIELD, instrument_of
from survey.operations.records.reading import place_codes
from survey.operations.records.store import Origin, add_records

#: Who is talked to in every place, and which groups meet in which of them.
_ROLES = ("local_government", "school", "health", "faith", "women_youth", "returnee_family")
_GROUPS = ("women", "men", "youth", "minority", "returned", "mixed")
_VOTERS = (8, 9, 7, 8, 6, 10)
_TOKENS = 10
#: What people who help see more often than households say it, and what they see less often.
_SEEN_MORE, _SEEN_LESS = {"work": 3.0, "stress": 3.0, "school": 2.0}, {"care": 0.4, "roads": 0.6}
#: What was said in a group may stand in no record but in the words of the group.
_FEAR = "A newspaper writes about us, and then nobody greets the family that came back."


def add_team_records(
    session: Session, seed: int, severities: Mapping[str, float], today: date
) -> None:
    """Give the first project its records and registers; commits.

    Parameters
    ----------
    session : Session
        A writing session.
    seed : int
        The seed of the demo; the same seed makes the same records.
    severities : mapping of str to float
        How severe each need of households truly is, 0 to 100.
    today : date
        The day; months in the records lie before it.
    """
    project_id = session.scalars(select(Project.id).order_by(Project.id)).first()
    if project_id is None:
        return
    drawn = random.Random(f"records {seed}")  # noqa: S311 - no secret
    places = place_codes(session, project_id)
    weights = {
        need: severity * _SEEN_MORE.get(need, 1.0) * _SEEN_LESS.get(need, 1.0)
        for need, severity in severities.items()
    }
    made = {
        "key_informant": _informants(drawn, places, weights, today),
        "focus_group": _groups(drawn, places, weights, today),
        "observation": _walks(drawn, places, today),
        "stakeholder_map": organisation_rows(drawn, places, today),
        "service_map": service_rows(drawn, today),
    }
    writers = {staff.email.split("@")[0]: staff.id for staff in session.scalars(select(Staff))}
    for name, rows in made.items():
        writer = "enumerator" if name in FIELD else "owner"
        origin = Origin(project_id, None, writers.get(writer))
        documents = _read(name, rows, places, origin.entered_by)
        add_records(session, origin, name, documents, today)


def _read(
    name: str, rows: Iterable[Row], places: Sequence[str], writer: int | None
) -> list[dict[str, dict[str, str]]]:
    """Return records as a file of them is read.

    Raises
    ------
    ValueError
        If a row is none of the instrument: then the demo was written for another.
    """
    instrument = instrument_of(name)
    written = [_as_asked(instrument, row) for row in rows]
    content = StringIO()
    columns = list(dict.fromkeys(column for row in written for column in row))
    table = csv.DictWriter(content, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(written)
    found = read_records_file(instrument, content.getvalue(), places, (), writer)
    if found.problems or found.unused:
        raise ValueError(f"{name}: {found.problems[:3]} {found.unused}")
    return found.documents


def _as_asked(instrument: Instrument, row: Row) -> Row:
    """Return a row whose answers of several choices stand in the order of the questionnaire."""
    several = {item.name: item.codes for item in instrument.items if item.type == "multiple"}
    return {
        name: " ".join(sorted(answer.split(), key=several[name].index))
        if name in several
        else answer
        for name, answer in row.items()
    }


def _informants(
    drawn: random.Random, places: Sequence[str], weights: Mapping[str, float], today: date
) -> Iterator[Row]:
    for number, place in enumerate(place for place in places for _turn in range(2)):
        arrivals = drawn.choice(("none", "under20", "under20", "20-99"))
        yield {
            "place": place,
            "visited_in": months_ago(today, 15),
            "role": _ROLES[number % len(_ROLES)],
            "informed": "yes",
            "arrivals": arrivals,
            "arrivals_sure": "guess",
            "status_school": drawn.choice(("works", "works", "part")),
            "status_clinic": drawn.choice(("works", "part", "none")),
            "status_roads": drawn.choice(("part", "broken", "works")),
            "open_to_education": drawn.choice(("yes", "conditions")),
            "open_to_jobs": drawn.choice(("conditions", "no", "conditions")),
            "tense_dates": drawn.choice(("election", "anniversary", "arrival election")),
            "calms": drawn.choice(("faith elders", "women teacher", "neighbours family")),
            "drivers": drawn.choice(("no_future insult", "no_future belong", "unfair online")),
            "gaps": " ".join(_most(drawn, weights, 4)),
            "left_out": drawn.choice(("returned", "remote disabled", "minorities returned")),
        }


def _groups(
    drawn: random.Random, places: Sequence[str], weights: Mapping[str, float], today: date
) -> Iterator[Row]:
    for number, kind in enumerate(_GROUPS):
        voters = _VOTERS[number]
        tokens = drawn.choices([*weights], [*weights.values()], k=voters * _TOKENS)
        votes = {need: tokens.count(need) for need in weights}
        problem = max(votes, key=votes.__getitem__)
        women = {"women": voters, "men": 0}.get(kind, voters // 2)
        yield {
            "place": places[number % len(places)],
            "held_in": months_ago(today, 15),
            "group_kind": kind,
            "women_30_59": str(women),
            "men_30_59": str(voters - women),
            "informed": "yes",
            "resource_1": "school",
            "resource_use_1": "all",
            "resource_2": "meeting_place",
            "resource_use_2": "less",
            "event_1": "The newspaper wrote of families who came back",
            "event_year_1": str(today.year - 2),
            "event_effect_1": "2",
            "voters": str(voters),
            "needs_vote": " ".join(f"{need}:{count}" for need, count in votes.items() if count),
            "problem": problem,
            "cause_1": "Nobody knows whom to ask",
            "effect_1": "Families stay at home",
            **{
                f"closeness_{each}": str(drawn.randint(1, 5)) for each in ("municipality", "school")
            },
            **{
                f"usefulness_{each}": str(drawn.randint(2, 5))
                for each in ("municipality", "school")
            },
            "idea_1": "One open afternoon a month in the school",
            "idea_who_1": "school",
            "first_step_1": "Ask the parents' group",
            "minority_view": "yes" if kind == "mixed" else "no",
            "may_quote": "yes" if kind == "returned" else "no",
            **({"quote_1": _FEAR} if kind == "returned" else {}),
            "harm": "no",
        }


def _walks(drawn: random.Random, places: Sequence[str], today: date) -> Iterator[Row]:
    seen = ("ramp", "paths", "transport", "lighting", "signs")
    kept = ("damage", "building", "water", "waste", "market")
    for place in places:
        yield {
            "place": place,
            "walked_in": months_ago(today, 15),
            "daytime": drawn.choice(("morning", "midday", "afternoon")),
            "with_resident": "yes",
            **{
                f"getting_about_{each}": drawn.choice(("yes", "part", "part", "no"))
                for each in seen
            },
            **{f"condition_{each}": drawn.choice(("yes", "yes", "part", "no")) for each in kept},
            "life_women": drawn.choice(("yes", "part")),
            "life_children_work": "no",
            "life_queues": drawn.choice(("no", "no", "part")),
            "life_police": drawn.choice(("no", "part")),
            "life_hostile": drawn.choice(("no", "no", "part")),
        }


def _most(drawn: random.Random, weights: Mapping[str, float], count: int) -> set[str]:
    """Return some needs, the more likely the heavier they weigh."""
    found: set[str] = set()
    while len(found) < count:
        found.add(drawn.choices([*weights], [*weights.values()])[0])
    return found
