"""How the items of a form fall onto screens."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, groupby, pairwise

from questionnaires.model import Instrument, Item

#: The most items on one screen, and the most in one run of items that share a scale.
SCREEN_LIMIT = 6
RUN_LIMIT = 4

Screen = tuple[Item, ...]


def screens(instrument: Instrument, form: str) -> tuple[Screen, ...]:
    """Return the screens of `form`, in order.

    A screen stays within one section and holds at most six items. A section takes as few screens
    as it can, as even as they can be; a run of up to four items on one scale is never torn apart.
    """
    asked = instrument.asked(form)
    by_section = (
        [item for item in asked if item.section == section.name] for section in instrument.sections
    )
    return tuple(screen for items in by_section if items for screen in _split(items))


def _split(items: Sequence[Item]) -> list[Screen]:
    runs = _runs(items)
    for count in range(1, len(runs)):
        splits = [
            [
                tuple(item for run in runs[a:b] for item in run)
                for a, b in pairwise((0, *cuts, len(runs)))
            ]
            for cuts in combinations(range(1, len(runs)), count - 1)
        ]
        best = min(splits, key=lambda split: max(map(len, split)))
        if max(map(len, best)) <= SCREEN_LIMIT:
            return best
    return [tuple(run) for run in runs]


def _runs(items: Sequence[Item]) -> list[list[Item]]:
    """Return the runs of consecutive items on one scale, cut at four."""
    runs = []
    for scale, group in groupby(items, key=lambda item: item.scale):
        run = list(group)
        step = RUN_LIMIT if scale else 1
        runs += [run[start : start + step] for start in range(0, len(run), step)]
    return runs
