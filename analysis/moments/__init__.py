"""Moments: additive integer cells, the same on every engine, and the estimates made of them.

`analysis.moments.sql` makes them in a database; it is imported by those who use it, because it
alone needs SQLAlchemy.
"""

from analysis.moments.arrays import cells_of
from analysis.moments.cells import Cells
from analysis.moments.files import tabulate
from analysis.moments.measures import (
    Composite,
    Measure,
    Number,
    Points,
    Quotient,
    Share,
)
from analysis.moments.scores import chosen, number, quarters, scale, scores_of
from analysis.moments.tables import Table, table

__all__ = [
    "Cells",
    "Composite",
    "Measure",
    "Number",
    "Points",
    "Quotient",
    "Share",
    "Table",
    "cells_of",
    "chosen",
    "number",
    "quarters",
    "scale",
    "scores_of",
    "table",
    "tabulate",
]
