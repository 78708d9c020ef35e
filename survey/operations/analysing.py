"""Run an analysis plan on the data files it names."""

from __future__ import annotations

from pathlib import Path

from analysis import AnalysisError
from analysis.plan import render, renderer_names, run_plan
from survey.errors import SurveyError

#: Where an analysis may run; those that are not installed say so.
ENGINES = ("numpy", "sql", "duckdb", "spark")
#: Not part of Sixfold yet, whichever libraries are there.
_LATER = ("duckdb", "spark")


def output_formats() -> tuple[str, ...]:
    """Return the names of the formats that results can have, sorted."""
    return renderer_names()


def analyse_file(plan: Path, engine: str, output_format: str) -> str:
    """Return the results of the plan in the file `plan`, as text.

    Raises
    ------
    SurveyError
        With one line for each problem of the plan or of a data file, for each thing that the
        engine cannot do, or if there is no such engine here.
    """
    if engine in _LATER:
        raise SurveyError(
            f"engine {engine}: Sixfold has no driver for it, even where {engine} itself is "
            "installed; use --engine numpy, or --engine sql"
        )
    try:
        return render(run_plan(plan, engine), output_format)
    except AnalysisError as error:
        raise SurveyError(str(error)) from None
