"""A field of colour and a number for each row and step."""

from __future__ import annotations

from analysis.report import palette
from analysis.report.blocks import Chart, Mark
from analysis.report.charts.canvas import LEADING, SOFT, TEXT, WIDTH, Canvas, width_of, wrapped

FIELD, GAP = 24, 4
#: Sizes that heads may have: the largest in which no word is broken.
_SIZES = (TEXT - 2, TEXT - 3, TEXT - 4, TEXT - 5)


def draw(chart: Chart, *, mirrored: bool) -> Canvas:
    """Return the fields of `chart`, row under row, each row under its name."""
    wide = (WIDTH - 2) / max(1, len(chart.steps))
    size = _size(chart, wide - 3)
    heads = [wrapped(step, wide - 3, size) for step in chart.steps]
    head = LEADING * max((len(each) for each in heads), default=0) + GAP
    names = [wrapped(mark.label, WIDTH - 8) for mark in chart.marks]
    height = head + sum(LEADING * len(name) + FIELD + 2 * GAP for name in names)
    canvas = Canvas(height, mirrored=mirrored)
    for step, lines in enumerate(heads):
        for number, words in enumerate(lines):
            middle = LEADING * (number + 0.5)
            canvas.text(words, wide * (step + 0.5), middle, side="middle", size=size, color=SOFT)
    top = head
    for mark, name in zip(chart.marks, names, strict=True):
        for words in name:
            canvas.text(words, 2, top + LEADING / 2)
            top += LEADING
        _fields(canvas, chart, mark, top, wide)
        top += FIELD + 2 * GAP
    return canvas


def _size(chart: Chart, wide: float) -> float:
    words = [word for step in chart.steps for word in step.split()]
    fitting = [size for size in _SIZES if all(width_of(word, size) <= wide for word in words)]
    return max(fitting, default=_SIZES[-1])


def _fields(canvas: Canvas, chart: Chart, mark: Mark, top: float, wide: float) -> None:
    for step in range(len(chart.steps)):
        value = mark.values[step] if step < len(mark.values) else None
        words = mark.texts[step] if step < len(mark.texts) else ""
        x, middle = 1 + wide * step, top + FIELD / 2
        if value is None or mark.withheld:
            corners = ((x, top), (x + wide, top), (x + wide, top + FIELD), (x, top + FIELD))
            canvas.area([(*corners, corners[0])], None)
            continue
        colour = palette.shade(value, chart.scale)
        canvas.bar(x, top, wide, FIELD, colour)
        ink = palette.ink_on(colour)
        canvas.text(words or str(value), x + wide / 2, middle, side="middle", color=ink)
