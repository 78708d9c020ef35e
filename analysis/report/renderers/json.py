"""JSON: the release itself, to the letter as it was signed off, so that its SHA-256 can be checked.

It is the same in every language: it holds the words of all of them.
"""

from __future__ import annotations

from analysis.report.publication import Publication

name = "json"
title = "JSON"
suffix = ".json"
mimetype = "application/json"


def render(publication: Publication) -> bytes:
    """Return the document of the release."""
    return publication.release.to_json().encode()
