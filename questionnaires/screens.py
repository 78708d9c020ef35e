"""How the items of a form fall onto screens."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from questionnaires.model import Instrument, Item

#: The most items on one screen, and the most in one run of items that share a scale.
SCREEN_LIMIT = 6
RUN_LIMIT = 4

Screen = tuple[Item, ...]


def screens(instrument: Instrument, form: str) -> tuple[Screen, ...]:
    """Return the screens of `form`, in order.

    A screen stays within one section and holds at most six items. A section takes as few screens
    as it can, none fuller than it need be; a run of up to four items on one scale is never torn.
    """
    asked = instrument.asked(form)
    by_section = (
        [item for item in asked if item.section == section.name] for section in instrument.sections
    )
    return tuple(screen for items in by_section if items for screen in _split(items))


def _split(items: Sequence[Item]) -> list[Screen]:
    """Return the fewest screens for the items of a section, none fuller than it need be."""
    runs = _runs(items)
    fewest = len(_packed(runs, SCREEN_LIMIT))
    longest = max(map(len, runs))
    packings = (_packed(runs, limit) for limit in range(longest, SCREEN_LIMIT + 1))
    return next(screens for screens in packings if len(screens) == fewest)


def _packed(runs: Sequence[Sequence[Item]], limit: int) -> list[Screen]:
    """Fill screens with whole runs from the end, so that the first ones are the shorter ones."""
    packed: list[Screen] = []
    for run in reversed(runs):
        if packed and len(run) + len(packed[0]) <= limit:
            packed[0] = (*run, *packed[0])
        else:
            packed.insert(0, tuple(run))
    return packed


def _runs(items: Sequence[Item]) -> list[list[Item]]:
    """Return the runs of consecutive items on one scale, cut at four."""
    runs = []
    for scale, group in groupby(items, key=lambda item: item.scale):
        run = list(group)
        step = RUN_LIMIT if scale else 1
        runs += [run[start : start + step] for start in range(0, len(run), step)]
    return runs
