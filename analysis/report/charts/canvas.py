"""What figures are drawn on. The only module that knows matplotlib.

A canvas is measured in CSS pixels, downwards and from the side on which the language begins: a
figure for Arabic is the same figure, mirrored. It is as wide as a small phone, so that its text
stays readable there; wider pages set several side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from io import StringIO
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

INK, SOFT, LINE, PETROL, PAPER = "#1f2a2e", "#4a575c", "#d9d3c7", "#0b5563", "#fbf8f3"

#: Width of every figure, size of its text and distance of two lines of it.
WIDTH, TEXT, LEADING = 360, 12.5, 15
#: Other letters than ours may be a little wider.
_ROOM = 1.04

_RIGHT_TO_LEFT, _LEFT_TO_RIGHT, _POP = "\u2067", "\u2066", "\u2069"
#: Behind these a long word is broken rather than elsewhere.
_JOINTS = "-–/_"
_ARABIC = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

Point = tuple[float, float]
Side = Literal["start", "middle", "end"]


class Canvas:
    """A drawing of `height` pixels, mirrored for languages that run from right to left."""

    def __init__(self, height: float, *, mirrored: bool) -> None:
        self.mirrored = mirrored
        self._figure = Figure(figsize=(WIDTH / 72, height / 72))
        self._figure.patch.set_visible(False)
        # One point of the figure is one pixel. Axes would cost more than all that stands on them.
        across = Affine2D().scale(-1, 1).translate(WIDTH, 0) if mirrored else Affine2D()
        self._place = across.scale(1, -1).translate(0, height)

    def text(
        self,
        words: str,
        x: float,
        middle: float,
        *,
        side: Side = "start",
        color: str = INK,
        bold: bool = False,
        size: float = TEXT,
    ) -> None:
        """Write `words` in one line with the given side of them at `x`."""
        at_left = (side == "start") is not self.mirrored
        self._figure.text(
            x,
            middle,
            _isolated(words) if self.mirrored else words,
            ha="center" if side == "middle" else "left" if at_left else "right",
            va="center_baseline",
            fontsize=size,
            color=color,
            fontweight="bold" if bold else "normal",
            transform=self._place,
        )

    def line(
        self,
        start: Point,
        end: Point,
        *,
        color: str = LINE,
        width: float = 0.8,
        dashed: bool = False,
    ) -> None:
        """Draw a line between two points."""
        style: Any = (0, (3, 3)) if dashed else "-"
        (x1, y1), (x2, y2) = start, end
        self._add(Line2D((x1, x2), (y1, y2), color=color, linewidth=width, linestyle=style))

    def dot(self, x: float, y: float, *, hollow: bool = False) -> None:
        """Draw a point; a hollow one for a number that rests on few answers."""
        dot = Line2D((x,), (y,), marker="o", markersize=7.5, markeredgewidth=1.8)
        dot.set_markerfacecolor(PAPER if hollow else PETROL)
        dot.set_markeredgecolor(PETROL)
        self._add(dot)

    def bar(
        self, x: float, top: float, width: float, height: float, color: str, *, edge: str = PAPER
    ) -> None:
        """Fill a rectangle that begins at `x`."""
        self._add(
            Rectangle((x, top), width, height, facecolor=color, edgecolor=edge, linewidth=0.8)
        )

    def area(self, rings: Sequence[Sequence[Point]], color: str | None) -> None:
        """Fill a shape of outer and inner rings, or hatch it when it has no colour."""
        points = [point for ring in rings for point in ring]
        codes = [
            code
            for ring in rings
            for code in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY)
        ]
        hatched = color is None
        self._add(
            PathPatch(
                Path(points, codes),
                facecolor="#ffffff" if hatched else color,
                edgecolor=SOFT,
                linewidth=0.8,
                hatch="////" if hatched else None,
                hatchcolor="#b9b1a1",
            )
        )

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._place)
        artist.set_clip_on(False)
        self._figure.add_artist(artist, clip=False)

    def svg(self) -> str:
        """Return what was drawn, the same characters for the same drawing."""
        # The salt makes ids depend on the drawing alone; a name with dollar signs is no formula.
        settings: dict[Any, Any] = {
            "svg.fonttype": "none",
            "svg.hashsalt": "sixfold",
            "text.parse_math": False,
        }
        with rc_context(settings):
            written = StringIO()
            nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            self._figure.savefig(written, format="svg", metadata=nothing)
        return written.getvalue()


def _isolated(words: str) -> str:
    """Return `words` running their own way: ``<5`` among Arabic words stays ``<5``."""
    start = _RIGHT_TO_LEFT if _ARABIC.search(words) else _LEFT_TO_RIGHT
    return f"{start}{words}{_POP}"


@cache
def _font(*, bold: bool) -> FT2Font:
    return get_font(findfont(FontProperties(weight="bold" if bold else "normal")))


@lru_cache(maxsize=4096)
def width_of(words: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Return how wide `words` are, in pixels and with a little room."""
    font = _font(bold=bold)
    font.set_size(size, 72)
    font.set_text(words)
    return float(font.get_width_height()[0]) / 64 * _ROOM


def wrapped(words: str, width: float, size: float = TEXT, *, bold: bool = False) -> tuple[str, ...]:
    """Return `words` in lines no wider than `width`; a long word is broken, best at a joint."""
    lines: list[str] = []
    for word in words.split():
        for piece in _broken(word, width, size, bold=bold):
            longer = f"{lines[-1]} {piece}" if lines else piece
            if lines and width_of(longer, size, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return tuple(lines) or ("",)


def _broken(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    if width_of(word, size, bold=bold) <= width:
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size, bold=bold) > width:
            joint = max(map(pieces[-1].rfind, _JOINTS)) + 1
            pieces[-1:] = [pieces[-1][:joint], pieces[-1][joint:]] if joint else [pieces[-1], ""]
        pieces[-1] += letter
    return pieces
