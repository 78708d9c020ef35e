"""The kit of a round: everything a phone needs to ask its questions, as one JavaScript module.

A module and not JSON, because the page allows no script but files of ours: the compiled conditions
could not run otherwise. Nothing in it belongs to a person, so it is the same for everybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from questionnaires import Instrument, Item
from questionnaires.logic import RUNTIME, Expression, javascript, read_logic, waits_for
from questionnaires.logic.relevance import in_order
from survey.errors import ParcelError
from survey.field.fragments import Fragments, WholeQuestionnaire
from survey.field.items import Offered, item_facts
from survey.models import Wave
from survey.models.wave import Door
from survey.operations.waves import areas_of, fielded_instrument, localities_of
from survey.respond.questionnaire import Questionnaire, open_questionnaire
from survey.site import site

_FOLDER = Path(__file__).parents[1] / "static" / "field"

#: Our modules, and the library they encrypt with; the worker is put together for each round.
MODULES = (
    *sorted(path.name for path in _FOLDER.glob("*.js") if path.name != "worker.js"),
    "vendor/age.js",
)


#: How long a page at a kiosk waits for somebody who has gone away.
_IDLE_SECONDS = 180


@cache
def module_text(name: str) -> str:
    """Return one of our files."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def kit_of(link: str) -> str:
    """Return the kit of the round under `link`; it is built at the first visit.

    Raises
    ------
    WaveUnknownError, WaveNotOpenError, WaveClosedError
        If there is no such round, or it takes no responses today.
    ParcelError
        If it has no keys that could open what a phone seals, or no door that a phone fits through.
    """
    wave, _questionnaire = open_questionnaire(link)
    if not wave.suits_phones:
        raise ParcelError("this round takes nothing from phones; answer it by its pages")
    built = site().built
    key = ("kit", wave.id)
    if key not in built:
        built[key] = _module(wave)
    return str(built[key])


def version_of(link: str, page: str) -> str:
    """Return what tells one state of the files of a round from another, in 16 letters."""
    digest = hashlib.sha256()
    for part in (kit_of(link), page, module_text("worker.js"), *map(module_text, MODULES)):
        digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()[:16]


def _module(wave: Wave) -> str:
    with site().database.reading() as session:
        places, areas = localities_of(session, wave), areas_of(session, wave)
    whole = WholeQuestionnaire(fielded_instrument(wave), wave.form, places, areas)
    parents = {place.code: place.parent or "" for place in places}
    offered = {"place": parents, "area": {area.code: "" for area in areas}}
    kit = {
        "round": wave.link,
        "sha256": wave.instrument_sha256,
        "recipients": list(wave.recipients),
        "languages": {each: Fragments(wave, whole, each).pieces() for each in wave.languages},
        "idleSeconds": _IDLE_SECONDS if Door.KIOSK in wave.doors else 0,
        **structure(whole, offered),
    }
    return f"{RUNTIME}\nexport const kit = {json.dumps(kit)};\n{compiled(whole.instrument)}"


def structure(whole: Questionnaire, offered: Offered) -> dict[str, Any]:
    """Return the screens, the items in the order of the pages, and what waits for what."""
    instrument, form = whole.instrument, whole.form
    shown = [item for screen in whole.screens for item in screen if item.type == "area"]
    every: dict[str, Item] = {item.name: item for item in (*in_order(instrument, form), *shown)}
    return {
        "screens": [[item.name for item in screen] for screen in whole.screens],
        "order": [item.name for item in in_order(instrument, form)],
        "items": {name: item_facts(item, offered, every) for name, item in every.items()},
        "waits": {name: sorted(names) for name, names in waits_for(instrument).items()},
    }


def compiled(instrument: Instrument) -> str:
    """Return the compiled expressions; those of items of other forms are there as well.

    `RUNTIME` must stand before it.
    """
    logic = read_logic(instrument)
    conditions = {
        name: f"[{', '.join(map(_function, trees))}]" for name, trees in logic.conditions.items()
    }
    constraints = {name: _function(tree) for name, tree in logic.constraints.items()}
    calculations = {name: _function(tree) for name, tree in logic.calculations.items()}
    return (
        "export const logic = {\n  truth, text,\n"
        f"  conditions: {_table(conditions)},\n"
        f"  constraints: {_table(constraints)},\n"
        f"  calculations: {_table(calculations)},\n}};\n"
    )


def _function(tree: Expression) -> str:
    return f"(a, own) => {javascript(tree)}"


def _table(entries: Mapping[str, str]) -> str:
    lines = (f"    {json.dumps(name)}: {code},\n" for name, code in entries.items())
    return f"{{\n{''.join(lines)}  }}"
