"""Paper forms: a tagged PDF to print, fill in by hand and enter afterwards (docs/guide/paper.md).

The form asks what the pages ask, in the same order and words. `pages` puts together what it says,
`conditions` says in words when a question is skipped, and `press` makes the PDF.
"""

from __future__ import annotations

from questionnaires.formats.paper.facts import Facts
from questionnaires.formats.paper.pages import paper_form, question_numbers
from questionnaires.formats.paper.press import typeset
from questionnaires.formats.paper.slips import Slips, write_slips
from questionnaires.model import Instrument

name = "paper"
suffix = ".pdf"


def write(
    instrument: Instrument,
    language: str | None = None,
    form: str | None = None,
    facts: Facts | None = None,
) -> bytes:
    """Return the PDF of one form of `instrument` in one language.

    Parameters
    ----------
    instrument : Instrument
        What is asked.
    language, form : str, optional
        The first of the instrument if they are not given.
    facts : Facts, optional
        What the round says of itself. What is missing becomes a line to write on.

    Returns
    -------
    bytes
        A PDF/UA-1 document without a time in it: same input, same bytes.

    Raises
    ------
    FormatError
        If the instrument has no such language or form, or the fonts are missing.
    """
    return typeset(paper_form(instrument, language, form, facts or Facts()))


__all__ = ["Facts", "Slips", "name", "question_numbers", "suffix", "write", "write_slips"]
