"""Read the file that describes a round: what is asked, where, when, and by whom."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from questionnaires import Instrument, read_instrument
from survey.errors import SurveyError
from survey.models.wave import Sampling
from survey.operations.waves import Locality, WavePlan

_LINK = re.compile(r"[A-Za-z0-9-]{3,64}")
_DAYS = ("opens_on", "closes_on", "keep_until")
_FACTS = {"title", "organisation", "contact", "help", "results", "next_steps"}


def read_round(file: Path) -> tuple[Instrument, WavePlan, list[Locality]]:
    """Return the instrument, the plan and the localities that `file` describes.

    Raises
    ------
    SurveyError
        With one line for each problem, naming the key and the remedy.
    InstrumentError
        If the instrument itself is broken.
    """
    written = _load(file)
    problems = [
        f"{file.name}: {problem}" for problem in (*_problems(written), *_fact_problems(written))
    ]
    if problems:
        raise SurveyError("\n".join(problems))
    instrument = read_instrument(written["instrument"])
    plan = WavePlan(
        link=written["link"],
        form=written.get("form", instrument.forms[0]),
        languages=tuple(written["languages"]),
        breakdowns=tuple(written.get("breakdowns", ())),
        facts={language: written["facts"][language] for language in written["languages"]},
        sampling=Sampling(written.get("sampling", Sampling.CONVENIENCE)),
        **{day: written[day] for day in _DAYS},
    )
    return instrument, plan, [_locality(row) for row in written["locality"]]


def _load(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SurveyError(f"{file}: the round file cannot be read: {error}") from None


def _problems(written: dict[str, Any]) -> list[str]:
    found = []
    link = written.get("link")
    if not isinstance(link, str) or not _LINK.fullmatch(link):
        found.append("link: write 3 to 64 letters, digits or hyphens")
    if not isinstance(written.get("instrument"), str):
        found.append('instrument: name one, as "social_cohesion"')
    if written.get("sampling", "convenience") not in set(Sampling):
        found.append(f"sampling: choose from {', '.join(Sampling)}")
    return found + _day_problems(written) + _locality_problems(written.get("locality"))


def _day_problems(written: dict[str, Any]) -> list[str]:
    days = [written.get(day) for day in _DAYS]
    found = [
        f"{name}: write a day as 2026-03-01, without quotes"
        for name, day in zip(_DAYS, days, strict=True)
        if type(day) is not date
    ]
    if not found and sorted(days) != days:  # type: ignore[type-var]  # all of them are days
        found.append(f"{', '.join(_DAYS)}: they must follow each other")
    return found


def _locality_problems(rows: object) -> list[str]:
    if not isinstance(rows, list) or not rows:
        return ["locality: add one [[locality]] with code and names for each place"]
    return [
        f'locality {number}: needs code = "…" and names = {{en = "…"}}'
        for number, row in enumerate(rows, start=1)
        if not isinstance(row.get("code"), str) or not isinstance(row.get("names"), dict)
    ]


def _fact_problems(written: dict[str, Any]) -> list[str]:
    languages = written.get("languages")
    if not isinstance(languages, list) or not languages:
        return ['languages: list at least one, as ["en", "ar"]']
    facts = written.get("facts", {})
    found = []
    for language in languages:
        given = facts.get(language, {})
        missing = sorted(_FACTS - given.keys())
        found += [f"facts.{language}.{name}: add it; pages show it" for name in missing]
        if "help" in given and not isinstance(given["help"], list):
            found.append(f"facts.{language}.help: write a list of lines in quotes")
    return found


def _locality(row: dict[str, Any]) -> Locality:
    return Locality(
        code=row["code"],
        names=row["names"],
        stratum=row.get("stratum", ""),
        population=row.get("population"),
        geometry=row.get("geometry"),
    )
