"""The plan of a sample, kept in the draft of its round: size, allocation, draw and quotas."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from survey.errors import RefusedError
from survey.messages import _
from survey.operations.draft_documents import places_of
from survey.operations.whole_numbers import whole_number

if TYPE_CHECKING:
    from survey.operations.planning import Answers

Numbers = Mapping[str, float | None]
Reckoned = dict[str, float | int | str]

#: Fields of the planner, with what stands for an empty one; None is left to the planner.
NUMBERS: dict[str, float | None] = {
    "margin": None,
    "change": None,
    "respondents": None,
    "sd": None,
    "percent": None,
    "cluster_size": 1.0,
    "rho": 0.0,
    "weights": 1.0,
    "level": 95.0,
    "power": 80.0,
    "population": None,
    "response": 100.0,
}
#: Those of them that count people.
_COUNTS = ("respondents", "population")
METHODS = ("proportional", "equal", "power")
DRAWS = ("pps", "systematic")
_LARGEST = 2**31


def reckon(typed: Mapping[str, str]) -> Reckoned:
    """Return what the numbers of the planner lead to.

    With a margin, how many to ask; with a change, how many in each round; with a number of
    respondents alone, the margin it gives.

    Raises
    ------
    SurveyError
        If a number makes no sense, or none of the three is there.
    """
    # Not at the top: the process that serves participants has no need of scipy.
    from survey.operations.planning import Answers  # noqa: PLC0415

    given = {
        name: _whole(name, typed) if name in _COUNTS else _number(name, typed) for name in NUMBERS
    }
    if given["sd"] is not None and given["percent"] is not None:
        raise RefusedError(_("give the spread of a score or a percentage, not both"))
    spread = {name: _given(given, name) for name in ("cluster_size", "rho", "weights")}
    answers = Answers(given["sd"], given["percent"], **spread)
    if given["margin"] is not None:
        return _size_for(given, given["margin"], answers)
    if given["change"] is not None:
        return _people_for(given, given["change"], answers)
    if given["respondents"] is None:
        raise RefusedError(_("write a margin, a change or a number of people who answer"))
    return _margin_of(given, int(given["respondents"]), answers)


def _size_for(given: Numbers, margin: float, answers: Answers) -> Reckoned:
    """Return how many people to ask for a margin."""
    from survey.operations.planning import plan_size  # noqa: PLC0415 - as above

    level, response = _given(given, "level") / 100, _given(given, "response") / 100
    population = given["population"]
    size = plan_size(margin, answers, level=level, population=population, response=response)
    return {
        "kind": "size",
        "respondents": size.respondents,
        "invited": size.invited,
        "margin": size.margin,
        "deff": size.deff,
    }


def _people_for(given: Numbers, change: float, answers: Answers) -> Reckoned:
    """Return how many people to ask in each round for a change, or how likely it is to be seen."""
    from survey.operations.planning import plan_change, plan_rounds  # noqa: PLC0415 - as above

    found = plan_change(
        plan_rounds(answers, change),
        change,
        None if given["respondents"] is None else int(given["respondents"]),
        power=_given(given, "power") / 100,
        level=_given(given, "level") / 100,
        response=_given(given, "response") / 100,
    )
    return {
        "kind": "change",
        "respondents": found.respondents,
        "invited": found.invited,
        "change": found.change,
        "power": 100 * found.power,
        "deff": found.deff,
    }


def _margin_of(given: Numbers, n: int, answers: Answers) -> Reckoned:
    """Return the margin that a number of people gives."""
    from survey.operations.planning import plan_margin  # noqa: PLC0415 - as above

    level = _given(given, "level") / 100
    margin = plan_margin(n, answers, level=level, population=given["population"])
    return {"kind": "margin", "respondents": n, "margin": margin.margin, "deff": margin.deff}


def share_out(document: Mapping[str, Any], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return how many people to ask in each stratum of the draft's localities.

    Raises
    ------
    SurveyError
        If a locality has no population, or the number cannot be shared out.
    """
    from survey.operations.sampling_frames import plan_shares  # noqa: PLC0415 - as above

    strata: dict[str, int] = {}
    for row in _lived_in(document):
        stratum = row.get("stratum") or row["code"]
        strata[stratum] = strata.get(stratum, 0) + row["population"]
    total, minimum = _whole("total", typed), _whole("minimum", typed) or 0
    if total is None:
        raise RefusedError(_("write how many people are asked in all"))
    found = plan_shares(strata, total, typed.get("method", METHODS[0]), minimum=minimum)
    return [
        {"stratum": stratum.name, "size": stratum.size, "n": n, "weight": weight}
        for stratum, n, weight in zip(found.strata, found.n, found.weight, strict=True)
    ]


