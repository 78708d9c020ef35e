"""The demo: a fictional municipality whose true scores are known.

Its people are asked twice how they live together; before that, households are asked what they need,
and later people whom a programme supports how that works, and bodies how returning is governed.
"""

from __future__ import annotations

import json
import random
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
from survey.operations.demo_accounts import make_demo_accounts
from survey.operations.demo_mark import MARK
from survey.operations.demo_monitoring import add_programme
from survey.operations.demo_protocol import add_agreements
from survey.operations.demo_records import add_team_records
from survey.operations.demo_rounds import Held, demo_places, demo_plan, hold
from survey.operations.demo_support import governance_round, support_round
from survey.operations.demo_words import COHESION, PROFILE
from survey.operations.wave_plans import WavePlan
from survey.operations.waves import find_wave

ADDRESS = "http://127.0.0.1:5000"
#: Two people in each of the twelve localities.
SMALLEST = 24
_SPOKEN = tuple(COHESION)
_LINKS = ("demo-1", "demo-2")
_PROFILE = "demo-needs"
#: Of so many people of a round one is a household of the profile, one gets support.
_HOUSEHOLDS, _SUPPORTED = 4, 10
_OPEN = timedelta(days=20)


@dataclass(frozen=True)
class Demo:
    """A demo that is there: how it was made, and where it can be seen.

    `profile`, `support` and `governance` are the reports about needs, about the support of the
    programme and about its governance; empty in a demo made before there were any.
    """

    seed: int
    responses: int
    participant: str
    report: str
    community: str
    profile: str = ""
    support: str = ""
    governance: str = ""
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

    def further(self) -> dict[str, str]:
        """Return the addresses of the other reports by what they are read for."""
        named = {
            "Read the needs profile": self.profile,
            "Read about the support": self.support,
            "Read about governance": self.governance,
        }
        return {what: address for what, address in named.items() if address}


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
    places = demo_places(people)
    rounds = [
        Held(_plan(number, today), people.instrument, people.rows(number), number)
        for number in (1, 2)
    ]
    tokens = [hold(database, key, each, places, today) for each in rounds]
    with database.writing() as session:
        add_team_records(session, seed, _severities(households), today)
        add_agreements(session, find_wave(session, _LINKS[-1]), key, today)
    supported = support_round(seed, _fewer(responses, _SUPPORTED), today)
    assessed = governance_round(seed, [place.code for place in places], today)
    profile, support, governance = (
        hold(database, key, each, places, today)
        for each in (_profile(households, today), supported, assessed)
    )
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
        support=f"/reports/{support}",
        governance=f"/reports/{governance}",
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
    return simulate(
        read_instrument("community_profile"),
        own,
        _fewer(responses, _HOUSEHOLDS),
        waves=1,
        languages=_SPOKEN[:1],
    )


def _fewer(responses: int, part: int) -> int:
    """Return one in so many of the people of a round, but two in each place at least."""
    return max(SMALLEST, responses // part)


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


def _plan(number: int, today: date) -> WavePlan:
    """Return the plan of a round: the first was a year ago, the second is open now."""
    is_last = number == len(_LINKS)
    opens_on = today - timedelta(days=30 if is_last else 395)
    closes_on = today + timedelta(days=365) if is_last else opens_on + _OPEN
    return demo_plan(_LINKS[number - 1], COHESION, opens_on, closes_on)


def _profile(households: Simulation, today: date) -> Held:
    """Return the round about needs: a baseline, closed before the first round opened."""
    opens_on = today - timedelta(days=430)
    plan = demo_plan(_PROFILE, PROFILE, opens_on, opens_on + _OPEN)
    return Held(plan, households.instrument, households.rows(1))
