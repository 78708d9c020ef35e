"""What a plan may ask for and an engine of sums cannot do, said before any data is read."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from analysis.plan.model import Plan

#: Statistics and tests of values and ranks; sums do not tell them.
_NEED_VALUES = ("quantile", "wilcoxon")
#: What needs sums of products, which scores of whole steps would make too large for 64 bits.
_OF_NUMBERS = ("ratio", "variance")
#: Said of everything that is refused.
REMEDY = "use --engine numpy"


def refusals(plan: Plan, engine: str) -> list[str]:
    """Return a line for each thing that a plan asks for and an engine of sums cannot do."""
    if engine == "duckdb" and find_spec("duckdb") is None:
        return ["engine duckdb: its library is missing; install sixfold[duckdb], or use sql"]
    return [
        f"{place}: the {engine} engine has no {thing}; {REMEDY}" for place, thing in _beyond(plan)
    ]


def _beyond(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield places of the plan, and what stands there."""
    sampling = plan.sampling
    if len(sampling.strata) > 1:
        yield "design.strata", "second stage"
    if len(sampling.psu) > 1:
        yield "design.psu", "second stage"
    if sampling.fpc:
        yield "design.fpc", "finite population correction"
    if plan.calibrating is not None:
        yield "calibrate", "calibration"
    yield from _not_of_sums(plan)
    yield from ((f"reliability ({each.name})", "reliability") for each in plan.reliability)


def _not_of_sums(plan: Plan) -> Iterator[tuple[str, str]]:
    scales = {each.name for each in plan.scales}
    for table in plan.tables:
        if table.statistic in _NEED_VALUES:
            yield f"tables ({table.name})", f"statistic {table.statistic}"
        elif table.statistic in _OF_NUMBERS and scales & {*table.of}:
            yield f"tables ({table.name})", f"statistic {table.statistic} of scales"
    for test in plan.tests:
        if test.test in _NEED_VALUES:
            yield f"tests ({test.name})", f"test {test.test}"
