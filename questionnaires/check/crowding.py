"""Screens that ask too much at once."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.ledger import STRUCTURE
from questionnaires.model import Instrument
from questionnaires.screens import SCREEN_LIMIT, screens


def crowded_screens(instrument: Instrument) -> Iterator[Problem]:
    """Yield each screen with more items than a small screen can hold."""
    for form in instrument.forms:
        for screen in screens(instrument, form):
            if len(screen) > SCREEN_LIMIT:
                remedy = (
                    f"{len(screen)} items stand on one screen of form '{form}', and {SCREEN_LIMIT} "
                    "are the most; set 'screen' of the grid, or move some to another section"
                )
                yield Problem(STRUCTURE, screen[0].words, "crowded-screen", remedy)
