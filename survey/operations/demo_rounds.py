"""How the demo holds a round: it opens, people answer, it closes and is published.

Every response is placed and settled as one that comes over a participant's page, a batch at once.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pyrage.x25519 import Identity

from analysis import Row
from analysis.simulate import Simulation
from questionnaires import Instrument
from survey.db import Database
from survey.keys import new_identity, public_key, unseal
from survey.models import Wave
from survey.models.wave import Sampling
from survey.operations.batches import BATCH_SIZE
from survey.operations.keys import make_test, pass_test
from survey.operations.placing import Place, Submission, prepare_response
from survey.operations.release_making import Options
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.responses import settle
from survey.operations.stories import CONSENT, STORY, quotable
from survey.operations.wave_plans import Locality, WavePlan
from survey.operations.waves import close_wave, open_wave, strata_of

BREAKDOWNS = ("D2", "D3", "D10")
#: How long answers are kept after the last day of a round.
_KEPT = timedelta(days=730)


@dataclass(frozen=True)
class Held:
    """A round to come.

    Attributes
    ----------
    plan : WavePlan
        What is decided before it opens; a round whose last day has passed is closed.
    instrument : Instrument
        What is asked.
    people : sequence of Row
        Who will answer, and what.
    turn : int
        Of the order in which they come, so that no round comes in order of place.
    """

    plan: WavePlan
    instrument: Instrument
    people: Sequence[Row]
    turn: int = 1


def demo_plan(
    link: str, facts: Mapping[str, Mapping[str, Any]], opens_on: date, closes_on: date
) -> WavePlan:
    """Return the plan of a round of the demo, in each of the languages of its `facts`."""
    return WavePlan(
        link=link,
        form="long",
        languages=tuple(facts),
        breakdowns=BREAKDOWNS,
        facts={language: dict(told) for language, told in facts.items()},
        opens_on=opens_on,
        closes_on=closes_on,
        keep_until=closes_on + _KEPT,
        sampling=Sampling.PROBABILITY,
    )


def demo_places(simulation: Simulation) -> list[Locality]:
    """Return the places of the fictional municipality as a round has them."""
    return [
        Locality(
            each.code, dict(each.names), population=each.population, geometry=dict(each.polygon)
        )
        for each in simulation.localities
    ]


def hold(
    database: Database, key: bytes, held: Held, places: Sequence[Locality], today: date
) -> str:
    """Open a round, let its people answer, publish it; return the readers' token.

    Where it asks for stories, each that its writer allows is quoted: they are invented, so nobody
    has to read them first. What is sealed is sealed to a key that nobody keeps.
    """
    wave, identities = _opened(database, key, held, places)
    people = list(held.people)
    random.Random(held.turn).shuffle(people)  # noqa: S311 - people do not come in order of place
    with database.reading() as session:
        strata = strata_of(session, wave)
    for first in range(0, len(people), BATCH_SIZE):
        batch = people[first : first + BATCH_SIZE]
        waiting = [_prepared(row, wave, strata, key) for row in batch]
        with database.writing() as session:
            settle(session, [place(session) for place in waiting])
    with database.writing() as session:
        wave = session.merge(wave)
        if held.plan.closes_on < today:
            close_wave(session, wave)
        told = tuple(quotable(session, wave, identities).values()) if identities else ()
        signed = SignOff("Demo", "demonstration", today)
        return publish(session, wave, signed, identities, Options(stories=told)).token


def _prepared(row: Row, wave: Wave, strata: Mapping[str, str], key: bytes) -> Place:
    submission = Submission(
        row.answers, row.language, row.mode, secrets.token_bytes(16), row.psu, row.weight
    )
    return prepare_response(wave, submission, strata, key, wave.opens_on)


def _opened(
    database: Database, key: bytes, held: Held, places: Sequence[Locality]
) -> tuple[Wave, list[Identity]]:
    """Open a round; one that asks for stories seals them, to a key that passed its test."""
    asked = {item.name for item in held.instrument.asked(held.plan.form)}
    identities = [new_identity()] if {STORY, CONSENT} <= asked else []
    plan = replace(held.plan, recipients=tuple(public_key(each) for each in identities))
    with database.writing() as session:
        wave = open_wave(session, held.instrument, plan, places)
        if identities:
            word = json.loads(unseal(make_test(session, wave, key), identities))["word"]
            pass_test(session, wave, word, key)
    return wave, identities
