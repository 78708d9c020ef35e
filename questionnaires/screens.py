"""How the items of a form fall onto screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from questionnaires.logic import waits_for
from questionnaires.model import Instrument, Item
from questionnaires.types import is_type, item_type

#: The most items on one screen, and the most in one run of items that share a scale.
SCREEN_LIMIT = 6
RUN_LIMIT = 4

Screen = tuple[Item, ...]


def screens(instrument: Instrument, form: str) -> tuple[Screen, ...]:
    """Return the screens of `form`, in order.

    A screen stays within one section and one turn of a group, and holds at most six items. It
    never holds an item beside one on which it depends, so that no page needs a script. Apart
    from that a section takes as few screens as it can, none fuller than it need be; a run of up
    to four items on one scale is never torn, nor are the rows of a grid that fit on one screen.
    """
    asked = [item for item in instrument.asked(form) if _is_asked(item)]
    by_section = (
        [item for item in asked if item.section == section.name] for section in instrument.sections
    )
    waits = waits_for(instrument)
    blocks = (block for items in by_section for block in _blocks(items, waits))
    return tuple(screen for block in blocks for screen in _split(block))


def _is_asked(item: Item) -> bool:
    return not is_type(item.type) or item_type(item.type).is_asked


def _blocks(items: Sequence[Item], waits: Mapping[str, frozenset[str]]) -> Iterator[list[Item]]:
    """Yield the stretches of a section that may be packed freely."""
    block: list[Item] = []
    for item in items:
        turns = {(each.group, each.instance) for each in block[-1:]}
        is_apart = bool(turns) and (item.group, item.instance) not in turns
        if is_apart or not waits.get(item.name, frozenset()).isdisjoint(_named(block)):
            yield block
            block = []
        block.append(item)
    if block:
        yield block


def _named(items: Sequence[Item]) -> set[str]:
    return {item.name for item in items}


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
        is_torn = bool(packed and _grid(run[-1])) and _grid(run[-1]) == _grid(packed[0][0])
        if packed and len(run) + len(packed[0]) <= limit and not is_torn:
            packed[0] = (*run, *packed[0])
        else:
            packed.insert(0, tuple(run))
    return packed


def _runs(items: Sequence[Item]) -> list[list[Item]]:
    """Return the runs of consecutive items on one scale or of one grid, cut where they must be."""
    runs = []
    for (scale, grid), group in groupby(items, key=lambda item: (item.scale, _grid(item))):
        run = list(group)
        step = RUN_LIMIT if scale else 1
        if grid:
            parts = -(-len(run) // run[0].options.screen)
            step = -(-len(run) // parts)
        runs += [run[start : start + step] for start in range(0, len(run), step)]
    return runs


def _grid(item: Item) -> str:
    """Return the grid that `item` is a row of; empty for none."""
    return item.words if item.row and item.type in {"likert", "single"} else ""
