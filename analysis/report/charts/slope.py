"""Slopes: every row at two times, joined; no two of its names or numbers meet."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.report.blocks import Chart, Mark
from analysis.report.charts.canvas import LEADING, PETROL, SOFT, WIDTH, Canvas, width_of, wrapped

#: Where the two times stand, and where the names begin behind the second.
BEFORE, AFTER, NUMBERS, NAMES = 40, 176, 192, 218
HEAD, SMALLEST, GAP = 2 * LEADING + 6, 180, 5


def draw(chart: Chart, *, mirrored: bool) -> Canvas:
    """Return the rows of `chart` as lines from the first time to the second."""
    marks = [each for each in chart.marks if _drawn(each)]
    rest = [each for each in chart.marks if not _drawn(each)]
    names = {id(each): wrapped(each.label, WIDTH - NAMES - 2) for each in chart.marks}
    heights = [LEADING * len(names[id(each)]) + GAP for each in marks]
    plot = max(SMALLEST, sum(heights))
    foot = sum(LEADING * len(_named(each)) + GAP for each in rest)
    canvas = Canvas(HEAD + plot + foot + GAP, mirrored=mirrored)
    _heads(canvas, chart, plot)
    wanted = [_levels(marks, side, plot) for side in (0, 1)]
    numbers = spread(wanted[0], [LEADING] * len(marks), HEAD, HEAD + plot)
    labels = spread(wanted[1], heights, HEAD, HEAD + plot)
    for place, mark in enumerate(marks):
        ends = wanted[0][place], wanted[1][place]
        canvas.line((BEFORE, ends[0]), (AFTER, ends[1]), color=PETROL, width=1.8)
        for x, y in zip((BEFORE, AFTER), ends, strict=True):
            canvas.dot(x, y, hollow=mark.hollow)
        canvas.line((BEFORE - 6, ends[0]), (BEFORE - 13, numbers[place]), color=SOFT)
        canvas.line((AFTER + 6, ends[1]), (NUMBERS - 3, labels[place]), color=SOFT)
        canvas.text(_text(mark, 0), BEFORE - 15, numbers[place], side="end")
        canvas.text(_text(mark, 1), NUMBERS, labels[place], bold=True)
        _name(canvas, names[id(mark)], labels[place])
    _withheld(canvas, rest, HEAD + plot + GAP)
    return canvas


def spread(
    wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float
) -> list[float]:
    """Return middles as near to `wanted` as can be without two of them meeting.

    Each is pushed below the one before it, and back from the end when they run over it.
    """
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    placed = [0.0] * len(wanted)
    edge = top
    for place in order:
        placed[place] = max(wanted[place], edge + heights[place] / 2)
        edge = placed[place] + heights[place] / 2
    edge = bottom
    for place in reversed(order):
        placed[place] = min(placed[place], edge - heights[place] / 2)
        edge = placed[place] - heights[place] / 2
    return placed


def _drawn(mark: Mark) -> bool:
    return not mark.withheld and len(mark.values) == 2 and None not in mark.values


def _levels(marks: Sequence[Mark], side: int, plot: float) -> list[float]:
    """Return the heights of the values: the axis spans what is shown, in whole tens."""
    shown = [[value or 0 for value in each.values] for each in marks]
    known = [value for values in shown for value in values] or [0]
    low, high = 10 * (min(known) // 10), 10 * -(-max(known) // 10)
    unit = (plot - 2 * LEADING) / max(10, high - low)
    return [HEAD + LEADING + unit * (high - values[side]) for values in shown]


def _heads(canvas: Canvas, chart: Chart, plot: float) -> None:
    for x, name in zip((BEFORE, AFTER), chart.steps, strict=False):
        canvas.line((x, HEAD), (x, HEAD + plot))
        wide = min(width_of(name), 130)
        start = max(0.0, x - wide / 2)
        for number, words in enumerate(wrapped(name, 130)[:2]):
            canvas.text(words, start, LEADING * (number + 0.5), color=SOFT)


def _text(mark: Mark, side: int) -> str:
    return mark.texts[side] if len(mark.texts) == 2 else str(mark.values[side])


def _name(canvas: Canvas, lines: Sequence[str], middle: float) -> None:
    first = middle - LEADING * (len(lines) - 1) / 2
    for number, words in enumerate(lines):
        canvas.text(words, NAMES, first + LEADING * number)


def _named(mark: Mark) -> tuple[str, ...]:
    return wrapped(f"{mark.label}: {mark.text}", WIDTH - 4)


def _withheld(canvas: Canvas, marks: Sequence[Mark], top: float) -> None:
    for mark in marks:
        for words in _named(mark):
            canvas.text(words, 2, top + LEADING / 2, color=SOFT)
            top += LEADING
        top += GAP
