"""From a stored release to a page. Loads `analysis`, so only a reader's request imports it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from analysis.disclosure import Release
from analysis.report import STYLE_HASH, render_community, render_report
from survey import models
from survey.security import content_policy


def report_page(stored: models.Release, language: str, links: Mapping[str, str]) -> Response:
    """Return the programme team's report with the figures drawn when the release was made."""
    release = Release.from_json(stored.document)
    return _page(render_report(release, stored.figures[language], language, links))


def community_page(stored: models.Release, language: str, links: Mapping[str, str]) -> Response:
    """Return the page for everybody."""
    return _page(render_community(Release.from_json(stored.document), language, links))


def _page(html: str) -> Response:
    reply = Response(html, mimetype="text/html")
    reply.headers["Content-Security-Policy"] = content_policy(f"'{STYLE_HASH}'")
    return reply
