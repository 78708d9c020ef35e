"""From a TOML file to a plan: every key checked, every problem collected, raised once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from analysis.design import LONELY
from analysis.plan.model import (
    ADJUSTMENTS,
    DISTANCES,
    INTERVALS,
    METHODS,
    STATISTICS,
    TESTS,
    Calibrating,
    Change,
    ItemSet,
    Plan,
    PlanError,
    Sampling,
    Scale,
    Table,
    Test,
)
from analysis.plan.section import LARGEST, Section, code_text, is_code, is_number

_Part = TypeVar("_Part")


def read_plan(path: Path) -> Plan:
    """Read the plan at `path`.

    Raises
    ------
    PlanError
        With one line for each problem, naming its place in the plan and the remedy.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlanError(
            [f"{path.name}: cannot be read ({error.strerror}); check the path"]
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError([f"{path.name}: not TOML: {error}; mend that place"]) from None
    except (RecursionError, ValueError):
        much = "lists inside lists or digits of one number beyond counting"
        raise PlanError([f"{path.name}: {much}; mend that place"]) from None
    problems: list[str] = []
    plan = _plan(Section(given, "", problems))
    if problems:
        raise PlanError([f"{path.name}: {problem}" for problem in problems])
    return plan


def _plan(top: Section) -> Plan:
    plan = Plan(
        files=top.some_names("data", '"answers.csv"'),
        missing=top.codes("missing"),
        keep=_keep(top),
        sampling=_sampling(Section(top.raw("design") or {}, "design", top.problems)),
        calibrating=_calibrating(top),
        scales=_scales(top),
        tables=_each(top, "tables", _table),
        tests=_each(top, "tests", _test),
        changes=_each(top, "changes", _change),
        reliability=_each(top, "reliability", _item_set),
    )
    top.done()
    if not any(top.raw(part) for part in ("tables", "tests", "changes", "reliability")):
        top.problem("nothing is asked for; add a [[tables]], [[tests]], [[changes]] or "
                    "[[reliability]]")  # fmt: skip
    _check_scales(plan, top)
    return plan


def _check_scales(plan: Plan, top: Section) -> None:
    """Add a problem wherever a score stands and codes are needed."""
    scales = {scale.name for scale in plan.scales}
    shares = [(f"tables ({each.name})", each.of) for each in plan.tables
              if each.statistic == "proportion"]  # fmt: skip
    shares += [(f"tests ({each.name})", (each.of,)) for each in plan.tests
               if each.test == "raoscott"]  # fmt: skip
    shares += [(f"reliability ({each.name})", each.of) for each in plan.reliability]
    for place, names in shares:
        for name in sorted(scales.intersection(names)):
            top.problem(f"{name} is a scale and has no codes; name items", f"{place}.of")


def _each(top: Section, key: str, read: Callable[[Section], _Part]) -> tuple[_Part, ...]:
    """Read every part that stands under ``[[key]]``."""
    given = top.raw(key)
    if given is None:
        return ()
    if not isinstance(given, list):
        top.problem(f"write [[{key}]] with two brackets, once for each", key)
        return ()
    parts = []
    for number, written in enumerate(given, start=1):
        section = Section(written, f"{key} {number}", top.problems)
        if isinstance(written, Mapping) and isinstance(written.get("name"), str):
            section.place += f" ({written['name']})"
        parts.append(read(section))
        section.done()
    return tuple(parts)


def _keep(top: Section) -> dict[str, frozenset[str]]:
    given = top.raw("keep")
    if given is None:
        return {}
    section = Section(given, "keep", top.problems)
    kept = {column: section.codes(column) for column in given} if isinstance(given, dict) else {}
    for column, codes in kept.items():
        if not codes:
            section.problem("give the codes to keep", column)
    return kept


def _sampling(section: Section) -> Sampling:
    sampling = Sampling(
        weight=section.optional_text("weight", '"weight"'),
        strata=section.names("strata", '["stratum"]'),
        psu=section.names("psu", '["cluster"]'),
        fpc=section.names("fpc", '["N"]'),
        nest=section.switch("nest"),
        lonely_psu=section.choice("lonely_psu", LONELY, "error"),
    )
    section.done()
    stages = max(len(sampling.psu), 1)
    if len(sampling.strata) > stages:
        section.problem("more stages of strata than of psu; name a psu for each", "strata")
    if sampling.fpc and len(sampling.fpc) != stages:
        section.problem(f"name {stages}, one for each stage of psu", "fpc")
    return sampling


def _calibrating(top: Section) -> Calibrating | None:
    given = top.raw("calibrate")
    if given is None:
        return None
    section = Section(given, "calibrate", top.problems)
    method, margins = section.choice("method", METHODS), section.raw("margins")
    distance, bounds = section.choice("distance", DISTANCES, DISTANCES[0]), _bounds(section)
    section.done()
    if method != "greg":
        for key in ("distance", "bounds"):
            if key in section:
                section.problem(f"{method} has none; leave it out, or choose greg", key)
    if not isinstance(margins, Mapping) or not margins:
        section.problem("give the people in each category, as {sex = {woman = 52, man = 48}}",
                        "margins")  # fmt: skip
        return None
    if method == "poststratify" and len(margins) > 1:
        section.problem("poststratify takes one margin; rake takes several", "margins")
    known = {name: _margin(section, name, margins[name]) for name in margins}
    return Calibrating(method, known, distance, bounds)


def _bounds(section: Section) -> tuple[float, float] | None:
    found = section.raw("bounds")
    if found is None:
        return None
    if isinstance(found, list) and len(found) == 2 and all(map(is_number, found)):
        return float(found[0]), float(found[1])
    section.problem("give the lowest and the highest ratio of weights, as [0.3, 3]", "bounds")
    return None


def _margin(section: Section, name: str, given: object) -> dict[str, float]:
    place = f"margins.{name}"
    if not isinstance(given, Mapping) or not given:
        section.problem("give the people in each category, as {woman = 52, man = 48}", place)
        return {}
    seen: dict[str, str] = {}
    for category, people in given.items():
        if not is_number(people) or people < 1 / LARGEST:
            section.problem(f"write a number above zero, at most {LARGEST:g}",
                            f"{place}.{category}")  # fmt: skip
        other = seen.setdefault(code_text(category), category)
        if other != category:
            section.problem(f"it is the same category as {other}; name it once",
                            f"{place}.{category}")  # fmt: skip
    return {code_text(each): float(n) for each, n in given.items() if is_number(n)}


def _scales(top: Section) -> tuple[Scale, ...]:
    given = top.raw("scales")
    if given is None:
        return ()
    Section(given, "scales", top.problems)
    named = given.items() if isinstance(given, Mapping) else ()
    scales = tuple(
        _scale(name, Section(each, f"scales.{name}", top.problems)) for name, each in named
    )
    for scale in scales:
        for item in scale.items:
            if item in {other.name for other in scales}:
                top.problem(f"{item} is a scale; scales are never averaged, so list items",
                            f"scales.{scale.name}.items")  # fmt: skip
    return scales


def _scale(name: str, section: Section) -> Scale:
    scale = Scale(
        name=name,
        items=section.some_names("items", '["t1", "t2"]'),
        reverse=section.names("reverse", '["t2"]'),
        minimum=section.number("minimum", None, remedy="write the lowest possible code"),
        maximum=section.number("maximum", None, remedy="write the highest possible code"),
        at_least=section.number(
            "at_least", 0.5, lambda share: 0 < share <= 1, "write a share above 0, at most 1"
        ),
    )
    section.done()
    for item in sorted(set(scale.reverse) - set(scale.items)):
        section.problem(f"{item} is not among the items; add it there or leave it out", "reverse")
    if "minimum" in section and "maximum" in section and scale.minimum >= scale.maximum:
        section.problem("it must be above minimum", "maximum")
    return scale


def _is_level(share: float) -> bool:
    # A share nearer to 1 than doubles tell leaves nothing outside its interval.
    return share > 0 and (1 + share) / 2 < 1


def _level(section: Section) -> float:
    return section.number("level", 0.95, _is_level, "write a share, as 0.95")


def _table(section: Section) -> Table:
    table = Table(
        name=section.text("name", '"trust by locality"'),
        statistic=section.choice("statistic", STATISTICS),
        of=section.some_names("of", '["trust"]'),
        by=section.names("by", '["locality"]'),
        level=_level(section),
        interval=section.choice("interval", INTERVALS, "t"),
        at=_shares(section),
    )
    if table.statistic == "ratio" and len(table.of) != 2:
        section.problem('name two columns for a ratio, as ["numerator", "denominator"]', "of")
    if "at" in section and table.statistic not in ("quantile", ""):
        section.problem("only quantiles have it; leave it out", "at")
    if table.interval in ("xlogit", "beta") and table.statistic in ("total", "variance"):
        section.problem("xlogit and beta are for shares; choose t or z", "interval")
    return table


def _shares(section: Section) -> tuple[float, ...]:
    given = section.raw("at")
    if given is None:
        return (0.5,)
    listed = given if isinstance(given, list) else [given]
    if listed and all(is_number(each) and 0 < each < 1 for each in listed):
        return tuple(sorted({float(each) for each in listed}))
    section.problem("list shares between 0 and 1, as [0.25, 0.5, 0.75]", "at")
    return ()


def _test(section: Section) -> Test:
    test = Test(
        name=section.text("name", '"sexes"'),
        test=section.choice("test", TESTS),
        of=section.text("of", '"trust"'),
        by=section.text("by", '"sex"'),
        adjust=section.choice("adjust", ADJUSTMENTS, "holm"),
    )
    if test.of and test.of == test.by:
        section.problem("of and by are the same column; compare another", "by")
    return test


def _change(section: Section) -> Change:
    name = section.text("name", '"trust since baseline"')
    of, by = section.some_names("of", '["trust"]'), section.names("by", '["locality"]')
    adjust, level = section.choice("adjust", ADJUSTMENTS, "holm"), _level(section)
    between = Section(section.raw("between") or {}, f"{section.place}.between", section.problems)
    column = between.text("column", '"wave"')
    start, end = _end(between, "from"), _end(between, "to")
    between.done()
    if start and start == end:
        between.problem("from and to are the same; give two values")
    if column in by:
        section.problem(f"{column} is compared already; leave it out", "by")
    return Change(name, of, column, start, end, by, adjust, level)


def _end(between: Section, key: str) -> str:
    given = between.raw(key)
    if is_code(given):
        return code_text(given)
    between.problem(f'write a code, as {key} = "1"', key)
    return ""


def _item_set(section: Section) -> ItemSet:
    found = ItemSet(section.text("name", '"trust items"'), section.some_names("of", '["t1", "t2"]'))
    if len(found.of) == 1:
        section.problem("name at least two items", "of")
    return found
