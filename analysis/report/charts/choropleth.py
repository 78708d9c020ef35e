"""A map: each place shaded by its average, hatched where that is withheld, numbered for its key.

The key under the map holds every number, name and value, so that no name is written over another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import cos, radians
from typing import Any

from analysis.report import palette
from analysis.report.blocks import Chart, Mark
from analysis.report.charts.canvas import (
    LEADING,
    PAPER,
    SOFT,
    TEXT,
    WIDTH,
    Canvas,
    Point,
    width_of,
    wrapped,
)

#: GeoJSON geometries by the code of the place.
Borders = Mapping[str, Mapping[str, Any]]
Ring = list[Point]

TALLEST, EDGE, GAP, SWATCH, SMALL = 360, 2, 6, 14, TEXT - 1
_NUMBERS, _VALUES = 26, 90
#: Pixels from one point of a border to the next that is drawn.
NEAR = 0.6


def draw(chart: Chart, *, mirrored: bool, borders: Borders) -> Canvas:
    """Return the places of `chart` that have borders, with the key of all of them.

    A map is never mirrored: east is on the right in every language. Only its key is.
    """
    shapes = _projected({each.code: borders[each.code] for each in _known(chart, borders)})
    bottom = max((y for rings in shapes.values() for ring in rings for _, y in ring), default=0.0)
    scale = list(_scale(chart))
    key = bottom + GAP + LEADING * 1.4 * len(scale) + GAP
    height = key + sum(_height(mark) for mark in chart.marks)
    canvas = Canvas(height, mirrored=mirrored)
    _areas(canvas, chart, shapes)
    for number, (colour, words) in enumerate(scale):
        _swatch(canvas, colour, words, bottom + GAP + LEADING * 1.4 * number)
    for number, mark in enumerate(chart.marks, start=1):
        _entry(canvas, number, mark, key)
        key += _height(mark)
    return canvas


def _known(chart: Chart, borders: Borders) -> list[Mark]:
    return [each for each in chart.marks if each.code in borders]


def _scale(chart: Chart) -> Iterator[tuple[str | None, str]]:
    """Yield each shade with its meaning; a name behind the fifth tells what hatching means."""
    for place, words in enumerate(chart.steps):
        yield (palette.SEQUENTIAL[place] if place < len(palette.SEQUENTIAL) else None), words


def _areas(canvas: Canvas, chart: Chart, shapes: Mapping[str, list[Ring]]) -> None:
    for mark in chart.marks:
        for_page = [[_east(canvas, point) for point in ring] for ring in shapes.get(mark.code, [])]
        if for_page:
            canvas.area(for_page, _shade(chart, mark))
    taken: list[tuple[float, float, float]] = []
    for number, mark in enumerate(chart.marks, start=1):
        if mark.code not in shapes:
            continue
        x, y = _inside(max(shapes[mark.code], key=_extent))
        half = width_of(str(number), SMALL) / 2 + 1
        # A number that would stand on another is left to the key.
        if not any(abs(x - u) < half + other and abs(y - v) < LEADING for u, v, other in taken):
            taken.append((x, y, half))
            ink = palette.ink_on(_shade(chart, mark) or PAPER)
            x, y = _east(canvas, (x, y))
            canvas.text(str(number), x, y, side="middle", color=ink, size=SMALL)


def _shade(chart: Chart, mark: Mark) -> str | None:
    hidden = mark.withheld or mark.value is None
    return None if hidden else palette.shade(mark.value or 0, chart.scale)


def _east(canvas: Canvas, point: Point) -> Point:
    """Return a point of the map on the canvas: a mirrored canvas would turn the land round."""
    x, y = point
    return (WIDTH - x, y) if canvas.mirrored else (x, y)


def _swatch(canvas: Canvas, colour: str | None, words: str, top: float) -> None:
    corners = ((2, top), (2 + SWATCH, top), (2 + SWATCH, top + SWATCH), (2, top + SWATCH))
    canvas.area([[*corners, corners[0]]], colour)
    canvas.text(words, SWATCH + 8, top + SWATCH / 2, size=SMALL)


def _entry(canvas: Canvas, number: int, mark: Mark, top: float) -> None:
    middle = top + LEADING / 2
    canvas.text(str(number), _NUMBERS - 6, middle, side="end", color=SOFT, size=SMALL)
    canvas.text(mark.text, WIDTH - 2, middle, side="end", size=SMALL, bold=not mark.withheld)
    for line, words in enumerate(_name(mark)):
        canvas.text(words, _NUMBERS, middle + LEADING * line, size=SMALL)


def _name(mark: Mark) -> tuple[str, ...]:
    return wrapped(mark.label, WIDTH - _NUMBERS - _VALUES, SMALL)


def _height(mark: Mark) -> float:
    return LEADING * len(_name(mark)) + 3


def _projected(borders: Borders) -> dict[str, list[Ring]]:
    """Return the rings of each place in pixels: north above, narrowed by the latitude."""
    rings = {code: list(_rings(geometry)) for code, geometry in borders.items()}
    points = [point for found in rings.values() for ring in found for point in ring]
    if not points:
        return {}
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    unit = min((WIDTH - 2 * EDGE) / wide, TALLEST / tall)
    start = (WIDTH - wide * unit) / 2

    def pixel(point: Point) -> Point:
        x, y = point
        return start + (x - west) * narrow * unit, EDGE + (north - y) * unit

    return {
        code: [_thinned([pixel(point) for point in ring]) for ring in found]
        for code, found in rings.items()
    }


def _thinned(ring: Ring) -> Ring:
    """Return a ring without the points that nobody could tell apart; its ends stay."""
    kept = ring[:1]
    for point in ring[1:-1]:
        if max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) >= NEAR:
            kept.append(point)
    return [*kept, *ring[-1:]]


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    found = geometry.get("coordinates", ())
    for polygon in found if geometry.get("type") == "MultiPolygon" else (found,):
        for ring in polygon:
            yield [(float(x), float(y)) for x, y, *_ in ring]


def _extent(ring: Ring) -> float:
    """Return the area within a ring, by the shoelace formula."""
    pairs = pairwise(ring)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _inside(ring: Ring) -> Point:
    """Return a point well inside a ring: the middle of its longest crossing among a few heights."""
    low, high = min(y for _, y in ring), max(y for _, y in ring)
    best = (0.0, (ring[0][0], ring[0][1]))
    for share in (0.5, 0.4, 0.6, 0.3, 0.7):
        height = low + (high - low) * share
        crossed = sorted(_crossings(ring, height))
        for start, end in zip(crossed[::2], crossed[1::2], strict=False):
            if end - start > best[0] * 1.15:
                best = (end - start, ((start + end) / 2, height))
    return best[1]


def _crossings(ring: Ring, height: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > height) != (y2 > height):
            yield x1 + (x2 - x1) * (height - y1) / (y2 - y1)
