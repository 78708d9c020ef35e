"""Set papers in a process of their own: what is asked for comes in as JSON, the PDFs go out."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from typing import Any

from questionnaires.formats.paper.facts import Facts
from questionnaires.formats.paper.pages import paper_form
from questionnaires.formats.paper.press import typeset
from questionnaires.formats.paper.sheets import Notice, write_sheet
from questionnaires.read import thaw_instrument

FORM = "form"


def set_papers(content: bytes) -> dict[str, str]:
    """Return the PDFs that `content` asks for, by name, in base64.

    Parameters
    ----------
    content : bytes
        JSON: ``instrument``, its canonical text; ``form``; and ``papers``, a list with the
        ``name``, ``kind``, ``language`` and ``facts`` of each, which are the fields of `Notice`
        or, of a form, of `Facts`.

    Raises
    ------
    FormatError
        If one cannot be set.
    """
    asked = json.loads(content)
    instrument, form = thaw_instrument(asked["instrument"]), asked["form"]
    made: dict[str, str] = {}
    for paper in asked["papers"]:
        facts, language = _dated(paper["facts"]), paper["language"]
        if paper["kind"] == FORM:
            pages = typeset(paper_form(instrument, language, form, Facts(**facts)))
        else:
            pages = write_sheet(paper["kind"], instrument, language, form, Notice(**facts))
        made[paper["name"]] = b64encode(pages).decode()
    return made


def _dated(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with their days as days again."""
    days = {"keep_until", "closes_on"}
    return {
        name: date.fromisoformat(value) if name in days and value else value
        for name, value in facts.items()
    }
