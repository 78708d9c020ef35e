"""The tables of a plan: one statistic of some columns in every domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from analysis.columns import FloatArray
from analysis.design import Design
from analysis.estimate import estimate
from analysis.estimators import Estimator
from analysis.estimators.quantile import quantile
from analysis.estimators.variance import variance_of_moments
from analysis.plan.cases import Cases
from analysis.plan.groups import RowNumbers, groups_of, within
from analysis.plan.measures import categories_of, numbers_of
from analysis.plan.model import Table
from analysis.plan.results import Record, estimate_record


@dataclass(frozen=True, eq=False)
class Line:
    """What one row of a table is about, in every domain; `y` is as `analysis.estimate` has it."""

    place: Record
    statistic: str | Estimator
    y: FloatArray


def lines_of(table: Table, cases: Cases) -> Iterator[Line]:
    """Yield the lines of a table, as `of` has them, category and `at`."""
    if table.statistic == "ratio":
        parts = [numbers_of(cases, name) for name in table.of]
        yield Line({"of": "/".join(table.of)}, "ratio", np.column_stack(parts))
        return
    for name in table.of:
        if table.statistic == "proportion":
            for category, indicator in categories_of(cases, name):
                yield Line({"of": name, "category": category}, "proportion", indicator)
        elif table.statistic == "quantile":
            y = numbers_of(cases, name)
            for at in table.at:
                yield Line({"of": name, "at": at}, partial(quantile, at=at), y)
        else:
            yield Line({"of": name}, table.statistic, numbers_of(cases, name))


def moment_lines(table: Table, cases: Cases) -> Iterator[Line]:
    """Yield the lines of variances of scores that have two columns: a value and its square."""
    for name in table.of:
        yield Line({"of": name}, variance_of_moments, cases.scores[name])


def tabulate(
    table: Table,
    cases: Cases,
    design: Design,
    lines_in: Callable[[Table, Cases], Iterator[Line]] = lines_of,
) -> Record:
    """Return one table, its rows sorted by domain, then as `lines_in` yields them.

    Raises
    ------
    EstimateError, DesignError
        As `analysis.estimate`.
    """
    lines = list(lines_in(table, cases))
    rows: list[Record] = []
    for labels, members in groups_of(cases, table.by):
        seen = within(design, members) if design.calibration is None else design
        for line in lines:
            y = line.y[members] if design.calibration is None else _inside(line.y, members)
            found = estimate(line.statistic, y, seen, level=table.level)
            rows.append(estimate_record(found, table.interval, {"by": labels} | line.place))
    return {"name": table.name, "rows": rows}


def _inside(y: FloatArray, members: RowNumbers) -> FloatArray:
    """Return `y` with NaN outside a domain: what calibration knows concerns all rows."""
    inside = np.full_like(y, np.nan)
    inside[members] = y[members]
    return inside
