"""Diverging bars: how answers divide to both sides of a line, and who leans to neither, apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.report import palette
from analysis.report.blocks import Chart, Mark
from analysis.report.charts.canvas import INK, LEADING, SOFT, TEXT, WIDTH, Canvas, width_of, wrapped

BAR, GAP, SWATCH = 18, 12, 12
#: The column of the step between the sides, and the room before it.
APART, BEFORE = 72, 14
SMALL = TEXT - 1.5


@dataclass(frozen=True)
class _Sides:
    """Which steps stand before the line, which behind it, and how long one percent is."""

    before: tuple[int, ...]
    behind: tuple[int, ...]
    neutral: int | None
    zero: float
    unit: float


def draw(chart: Chart, *, mirrored: bool) -> Canvas:
    """Return a bar for each row of `chart`, under its name."""
    sides, colours = _sides(chart), _colours(chart)
    legend = list(_legend(chart))
    head = LEADING * (1 + max((row for _, _, row in legend), default=0)) + GAP
    rows = list(_rows(chart))
    height = head + sum(each.height for each in rows)
    canvas = Canvas(height, mirrored=mirrored)
    for step, x, line in legend:
        middle = LEADING * (line + 0.5)
        canvas.bar(x, middle - SWATCH / 2, SWATCH, SWATCH, colours[step], edge=SOFT)
        canvas.text(chart.steps[step], x + SWATCH + 4, middle, size=SMALL)
    top = float(head)
    for row in rows:
        _draw_row(canvas, row, top, sides, colours)
        top += row.height
    return canvas


@dataclass(frozen=True)
class _Row:
    name: tuple[str, ...]
    mark: Mark | None  # a heading has none

    @property
    def height(self) -> float:
        return LEADING * len(self.name) + GAP + (BAR if self.mark else 0)


def _rows(chart: Chart) -> Iterator[_Row]:
    for title, marks in groupby(chart.marks, key=lambda each: each.group):
        if title:
            yield _Row(wrapped(title, WIDTH - 8, bold=True), None)
        for mark in marks:
            yield _Row(wrapped(mark.label, WIDTH - 8), mark)


def _sides(chart: Chart) -> _Sides:
    """Return the sides; without a step between, an even number of steps is halved."""
    steps, neutral = range(len(chart.steps)), chart.neutral
    middle = neutral if neutral is not None else len(steps) / 2 if len(steps) % 2 == 0 else 0
    before = tuple(step for step in steps if step < middle)
    behind = tuple(step for step in steps if step >= middle and step != neutral)
    room = WIDTH - 2 - (APART + BEFORE if neutral is not None else 0)
    longest = [_longest(chart, side) for side in (before, behind)]
    unit = room / max(1, sum(longest))
    return _Sides(before, behind, neutral, 1 + longest[0] * unit, unit)


def _longest(chart: Chart, steps: Sequence[int]) -> int:
    shown = [each.values for each in chart.marks if each.values]
    return max((sum(values[step] or 0 for step in steps) for values in shown), default=0)


def _colours(chart: Chart) -> list[str]:
    sides = _sides(chart)
    if not sides.before:
        return [palette.shade(20 * min(4, step)) for step in range(len(chart.steps))]
    lower = palette.side(palette.LOWER, len(sides.before))
    higher = palette.side(palette.HIGHER, len(sides.behind))
    found = dict(zip(reversed(sides.before), lower, strict=True))
    found |= dict(zip(sides.behind, higher, strict=True))
    return [found.get(step, palette.NEITHER) for step in range(len(chart.steps))]


def _legend(chart: Chart) -> Iterator[tuple[int, float, int]]:
    """Yield each step with the place of its swatch: as many in a line as fit."""
    x, line = 2.0, 0
    for step, name in enumerate(chart.steps):
        wide = SWATCH + 4 + width_of(name, SMALL) + 12
        if x > 2 and x + wide > WIDTH:
            x, line = 2.0, line + 1
        yield step, x, line
        x += wide


def _draw_row(canvas: Canvas, row: _Row, top: float, sides: _Sides, colours: list[str]) -> None:
    for number, words in enumerate(row.name):
        canvas.text(words, 2, top + LEADING * (number + 0.5), bold=row.mark is None)
    mark, bar = row.mark, top + LEADING * len(row.name) + 1
    if mark is None:
        return
    if mark.withheld or not mark.values:
        canvas.text(mark.text, 2, bar + BAR / 2, color=SOFT)
        return
    _zero(canvas, sides, bar)
    x = sides.zero - sum(mark.values[step] or 0 for step in sides.before) * sides.unit
    for step in (*sides.before, *sides.behind):
        wide = (mark.values[step] or 0) * sides.unit
        _piece(canvas, mark, step, (x, bar, wide), colours[step])
        x += wide
    if sides.neutral is not None:
        wide = (mark.values[sides.neutral] or 0) / 100 * APART
        place = WIDTH - APART, bar, wide
        _piece(canvas, mark, sides.neutral, place, colours[sides.neutral], beside=True)


def _zero(canvas: Canvas, sides: _Sides, bar: float) -> None:
    """Draw the line between the sides, and the one where the column apart begins."""
    lines = [sides.zero] if sides.before else []
    lines += [WIDTH - APART] if sides.neutral is not None else []
    for x in lines:
        canvas.line((x, bar - 2), (x, bar + BAR + 2), color=SOFT, width=0.9)


def _piece(
    canvas: Canvas,
    mark: Mark,
    step: int,
    place: tuple[float, float, float],
    colour: str,
    *,
    beside: bool = False,
) -> None:
    """Draw one part of a bar, with its number where there is room for it."""
    x, top, wide = place
    if wide > 0:
        canvas.bar(x, top, wide, BAR, colour)
    words = mark.texts[step] if step < len(mark.texts) else ""
    needed = width_of(words, SMALL)
    if needed + 4 <= wide:
        ink = palette.ink_on(colour)
        canvas.text(words, x + wide / 2, top + BAR / 2, side="middle", color=ink, size=SMALL)
    elif beside and x + wide + 4 + needed <= WIDTH:
        canvas.text(words, x + wide + 4, top + BAR / 2, color=INK, size=SMALL)
