"""What an assessment by bodies may show: nine sections, each from at least three raters.

Raters speak for organisations, which are public bodies, so the limits for cells of people are not
theirs. But a number of one or two raters is an answer with a name to it, so below three of a
section, or when all of these are of one kind of body, nothing of it is shown but how many they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.disclosure.rounding import whole
from analysis.governance import Governance, Section
from questionnaires.governance import BODIES, RATERS


@dataclass(frozen=True)
class RatedSection:
    """One section as it is published.

    Attributes
    ----------
    name : str
        As ``G1``.
    raters : int
        How many rated at least half of its statements.
    score : int or None
        Mean over its statements of the median rating, 0-100; None where it is not shown.
    lowest, highest : int or None
        Its score by its lowest and by its highest rater.
    evidence : int or None
        Whole percentage of its ratings that rest on something seen or on a document.
    """

    name: str
    raters: int
    score: int | None = None
    lowest: int | None = None
    highest: int | None = None
    evidence: int | None = None


@dataclass(frozen=True)
class Assessment:
    """Nine sections, and nothing above them.

    Attributes
    ----------
    sections : tuple of RatedSection
        In the order of the instrument.
    raters, bodies : int
        How many rated, and how many kinds of body they are of.
    months : int
        Whole months from the start of the programme to the first day of the round.
    early : str
        Why it was made before its time; empty when it was not.
    """

    sections: tuple[RatedSection, ...]
    raters: int
    bodies: int
    months: int
    early: str = ""

    @property
    def headline(self) -> tuple[RatedSection, ...]:
        """The lowest section; several when they are equally low, none when none is shown."""
        scores = [each.score for each in self.sections if each.score is not None]
        return tuple(each for each in self.sections if scores and each.score == min(scores))


def publishable(found: Governance, months: int, early: str) -> Assessment:
    """Return what of an assessment may leave the team.

    Parameters
    ----------
    found : Governance
        As `profile_of_bodies` returns it.
    months : int
        From the start of the programme to the first day of the round.
    early : str
        Why it was made before its time; empty when it was not.
    """
    sections = tuple(_shown(each) for each in found.sections)
    return Assessment(sections, found.raters, found.bodies, months, early)


def _shown(section: Section) -> RatedSection:
    few = section.bodies < BODIES or section.raters < RATERS
    if few or section.score is None or section.lowest is None or section.highest is None:
        return RatedSection(section.name, section.raters)
    return RatedSection(
        section.name,
        section.raters,
        whole(section.score),
        whole(section.lowest),
        whole(section.highest),
        None if section.evidence is None else whole(100 * section.evidence),
    )
