"""Moments: additive integer cells, the same on every engine, and the estimates made of them.

`analysis.moments.sql` makes them in a database; it is imported by those who use it, because it
alone needs SQLAlchemy.
"""

from analysis.moments.arrays import cells_of
from analysis.moments.cells import Cells
from analysis.moments.files import frame_of, tabulate
from analysis.moments.measures import (
    Composite,
    Measure,
    Number,
    Points,
    Quotient,
    Share,
)
from analysis.moments.scores import chosen, number, quarters, scale, scores_of
from analysis.moments.stand_ins import StandIns, stand_in, stand_in_pairs
from analysis.moments.tables import Table, table

__all__ = [
    "Cells",
    "Composite",
    "Measure",
    "Number",
    "Points",
    "Quotient",
    "Share",
    "StandIns",
    "Table",
    "cells_of",
    "chosen",
    "frame_of",
    "number",
    "quarters",
    "scale",
    "scores_of",
    "stand_in",
    "stand_in_pairs",
    "table",
    "tabulate",
]
