"""HTML: reports as pages: one file, no script, no second request, one stylesheet inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.disclosure import Release
from analysis.estimate import Domain
from analysis.report.blocks import Report
from analysis.report.compose import compose
from analysis.report.palette import SEQUENTIAL, ink_on
from analysis.report.parts import parts
from analysis.report.phrases import FOLDER, fifths
from analysis.report.publication import Publication
from analysis.report.single import explain
from questionnaires import read_words

name = "html"
title = "HTML"
suffix = ".html"
mimetype = "text/html"

#: Fields of the heat table from low to high, each with ink that can be read on it (4.5:1).
TINTS = tuple({"field": field, "text": ink_on(field)} for field in SEQUENTIAL)

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


@dataclass(frozen=True)
class Notice:
    """What stands above a report that is no longer the last word.

    Attributes
    ----------
    title : str
        What became of it.
    lines : tuple of str
        Why, in the words of whoever decided it.
    link : tuple of (str, str) or None
        Words and address of what took its place.
    """

    title: str
    lines: tuple[str, ...] = ()
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class Leading:
    """Where the numbers of a report lead: an address, and what follows it for each cell."""

    address: str
    cells: Mapping[tuple[str, Domain], int]

    def to(self, about: tuple[str, Domain] | None) -> str:
        """Return the address of the explanation of a cell; empty for what is none."""
        number = None if about is None else self.cells.get(about)
        return "" if number is None else f"{self.address}{number}"


def render(publication: Publication) -> bytes:
    """Return the report as a page that stands for itself, to be kept or sent."""
    return _page(publication.report, publication.figures, {}).encode()


def render_report(
    release: Release,
    figures: Mapping[str, str],
    language: str,
    links: Mapping[str, str],
    *,
    downloads: Mapping[str, str] | None = None,
    notice: Notice | None = None,
    explained: str = "",
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
    downloads : mapping of str to str, optional
        Name of each file that can be had, and its address.
    notice : Notice, optional
        What became of the release, if it is not the last word.
    explained : str
        The address under which a number of a cell is explained, without that number; empty where
        there is no such page, as in a file.
    """
    report = compose(release, language, "programme").shown(figures)
    cells = {cell.key: number for number, cell in enumerate(release.programme.cells)}
    leading = Leading(explained, cells) if explained else None
    return _page(report, figures, links, downloads=downloads, notice=notice, leading=leading)


def render_explained(
    release: Release,
    language: str,
    number: int,
    back: str,
    links: Mapping[str, str],
    *,
    notice: Notice | None = None,
) -> str | None:
    """Return the page about one number of a report, None if there is none; `back` leads there."""
    report = explain(release, language, number)
    return None if report is None else _page(report, {}, links, notice=notice, back=back)


def render_community(
    release: Release, language: str, links: Mapping[str, str], *, notice: Notice | None = None
) -> str:
    """Return the page for everybody, in `language`; the rest as in `render_report`."""
    return _page(compose(release, language, "community"), {}, links, notice=notice)


def render_gone(
    release: Release, language: str, links: Mapping[str, str], notice: Notice, *, public: bool
) -> str:
    """Return the page of a withdrawn release: what became of it, and none of its numbers."""
    report = compose(release, language, "community" if public else "programme")
    without = Report(report.title, report.kind, report.language, report.direction, ())
    return _page(without, {}, links, notice=notice)


def _page(
    report: Report,
    figures: Mapping[str, str],
    links: Mapping[str, str],
    *,
    downloads: Mapping[str, str] | None = None,
    notice: Notice | None = None,
    leading: Leading | None = None,
    back: str = "",
) -> str:
    page = _PAGES.get_template("page.html.jinja").render(
        report=report,
        # Escaping would change the characters that the hash is of.
        style=Markup(STYLESHEET),  # noqa: S704
        parts=list(parts(report.blocks)),
        figures=figures,
        links=links,
        downloads=downloads or {},
        notice=notice,
        leading=leading,
        back=back,
        chrome=_chrome(report.language),
    )
    return "\n".join(line for line in page.splitlines() if line.strip()) + "\n"


def _chrome(language: str) -> dict[str, Any]:
    """Return the words around a report: for finding one's way on the page."""
    words = read_words(FOLDER, language)
    return {
        "skip": words.gettext("Skip to the results"),
        "languages": words.gettext("Languages"),
        "contents": words.gettext("On this page"),
        "downloads": words.gettext("Take this report with you"),
        "scale": words.gettext("Shades of the table"),
        "withheld": words.gettext("withheld"),
        "steps": fifths(words),
        "explained": words.gettext("Each number of a table leads to its explanation."),
        "back": words.gettext("Back to the report"),
    }
