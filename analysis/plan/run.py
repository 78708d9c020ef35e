"""Runs a plan: reads its files, draws the design, and answers what was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypedDict, TypeVar

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.plan.cases import Cases, digest_of, read_cases
from analysis.plan.comparisons import compared, track
from analysis.plan.drawing import design_of
from analysis.plan.measures import problems_of
from analysis.plan.model import Change, ItemSet, Plan, PlanError, Table, Test
from analysis.plan.read import read_plan
from analysis.plan.refusing import refusals
from analysis.plan.reliability import rely
from analysis.plan.results import NOTICE, Record, Results, weights_record
from analysis.plan.scales import with_scores
from analysis.plan.sums import DATABASES, SqlEngine, notice_of
from analysis.plan.tables import tabulate
from analysis.weighting import weights_of

_Asked = TypeVar("_Asked", Table, Test, Change, ItemSet)


#: Where tables can be made.
ENGINES = ("numpy", *DATABASES)


def run_plan(path: str | Path, engine: str = "numpy") -> Results:
    """Run the analysis that the TOML file at `path` describes.

    Parameters
    ----------
    path : str or Path
        The plan; the files that it names lie beside it.
    engine : {"numpy", "sql", "duckdb"}
        What sums. The sql engine does it in an SQLite database in memory, or in DuckDB's where
        that is installed, with weights rounded to millionths; it has all that follows from sums,
        so no quantiles, ranks and reliability.

    Returns
    -------
    Results
        At full precision and without disclosure control: for the owner of the data.

    Raises
    ------
    PlanError
        With one line for each problem of the plan or of the files it names, or for each thing
        that the engine cannot do.
    """
    path = Path(path)
    plan = read_plan(path)
    if engine not in ENGINES:
        raise PlanError([f"engine {engine} is not there; choose one of {', '.join(ENGINES)}"])
    if engine in DATABASES and (problems := refusals(plan, engine)):
        raise PlanError(problems)
    cases = with_scores(read_cases(plan, path.parent), plan.scales)
    if problems := problems_of(cases, plan):
        raise PlanError(problems)
    design = design_of(cases, plan.sampling, plan.calibrating)
    of_sums = engine in DATABASES
    answering = SqlEngine(plan, cases, design, engine) if of_sums else _Rows(cases, design)
    return Results(
        **_answers(plan, cases, answering),
        calibration=weights_record(weights_of(design)) if plan.calibrating else None,
        provenance={
            "plan_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "data_sha256": digest_of(plan, path.parent),
            "version": version("sixfold"),
            "notice": "; ".join(_notices(engine, design)),
        },
    )


def _notices(engine: str, design: Design) -> Iterator[str]:
    """Yield what every reader of the results must know."""
    yield NOTICE
    if engine in DATABASES:
        yield notice_of(engine)
    if lonely := design.lonely_strata():
        yield f'strata with one PSU: {", ".join(lonely)} (lonely_psu = "{design.lonely_psu}")'
    if lonely := design.lonely_units():
        said = ", ".join(lonely)
        yield f'with one unit of their stage: {said} (lonely_psu = "{design.lonely_psu}")'


class _Engine(Protocol):
    """Answers the parts of a plan."""

    def table(self, asked: Table) -> Record: ...
    def test(self, asked: Test) -> Record: ...
    def change(self, asked: Change) -> Record: ...


@dataclass(frozen=True, eq=False)
class _Rows:
    """The numpy engine: answers from the rows themselves."""

    cases: Cases
    design: Design

    def table(self, asked: Table) -> Record:
        return tabulate(asked, self.cases, self.design)

    def test(self, asked: Test) -> Record:
        return compared(asked, self.cases, self.design)

    def change(self, asked: Change) -> Record:
        return track(asked, self.cases, self.design)


class _Answers(TypedDict):
    tables: tuple[Record, ...]
    tests: tuple[Record, ...]
    changes: tuple[Record, ...]
    reliability: tuple[Record, ...]


def _answers(plan: Plan, cases: Cases, engine: _Engine) -> _Answers:
    """Return what was asked, each part in the order of the plan."""
    problems: list[str] = []
    found = _Answers(
        tables=_each("tables", plan.tables, engine.table, problems),
        tests=_each("tests", plan.tests, engine.test, problems),
        changes=_each("changes", plan.changes, engine.change, problems),
        reliability=_each(
            "reliability", plan.reliability, lambda each: rely(each, cases, plan.scales), problems
        ),
    )
    if problems:
        raise PlanError(problems)
    return found


def _each(
    part: str,
    asked: Sequence[_Asked],
    answer: Callable[[_Asked], Record],
    problems: list[str],
) -> tuple[Record, ...]:
    answers = []
    for each in asked:
        try:
            answers.append(answer(each))
        except PlanError:
            raise
        except AnalysisError as error:
            problems += [f"{part} ({each.name}): {line}" for line in str(error).splitlines()]
    return tuple(answers)
