"""A phone decides as the server does: what is asked, which answers are taken, what is stored.

Made-up people walk through instruments, some of them made up as well, once through the steps of
the server's pages and once through the modules of the phone; every step must come to the same.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires import Instrument, Item, check_answers, field_names, orders, read_instrument
from questionnaires.build import build_instrument
from questionnaires.logic import RUNTIME
from survey.field.kit import compiled, structure
from survey.models import Place
from survey.respond.questionnaire import Questionnaire
from survey.respond.steps import Outcome, take_step
from survey.respond.visit import CONSENT, Visit
from tests.questionnaires.generated import documents

FIELD = Path(__file__).parents[2] / "survey" / "static" / "field"
TESTS = Path(__file__).parents[1] / "questionnaires"
PLACES = {"P1": "", "P2": ""}
AREAS = {"N1": "N", "N2": "N", "S1": "S"}
RUN = """
import { readFileSync } from "node:fs";
import { takeStep } from "./steps.js";
import { kit, logic } from "./kit.js";
const walks = JSON.parse(readFileSync(0));
console.log(JSON.stringify(walks.map(({ language, screen, answers, moves }) => {
  let visit = { language, screen, answers };
  return moves.map(([action, sent]) => {
    const step = takeStep(kit, logic, visit, action, new Map(Object.entries(sent)));
    visit = step.visit;
    const wrong = [...step.errors.keys()].sort();
    return [step.outcome, visit.language, visit.screen, visit.answers, wrong];
  });
})));
"""
#: What the phone calls the outcomes of the server.
NAMES = {Outcome.SEND: "keep"}
WRITTEN = (
    *("0", "1", "7", "٣", "۴", " 12 ", "-1", "1.5", "999999999", "1000000000", "abc", "", "dk"),
    *("2015", "1899", "31", "02", "skip", "  ", "line\nline", "é", "é", "\ufeffx", "\u202ex"),
    *("😀" * 12, "x" * 70, "null"),
)

EDGES = (
    "\ufeff7",
    "1900",
    "1899",
    "1",
    "2",
    "3",
    "11",
    "99999",
    "100000",
    "e\u0301",
    "\u00e9",
    "2014",
    "2031",
    "13",
    "x\ty",
)
BOXED = {"number", "date", "text", "ranking", "best_worst", "votes"}

Moves = list[tuple[str, dict[str, list[str]]]]


def asking(instrument: Instrument, form: str = "") -> Questionnaire:
    """Return an instrument with places, in areas where it asks for two levels."""
    levels = max((item.options.levels for item in instrument.items), default=1)
    parents = AREAS if levels > 1 else PLACES
    places = [
        Place(code=code, names={"en": code}, parent=parent) for code, parent in parents.items()
    ]
    areas = [Place(code=code, names={"en": code}) for code in sorted(set(parents.values()) - {""})]
    return Questionnaire(instrument, form or instrument.forms[0], places, areas)


def some_fields(item: Item, dice: random.Random) -> dict[str, list[str]]:
    """Return what somebody could send for an item, sensible or not."""
    if dice.random() < 0.1:
        return {}
    if item.type in BOXED:
        careful = dice.random() < 0.8
        return some_boxes(item, dice) if careful else any_boxes(item, dice)
    offered = [*item.codes, *item.ways_out]
    if item.type in {"place", "area"}:
        codes = {*AREAS, *PLACES} if item.type == "place" else {*AREAS.values()}
        return {item.name: [dice.choice(sorted(codes))]}
    if item.type in {"multiple", "another"} and dice.random() < 0.7:
        return {item.name: [dice.choice(offered)]}
    if item.type in {"multiple", "another"}:
        return {item.name: dice.sample(offered, dice.randint(0, min(3, len(offered))))}
    numbers = [str(number) for number in range(len(item.choices) + 2)]
    return {item.name: [dice.choice(numbers if item.type == "list_experiment" else offered)]}


def any_boxes(item: Item, dice: random.Random) -> dict[str, list[str]]:
    """Return what somebody who takes no care writes into the boxes of an item."""
    boxes = [*item.codes, ""] if item.type in {"ranking", "best_worst"} else list(WRITTEN)
    sent = {name: [dice.choice(boxes)] for name in field_names(item) if dice.random() < 0.9}
    if dice.random() < 0.2:
        sent[item.name] = [*sent.get(item.name, []), dice.choice(item.ways_out)]
    return sent


def some_boxes(item: Item, dice: random.Random) -> dict[str, list[str]]:
    """Return what somebody who takes care writes into the boxes of an item."""
    names = [name for name in field_names(item) if name != item.name]
    if item.type in {"ranking", "best_worst"}:
        chosen = dice.sample(item.codes, min(len(names), len(item.codes)))
        return {name: [code] for name, code in zip(names, chosen, strict=False)}
    if item.type == "votes":
        return {name: [dice.choice(["", "0", "1"])] for name in names}
    if item.type == "date":
        usual = {"day": "2", "month": "5", "year": "2019"}
        return {name: [usual[name.rpartition("_")[2]]] for name in names}
    return {item.name: [dice.choice(["1", "3", "٣", "77"] if item.type == "number" else ["é 1"])]}


def walk(asked: Questionnaire, dice: random.Random) -> tuple[dict[str, Any], list[Any]]:
    """Return a walk, and what the server makes of each of its moves."""
    items = asked.items
    start = {
        name: dice.choice(orders(items[name.removesuffix("_order")]))
        if item.type == "order"
        else dice.choice(["control", "treatment"])
        for name, item in items.items()
        if item.type in {"order", "arm"}
    }
    visit, outcome = Visit(asked.instrument.languages[0], CONSENT, dict(start)), Outcome.SHOW
    moves: Moves = []
    found: list[Any] = []
    while len(moves) < 80 and outcome in {Outcome.SHOW, Outcome.MEND}:
        action = dice.choice(
            ["next"] * 30 + ["back", f"language:{asked.instrument.languages[-1]}", "screen:0"]
        )
        sent: dict[str, list[str]] = {}
        if visit.screen == CONSENT:
            sent["consent"] = [dice.choice(["yes"] * 20 + ["no", "young", "else"])]
        elif visit.screen < len(asked.screens):
            for item in asked.asked_on(visit.screen, visit.answers):
                sent |= some_fields(item, dice)
        step = take_step(asked, visit, {**sent, "action": [action]})
        outcome, visit = step.outcome, step.visit
        errors = sorted(step.form.errors) if outcome is Outcome.MEND and step.form else []
        moves.append((action, sent))
        said = NAMES.get(outcome, str(outcome))
        found.append([said, visit.language, visit.screen, visit.answers, errors])
    return {
        "language": asked.instrument.languages[0],
        "screen": CONSENT,
        "answers": start,
        "moves": moves,
    }, found


def on_phone(asked: Questionnaire, walks: list[dict[str, Any]], folder: Path) -> list[list[Any]]:
    """Return what the modules of a phone make of walks."""
    node = shutil.which("node")
    assert node, "install Node.js (apt install nodejs): it runs what browsers run"
    for module in ("steps.js", "course.js", "answers.js", "boxes.js"):
        shutil.copy(FIELD / module, folder)
    parents = AREAS if any(s[0].type == "area" for s in asked.screens) else PLACES
    places = {"place": parents, "area": dict.fromkeys(parents.values(), "")}
    kit = f"export const kit = {json.dumps(structure(asked, places))};"
    (folder / "kit.js").write_text(f"{RUNTIME}\n{kit}\n{compiled(asked.instrument)}")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "run.js").write_text(RUN)
    program, sent = [node, str(folder / "run.js")], json.dumps(walks)
    ran = subprocess.run(program, input=sent, capture_output=True, text=True, check=True)
    found: list[list[Any]] = json.loads(ran.stdout)
    return found


def agree(instrument: Instrument, seed: int, walks: int, folder: Path) -> list[Mapping[str, str]]:
    """Compare phone and server, step by step; return what would be stored."""
    dice = random.Random(seed)
    stored = []
    for form in instrument.forms:
        asked = asking(instrument, form)
        pairs = [walk(asked, dice) for _ in range(walks)]
        for (_, here), there in zip(
            pairs, on_phone(asked, [w for w, _ in pairs], folder), strict=True
        ):
            for one, other in zip(here, there, strict=True):
                assert one[:3] == other[:3]
                assert sorted(one[3].items()) == sorted(other[3].items())
                assert one[4] == other[4]
        ends = [found[-1] for _, found in pairs]
        whole = [answers for said, _, _, answers, _ in ends if said == "keep"]
        for answers in whole if any(item.type == "place" for item in asked.items.values()) else ():
            check_answers(instrument, form, skipped(asked) | answers, [*AREAS, *PLACES])
        stored += whole
    return stored


def skipped(asked: Questionnaire) -> dict[str, str]:
    """Return what is stored of items that a parcel does not mention."""
    return dict.fromkeys(asked.items, "skip")


def probes(asked: Questionnaire, before: dict[str, str]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield every box of a questionnaire with everything that could be written into it."""
    for number, screen in enumerate(asked.screens):
        for item in (item for item in screen if item.type in {"number", "date", "text", "votes"}):
            for written in (*WRITTEN, *EDGES):
                usual = {"day": "1", "month": "1", "year": "2015", "water": "9", "work": "1"}
                for name in field_names(item):
                    part = name.removeprefix(f"{item.name}_")
                    rest = {each: usual.get(each.rpartition("_")[2]) for each in field_names(item)}
                    sent = {each: [value] for each, value in rest.items() if value} | {
                        name: [written] if name != item.name or part == item.name else []
                    }
                    sent |= {"voters": ["1"]} if item.type == "votes" else {}
                    visit = Visit("en", number, dict(before))
                    step = take_step(asked, visit, {**sent, "action": ["next"]})
                    errors = sorted(step.form.errors) if step.form else []
                    said = str(step.outcome)
                    walked = {"language": "en", "screen": number, "answers": before}
                    found = [said, "en", step.visit.screen, step.visit.answers, errors]
                    yield walked | {"moves": [("next", sent)]}, [found]


def test_phone_and_server_read_every_box_alike(tmp_path: Path) -> None:
    asked = asking(read_instrument(TESTS / "every_type"))
    before = {"lives": "N1", "agrees": "yes", "size": "2", "voters": "1", "did_arm": "control"}
    pairs = list(probes(asked, before))
    assert len({str(found) for _, found in pairs}) > 60
    assert on_phone(asked, [walked for walked, _ in pairs], tmp_path) == [f for _, f in pairs]


@pytest.mark.parametrize("name", ["every_type", "branching"])
def test_phone_and_server_take_the_same_steps(name: str, tmp_path: Path) -> None:
    own = TESTS / name
    instrument = read_instrument(own if own.exists() else name)
    stored = agree(instrument, seed=len(name), walks=8, folder=tmp_path)
    assert len(stored) >= 4


@settings(
    deadline=None,
    max_examples=5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(document=documents(), seed=st.integers(0, 10**6))
def test_they_do_for_instruments_that_nobody_wrote(
    document: dict[str, Any], seed: int, tmp_path: Path
) -> None:
    agree(build_instrument(document), seed, walks=6, folder=tmp_path)
