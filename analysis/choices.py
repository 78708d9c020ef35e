"""What the people of the fictional municipality choose where they may choose several things.

And the way through a questionnaire: what is asked of nobody with such answers is not answered.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.frame import Frame
from analysis.needs import sectors_of
from analysis.ratings import points_of
from analysis.stages import FloatArray, IntArray
from questionnaires import Instrument, Item, Nonanswer
from questionnaires.logic.relevance import broken_constraints, complete_answers

#: Share of people who rank nothing, of those who are asked to.
_NOTHING = 0.03


def chosen(rng: np.random.Generator, item: Item, n: int) -> list[str]:
    """Answer a multiple item: a few choose a few codes, all others the one that stands alone."""
    alone = [choice.code for choice in item.choices if choice.exclusive]
    codes = np.array([code for code in item.codes if code not in alone])
    ticks = rng.random((n, len(codes))) < 0.05
    nothing = alone[0] if alone else str(Nonanswer.SKIPPED)
    return [" ".join(codes[tick]) or nothing for tick in ticks]


def shuffled(rng: np.random.Generator, item: Item, n: int) -> list[str]:
    """Return the order in which the choices of an item were shown to each of n people."""
    codes = np.array(item.codes)
    return [" ".join(rng.permutation(codes)) for _ in range(n)]


def ranked(rng: np.random.Generator, frame: Frame, item: Item, sample: IntArray) -> list[str]:
    """Rank the choices: sectors by how severe they are for the household, others by taste."""
    codes = np.array([choice.code for choice in item.choices if not choice.exclusive])
    # Whoever has the highest of weight plus such noise is drawn with chances like exp(weight).
    urgency = _weights(rng, frame, item, codes.tolist())
    urgency = np.broadcast_to(urgency, (len(frame), len(codes)))[sample]
    urgency = urgency + rng.gumbel(size=urgency.shape)
    best = np.argsort(-urgency, axis=1)[:, : item.options.top or len(codes)]
    silent = rng.random(len(sample)) < _NOTHING
    return [
        str(Nonanswer.SKIPPED) if says_nothing else " ".join(codes[order])
        for order, says_nothing in zip(best, silent, strict=True)
    ]


def _weights(rng: np.random.Generator, frame: Frame, item: Item, codes: list[str]) -> FloatArray:
    """Return how much each choice weighs for each person, or for all alike."""
    sectors = sectors_of(frame.instrument) if item.sector else None
    if sectors is None:
        return rng.normal(0, 1, len(codes))
    columns = [points_of(frame, sectors.severity[code]) for code in codes]
    # Some things are thought urgent whatever they are like: severity and priority may differ.
    return np.nan_to_num(np.array(columns).T, nan=0.0) + rng.normal(0, 0.7, len(codes))


def consistent(instrument: Instrument, form: str, answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers that a page could have given: to what is asked, and within bounds."""
    skipped = str(Nonanswer.SKIPPED)
    broken = dict.fromkeys(broken_constraints(instrument, form, answers), skipped)
    return complete_answers(instrument, form, {**answers, **broken})
