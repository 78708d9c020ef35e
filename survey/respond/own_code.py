"""The page after the last one, where a round offers it: make a code that only you can make again.

The hints ask for what stays the same for years and stands in no paper and no album: no name, no
day and no number that a relative or an office knows.
"""

from __future__ import annotations

from flask import Response

from survey.forms import Fields
from survey.messages import _
from survey.operations.linking import own_code
from survey.respond.pages import Pages
from survey.respond.visit import Visit

#: The names of the boxes, and what is written into each.
HINTS = {
    "own_1": _("The first two letters of a song that you know from long ago"),
    "own_2": _("The first two letters of a food that you would never eat"),
    "own_3": _("The first two letters of a place that you would like to see once"),
    "own_4": _("A number from 10 to 99 that you alone chose"),
}


def ask(pages: Pages, visit: Visit, fields: Fields) -> Response | None:
    """Return the page that offers a code of one's own, until it was answered or passed by."""
    if not pages.wave.linking or fields.get("action", [""])[-1] == "without":
        return None
    written = _written(fields)
    is_asked = not fields.keys().isdisjoint(HINTS)
    if is_asked and made(fields):
        return None
    facts = {"hints": HINTS, "written": written, "is_wrong": is_asked}
    return pages.page("respond/own_code.html", visit, facts, 422 if is_asked else 200)


def made(fields: Fields) -> str:
    """Return the code that somebody made; empty for none."""
    if fields.get("action", [""])[-1] == "without":
        return ""
    return own_code(list(_written(fields).values()))


def carried(fields: Fields) -> dict[str, str]:
    """Return the boxes of a code that somebody made, for a page from which they are sent again."""
    return _written(fields) if made(fields) else {}


def _written(fields: Fields) -> dict[str, str]:
    return {name: fields.get(name, [""])[-1] for name in HINTS}
