"""Run an analysis plan on the data files it names."""

from __future__ import annotations

from pathlib import Path

from analysis import AnalysisError
from analysis.plan import read_plan, render, renderer_names, run_plan
from survey.errors import SurveyError

#: Where an analysis may run; one that is not there says so.
ENGINES = ("numpy", "sql", "duckdb", "spark")


def output_formats() -> tuple[str, ...]:
    """Return the names of the formats that results can have, sorted."""
    return renderer_names()


def files_read(plan: Path) -> tuple[Path, ...]:
    """Return the files that an analysis reads: the plan in the file `plan` and its data.

    Raises
    ------
    SurveyError
        With one line for each problem of the plan.
    """
    try:
        return (plan, *(plan.parent / file for file in read_plan(plan).files))
    except AnalysisError as error:
        raise SurveyError(str(error)) from None


def analyse_file(plan: Path, engine: str, output_format: str) -> str:
    """Return the results of the plan in the file `plan`, as text.

    Raises
    ------
    SurveyError
        With one line for each problem of the plan or of a data file, for each thing that the
        engine cannot do, or if there is no such engine here.
    """
    if engine == "spark":
        raise SurveyError(
            "engine spark: Sixfold has no driver for it, since Spark needs a server of Java; "
            "use --engine numpy, sql or duckdb"
        )
    try:
        return render(run_plan(plan, engine), output_format)
    except AnalysisError as error:
        raise SurveyError(str(error)) from None
