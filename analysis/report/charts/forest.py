"""A forest plot: a point and its likely range for each row, on one line from low to high."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from analysis.report.blocks import Chart, Mark
from analysis.report.charts.canvas import INK, LEADING, PETROL, SOFT, TEXT, WIDTH, Canvas, wrapped

NAMES, VALUES, GAP, FOOT = 146, 34, 12, 2 * LEADING


@dataclass(frozen=True)
class _Line:
    """One row: its name in lines, and its mark; a heading has none."""

    name: tuple[str, ...]
    mark: Mark | None

    @property
    def height(self) -> int:
        return LEADING * len(self.name) + GAP


def draw(chart: Chart, *, mirrored: bool) -> Canvas:
    """Return the rows of `chart` under one another, with a line where everyone stands."""
    lines = list(_lines(chart))
    bottom = sum(line.height for line in lines)
    canvas = Canvas(bottom + FOOT, mirrored=mirrored)
    _axis(canvas, chart, bottom)
    top = 0
    for line in lines:
        _draw_line(canvas, chart, line, top)
        top += line.height
    return canvas


def along(chart: Chart, value: float) -> float:
    """Return where `value` stands between the names and the values."""
    low, high = chart.scale
    return NAMES + (WIDTH - NAMES - VALUES) * (value - low) / (high - low)


def _lines(chart: Chart) -> Iterator[_Line]:
    for title, marks in groupby(chart.marks, key=lambda each: each.group):
        if title:
            yield _Line(wrapped(title, WIDTH - 8, bold=True), None)
        for mark in marks:
            yield _Line(wrapped(mark.label, NAMES - 10), mark)


def _axis(canvas: Canvas, chart: Chart, bottom: float) -> None:
    low, high = chart.scale
    for quarter in range(5):
        value = low + (high - low) * quarter / 4
        x = along(chart, value)
        canvas.line((x, 0), (x, bottom))
        canvas.text(f"{value:g}", x, bottom + LEADING, side="middle", color=SOFT, size=TEXT - 1)
    if chart.line is not None:
        x = along(chart, chart.line)
        canvas.line((x, 0), (x, bottom), color=SOFT, width=0.9, dashed=True)


def _draw_line(canvas: Canvas, chart: Chart, line: _Line, top: float) -> None:
    for number, words in enumerate(line.name):
        middle = top + GAP / 2 + LEADING * (number + 0.5)
        canvas.text(words, 2, middle, bold=line.mark is None)
    mark, middle = line.mark, top + line.height / 2
    if mark is None:
        return
    if mark.value is None or mark.withheld:
        canvas.text(mark.text, NAMES + 6, middle, color=SOFT)
        return
    if mark.low is not None and mark.high is not None:
        ends = along(chart, mark.low), along(chart, mark.high)
        canvas.line((ends[0], middle), (ends[1], middle), color=PETROL, width=2.2)
    canvas.dot(along(chart, mark.value), middle, hollow=mark.hollow)
    canvas.text(mark.text, WIDTH - 2, middle, side="end", color=INK, bold=True)
