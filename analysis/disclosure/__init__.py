"""What may leave the team: limits, rounding, suppression, and the release they make."""

from analysis.disclosure.audit import Exposure, audit
from analysis.disclosure.checks import (
    Checks,
    Comparison,
    ComparisonCheck,
    Consistency,
    MissingCheck,
    ScaleCheck,
)
from analysis.disclosure.facts import DesignType, Facts, Raked, Weighting
from analysis.disclosure.guard import ExposedError, guarded
from analysis.disclosure.kinds import Chapter, Direction, Row, Statistic, Topic
from analysis.disclosure.outline import Breakdown, Labels, Outline, OutlinedDimension, outline_of
from analysis.disclosure.policy import COMMUNITY, PROGRAMME, Policy, raised
from analysis.disclosure.published import Cell, Edition, Release, ReleaseHead, Remark, Withheld
from analysis.disclosure.release import release

__all__ = [
    "COMMUNITY",
    "PROGRAMME",
    "Breakdown",
    "Cell",
    "Chapter",
    "Checks",
    "Comparison",
    "ComparisonCheck",
    "Consistency",
    "DesignType",
    "Direction",
    "Edition",
    "ExposedError",
    "Exposure",
    "Facts",
    "Labels",
    "MissingCheck",
    "Outline",
    "OutlinedDimension",
    "Policy",
    "Raked",
    "Release",
    "ReleaseHead",
    "Remark",
    "Row",
    "ScaleCheck",
    "Statistic",
    "Topic",
    "Weighting",
    "Withheld",
    "audit",
    "guarded",
    "outline_of",
    "raised",
    "release",
]
