"""Every row of every topic in every domain of a wave, at full precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.chapters.columns import column
from analysis.design import Design
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from analysis.estimate import Domain, Estimate, estimate_of
from analysis.estimators.variance import weighted_variance
from analysis.frame import Frame
from analysis.needs import rankings_of
from analysis.priorities import prioritise
from analysis.profile import Measured, rows_by_code
from analysis.stages import BoolArray, FloatArray

#: A number that a topic does not have.
NOTHING = Estimate(None, None, None, None, 0)


def measure_topics(frame: Frame, design: Design, topics: Sequence[Topic]) -> list[Measured]:
    """Measure every topic about answers for everyone, and in each domain it is shown by.

    Parameters
    ----------
    frame : Frame
        Answers of n respondents, with their instrument, in an order that depends only on what
        they hold.
    design : Design
        Of the same n rows.
    topics : sequence of Topic
        Differences, changes and further sources are left out: `measure_differences`,
        `measure_changes` and `triangulate` measure them.
    """
    found = []
    for topic, masks in _about_answers(frame, topics):
        ranks = _ranks(frame, design, topic)
        for row in topic.rows:
            y = column(frame, topic.statistic, row)
            # That all said the same is a secret only where the question is sensitive, or where
            # a number is what each of them said.
            guarded = row.sensitive or not topic.statistic.is_share
            found += [
                measure(
                    topic.measure(row),
                    domain,
                    y,
                    design,
                    rows,
                    guarded=guarded,
                    ranks=ranks.get(row.code),
                )
                for domain, rows in masks.items()
            ]
    return found


def count_people(frame: Frame, topics: Sequence[Topic]) -> dict[tuple[str, Domain], int]:
    """Return how many people each number of `measure_topics` rests on, without measuring it."""
    return {
        (topic.measure(row), domain): int((rows & known).sum())
        for topic, masks in _about_answers(frame, topics)
        for row in topic.rows
        for known in (~np.isnan(column(frame, topic.statistic, row)),)
        for domain, rows in masks.items()
    }


def _about_answers(
    frame: Frame, topics: Sequence[Topic]
) -> Iterator[tuple[Topic, Mapping[Domain, BoolArray]]]:
    """Yield the topics about the answers themselves, each with the rows of its domains."""
    everyone: dict[Domain, BoolArray] = {(): np.ones(len(frame), dtype=bool)}
    by = {item for topic in topics for item in topic.by}
    codes = {item: rows_by_code(frame, item) for item in sorted(by)}
    for topic in topics if len(frame) else ():
        if topic.chapter is not Chapter.SOURCES and not topic.statistic.is_contrast:
            yield topic, everyone | {k: v for item in topic.by for k, v in codes[item].items()}


def measure(
    name: str,
    domain: Domain,
    y: FloatArray,
    design: Design,
    rows: BoolArray,
    *,
    guarded: bool = True,
    ranks: tuple[int, int] | None = None,
) -> Measured:
    """Measure one column in one domain; `guarded` keeps its variance, by which it is judged."""
    used = np.flatnonzero(rows & ~np.isnan(y))
    weight = design.weight[used]
    return Measured(
        dimension=name,
        domain=domain,
        mean=estimate_of("mean", y[used], design, used),
        lowest=NOTHING,
        highest=NOTHING,
        variance=weighted_variance(y[used], weight) if guarded else None,
        people=int(rows.sum()),
        heaviest=float(weight.max() / weight.sum()) if len(weight) else 0.0,
        effective_n=float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0,
        ranks=ranks,
    )


def _ranks(frame: Frame, design: Design, topic: Topic) -> Mapping[str, tuple[int, int]]:
    """Return by code the ranks that a priority may have; none for other topics."""
    if topic.statistic is not Statistic.PRIORITY:
        return {}
    found = prioritise(rankings_of(frame, topic.rows[0].items[0]), design)
    bounds = {each.need: each.rank_interval for each in found.needs}
    return {code: (low, high) for code, (low, high) in bounds.items() if low and high}
