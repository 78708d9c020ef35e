"""The numpy engine: from measures of respondents to cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Column
from analysis.frame import NONANSWER_CODES, Frame
from analysis.moments.cells import EXACT_DOUBLE, Cells, check_sums
from analysis.moments.counting import BLOCK, Numerators, column_of, numerators, positions
from analysis.moments.labels import dense, few, first_rows
from analysis.moments.measures import Measure, largest
from analysis.stages import IntArray
from questionnaires import Instrument


def cells_of(frame: Frame, measures: Sequence[Measure], keys: Sequence[str] = ()) -> Cells:
    """Sum measures over the respondents of a frame by PSU and domain keys.

    Parameters
    ----------
    frame : Frame
        Answers of n respondents.
    measures : sequence of Measure
        What to sum, as `analysis.moments.scores_of` returns them.
    keys : sequence of str
        Items, places or columns whose labels make domains; ``locality`` is the place.

    Returns
    -------
    Cells
        The same, to the last digit, as the sql engine makes of the same answers.

    Raises
    ------
    EstimateError
        If a key is unknown, or a sum might not fit 64 bits.
    """
    labels, own, cell = _cells(frame, keys)
    size = len(own)
    everybody = int(frame.weight.max(initial=0)) * len(frame)
    if everybody > np.iinfo(np.int64).max:
        check_sums(measures, everybody)
    weight = frame.weight.astype(np.float64)
    everyone = np.bincount(cell, weight, size).astype(np.int64)
    heaviest = int(everyone.max(initial=0))
    check_sums(measures, heaviest)
    people = np.bincount(cell, minlength=size).astype(np.int64)
    sums = np.empty((4, len(measures), size), dtype=np.int64)
    for m, measure in enumerate(measures):
        score = numerators(frame, measure)
        is_exact = heaviest * max(largest(measure), 1) ** 2 <= EXACT_DOUBLE
        sums[2, m], sums[3, m] = _products(cell, score, weight if is_exact else frame.weight, size)
        missing = np.flatnonzero(score < 0)
        unsaid = cell[missing]
        sums[0, m] = np.bincount(unsaid, minlength=size)
        sums[1, m] = np.bincount(unsaid, weight[missing], size)
    unsaid, silent, wy, wyy = sums
    # A missing score counts as -1 in the products.
    n, w = people - unsaid, everyone - silent
    return Cells(tuple(measures), tuple(keys), labels, own, people, n, w, wy + silent, wyy - silent)


def _products(
    cell: IntArray, score: Numerators, weight: NDArray[Any], size: int
) -> tuple[IntArray, IntArray]:
    """Return the sums of w y and w y² by cell, each of shape (C,), added up block by block.

    Sums of weights that are doubles are doubles: exact below 2^53, and three times as fast.
    """
    sums = np.zeros((2, size), dtype=weight.dtype)
    length = max(BLOCK, size)
    for start in range(0, len(cell), length):
        block = slice(start, start + length)
        y = score[block].astype(weight.dtype)
        wy = weight[block] * y
        for k, amount in enumerate((wy, wy * y)):
            if weight.dtype == np.float64:
                sums[k] += np.bincount(cell[block], amount, size)
            else:
                np.add.at(sums[k], cell[block], amount)
    wy, wyy = sums.astype(np.int64)
    return wy, wyy


def _cells(frame: Frame, keys: Sequence[str]) -> tuple[tuple[Column, ...], IntArray, IntArray]:
    """Return the labels and own weight of each cell, and the cell of each respondent."""
    columns = [frame.column("stratum"), frame.column("psu"), *(_key(frame, key) for key in keys)]
    owns, own = _own_weights(frame, columns[1])
    # The own weight comes last: cells are sorted by their labels first.
    size, cell = 1, np.zeros(len(frame), dtype=np.int64)
    steps: list[tuple[int, NDArray[np.int32] | IntArray]]
    steps = [*((len(each.labels), each.codes) for each in columns), (len(owns), own)]
    for kinds, numbers in steps:
        if size * kinds > few(len(frame)):  # leave out those that are not, while it is cheap
            occurring, cell = dense(cell, size)
            size = len(occurring)
        if kinds > 1:
            size *= kinds
            cell *= kinds
            cell += numbers
    occurring, cell = dense(cell, size if len(frame) else 0)
    row = first_rows(cell, len(occurring))
    return tuple(each.of_rows(row) for each in columns), owns[own[row]], cell


def _own_weights(frame: Frame, psu: Column) -> tuple[IntArray, IntArray]:
    """Return the weights of respondents without PSU, and the number of each one's; 0 with PSU."""
    if "" not in psu.labels:
        return np.zeros(1, dtype=np.int64), np.zeros(len(frame), dtype=np.int64)
    alone = psu.codes == psu.labels.index("")
    owns, own = np.unique(np.where(alone, frame.weight, 0), return_inverse=True)
    return owns, own.astype(np.int64)


def _key(frame: Frame, name: str) -> Column:
    """Return a key, its labels sorted."""
    if frame.instrument is not None and name in frame.items:
        return _item_key(frame, frame.instrument, name)
    return column_of(frame, name)


def _item_key(frame: Frame, instrument: Instrument, name: str) -> Column:
    codes = instrument.item(name).codes
    at = {**NONANSWER_CODES, **positions(codes)}
    labels = sorted(at)
    table = np.zeros(256, dtype=np.int32)
    for position, label in enumerate(labels):
        table[at[label]] = position
    return Column(tuple(labels), table.take(frame.answers(name).view(np.uint8))).ordered
