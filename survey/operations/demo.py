"""The demo: a fictional municipality, asked twice, whose true scores are known.

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
from survey.operations.releases import SignOff, publish
from survey.operations.responses import Submission, record_response
from survey.operations.waves import Locality, WavePlan, close_wave, open_wave

ADDRESS = "http://127.0.0.1:5000"
BREAKDOWNS = ("D2", "D3", "D10")
#: Two people in each of the twelve localities.
SMALLEST = 24
_MARK = "demo.json"
_LINKS = ("demo-1", "demo-2")

_FACTS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Living together in the municipality",
        "organisation": "The research team of a demonstration municipality. This is a demo: "
        "no place and no person in it is real.",
        "contact": "This is a demo. A real round prints a telephone number and a person here.",
        "help": [
            "Health centre: open day and night",
            "Someone to talk to: free helpline, in several languages",
            "Legal advice: Tuesdays, municipal library",
        ],
        "results": "On the notice board of your locality, in two months, and at a public meeting.",
        "next_steps": "Residents, associations and the municipality meet to read these results "
        "and to agree on what to do first.",
    },
    "ar": {
        "title": "العيش معًا في البلدية",
        "organisation": "فريق البحث في بلدية تجريبية. هذا عرض تجريبي: لا مكان فيه ولا شخص حقيقي.",
        "contact": "هذا عرض تجريبي. في الجولة الحقيقية يُطبع هنا رقم هاتف واسم شخص يمكن سؤاله.",
        "help": [
            "المركز الصحي: مفتوح ليلًا ونهارًا",
            "للحديث مع شخص يصغي إليكم: خط مساعدة مجاني بعدة لغات",
            "مشورة قانونية: أيام الثلاثاء في مكتبة البلدية",
        ],
        "results": "على لوحة الإعلانات في منطقتكم بعد شهرين، وفي اجتماع عام.",
        "next_steps": "يجتمع السكان والجمعيات والبلدية لقراءة هذه النتائج والاتفاق على ما يبدؤون به.",  # noqa: E501
    },
}


@dataclass(frozen=True)
class Demo:
    """A demo that is there: how it was made, and where it can be seen."""

    seed: int
    responses: int
    participant: str
    report: str
    community: str
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
    found = _existing(settings.instance / _MARK, database, seed, responses)
    if found:
        return found
    key = settings.required_key().encode()
    accounts = make_demo_accounts(database, settings.instance)
    simulation = simulate(read_instrument("social_cohesion"), seed, responses)
    tokens = [_round(database, key, simulation, _plan(number, today), today) for number in (1, 2)]
    demo = Demo(
        seed=seed,
        responses=responses,
        participant=f"/s/{_LINKS[-1]}",
        report=f"/reports/{tokens[-1]}",
        community=f"/community/{_LINKS[-1]}",
        accounts=accounts,
    )
    (settings.instance / _MARK).write_text(json.dumps(asdict(demo)), encoding="utf-8")
    return demo


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


def _round(
    database: Database, key: bytes, simulation: Simulation, plan: WavePlan, today: date
) -> str:
    """Open one round, let its people answer, publish it; return the readers' token."""
    with database.writing() as session:
        wave = open_wave(session, simulation.instrument, plan, _localities(simulation))
    number = _LINKS.index(plan.link) + 1
    people = list(simulation.rows(number))
    random.Random(number).shuffle(people)  # noqa: S311 - people do not come in order of place
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
        languages=("en", "ar"),
        breakdowns=BREAKDOWNS,
        facts=_FACTS,
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
