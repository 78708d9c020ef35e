"""Reports as pages: one file, no script, no second request, one stylesheet inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.disclosure import Release
from analysis.report.blocks import Block, Chart, Heading, KeyFigure, Report
from analysis.report.compose import compose
from analysis.report.phrases import FOLDER
from questionnaires import read_words

#: Fields of the heat table from low to high, each with ink that can be read on it (4.5:1).
TINTS = (
    {"field": "#f3ead8", "text": "#1f2a2e"},
    {"field": "#c5d8cf", "text": "#1f2a2e"},
    {"field": "#7fb6b5", "text": "#1f2a2e"},
    {"field": "#3c8790", "text": "#000000"},
    {"field": "#0b5563", "text": "#ffffff"},
)

_PAGES = Environment(
    loader=PackageLoader("analysis.report", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Figures are drawn from a release by our own code and stored with it; nobody can write to them.
_PAGES.filters["drawn"] = Markup

#: What stands in the `style` element of every page, and its hash for ``style-src``.
STYLESHEET = str(_PAGES.get_template("style.css.jinja").render(tints=TINTS))
STYLE_HASH = "sha256-" + b64encode(sha256(STYLESHEET.encode()).digest()).decode()


def render_report(
    release: Release, figures: Mapping[str, str], language: str, links: Mapping[str, str]
) -> str:
    """Return the report for programme teams as an HTML page.

    Parameters
    ----------
    release : Release
        What is published.
    figures : mapping of str to str
        What `analysis.report.charts.draw_figures` drew of `release` in `language`.
    language : str
        One of the languages of the release.
    links : mapping of str to str
        Name of each other language in itself, and the address of this report in it.
    """
    return _page(compose(release, language, "programme"), figures, links)


def render_community(release: Release, language: str, links: Mapping[str, str]) -> str:
    """Return the page for everybody, in `language`; `links` as in `render_report`."""
    return _page(compose(release, language, "community"), {}, links)


def _page(report: Report, figures: Mapping[str, str], links: Mapping[str, str]) -> str:
    page = _PAGES.get_template("page.html.jinja").render(
        report=report,
        # Escaping would change the characters that the hash is of.
        style=Markup(STYLESHEET),  # noqa: S704
        parts=list(_parts(report.blocks)),
        figures=figures,
        links=links,
        chrome=_chrome(report.language),
    )
    return "\n".join(line for line in page.splitlines() if line.strip()) + "\n"


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[str, Any]]:
    """Yield blocks with their kind; neighbouring key figures or charts stand side by side."""
    entered = [each for each in blocks if isinstance(each, Heading) and each.anchor]
    for kind, run in groupby(blocks, type):
        if issubclass(kind, KeyFigure | Chart):
            yield kind.__name__, list(run)
            continue
        for block in run:
            if entered and block is entered[0]:
                yield "Contents", entered
            yield kind.__name__, block


def _chrome(language: str) -> dict[str, Any]:
    """Return the words around a report: for finding one's way on the page."""
    words = read_words(FOLDER, language)
    return {
        "skip": words.gettext("Skip to the results"),
        "languages": words.gettext("Languages"),
        "contents": words.gettext("On this page"),
        "scale": words.gettext("Shades of the table"),
        "withheld": words.gettext("withheld"),
        "steps": [
            words.gettext("%(low)s to %(high)s", low=low, high=low + 19 + (low == 80))
            for low in range(0, 100, 20)
        ],
    }
