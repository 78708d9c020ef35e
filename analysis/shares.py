"""Shares of answers that make no score: complaints, harm, whatever is counted and not measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Estimate, estimate
from analysis.frame import Frame
from questionnaires import Nonanswer, item_type


def shares(
    frame: Frame,
    name: str,
    design: Design,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> dict[str, Estimate]:
    """Estimate the percentage of people who gave each answer to one item.

    Parameters
    ----------
    frame : Frame
        Answers of n people, with their instrument.
    name : str
        An item with choices, of which one or several may be chosen.
    design : Design
        Of the same n rows.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the intervals.

    Returns
    -------
    dict of str to Estimate
        By code, percent (0-100) of those who gave any answer. Nobody counts who does not know,
        prefers silence, was not asked, or to whom the question does not apply.

    Raises
    ------
    EstimateError
        If the instrument has no such item, or it has no choices.
    """
    items = {item.name: item for item in frame.instrument.items} if frame.instrument else {}
    item = items.get(name)
    if item is None or not item.codes:
        raise EstimateError(f"{name} is no item with choices; name one of the instrument")
    kind = item_type(item.type)
    given = [set(kind.codes(str(cell))) - {"", *Nonanswer} for cell in frame.codes(name)]
    answered = np.array([bool(each) for each in given], dtype=bool)
    found = {}
    for code in item.codes:
        chosen = np.array([code in each for each in given], dtype=bool)
        percent = np.where(answered, 100.0 * chosen, np.nan)
        found[code] = estimate("mean", percent, design, domain, level=level)
    return found
