"""What a release publishes besides its scores: one file a chapter, which instrument has it or not.

A chapter is data: `topics` names the tables, their rows and the breakdowns by which they are shown.
`measure_topics` computes them, `contrasts` the differences, `checks` how far they can be trusted.
"""

from analysis.chapters.checks import checks_of
from analysis.chapters.contrasts import Rounds, measure_changes, measure_differences
from analysis.chapters.measure import count_people, measure_topics
from analysis.chapters.plan import topics_of
from analysis.chapters.sources import Source, triangulate

__all__ = [
    "Rounds",
    "Source",
    "checks_of",
    "count_people",
    "measure_changes",
    "measure_differences",
    "measure_topics",
    "topics_of",
    "triangulate",
]
