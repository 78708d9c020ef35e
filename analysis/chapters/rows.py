"""Rows of topics, taken from an instrument; nothing for a question that it does not ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.disclosure.kinds import Chapter, Row, Statistic, Topic
from questionnaires import Instrument, Item


def named(instrument: Instrument, names: Iterable[str], form: str) -> list[Item]:
    """Return those of the items called `names` that `form` asks, in the order of `names`."""
    known = {item.name: item for item in instrument.items}
    return [known[name] for name in names if name in known and form in known[name].forms]


def of_grid(instrument: Instrument, grid: str, form: str) -> list[Item]:
    """Return the items that the rows of a grid became, in order."""
    return [
        item for item in instrument.items if item.source == grid and item.row and form in item.forms
    ]


def of_items(items: Sequence[Item], answers: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Return a row for each item, counting `answers`."""
    return tuple(
        Row(item.row or item.name, (item.name,), answers, sensitive=item.sensitive)
        for item in items
    )


def of_choices(items: Sequence[Item]) -> tuple[Row, ...]:
    """Return a row for each choice of the only item, or none."""
    return tuple(
        Row(code, (item.name,), (code,), sensitive=item.sensitive)
        for item in items
        for code in item.codes
    )


def topic(
    name: str,
    chapter: Chapter,
    statistic: Statistic,
    rows: tuple[Row, ...],
    by: Sequence[str] = (),
    *,
    parts: bool = False,
) -> list[Topic]:
    """Return the topic in a list, which is empty when it has no rows."""
    return [Topic(name, chapter, statistic, rows, tuple(by), parts)] if rows else []


def grid_parts(
    instrument: Instrument, grid: str, form: str, chapter: Chapter, by: Sequence[str] = ()
) -> list[Topic]:
    """Return for each answer to a grid a topic of the shares that gave it, row by row.

    They are called ``<grid>_<answer>``.
    """
    items = of_grid(instrument, grid, form)
    codes = items[0].codes if items else ()
    return [
        found
        for code in codes
        for found in topic(f"{grid}_{code}", chapter, Statistic.SHARE, of_items(items, (code,)), by)
    ]
