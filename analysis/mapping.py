"""The stakeholder map: where each organisation stands, and what to do with it next.

Influence against interest, capacity against willingness: two grids, read one by one. Nothing
multiplies ratings, and nothing puts organisations in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.ratings import Rating, rate
from analysis.scoring import score
from analysis.stages import FloatArray

#: A median from here on is high, up to here low, and in the middle between (scoring.md C.9).
HIGH, LOW = 3.5, 2.5

RATED = ("influence", "interest", "capacity", "willingness")


class Band(StrEnum):
    """What a median says."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


class Quadrant(StrEnum):
    """How to deal with an organisation, by influence and interest."""

    KEEP_CLOSE = "keep close"
    KEEP_SATISFIED = "keep satisfied"
    KEEP_INFORMED = "keep informed"
    WATCH = "watch"
    MIDDLE = "middle"


class Partnership(StrEnum):
    """What could come of working together, by capacity and willingness."""

    READY = "ready partner"
    BUILD_CAPACITY = "build capacity"
    PERSUADE = "persuade"
    WATCH = "watch"
    MIDDLE = "middle"


@dataclass(frozen=True)
class Stakeholder:
    """One organisation on one topic, as its raters see it.

    Attributes
    ----------
    key : tuple of str
        What its records have in common: its code and the topic.
    influence, interest, capacity, willingness : Rating
        1-5. The capacity that a rater sees is the mean of staff, skills, money and reach.
    """

    key: tuple[str, ...]
    influence: Rating
    interest: Rating
    capacity: Rating
    willingness: Rating

    @property
    def quadrant(self) -> Quadrant | None:
        """Influence against interest; middle when either is; None when either was not rated."""
        found = _cell(self.influence, self.interest)
        return None if found is None else _QUADRANTS.get(found, Quadrant.MIDDLE)

    @property
    def partnership(self) -> Partnership | None:
        """Capacity against willingness; middle when either is; None when either was not rated."""
        found = _cell(self.capacity, self.willingness)
        return None if found is None else _PARTNERSHIPS.get(found, Partnership.MIDDLE)


def band(median: float) -> Band:
    """Return whether a median of ratings from 1 to 5 is high, low, or in the middle."""
    if median >= HIGH:
        return Band.HIGH
    return Band.LOW if median <= LOW else Band.MIDDLE


def map_stakeholders(
    keys: Sequence[tuple[str, ...]], ratings: Mapping[str, ArrayLike]
) -> tuple[Stakeholder, ...]:
    """Place every organisation by the medians over its raters.

    Parameters
    ----------
    keys : sequence of tuple of str, length n
        What the records of one organisation have in common; one record a rater.
    ratings : mapping of str to array_like of float, each of shape (n,)
        ``influence``, ``interest``, ``capacity`` and ``willingness``, 1-5; NaN for none.

    Returns
    -------
    tuple of Stakeholder
        By key.

    Raises
    ------
    EstimateError
        If a rating is missing, has another length, or lies outside 1 to 5.
    """
    columns = {name: _ratings(name, ratings, len(keys)) for name in RATED}
    rows: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(tuple(key), []).append(row)
    return tuple(
        Stakeholder(key, *(rate(columns[name][rows[key]]) for name in RATED))
        for key in sorted(rows)
    )


def stakeholders(
    frame: Frame, by: Sequence[str] = ("record_code", "topic")
) -> tuple[Stakeholder, ...]:
    """Place the organisations of a frame of the stakeholder map.

    Parameters
    ----------
    frame : Frame
        One record for each organisation, topic and rater.
    by : sequence of str
        The items whose answers the records of one organisation share.

    Raises
    ------
    EstimateError
        If the instrument does not ask for the four ratings, or lacks an item of `by`.
    """
    instrument = frame.instrument
    names = {item.name for item in instrument.items} if instrument else set()
    wanted = {*by, *RATED} - {"capacity"}
    if instrument is None or not wanted <= names:
        listed = ", ".join(sorted(wanted - names))
        raise EstimateError(f"the instrument has no {listed}; read the file as stakeholder_map")
    shared = [frame.codes(name).tolist() for name in by]
    percent = {name: frame.measured(name) for name in RATED if name != "capacity"}
    percent["capacity"] = score(frame, instrument.forms[0])["capacity"]
    points = {name: 1 + 4 * column / 100 for name, column in percent.items()}
    return map_stakeholders(list(zip(*shared, strict=True)), points)


def _ratings(name: str, ratings: Mapping[str, ArrayLike], n: int) -> FloatArray:
    values = np.asarray(ratings.get(name, ()), dtype=np.float64)
    if values.shape != (n,):
        raise EstimateError(f"{name} has {values.size} ratings and there are {n} records")
    if ((values < 1) | (values > 5)).any():
        raise EstimateError(f"{name} has a rating outside 1 to 5; leave it empty if it is none")
    return values


def _cell(first: Rating, second: Rating) -> tuple[Band, Band] | None:
    if first.median is None or second.median is None:
        return None
    return band(first.median), band(second.median)


_QUADRANTS = {
    (Band.HIGH, Band.HIGH): Quadrant.KEEP_CLOSE,
    (Band.HIGH, Band.LOW): Quadrant.KEEP_SATISFIED,
    (Band.LOW, Band.HIGH): Quadrant.KEEP_INFORMED,
    (Band.LOW, Band.LOW): Quadrant.WATCH,
}
_PARTNERSHIPS = {
    (Band.HIGH, Band.HIGH): Partnership.READY,
    (Band.LOW, Band.HIGH): Partnership.BUILD_CAPACITY,
    (Band.HIGH, Band.LOW): Partnership.PERSUADE,
    (Band.LOW, Band.LOW): Partnership.WATCH,
}
