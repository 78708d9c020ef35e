"""Figures, drawn once when a release is made: one file for each kind, one canvas for all.

Loads matplotlib, so it is imported by whoever draws and by nobody who only shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.disclosure import Release
from analysis.report.blocks import Chart, FigureKind
from analysis.report.charts import (
    choropleth,
    distribution,
    forest,
    heat,
    ranked,
    slope,
    triangulation,
)
from analysis.report.compose import compose
from analysis.report.svg import refine

_KINDS = {
    FigureKind.FOREST: forest.draw,
    FigureKind.DISTRIBUTION: distribution.draw,
    FigureKind.HEAT: heat.draw,
    FigureKind.RANKED: ranked.draw,
    FigureKind.SLOPE: slope.draw,
    FigureKind.TRIANGULATION: triangulation.draw,
}


def draw_figures(
    release: Release, language: str, borders: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, str]:
    """Return the figures of the programme report in `language`: SVG by name, to be stored.

    Parameters
    ----------
    release : Release
        What is published; nothing else can be drawn.
    language : str
        One of the languages of the release.
    borders : mapping of str to GeoJSON geometry, optional
        By code of the place. Without them there is no map.

    Returns
    -------
    dict of str to str
        The same release gives the same characters.
    """
    report = compose(release, language, "programme")
    charts = [each for each in report.blocks if isinstance(each, Chart) and each.marks]
    return {
        each.name: draw_chart(each, report.direction, borders or {})
        for each in charts
        if each.kind is not FigureKind.MAP or borders
    }


def draw_chart(
    chart: Chart, direction: str, borders: Mapping[str, Mapping[str, Any]] | None = None
) -> str:
    """Return one figure as SVG for a page."""
    mirrored = direction == "rtl"
    if chart.kind is FigureKind.MAP:
        canvas = choropleth.draw(chart, mirrored=mirrored, borders=borders or {})
    else:
        canvas = _KINDS[chart.kind](chart, mirrored=mirrored)
    return refine(canvas.svg(), chart.name, chart.caption, chart.description)
