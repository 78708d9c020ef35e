"""Questions that could expose a person and that a person cannot leave out."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.ledger import STRUCTURE
from questionnaires.model import Instrument, Nonanswer
from questionnaires.types import item_type


def no_way_out(instrument: Instrument) -> Iterator[Problem]:
    """Yield each sensitive item that must be answered, or on whose page nobody can refuse."""
    for item in instrument.items:
        kind = item_type(item.type)
        if not item.sensitive or not kind.is_asked:
            continue
        refused = kind.answer(item, kind.given(Nonanswer.REFUSED)) == Nonanswer.REFUSED
        if item.required or Nonanswer.REFUSED not in item.ways_out or not refused:
            remedy = "it is sensitive and cannot be refused; drop 'required', or do not ask it"
            yield Problem(STRUCTURE, item.words, "no-way-out", remedy)
