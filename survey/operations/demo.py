"""The demo: a fictional municipality whose true scores are known.

Its people are asked twice how they live together; before that, households are asked what they need.

Every response goes through `record_response`, exactly as a participant's page does it.
"""

from __future__ import annotations

import json
import random
import secrets
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from analysis.simulate import Simulation, simulate
from questionnaires import read_instrument
from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.models import Wave
from survey.models.wave import Sampling
from survey.operations.demo_accounts import make_demo_accounts
from survey.operations.demo_mark import MARK
from survey.operations.demo_monitoring import add_programme
from survey.operations.demo_protocol import add_agreements
from survey.operations.demo_records import add_team_records
from survey.operations.demo_words import COHESION, PROFILE
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.responses import Submission, record_response
from survey.operations.wave_plans import Locality, WavePlan
from survey.operations.waves import close_wave, find_wave, open_wave

ADDRESS = "http://127.0.0.1:5000"
BREAKDOWNS = ("D2", "D3", "D10")
#: Two people in each of the twelve localities.
SMALLEST = 24
_SPOKEN = tuple(COHESION)
_LINKS = ("demo-1", "demo-2")
_PROFILE = "demo-needs"
#: The profile asks so many households for each of the people of a round: one in four.
_FEWER = 4


@dataclass(frozen=True)
class Demo:
    """A demo that is there: how it was made, and where it can be seen.

    `profile` is the report of the community profile; empty in a demo made before there was one.
    """

    seed: int
    responses: int
    participant: str
    report: str
    community: str
    profile: str = ""
    accounts: list[dict[str, str]] = field(default_factory=list)

    def addresses(self, base: str = ADDRESS) -> dict[str, Any]:
        """Return what ``sixfold demo --json`` prints."""
        return {
            "participant": base + self.participant,
            "desk": f"{base}/desk/",
            "report": base + self.report,
            "community": base + self.community,
            "accounts": self.accounts,
        }


def build_demo(
    settings: Settings, database: Database, seed: int, responses: int, today: date
) -> Demo:
    """Build the demo in an instance, or return the one that is there.

    Raises
    ------
    SurveyError
        If the instance holds another demo, or rounds of its own.
    """
    if responses < SMALLEST:
        raise SurveyError(f"{responses} responses are too few; ask for {SMALLEST} or more")
    found = _existing(settings.instance / MARK, database, seed, responses)
    if found:
        return found
    key = settings.required_key().encode()
    accounts = make_demo_accounts(database, settings.instance)
    people, households = people_of(seed, responses), households_of(seed, responses)
    places = _localities(people)
    rounds = [_Round(_plan(number, today), people, number) for number in (1, 2)]
    tokens = [_hold(database, key, each, places, today) for each in rounds]
    with database.writing() as session:
        add_team_records(session, seed, _severities(households), today)
        add_agreements(session, find_wave(session, _LINKS[-1]), key, today)
    profile = _hold(database, key, _Round(_profile_plan(today), households, 1), places, today)
    with database.writing() as session:
        add_programme(session, today)
    demo = Demo(
        seed=seed,
        responses=responses,
        participant=f"/s/{_LINKS[-1]}",
        report=f"/reports/{tokens[-1]}",
        community=f"/community/{_LINKS[-1]}",
        accounts=accounts,
        profile=f"/reports/{profile}",
    )
    (settings.instance / MARK).write_text(json.dumps(asdict(demo)), encoding="utf-8")
    return demo


def people_of(seed: int, responses: int) -> Simulation:
    """Return the people of the demo, with their answers in both rounds about living together."""
    return simulate(
        read_instrument("social_cohesion"), seed, responses, waves=len(_LINKS), languages=_SPOKEN
    )


def households_of(seed: int, responses: int) -> Simulation:
    """Return the households of the same places, with their answers about what they need.

    They are drawn apart from the people, so that neither changes the other.
    """
    own = random.Random(f"households {seed}").getrandbits(32)  # noqa: S311 - no secret
    fewer = max(SMALLEST, responses // _FEWER)
    return simulate(
        read_instrument("community_profile"), own, fewer, waves=1, languages=tuple(PROFILE)
    )


def _severities(households: Simulation) -> dict[str, float]:
    """Return how severe each need of the households truly is, by its code."""
    needs = read_instrument("key_informant").item("gaps").codes
    truth = households.truth(1)
    return {need: truth[f"needs_{need}", ()] for need in needs}


def _existing(mark: Path, database: Database, seed: int, responses: int) -> Demo | None:
    if mark.exists():
        demo = Demo(**json.loads(mark.read_text(encoding="utf-8")))
        if (demo.seed, demo.responses) == (seed, responses):
            return demo
        raise SurveyError(
            f"{mark.parent} holds a demo with seed {demo.seed} and {demo.responses} responses; "
            "ask for that one, or choose an empty folder with SIXFOLD_INSTANCE"
        )
    with database.reading() as session:
        if session.scalar(select(func.count()).select_from(Wave)):
            raise SurveyError(
                f"{mark.parent} holds rounds of its own, or a demo that was interrupted; choose "
                "an empty folder with SIXFOLD_INSTANCE, or delete the database of the demo there"
            )
    return None


@dataclass(frozen=True)
class _Round:
    """A round to come: its plan, and which sample of whom will answer it."""

    plan: WavePlan
    simulation: Simulation
    sample: int


def _hold(
    database: Database, key: bytes, planned: _Round, places: list[Locality], today: date
) -> str:
    """Open one round, let its people answer, publish it; return the readers' token."""
    plan = planned.plan
    with database.writing() as session:
        wave = open_wave(session, planned.simulation.instrument, plan, places)
    people = list(planned.simulation.rows(planned.sample))
    random.Random(planned.sample).shuffle(people)  # noqa: S311 - people do not come in order of place
    for row in people:
        submission = Submission(
            row.answers, row.language, row.mode, secrets.token_bytes(16), row.psu, row.weight
        )
        with database.writing() as session:
            record_response(session, wave, submission, key, plan.opens_on)
    with database.writing() as session:
        wave = session.merge(wave)
        if plan.link != _LINKS[-1]:
            close_wave(session, wave)
        return publish(session, wave, SignOff("Demo", "demonstration", today)).token


def _plan(number: int, today: date) -> WavePlan:
    """Return the plan of a round: the first was a year ago, the second is open now."""
    is_last = number == len(_LINKS)
    opens_on = today - timedelta(days=30 if is_last else 395)
    closes_on = today + timedelta(days=365) if is_last else opens_on + timedelta(days=20)
    return WavePlan(
        link=_LINKS[number - 1],
        form="long",
        languages=_SPOKEN,
        breakdowns=BREAKDOWNS,
        facts=COHESION,
        opens_on=opens_on,
        closes_on=closes_on,
        keep_until=closes_on + timedelta(days=730),
        sampling=Sampling.PROBABILITY,
    )


def _profile_plan(today: date) -> WavePlan:
    """Return the plan of the profile: a baseline, closed before the first round opened."""
    opens_on = today - timedelta(days=430)
    closes_on = opens_on + timedelta(days=20)
    return WavePlan(
        link=_PROFILE,
        form="long",
        languages=tuple(PROFILE),
        breakdowns=BREAKDOWNS,
        facts=PROFILE,
        opens_on=opens_on,
        closes_on=closes_on,
        keep_until=closes_on + timedelta(days=730),
        sampling=Sampling.PROBABILITY,
    )


def _localities(simulation: Simulation) -> list[Locality]:
    return [
        Locality(
            each.code,
            dict(each.names),
            population=each.population,
            geometry=dict(each.polygon),
        )
        for each in simulation.localities
    ]
