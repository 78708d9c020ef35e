"""What can be wrong with a design, a request for an estimate, or a file of answers.

AnalysisError
├── DesignError     weights, strata, PSUs or corrections that contradict each other
├── EstimateError   something was asked that has no meaning for these values
├── FormatError     a file that cannot be read as its format
├── FrameError      every problem of a table of answers, raised once
└── PlanError       every problem of an analysis plan, raised once; see `analysis.plan`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 20


class AnalysisError(Exception):
    """Base of all errors of this room."""


class DesignError(AnalysisError):
    """A sampling design that cannot be; the message names the place and the remedy."""


class EstimateError(AnalysisError):
    """An estimate that cannot be made from what was given."""


class FormatError(AnalysisError):
    """A file that cannot be read; the message says how to mend it."""


@dataclass(frozen=True)
class Misfit:
    """One cell to mend in a table of answers. It never repeats the answer.

    Attributes
    ----------
    row : int
        As a spreadsheet counts: the header is row 1. For stored answers, the first is row 1.
    column : str
        The item or design column.
    remedy : str
        What is wrong and how to mend it.
    """

    row: int
    column: str
    remedy: str

    def __str__(self) -> str:
        """Return ``row 5, column T1: how to fix``."""
        return f"row {self.row}, column {self.column}: {self.remedy}"


class FrameError(AnalysisError):
    """A table of answers cannot be used; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Misfit]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.row, each.column)))
        lines = [str(each) for each in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))
