"""The rounds about the programme of the demo: what those say whom it supports, and what bodies say.

The people are drawn apart from those of the other rounds, so that none changes another.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from analysis import Row
from analysis.simulate import Simulation, simulate
from questionnaires import Instrument, Item, read_instrument
from questionnaires.build import build_instrument
from questionnaires.governance import months_between
from questionnaires.logic import complete_answers
from survey.models.response import WEIGHT_UNIT
from survey.models.wave import Sampling
from survey.operations.demo_rounds import Held, demo_plan
from survey.operations.demo_words import GOVERNANCE, STORIES, SUPPORT
from survey.operations.programme_age import BEGAN
from survey.operations.stories import CONSENT, STORY

#: The programme began so many days ago, and was assessed in its twentieth month.
_BEGAN, _ASSESSED, _ASKED = 650, 45, 75
_OPEN = timedelta(days=20)
#: The kinds of body that rate, one in each place, and the level at which they work.
_RATERS = {
    "municipality": "local", "school": "local", "police": "regional", "health": "local",
    "social_work": "local", "cso": "local", "women": "local", "youth": "local", "faith": "local",
    "business": "regional", "ministry": "national", "un_ingo": "international",
}  # fmt: skip
#: About where each section stands, from 0 to 4; the money is what is missing most.
_STANDING = {
    "G1": 2.6, "G2": 2.2, "G3": 1.9, "G4": 2.4, "G5": 1.8, "G6": 2.9, "G7": 1.0, "G8": 1.5,
    "G9": 2.0,
}  # fmt: skip
_TOP = 4
#: How often nobody knows, and how often a rating rests on an opinion, on sight, on a document.
_UNSURE, _GROUNDS = 0.08, {"opinion": 4, "seen": 3, "document": 3}


def supported_of(seed: int, people: int) -> Simulation:
    """Return those whom the programme supports, with their answers, as the library asks them."""
    own = random.Random(f"supported {seed}").getrandbits(32)  # noqa: S311 - no secret
    asked = read_instrument("beneficiary_monitoring")
    return simulate(asked, own, people, waves=1, languages=tuple(SUPPORT))


def support_round(seed: int, people: int, today: date) -> Held:
    """Return the round with those whom the programme supports, some of whom tell a story."""
    opens_on = today - timedelta(days=_ASKED)
    asked = _with_stories(read_instrument("beneficiary_monitoring"))
    rows = list(_telling(asked, supported_of(seed, people).rows(1)))
    return Held(demo_plan("demo-support", SUPPORT, opens_on, opens_on + _OPEN), asked, rows)


def governance_round(seed: int, places: Sequence[str], today: date) -> Held:
    """Return the round in which bodies assess how returning is governed, late enough for it."""
    opens_on, began = today - timedelta(days=_ASSESSED), today - timedelta(days=_BEGAN)
    facts = {language: told | {BEGAN: began.isoformat()} for language, told in GOVERNANCE.items()}
    plan = demo_plan("demo-governance", facts, opens_on, opens_on + _OPEN)
    plan = replace(plan, form="full", breakdowns=(), sampling=Sampling.CONVENIENCE)
    asked = read_instrument("reintegration_governance")
    drawn = random.Random(f"raters {seed}")  # noqa: S311 - no secret
    months = str(months_between(began, opens_on))
    start = [
        {"place": place, "body": body, "level": level, "months": months}
        for place, (body, level) in zip(places, _RATERS.items(), strict=False)
    ]
    rows = [
        Row(complete_answers(asked, plan.form, told | dict(_ratings(drawn, asked))),
            WEIGHT_UNIT, "", None, "en", "self-web")
        for told in start
    ]  # fmt: skip
    return Held(plan, asked, rows)


def _with_stories(instrument: Instrument) -> Instrument:
    """Return the questionnaire with the story and the consent to quote it switched on."""
    document = json.loads(instrument.canonical)
    for item in document["instrument"]["item"]:
        if item["name"] in {STORY, CONSENT}:
            del item["enabled"], item["reason"]
    return build_instrument(document)


def _telling(instrument: Instrument, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield everybody's answers; those who are there first in each language tell the stories."""
    waiting = {language: list(stories) for language, stories in STORIES.items()}
    for row in rows:
        left = waiting[row.language]
        begun = row.answers["BM2"] not in {"not_begun", "not_shown"}
        story, consent = left.pop() if left and begun else ("skip", "skip")
        told = {**row.answers, STORY: story, CONSENT: consent}
        yield replace(row, answers=complete_answers(instrument, instrument.forms[0], told))


def _ratings(drawn: random.Random, instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Yield one rater's answer to every statement, and what it rests on."""
    mood = drawn.gauss(0, 0.4)
    for item in instrument.items:
        if not item.dimension:
            continue
        if drawn.random() < _UNSURE:
            yield item.name, "dk"
            continue
        yield item.name, _rated(drawn, item, mood)
        yield (
            f"{item.words}_evidence_{item.row}",
            drawn.choices([*_GROUNDS], [*_GROUNDS.values()])[0],
        )


def _rated(drawn: random.Random, item: Item, mood: float) -> str:
    felt = round(_STANDING[item.dimension or ""] + mood + drawn.gauss(0, 0.7))
    return str(min(_TOP, max(0, felt)))
