"""What may leave the team: limits, rounding, suppression, and the release they make."""

from analysis.disclosure.facts import DesignType, Facts
from analysis.disclosure.outline import Breakdown, Labels, Outline, OutlinedDimension, outline_of
from analysis.disclosure.policy import COMMUNITY, PROGRAMME, Policy
from analysis.disclosure.published import Cell, Edition, Release, Remark, Withheld
from analysis.disclosure.release import release

__all__ = [
    "COMMUNITY",
    "PROGRAMME",
    "Breakdown",
    "Cell",
    "DesignType",
    "Edition",
    "Facts",
    "Labels",
    "Outline",
    "OutlinedDimension",
    "Policy",
    "Release",
    "Remark",
    "Withheld",
    "outline_of",
    "release",
]
