"""What makes an assessment of governance: which instrument asks for one, of whom, and how early."""

from __future__ import annotations

from datetime import date

from questionnaires.model import Instrument

#: Before this month after the start there is little to assess.
EARLIEST = 16
#: Fewer raters, or all of one kind of body, are an opinion and no assessment.
RATERS, BODIES = 3, 2


def rates_bodies(instrument: Instrument) -> bool:
    """Tell whether raters of bodies answer: ``reintegration_governance``, or one made like it."""
    return {"body", "months"} <= {item.name for item in instrument.items}


def months_between(began: date, day: date) -> int:
    """Return the whole months from the start to `day`; below zero before it."""
    return 12 * (day.year - began.year) + day.month - began.month - (day.day < began.day)
