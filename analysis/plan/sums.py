"""The tables of a plan from sums that a database makes: the sql engine, and what it cannot do.

It knows means, totals and proportions of a sample whose first stage was drawn with replacement.
A plan that asks for anything else is refused as a whole, before any data is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, isfinite

import numpy as np

from analysis.columns import Column, FloatArray
from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Estimate
from analysis.frame import MICRO
from analysis.moments import Table as Sums
from analysis.moments import number, scale
from analysis.moments import tabulate as summed
from analysis.moments.measures import Number, Quotient
from analysis.plan.cases import Cases
from analysis.plan.groups import Groups, groups_of
from analysis.plan.measures import categories_of
from analysis.plan.model import Plan, PlanError, Scale, Table
from analysis.plan.results import Record, estimate_record

#: Said beside the notice of all results.
NOTICE = "sums of the sql engine, with weights rounded to millionths"

_STATISTICS = ("mean", "total", "proportion")
_REMEDY = "use --engine numpy"
#: How far, as a share of itself, rounding to millionths may move a weight.
_MOVED = 1e-5
#: Micro-units that a double holds exactly.
_HEAVIEST = 2**53
#: Measures in one statement; databases limit its length.
_AT_ONCE = 10
#: Codes of a column in one statement, likewise.
_MANY = 200
#: As in `analysis.plan.scales`: half of six items is three answers, however it was written.
_ROUNDING = 1e-9
_DOMAIN = "domain"
#: Invisible, and in no data file: no two measures have the same name.
_MARK = "\u2063"

Measure = Number | Quotient


class SqlTables:
    """Makes the tables of one plan from sums.

    Parameters
    ----------
    plan : Plan
        One of which `refusals` has nothing to say.
    cases : Cases
        Its rows, with a score for each scale.
    design : Design
        As `analysis.plan.drawing` draws it.

    Raises
    ------
    PlanError
        If rounding to millionths would change a weight for good.
    """

    def __init__(self, plan: Plan, cases: Cases, design: Design) -> None:
        _check_rounding(plan, cases, design.weight)
        self._sampling = plan.sampling
        self._scales = {each.name: each for each in plan.scales}
        self._cases = cases
        self._weight = design.weight

    def __call__(self, asked: Table) -> Record:
        """Return one table, as `analysis.plan.tables.tabulate` does.

        Raises
        ------
        EstimateError
            If values have too many digits for exact sums, or a statement would be too long.
        DesignError
            As `analysis.estimate`.
        """
        try:
            return {"name": asked.name, "rows": self._rows(asked)}
        except EstimateError as error:
            problem = str(error).partition("; ")[0]
            raise EstimateError(f"{problem}; {_REMEDY}") from None

    def _rows(self, asked: Table) -> list[Record]:
        groups = groups_of(self._cases, asked.by)
        lines = [line for name in asked.of for line in self._lines(asked, name)]
        found: list[list[Estimate]] = []
        for start in range(0, len(lines) if groups.labels else 0, _AT_ONCE):
            measures = [measure for _, measure in lines[start : start + _AT_ONCE]]
            sums = self._sums(asked, groups, measures)
            found += [sums.estimates(each.name, level=asked.level) for each in measures]
        return [
            estimate_record(estimates[domain], asked.interval, {"by": labels} | place)
            for domain, labels in enumerate(groups.labels)
            for (place, _), estimates in zip(lines, found, strict=True)
        ]

    def _lines(self, asked: Table, name: str) -> Iterator[tuple[Record, Measure]]:
        """Yield what each row of a domain is about, and its measure."""
        if asked.statistic == "proportion":
            codes = _codes(self._cases.answers(name))
            _check_codes(name, codes)
            for category, _ in categories_of(self._cases, name):
                worth = {code: Fraction(code == category) for code in codes}
                measure = scale(f"{name}{_MARK}={category}", {name: worth}, 1, 1)
                yield {"of": name, "category": category}, measure
        elif name in self._scales:
            yield {"of": name}, _score(self._cases, self._scales[name])
        else:
            texts = _finite(self._cases.answers(name)).labels
            yield {"of": name}, number(name, name, texts)

    def _sums(self, asked: Table, groups: Groups, measures: Sequence[Measure]) -> Sums:
        from analysis.moments import sql  # noqa: PLC0415  slow to load, and for this engine only

        items = [item for name in asked.of for item in self._items(asked, name)]
        # Some names mean something to a frame, so columns are called by their position.
        called = {name: f"column {position}" for position, name in enumerate(dict.fromkeys(items))}
        columns = {called[name]: self._texts(asked, name) for name in called}
        sampling = self._sampling
        return summed(
            columns | {_DOMAIN: _domain_of(groups)},
            [_renamed(measure, called) for measure in measures],
            [_DOMAIN],
            weight=self._weight,
            stratum=self._labels(sampling.strata),
            psu=self._labels(sampling.psu),
            statistic="total" if asked.statistic == "total" else "mean",
            nest=sampling.nest,
            lonely_psu=sampling.lonely_psu,
            engine=sql.cells_of,
        )

    def _items(self, asked: Table, name: str) -> tuple[str, ...]:
        """Return the columns that a name of a table reads."""
        if asked.statistic != "proportion" and name in self._scales:
            return self._scales[name].items
        return (name,)

    def _texts(self, asked: Table, name: str) -> Column:
        """Return a measured column; what is no number of one of numbers is outside what is kept."""
        column = self._cases.answers(name)
        return column if asked.statistic == "proportion" else _finite(column)

    def _labels(self, names: Sequence[str]) -> Column | None:
        return self._cases.codes(names[0]) if names else None


def refusals(plan: Plan) -> list[str]:
    """Return a line for each thing that a plan asks for and the sql engine cannot do."""
    return [f"{place}: the sql engine has no {thing}; {_REMEDY}" for place, thing in _beyond(plan)]


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
    for table in plan.tables:
        if table.statistic not in _STATISTICS:
            yield f"tables ({table.name})", f"statistic {table.statistic}"
    yield from ((f"tests ({each.name})", "tests") for each in plan.tests)
    yield from ((f"changes ({each.name})", "changes") for each in plan.changes)
    yield from ((f"reliability ({each.name})", "reliability") for each in plan.reliability)


def _check_rounding(plan: Plan, cases: Cases, weight: FloatArray) -> None:
    micro = np.rint(weight * MICRO)
    wrong = (np.abs(micro / MICRO - weight) > _MOVED * weight) | (micro > _HEAVIEST)
    if wrong.any():
        raise PlanError([
            f"design: {cases.first(wrong)}, column {plan.sampling.weight}: weight too small or too "
            f"large to be counted in millionths; {_REMEDY}"
        ])  # fmt: skip


def _codes(column: Column) -> list[str]:
    return [label for label in column.labels if label]


def _check_codes(name: str, codes: Sequence[str]) -> None:
    if len(codes) > _MANY:
        raise EstimateError(f"{name} has {len(codes)} codes, more than one statement can name")


def _score(cases: Cases, asked: Scale) -> Measure:
    """Return the measure of a scale, as `analysis.plan.scales` scores it."""
    worth = {item: _worth(cases.answers(item), asked, item) for item in asked.items}
    need = max(1, ceil(asked.at_least * len(asked.items) - _ROUNDING))
    return scale(asked.name, worth, need)


def _worth(column: Column, asked: Scale, item: str) -> dict[str, Fraction]:
    low, high = Fraction(str(asked.minimum)), Fraction(str(asked.maximum))
    _check_codes(item, _codes(column))
    shares = {code: (Fraction(code) - low) / (high - low) for code in _codes(column)}
    return {code: 1 - each for code, each in shares.items()} if item in asked.reverse else shares


def _finite(column: Column) -> Column:
    """Return the column with every label that is no number made empty."""
    each = Column(column.labels, np.arange(len(column.labels), dtype=np.int32)).numbers()
    known = dict(zip(column.labels, map(isfinite, each.tolist()), strict=True))
    return column.without(frozenset(label for label in column.labels if not known[label]))


def _domain_of(groups: Groups) -> Column:
    """Return the number of each row's domain as text that sorts alike; empty for none."""
    width = len(str(len(groups.labels)))
    texts = [f"{domain:0{width}}" for domain in range(len(groups.labels))]
    numbers = np.where(groups.number < 0, len(texts), groups.number).astype(np.int32)
    return Column((*texts, ""), numbers)


def _renamed(measure: Measure, called: Mapping[str, str]) -> Measure:
    """Return a measure that reads columns by what they are called here."""
    if isinstance(measure, Number):
        return replace(measure, column=called[measure.column])
    items = tuple(replace(each, item=called[each.item]) for each in measure.items)
    return replace(measure, items=items)
