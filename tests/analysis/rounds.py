"""Rounds of a fictional municipality, measured and released as the server does it, without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from analysis import Design, Frame, Measured, Row, design_of, profile, score
from analysis.chapters import (
    Rounds,
    Source,
    checks_of,
    measure_changes,
    measure_differences,
    measure_topics,
    topics_of,
    triangulate,
)
from analysis.disclosure import DesignType, Facts, Outline, Release, outline_of, release
from analysis.scoring import FloatArray
from analysis.simulate import Simulation, simulate
from questionnaires import Instrument, read_instrument

BY = ("D1", "D2", "D3", "D10")
LANGUAGES = ("en", "ar")


@dataclass(frozen=True, eq=False)
class Round:
    """Answers of one round, with all that is measured of them."""

    instrument: Instrument
    rows: Sequence[Row]
    places: Mapping[str, Mapping[str, str]]
    by: Sequence[str] = BY
    design_type: DesignType = DesignType.PROBABILITY
    link: str = "round-2"
    sources: Sequence[Source] = ()
    compared: frozenset[str] = frozenset()
    groups: Sequence[str] = field(default=BY[1:])

    @property
    def frame(self) -> Frame:
        """The answers."""
        return Frame.from_answers(self.instrument, self.rows)

    @property
    def scores(self) -> Mapping[str, FloatArray]:
        """Their scores."""
        return score(self.frame)

    @property
    def design(self) -> Design:
        """Their design."""
        return design_of(self.frame)

    def outline(self, previous: str = "") -> Outline:
        """Return what is published of it."""
        topics = topics_of(
            self.instrument,
            "long",
            self.by,
            self.link,
            previous,
            compared=bool(self.compared),
            sources=[each.instrument for each in self.sources],
        )
        return outline_of(self.instrument, self.groups, self.places, LANGUAGES, topics=topics)


def cohesion(responses: int = 240, seed: int = 3) -> tuple[Simulation, Round, Round]:
    """Return two rounds of the cohesion questionnaire, the earlier first."""
    made = simulate(read_instrument("social_cohesion"), seed, responses, languages=LANGUAGES)
    places = {each.code: dict(each.names) for each in made.localities}
    first, second = (
        Round(made.instrument, made.rows(number), places, link=f"round-{number}")
        for number in (1, 2)
    )
    return made, first, second


def households(responses: int = 240, seed: int = 3) -> Round:
    """Return one round of the community profile."""
    made = simulate(
        read_instrument("community_profile"), seed, responses, waves=1, languages=LANGUAGES
    )
    places = {each.code: dict(each.names) for each in made.localities}
    return Round(made.instrument, made.rows(1), places, link="needs")


def facts(asked: Round) -> Facts:
    """Return what a release of `asked` says of itself."""
    return Facts(
        title={"en": "How people live together", "ar": "كيف يعيش الناس معًا"},
        instrument=asked.instrument.name,
        instrument_version="1.0",
        instrument_sha256="a" * 64,
        data_sha256="b" * 64,
        code_version="0.1.0",
        made_on=date(2026, 4, 20),
        signed_by="M. Example",
        signed_role="researcher",
        fieldwork_from=date(2026, 3, 1),
        fieldwork_to=date(2026, 3, 28),
        design=asked.design_type,
        languages=LANGUAGES,
        wave=asked.link,
        form="long",
    )


def both(earlier: Round, later: Round) -> Rounds:
    """Return two rounds as one design."""
    frame = Frame.from_answers(later.instrument, [*earlier.rows, *later.rows])
    is_later = [False] * len(earlier.rows) + [True] * len(later.rows)
    return Rounds(frame, score(frame), design_of(frame), is_later, later.compared)


def estimates_of(asked: Round, outline: Outline) -> list[Measured]:
    """Return everything that is measured of one round by itself."""
    frame, scores, design = asked.frame, asked.scores, asked.design
    found = profile(frame, scores, design, asked.by, outline.crossings)
    found += measure_topics(frame, design, outline.topics)
    found += measure_differences(frame, scores, design, outline.topics)
    return found + triangulate(asked.sources, outline.topics)


def released(
    asked: Round,
    before: Round | None = None,
    earlier: Release | None = None,
    *,
    checked: bool = True,
) -> Release:
    """Return the release of a round, with change when there is an earlier one.

    Checks take longer than all the rest; a test that does not look at them can do without.
    """
    outline = asked.outline(before.link if before else "")
    estimates = estimates_of(asked, outline)
    if before:
        estimates += measure_changes(both(before, asked), outline.topics)
    if not checked:
        return release(estimates, facts(asked), outline, earlier=earlier)
    checks = checks_of(asked.frame, asked.scores, asked.design, asked.by, "long")
    return release(estimates, facts(asked), outline, checks=checks, earlier=earlier)
