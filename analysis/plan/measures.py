"""What the columns of a plan measure: numbers and indicators, with every cell that is neither."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.columns import FloatArray
from analysis.plan.cases import Cases
from analysis.plan.model import Plan


def numbers_of(cases: Cases, name: str) -> FloatArray:
    """Return a scale or the numbers of a column, of shape (n,); NaN for no answer."""
    if name in cases.scores:
        return cases.scores[name]
    value = cases.answers(name).numbers()
    return np.where(np.isinf(value), np.nan, value)


def categories_of(cases: Cases, name: str) -> list[tuple[str, FloatArray]]:
    """Return each code of a column in the rows kept, sorted as text, with its indicator.

    An indicator has the shape (n,): 1 for that code, 0 for another, NaN for no answer.
    """
    column = cases.answers(name)
    empty = column.where([""])
    used = np.bincount(column.codes[cases.kept & ~empty], minlength=len(column.labels)) > 0
    return [
        (label, np.where(empty, np.nan, (column.codes == code).astype(np.float64)))
        for code, label in enumerate(column.labels)
        if used[code]
    ]


def problems_of(cases: Cases, plan: Plan) -> list[str]:
    """Return a line for each measured column that holds something other than numbers."""
    return [
        f"{part}: {problem}"
        for part, names in _numeric(plan)
        for name in names
        if (problem := _not_numbers(cases, name))
    ]


def _numeric(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each place of the plan that measures, and the columns that it takes as numbers."""
    for table in plan.tables:
        if table.statistic != "proportion":
            yield f"tables ({table.name})", table.of
    for test in plan.tests:
        if test.test != "raoscott":
            yield f"tests ({test.name})", (test.of,)
    for change in plan.changes:
        yield f"changes ({change.name})", change.of
    for items in plan.reliability:
        yield f"reliability ({items.name})", items.of


def _not_numbers(cases: Cases, name: str) -> str | None:
    if name in cases.scores:
        return None
    wrong = np.isinf(cases.answers(name).numbers()) & cases.kept
    if not wrong.any():
        return None
    return (
        f"{cases.first(wrong)}, column {name}: not a number; mend the cell, or add its code to "
        "missing"
    )
