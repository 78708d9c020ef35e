"""Topics and sources: what each source says stands side by side, and is never pooled."""

from __future__ import annotations

from analysis.report import palette
from analysis.report.blocks import Chart, Mark
from analysis.report.charts.canvas import LEADING, LINE, SOFT, TEXT, WIDTH, Canvas, wrapped

TRACK, GAP, SMALL = 18, 12, TEXT - 1.5
#: Where the tracks begin: behind the names of the sources.
START, VALUES = 130, 46


def draw(chart: Chart, *, mirrored: bool) -> Canvas:
    """Return the topics of `chart`: under each its verdict, and a line for every source."""
    height = sum(_height(chart, mark) for mark in chart.marks)
    canvas = Canvas(max(height, LEADING), mirrored=mirrored)
    top = 0.0
    for mark in chart.marks:
        _draw_topic(canvas, chart, mark, top)
        top += _height(chart, mark)
    return canvas


def _height(chart: Chart, mark: Mark) -> float:
    lines = len(_title(mark)) + len(_verdict(mark))
    return LEADING * lines + sum(_source_height(step) for step in chart.steps) + GAP


def _title(mark: Mark) -> tuple[str, ...]:
    return wrapped(mark.label, WIDTH - 4, bold=True)


def _verdict(mark: Mark) -> tuple[str, ...]:
    return wrapped(mark.text, WIDTH - 4, SMALL) if mark.text else ()


def _source(step: str) -> tuple[str, ...]:
    return wrapped(step, START - 12, SMALL)


def _source_height(step: str) -> float:
    return max(TRACK, LEADING * len(_source(step)) + 3)


def _draw_topic(canvas: Canvas, chart: Chart, mark: Mark, top: float) -> None:
    for words in _title(mark):
        canvas.text(words, 2, top + LEADING / 2, bold=True)
        top += LEADING
    for words in _verdict(mark):
        canvas.text(words, 2, top + LEADING / 2, color=SOFT, size=SMALL)
        top += LEADING
    for place, step in enumerate(chart.steps):
        high = _source_height(step)
        for number, words in enumerate(_source(step)):
            canvas.text(words, 10, top + LEADING * (number + 0.5) + 1, size=SMALL)
        _draw_source(canvas, chart, mark, place, top + high / 2)
        top += high


def _draw_source(canvas: Canvas, chart: Chart, mark: Mark, place: int, middle: float) -> None:
    value = mark.values[place] if place < len(mark.values) else None
    words = mark.texts[place] if place < len(mark.texts) else ""
    if value is None:
        canvas.text(words or "–", START, middle, color=SOFT, size=SMALL)
        return
    low, high = chart.scale
    room = WIDTH - START - VALUES
    wide = room * (value - low) / (high - low)
    canvas.bar(START, middle - 4, room, 8, LINE)
    canvas.bar(START, middle - 4, wide, 8, palette.SEQUENTIAL[-1])
    canvas.text(words or str(value), WIDTH - 2, middle, side="end", size=SMALL, bold=True)
