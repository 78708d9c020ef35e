"""From a release to something to read: blocks, figures, pages.

Figures are drawn once, when a release is made: ``analysis.report.charts.draw_figures``. That
module loads matplotlib, so it is imported by whoever draws and by nobody who only shows.
"""

from analysis.report.renderers.html import (
    STYLE_HASH,
    STYLESHEET,
    Notice,
    render_community,
    render_explained,
    render_gone,
    render_report,
)

__all__ = [
    "STYLESHEET",
    "STYLE_HASH",
    "Notice",
    "render_community",
    "render_explained",
    "render_gone",
    "render_report",
]
