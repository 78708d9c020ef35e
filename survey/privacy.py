"""The page of promises, for everybody, in every language of the interface."""

from __future__ import annotations

from flask import Response, render_template

from survey import promises
from survey.languages import LANGUAGES, choose_language, words
from survey.policy import Audience, open_to


@open_to(Audience.PUBLIC)
def privacy(language: str | None = None) -> Response:
    """Show what we promise, and what we cannot."""
    spoken = words(choose_language(LANGUAGES, language))
    page = render_template(
        "privacy.html",
        _=spoken.gettext,
        language=spoken.language,
        direction=spoken.direction,
        languages=[(code, words(code).name) for code in LANGUAGES],
        to_participants=promises.TO_PARTICIPANTS,
        to_researchers=promises.TO_RESEARCHERS,
        to_programmes=promises.TO_PROGRAMMES,
        limits=promises.LIMITS,
    )
    return Response(page, mimetype="text/html")
