"""Figures, drawn once when a release is made. The only module that loads matplotlib.

A figure is a forest plot of one headline dimension: a row for each place, or for each group. It
is as wide as a small phone, so that its text stays readable there; wider pages set several side
by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from textwrap import wrap

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.disclosure import Breakdown, Cell, OutlinedDimension, Release, Remark
from analysis.report.compose import GROUPS, PLACES, headline, phrases_for
from analysis.report.phrases import Phrases
from analysis.report.svg import refine
from analysis.report.tables import domains_of

INK, SOFT, LINE, PETROL, PAPER = "#1f2a2e", "#4a575c", "#d9d3c7", "#0b5563", "#fbf8f3"

#: Measures in CSS pixels.
WIDTH, NAMES, VALUES, LEADING, GAP = 360, 146, 32, 15, 12
LETTERS = 20  # that fit beside the plot in one line
TEXT = 12.5

_ISOLATE, _POP = "\u2067", "\u2069"


@dataclass(frozen=True)
class _Line:
    """One row: its name in lines, and what stands beside it; a heading has nothing."""

    name: tuple[str, ...]
    cell: Cell | None

    @property
    def height(self) -> int:
        return LEADING * len(self.name) + GAP


def draw_figures(release: Release, language: str) -> dict[str, str]:
    """Return the figures of the programme report in `language`: SVG by name, to be stored.

    Names are ``places.<dimension>`` and ``groups.<dimension>``. The same release gives the same
    characters.
    """
    phrases = phrases_for(release, language, "programme")
    places = [each for each in phrases.outline.breakdowns if each.place]
    groups = [each for each in phrases.outline.breakdowns if not each.place]
    return {
        f"{kind}.{dimension.name}": _draw(phrases, dimension, kind, breakdowns)
        for kind, breakdowns in ((PLACES, places), (GROUPS, groups))
        for dimension in headline(phrases)
        if breakdowns
    }


def _draw(
    phrases: Phrases, dimension: OutlinedDimension, kind: str, breakdowns: Sequence[Breakdown]
) -> str:
    lines = list(_lines(phrases, dimension, breakdowns))
    height = sum(line.height for line in lines) + 2 * LEADING
    # The salt makes ids depend on the drawing alone; a name with dollar signs is no formula.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "sixfold", "text.parse_math": False}):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        figure.patch.set_visible(False)
        pen = _Pen(phrases, _axes(figure, height, mirrored=phrases.words.direction == "rtl"))
        pen.draw(lines)
        written = StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing)
    name = phrases.labels.dimensions[dimension.name]
    return refine(written.getvalue(), f"{kind}.{dimension.name}", name, _description(phrases))


def _description(phrases: Phrases) -> str:
    if not phrases.of_everyone:
        return phrases.words.gettext(
            "A point for each average on a line from 0 to 100. Withheld rows are named and have "
            "no point. The table below holds the same numbers."
        )
    return phrases.words.gettext(
        "A point for each average on a line from 0 to 100, and a bar for its likely range. "
        "Withheld rows are named and have no point. The table below holds the same numbers."
    )


def _lines(
    phrases: Phrases, dimension: OutlinedDimension, breakdowns: Sequence[Breakdown]
) -> Iterator[_Line]:
    yield _Line((phrases.name(()),), phrases.edition.cell(dimension.name))
    for breakdown in breakdowns:
        if len(breakdowns) > 1:
            yield _Line((phrases.labels.items[breakdown.item],), None)
        for domain in domains_of(breakdown):
            name = tuple(wrap(phrases.name(domain), LETTERS)) or ("",)
            yield _Line(name, phrases.edition.cell(dimension.name, domain))


def _axes(figure: Figure, height: int, *, mirrored: bool) -> Axes:
    """Return axes for the points: 0 to 100 across, pixels down; names stand outside them."""
    start = VALUES if mirrored else NAMES
    width = WIDTH - NAMES - VALUES
    bottom = 2 * LEADING / height
    axes = figure.add_axes((start / WIDTH, bottom, width / WIDTH, 1 - bottom))
    axes.set_xlim((100, 0) if mirrored else (0, 100))
    axes.set_ylim(height - 2 * LEADING, 0)
    axes.set_xticks((0, 25, 50, 75, 100))
    axes.set_yticks(())
    axes.tick_params(length=0, labelsize=TEXT - 1, labelcolor=SOFT)
    axes.grid(axis="x", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.patch.set_visible(False)
    axes.spines[:].set_visible(False)
    return axes


class _Pen:
    """Draws lines onto axes, from the side on which the language begins."""

    def __init__(self, phrases: Phrases, axes: Axes) -> None:
        self.phrases = phrases
        self.axes = axes
        self.mirrored = phrases.words.direction == "rtl"

    def draw(self, lines: Sequence[_Line]) -> None:
        """Draw `lines` from top to bottom, and where everyone stands behind them."""
        top = 0.0
        for line in lines:
            self._name(line, top)
            if line.cell is not None:
                self._cell(line.cell, top + line.height / 2)
            top += line.height
        everyone = lines[0].cell
        if everyone is not None and everyone.mean is not None:
            self.axes.axvline(everyone.mean, color=SOFT, linewidth=0.9, linestyle=(0, (3, 3)))

    def _name(self, line: _Line, top: float) -> None:
        for number, words in enumerate(line.name):
            middle = top + GAP / 2 + LEADING * (number + 0.5)
            weight = "bold" if line.cell is None else "normal"
            self._write(words, -NAMES + 2, middle, weight=weight)

    def _cell(self, cell: Cell, middle: float) -> None:
        if cell.mean is None:
            self._write(self.phrases.withheld(), 6, middle, color=SOFT)
            return
        if cell.low is not None and cell.high is not None:
            self.axes.plot((cell.low, cell.high), (middle, middle), color=PETROL, linewidth=2.2)
        few = Remark.FEW_ANSWERS in cell.notes
        self.axes.plot(
            cell.mean,
            middle,
            marker="o",
            markersize=7.5,
            markerfacecolor=PAPER if few else PETROL,
            markeredgecolor=PETROL,
            markeredgewidth=1.8,
            clip_on=False,
        )
        self._write(str(cell.mean), WIDTH - NAMES - 4, middle, side="end", weight="bold")

    def _write(
        self,
        words: str,
        along: float,
        middle: float,
        *,
        side: str = "start",
        color: str = INK,
        weight: str = "normal",
    ) -> None:
        """Write `words` with one side `along` pixels from the start of the axes."""
        share = along / (WIDTH - NAMES - VALUES)
        at_left = (side == "start") is not self.mirrored
        self.axes.text(
            1 - share if self.mirrored else share,
            middle,
            f"{_ISOLATE}{words}{_POP}" if self.mirrored else words,
            transform=self.axes.get_yaxis_transform(),
            ha="left" if at_left else "right",
            va="center_baseline",
            fontsize=TEXT,
            color=color,
            fontweight=weight,
        )
