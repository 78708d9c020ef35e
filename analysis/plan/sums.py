"""The answers of a plan from sums that a database makes, SQLite or DuckDB, both in memory.

It knows every statistic that follows from sums of values and of their products: not quantiles and
ranks, which need the values themselves. The first stage counts as drawn with replacement. A plan
that asks for anything else is refused as a whole, before any data is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from math import ceil, isfinite

import numpy as np

from analysis.columns import Column, FloatArray
from analysis.design import Design
from analysis.errors import EstimateError
from analysis.frame import MICRO
from analysis.moments import Cells, frame_of, number, scale, stand_in, stand_in_pairs
from analysis.moments.measures import Number, Quotient
from analysis.plan.cases import Cases
from analysis.plan.comparisons import compared, track
from analysis.plan.groups import groups_of
from analysis.plan.model import Change, Plan, PlanError, Scale, Table, Test
from analysis.plan.products import squares, together
from analysis.plan.refusing import REMEDY
from analysis.plan.results import Record
from analysis.plan.tables import lines_of, moment_lines, tabulate

#: Where each engine of sums has its `cells_of`; loaded when asked for, for they are slow to load.
DATABASES = {"sql": "analysis.moments.sql", "duckdb": "analysis.moments.sql.duckdb"}

#: How far, as a share of itself, rounding to millionths may move a weight.
_MOVED = 1e-5
#: Micro-units that a double holds exactly.
_HEAVIEST = 2**53
#: Parts in one statement; databases limit its length.
_AT_ONCE = 10
#: Codes of a column in one statement, likewise.
_MANY = 200
#: As in `analysis.plan.scales`: half of six items is three answers, however it was written.
_ROUNDING = 1e-9

Measure = Number | Quotient


#: A measure, and the columns that it reads.
_Sum = tuple[Measure, Mapping[str, Column]]
#: Rows that stand for those of the data, and their design.
_View = tuple[Cases, Design]


@dataclass(frozen=True, eq=False)
class _Part:
    """What is summed for some names of a plan: one measure, or two and their sum."""

    names: tuple[str, ...]
    sums: tuple[_Sum, ...]


def notice_of(engine: str) -> str:
    """Return what is said beside the notice of all results."""
    return f"sums of the {engine} engine, with weights rounded to millionths"


class SqlEngine:
    """Answers one plan from sums.

    Parameters
    ----------
    plan : Plan
        One of which `refusals` has nothing to say.
    cases : Cases
        Its rows, with a score for each scale.
    design : Design
        As `analysis.plan.drawing` draws it.
    engine : str
        One of `DATABASES`.

    Raises
    ------
    PlanError
        If rounding to millionths would change a weight for good.
    """

    def __init__(self, plan: Plan, cases: Cases, design: Design, engine: str) -> None:
        _check_rounding(plan, cases, design.weight)
        self._sums = import_module(DATABASES[engine])
        self._sampling = plan.sampling
        self._scales = {each.name: each for each in plan.scales}
        self._cases = cases
        self._weight = design.weight

    def table(self, asked: Table) -> Record:
        """Return one table, as `analysis.plan.tables.tabulate` does.

        Raises
        ------
        EstimateError
            If values have too many digits for exact sums, or a statement would be too long.
        DesignError
            As `analysis.estimate`.
        """
        is_ratio = asked.statistic == "ratio"
        parts: list[tuple[str, ...]] = [asked.of] if is_ratio else [(name,) for name in asked.of]
        if asked.statistic == "proportion":
            views = [self._counted((*asked.by, name)) for name in asked.of]
        else:
            views = self._summed(self._parts(asked.statistic, parts), asked.by)
        lines = moment_lines if asked.statistic == "variance" else lines_of
        each = zip(parts, views, strict=True)
        found = [tabulate(replace(asked, of=names), *view, lines) for names, view in each]
        return {"name": asked.name, "rows": self._sorted(found, asked.by)}

    def test(self, asked: Test) -> Record:
        """Return one test, as `analysis.plan.comparisons.compared` does; errors as for a table."""
        if asked.test == "raoscott":
            return compared(asked, *self._counted((asked.of, asked.by)))
        (view,) = self._summed(self._parts("mean", [(asked.of,)]), [asked.by])
        return compared(asked, *view)

    def change(self, asked: Change) -> Record:
        """Return one change, as `analysis.plan.comparisons.track` does; errors as for a table."""
        parts = self._parts("mean", [(name,) for name in asked.of])
        views = self._summed(parts, [asked.column, *asked.by])
        each = zip(asked.of, views, strict=True)
        found = [track(replace(asked, of=(name,)), *view) for name, view in each]
        return {"name": asked.name, "rows": self._sorted(found, asked.by)}

    def _sorted(self, found: Iterable[Record], by: Sequence[str]) -> list[Record]:
        """Return the rows of several answers by domain, and then as they were asked for."""
        labels = groups_of(self._cases, by).labels
        place = {tuple(each.values()): number for number, each in enumerate(labels)}
        rows: list[Record] = [row for each in found for row in each["rows"]]
        return sorted(rows, key=lambda row: place[tuple(row["by"].values())])

    def _parts(self, statistic: str, names: Iterable[tuple[str, ...]]) -> list[_Part]:
        with _sent_to_numpy():
            return [self._part(statistic, each) for each in names]

    def _part(self, statistic: str, names: tuple[str, ...]) -> _Part:
        name = names[0]
        if name in self._scales:
            asked = self._scales[name]
            columns = {item: _kept_answers(self._cases, item) for item in asked.items}
            return _Part(names, ((_score(self._cases, asked), columns),))
        numbers = [_finite(_kept_answers(self._cases, each)) for each in names]
        if statistic == "ratio":
            said = (*names, " and ".join(names))
            return _Part(names, tuple(map(_number, said, together(*numbers))))
        if statistic == "variance":
            said = (name, f"square of {name}", f"{name} and its square")
            return _Part(names, tuple(map(_number, said, squares(numbers[0], self._weight))))
        return _Part(names, (_number(name, numbers[0]),))

    def _counted(self, keys: Sequence[str]) -> _View:
        """Return the view in which people are counted by the codes of some columns."""
        everyone = Column.same("1", len(self._cases))
        (view,) = self._summed([_Part((), (_number("people", everyone),))], keys)
        return view

    def _summed(self, parts: Sequence[_Part], keys: Sequence[str]) -> list[_View]:
        """Return a view of each part, its rows by the codes of some columns."""
        views = []
        for start in range(0, len(parts), _AT_ONCE):
            some = parts[start : start + _AT_ONCE]
            with _sent_to_numpy():
                cells = self._cells([each for part in some for each in part.sums], keys)
            m = 0
            for part in some:
                views.append(self._view(cells, m, part, keys))
                m += len(part.sums)
        return views

    def _cells(self, sums: Sequence[_Sum], keys: Sequence[str]) -> Cells:
        # Some names mean something to a frame, so columns are called by their position.
        columns: dict[str, Column] = {}
        measures = []
        for measure, read in sums:
            called = {name: f"column {len(columns) + k}" for k, name in enumerate(read)}
            columns |= {called[name]: column for name, column in read.items()}
            measures.append(_renamed(measure, called))
        kept = Column(("0", "1"), self._cases.kept.astype(np.int32))
        places = {"kept": kept}
        places |= {f"key {k}": _numbered(self._cases.codes(each)) for k, each in enumerate(keys)}
        frame = frame_of(
            columns | places,
            weight=self._weight,
            stratum=self._labels(self._sampling.strata),
            psu=self._labels(self._sampling.psu),
            nest=self._sampling.nest,
        )
        cells: Cells = self._sums.cells_of(frame, measures, list(places))
        return cells

    def _view(self, cells: Cells, m: int, part: _Part, keys: Sequence[str]) -> _View:
        rows = stand_in_pairs(cells, m) if len(part.sums) > 1 else stand_in(cells, m)
        strata, psus, kept, *codes = (each.of_rows(rows.cell) for each in cells.labels)
        columns = {
            name: Column(self._cases.codes(name).labels, code.numbers().astype(np.int32))
            for name, code in zip(keys, codes, strict=True)
        }
        by_name = rows.y.T if len(part.names) > 1 else [rows.y] * len(part.names)
        scores = dict(zip(part.names, by_name, strict=True))
        cases = Cases(columns, scores, self._cases.missing, kept.where(["1"]), ())
        sampling = self._sampling
        return cases, Design(
            rows.weight,
            strata.words() if sampling.strata else None,
            psus.words() if sampling.psu else None,
            nest=sampling.nest,
            lonely_psu=sampling.lonely_psu,
        )

    def _labels(self, names: Sequence[str]) -> Column | None:
        return self._cases.codes(names[0]) if names else None


def _check_rounding(plan: Plan, cases: Cases, weight: FloatArray) -> None:
    micro = np.rint(weight * MICRO)
    wrong = (np.abs(micro / MICRO - weight) > _MOVED * weight) | (micro > _HEAVIEST)
    if wrong.any():
        raise PlanError([
            f"design: {cases.first(wrong)}, column {plan.sampling.weight}: weight too small or too "
            f"large to be counted in millionths; {REMEDY}"
        ])  # fmt: skip


@contextmanager
def _sent_to_numpy() -> Iterator[None]:
    """Say of what does not fit exact sums where it fits."""
    try:
        yield
    except EstimateError as error:
        problem = str(error).partition("; ")[0]
        raise EstimateError(f"{problem}; {REMEDY}") from None


def _number(name: str, column: Column) -> _Sum:
    return number(name, name, column.labels), {name: column}


def _score(cases: Cases, asked: Scale) -> Measure:
    """Return the measure of a scale, as `analysis.plan.scales` scores it."""
    worth = {item: _worth(_kept_answers(cases, item), asked, item) for item in asked.items}
    need = max(1, ceil(asked.at_least * len(asked.items) - _ROUNDING))
    return scale(asked.name, worth, need)


def _kept_answers(cases: Cases, item: str) -> Column:
    """Return a measured column, empty in rows that are not kept: nobody has checked those."""
    column = cases.answers(item)
    texts = (*column.labels, "")
    return Column(texts, np.where(cases.kept, column.codes, np.int32(len(column.labels)))).ordered


def _worth(column: Column, asked: Scale, item: str) -> dict[str, Fraction]:
    low, high = Fraction(str(asked.minimum)), Fraction(str(asked.maximum))
    codes = [label for label in column.labels if label]
    if len(codes) > _MANY:
        raise EstimateError(f"{item} has {len(codes)} codes, more than one statement can name")
    shares = {code: (Fraction(code) - low) / (high - low) for code in codes}
    return {code: 1 - each for code, each in shares.items()} if item in asked.reverse else shares


def _finite(column: Column) -> Column:
    """Return the column with every label that is no number made empty."""
    each = Column(column.labels, np.arange(len(column.labels), dtype=np.int32)).numbers()
    known = dict(zip(column.labels, map(isfinite, each.tolist()), strict=True))
    return column.without(frozenset(label for label in column.labels if not known[label]))


def _numbered(column: Column) -> Column:
    """Return the column with the positions of its labels for labels, which all databases keep."""
    return Column(tuple(map(str, range(len(column.labels)))), column.codes)


def _renamed(measure: Measure, called: Mapping[str, str]) -> Measure:
    """Return a measure that reads columns by what they are called here."""
    if isinstance(measure, Number):
        return replace(measure, column=called[measure.column])
    items = tuple(replace(each, item=called[each.item]) for each in measure.items)
    return replace(measure, items=items)
