"""The tests and changes of a plan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.change import change
from analysis.columns import Column
from analysis.compare import compare
from analysis.design import Design
from analysis.errors import EstimateError
from analysis.plan.cases import Cases
from analysis.plan.groups import Groups, groups_of
from analysis.plan.measures import numbers_of
from analysis.plan.model import Change, Test
from analysis.plan.results import Record, change_record, comparison_record, pair_record

#: Tests whose pairs are differences in the unit of what is measured.
_WITH_PAIRS = ("t", "wald", "pairwise")

#: Invisible, and in no data file.
_MARK = "\u2063"


def track(asked: Change, cases: Cases, design: Design) -> Record:
    """Return how far columns moved, sorted by domain; p is adjusted over domains, by column.

    Raises
    ------
    EstimateError, DesignError
        As `analysis.change`.
    """
    groups = groups_of(cases, asked.by)
    between = cases.codes(asked.column).words()
    found = {
        name: change(
            "mean", numbers_of(cases, name), design, {"domain": _keys(groups)}, cases.kept,
            between=between, start=asked.start, end=asked.end, adjust=asked.adjust,
            level=asked.level,
        )
        for name in asked.of
    }  # fmt: skip
    rows = [
        (int(each.domain[0][1]), order, each, name)
        for order, (name, changes) in enumerate(found.items())
        for each in changes
    ]
    ends: Record = {"from": asked.start, "to": asked.end}
    return {
        "name": asked.name,
        "rows": [
            change_record(each, {"by": groups.labels[number], "of": name} | ends)
            for number, _, each, name in sorted(rows, key=lambda row: row[:2])
        ],
    }


def _keys(groups: Groups) -> NDArray[np.str_]:
    """Return the number of each row's domain as text, of shape (n,); empty for none."""
    texts = np.array([*map(str, range(len(groups.labels))), ""], dtype=np.str_)
    keys: NDArray[np.str_] = texts[groups.number]
    return keys


def compared(asked: Test, cases: Cases, design: Design) -> Record:
    """Return whether the groups of a column differ, with pairs of groups where a test has them.

    Raises
    ------
    EstimateError, DesignError
        As `analysis.compare`.
    """
    groups = _marked(cases.codes(asked.by))
    if asked.test == "raoscott":
        y: NDArray[np.float64] | NDArray[np.str_] = _marked(cases.answers(asked.of))
    else:
        y = numbers_of(cases, asked.of)
    try:
        found = compare(y, design, groups, cases.kept, test=asked.test, adjust=asked.adjust)
    except EstimateError as error:
        raise EstimateError(_plain(str(error))) from None
    record = comparison_record(asked.name, found)
    if asked.test == "pairwise":
        record = {"name": asked.name}
    if asked.test in _WITH_PAIRS:
        pairs = [pair_record(each, _plain(each.a), _plain(each.b)) for each in found.pairs]
        record["pairs"] = pairs
    return record


def _marked(column: Column) -> NDArray[np.str_]:
    """Return the label of each row behind a mark, so that no code is taken for a nonanswer.

    In a data file, "na" may be a country: only empty cells and the codes of `missing` are none.
    """
    texts = [_MARK + label if label else "" for label in column.labels]
    return column.spread(np.array(texts, dtype=np.str_))


def _plain(text: str) -> str:
    return text.replace(_MARK, "")