def draw(
    document: Mapping[str, Any], typed: Mapping[str, str], frame: str | None = None
) -> dict[str, Any]:
    """Draw clusters, from a frame or from the draft's localities; the seed is part of the result.

    Parameters
    ----------
    document : mapping
        Of the draft.
    typed : mapping of str to str
        ``clusters``, ``minimum``, ``method`` and ``seed``; an empty seed makes a new one.
    frame : str or None
        A CSV table with columns cluster and size, and stratum where there are strata.

    Raises
    ------
    SurveyError
        With one line for each problem of the frame, or if the draw cannot be made.
    """
    from survey.operations.sampling_frames import (  # noqa: PLC0415 - as above
        plan_draw,
        plan_draw_of,
    )

    clusters, minimum = _whole("clusters", typed), _whole("minimum", typed) or 0
    if clusters is None:
        raise RefusedError(_("write how many clusters to draw"))
    seed, method = _whole("seed", typed), typed.get("method", DRAWS[0])
    seed = secrets.randbelow(_LARGEST) if seed is None else seed
    if frame is None:
        found = plan_draw_of(_frame_of(document), clusters, method, seed, minimum=minimum)
    else:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "frame.csv"
            file.write_text(frame, encoding="utf-8")
            found = plan_draw(file, clusters, method, seed, minimum=minimum)
    return {
        "seed": found.seed,
        "method": found.method,
        "frame_sha256": found.frame_sha256,
        "clusters": [
            {
                "cluster": each.cluster.name,
                "stratum": each.cluster.stratum,
                "size": each.cluster.size,
                "probability": each.probability,
                "weight": each.weight,
            }
            for each in found.clusters
        ],
    }


def strata_of_places(document: Mapping[str, Any]) -> list[str]:
    """Return the strata of the draft's localities, in their order."""
    areas = {row.get("parent") for row in places_of(document)}
    lived = [row for row in places_of(document) if row["code"] not in areas]
    return list(dict.fromkeys(row.get("stratum") or row["code"] for row in lived))


def _lived_in(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the localities that people live in, of which all must have a population."""
    areas = {row.get("parent") for row in places_of(document)}
    found = [row for row in places_of(document) if row["code"] not in areas]
    if not found:
        raise RefusedError(_("add the localities first"))
    for row in found:
        if not row.get("population"):
            words = _("a locality has no population; add it to the localities file: %(code)s")
            raise RefusedError(words, code=row["code"])
    return found


def _frame_of(document: Mapping[str, Any]) -> list[tuple[str, float, str]]:
    """Return code, people and stratum of the localities that people live in."""
    rows = _lived_in(document)
    return [(row["code"], row["population"], row.get("stratum", "")) for row in rows]


def _number(name: str, typed: Mapping[str, str]) -> float | None:
    """Return a number as it was typed, with a point or a comma."""
    cell = typed.get(name, "").strip()
    if not cell:
        return NUMBERS[name]
    try:
        return _bounded(name, float(cell.replace(",", ".")))
    except ValueError:
        return _bounded(name, None)


def _whole(name: str, typed: Mapping[str, str]) -> int | None:
    """Return a whole number as it was typed, maybe with signs between thousands."""
    cell = typed.get(name, "").strip()
    return int(_bounded(name, whole_number(cell))) if cell else None


def _bounded(name: str, number: float | None) -> float:
    """Return a number that was typed, unless it is none or too large."""
    if number is None or not abs(number) < _LARGEST:
        raise RefusedError(_("'%(field)s' is no number; mend it"), field=name)
    return number


def _given(numbers: Mapping[str, float | None], name: str) -> float:
    """Return a number that has a default; a 0 that was typed stays one, and is judged as such."""
    number = numbers[name]
    assert number is not None  # its default is in `NUMBERS`  # noqa: S101
    return number


def earlier_seeds(document: Mapping[str, Any]) -> list[int]:
    """Return the seeds of all draws so far: whoever draws until it pleases them leaves a trace."""
    before = document.get("draw") or {}
    return [*before.get("earlier", []), before["seed"]] if before else []


def expected(document: Mapping[str, Any]) -> dict[str, int]:
    """Return how many answers each stratum is to give: its quota, or else its allocation."""
    shared = (document.get("allocation") or {}).get("rows", [])
    found = {row["stratum"]: int(row["n"]) for row in shared}
    for stratum, typed in (document.get("quotas") or {}).items():
        if typed.strip().isdecimal():
            found[stratum] = int(typed)
    return {stratum: found[stratum] for stratum in strata_of_places(document) if stratum in found}


def small_strata(document: Mapping[str, Any], smallest: int) -> list[str]:
    """Return the strata in which fewer than `smallest` answers are expected."""
    return [stratum for stratum, n in expected(document).items() if n < smallest]
