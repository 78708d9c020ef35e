"""Scales that lean to one side, and dimensions that ask everything in one direction."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from questionnaires.errors import Problem
from questionnaires.ledger import STRUCTURE
from questionnaires.model import Audience, Instrument, Rule

#: A dimension of so many items should have one that is turned round.
_MANY = 4


def unbalanced_scales(instrument: Instrument) -> Iterator[Problem]:
    """Yield scales without a middle, scales with uneven steps, and one-way dimensions.

    A scale that begins with 0 counts or climbs from nothing, and has no middle to miss. A score
    takes codes for equal steps (scoring.md C.2), so a step of two is a mistake or needs a reason.
    """
    scored = {item.scale for item in instrument.items if item.scale and item.dimension}
    for scale in instrument.scales:
        numbers = [int(code) for code in scale.codes if code.isdigit()]
        if scale.name not in scored or len(numbers) < len(scale.codes):
            continue
        if len(numbers) % 2 == 0 and numbers[0] != 0:
            remedy = f"it has {len(numbers)} points and no middle; add one, or be sure of it"
            yield Problem(STRUCTURE, scale.name, "unbalanced-scale", remedy)
        if len({high - low for low, high in pairwise(numbers)}) > 1:
            remedy = "its codes are not evenly apart, and scores take them for equal steps"
            yield Problem(STRUCTURE, scale.name, "uneven-scale", f"{remedy}; number them in ones")
    if instrument.audience is Audience.PARTICIPANTS:  # staff rate by what they have seen
        yield from _one_way(instrument)


def _one_way(instrument: Instrument) -> Iterator[Problem]:
    for dimension in instrument.dimensions:
        items = [instrument.item(name) for name in dimension.items]
        is_one_way = not any(item.reverse for item in items)
        if dimension.rule is Rule.MEAN and len(items) >= _MANY and is_one_way:
            remedy = (
                f"all {len(items)} items point one way, so people who agree with everything "
                "score high; turn one round, or be sure of it"
            )
            yield Problem(STRUCTURE, dimension.name, "all-one-way", remedy)
