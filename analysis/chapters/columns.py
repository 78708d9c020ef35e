"""From answers to the column that a row of a topic is the mean of."""

from __future__ import annotations

import numpy as np

from analysis.disclosure.kinds import Row, Statistic
from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.needs import IN_NEED, rankings_of
from analysis.priorities import Rankings
from analysis.ratings import points_of
from analysis.stages import BoolArray, FloatArray
from questionnaires import Nonanswer, item_type

#: Who was not asked is not unsure.
_UNASKED = (str(Nonanswer.NOT_SHOWN), str(Nonanswer.NOT_APPLICABLE))


def column(frame: Frame, statistic: Statistic, row: Row) -> FloatArray:
    """Return what is averaged, of shape (n,): 0-100, or 0-1 for shares; NaN outside the base."""
    if statistic is Statistic.POINTS:
        return frame.measured(row.items[0])
    if statistic is Statistic.SHARE:
        return _chose(frame, row)
    if statistic is Statistic.IN_NEED:
        return _in_need(frame, row)
    if statistic is Statistic.UNSURE:
        return _unsure(frame, row)
    return _ranked(rankings_of(frame, row.items[0]), statistic, row.answers[0])


def _share(holds: BoolArray, known: BoolArray) -> FloatArray:
    return np.where(known, holds.astype(np.float64), np.nan)


def _chose(frame: Frame, row: Row) -> FloatArray:
    """Return 1 for those who gave one of the answers, of those who gave any."""
    item = frame.instrument.item(row.items[0]) if frame.instrument else None
    if item is None:
        raise EstimateError("the frame has no instrument; read it with the one that was asked")
    kind, wanted = item_type(item.type), set(row.answers)
    cells, place = np.unique(frame.codes(item.name), return_inverse=True)
    given = [set(kind.codes(str(cell))) - {"", *Nonanswer} for cell in cells]
    known = np.array([bool(each) for each in given], dtype=bool)[place]
    return _share(np.array([bool(each & wanted) for each in given], dtype=bool)[place], known)


def _in_need(frame: Frame, row: Row) -> FloatArray:
    """Return 1 for households in need; those to whom it does not apply are not in need."""
    item = frame.instrument.item(row.items[0]) if frame.instrument else None
    if item is None:
        raise EstimateError("the frame has no instrument; read it with the one that was asked")
    points = points_of(frame, item)
    known = ~np.isnan(points) | (frame.codes(item.name) == str(Nonanswer.NOT_APPLICABLE))
    return _share(points >= IN_NEED, known)


def _unsure(frame: Frame, row: Row) -> FloatArray:
    """Return the share of the questions asked to which a person said "I don't know"."""
    codes = [frame.codes(name) for name in row.items]
    asked = np.sum([~np.isin(each, _UNASKED) for each in codes], axis=0)
    said = np.sum([each == str(Nonanswer.UNSURE) for each in codes], axis=0)
    found = np.full(len(frame), np.nan)
    np.divide(said, asked, out=found, where=asked > 0)
    return found


def _ranked(rankings: Rankings, statistic: Statistic, code: str) -> FloatArray:
    """Return points, or whether a code was ranked first or at all, of those who ranked any."""
    place = rankings.needs.index(code)
    if statistic is Statistic.PRIORITY:
        return np.where(rankings.ranked, rankings.points()[:, place], np.nan)
    rank = rankings.rank[:, place]
    return _share(rank == 1 if statistic is Statistic.FIRST else rank > 0, rankings.ranked)
