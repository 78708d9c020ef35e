"""Things in order: a bar for each, and a bracket around those that cannot be told apart."""

from __future__ import annotations

from itertools import groupby

from analysis.report.blocks import Chart, Mark
from analysis.report.charts.canvas import INK, LEADING, LINE, SOFT, WIDTH, Canvas, wrapped
from analysis.report.palette import SEQUENTIAL

BRACKET, VALUES, BAR, GAP = 12, 44, 10, 10


def draw(chart: Chart, *, mirrored: bool) -> Canvas:
    """Return the rows of `chart` in their order; rows of one group stand behind one bracket."""
    runs = [(title, list(marks)) for title, marks in groupby(chart.marks, key=lambda m: m.group)]
    height = sum(_title_height(title) + sum(map(_height, marks)) for title, marks in runs)
    canvas = Canvas(height + 2, mirrored=mirrored)
    top = 0.0
    for title, marks in runs:
        for number, words in enumerate(_title(title)):
            canvas.text(words, 2, top + LEADING * (number + 0.5), color=SOFT)
        top += _title_height(title)
        first = top
        for mark in marks:
            _draw_mark(canvas, chart, mark, top)
            top += _height(mark)
        if title:
            _bracket(canvas, first, top - GAP)
    return canvas


def _title(title: str) -> tuple[str, ...]:
    return wrapped(title, WIDTH - 8) if title else ()


def _title_height(title: str) -> int:
    return LEADING * len(_title(title)) + (4 if title else 0)


def _height(mark: Mark) -> int:
    return LEADING * len(_name(mark)) + BAR + GAP + 2


def _name(mark: Mark) -> tuple[str, ...]:
    return wrapped(mark.label, WIDTH - BRACKET - 4)


def _bracket(canvas: Canvas, top: float, bottom: float) -> None:
    for y in (top, bottom):
        canvas.line((3, y), (7, y), color=SOFT, width=1.2)
    canvas.line((3, top), (3, bottom), color=SOFT, width=1.2)


def _draw_mark(canvas: Canvas, chart: Chart, mark: Mark, top: float) -> None:
    low, high = chart.scale
    unit = (WIDTH - BRACKET - VALUES) / (high - low)
    for number, words in enumerate(_name(mark)):
        canvas.text(words, BRACKET, top + LEADING * (number + 0.5))
    bar = top + LEADING * len(_name(mark)) + 2
    middle = bar + BAR / 2
    if mark.value is None or mark.withheld:
        canvas.text(mark.text, BRACKET, middle, color=SOFT)
        return
    canvas.bar(BRACKET, bar, (high - low) * unit, BAR, LINE)
    canvas.bar(BRACKET, bar, (mark.value - low) * unit, BAR, SEQUENTIAL[2])
    if mark.low is not None and mark.high is not None:
        ends = [BRACKET + (each - low) * unit for each in (mark.low, mark.high)]
        canvas.line((ends[0], middle), (ends[1], middle), color=INK, width=1.6)
    canvas.text(mark.text, WIDTH - 2, middle, side="end", bold=True)
