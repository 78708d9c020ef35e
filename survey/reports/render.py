"""From a stored release to a page. Loads `analysis`, so only a reader's request imports it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from flask import Response

from analysis.disclosure import Release
from analysis.report import STYLE_HASH, render_community, render_report
from survey import models
from survey.errors import ReleaseError
from survey.security import content_policy
from survey.site import site


def report_page(stored: models.Release, language: str, links: Mapping[str, str]) -> Response:
    """Return the programme team's report with the figures drawn when the release was made."""
    figures = stored.figures[language]
    return _page(
        "report", stored, language, lambda release: render_report(release, figures, language, links)
    )


def community_page(stored: models.Release, language: str, links: Mapping[str, str]) -> Response:
    """Return the page for everybody."""
    return _page(
        "community", stored, language, lambda release: render_community(release, language, links)
    )


def _page(
    kind: str, stored: models.Release, language: str, render: Callable[[Release], str]
) -> Response:
    """Return a page of a release; it never changes, so it is rendered once."""
    key = (kind, stored.token, language)
    built = site().built
    if key not in built:
        if hashlib.sha256(stored.document.encode()).hexdigest() != stored.sha256:
            raise ReleaseError("the release differs from the one that was signed off")
        built[key] = render(Release.from_json(stored.document))
    reply = Response(built[key], mimetype="text/html")
    reply.headers["Content-Security-Policy"] = content_policy(f"'{STYLE_HASH}'")
    return reply
