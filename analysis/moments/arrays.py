"""The numpy engine: from the item-major code matrix to cells, in a few passes over the bytes.

For each item one look-up gives points, answered and applicable at once, packed in one number;
the packed sum over the items of a score looks its numerator up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimateError
from analysis.frame import NONANSWER_CODES, Frame
from analysis.moments.cells import Cells, check_sums
from analysis.moments.labels import StringArray, dense, first_rows, numbered
from analysis.moments.measures import Composite, Measure, Number, Points, Quotient, Share
from analysis.stages import IntArray
from questionnaires import Nonanswer

Numerators = NDArray[np.int32] | IntArray

#: Rows looked up at a time, so that they stay in the cache of a processor.
_BLOCK = 1 << 16
_INAPPLICABLE = (Nonanswer.NOT_APPLICABLE, Nonanswer.NOT_SHOWN)
_MISSING = -1

#: Numbers of cells that could be are kept below this, by leaving out those that are not.
_POSSIBLE = 2**40


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
    if len(frame) and int(frame.weight.max()) * len(frame) > np.iinfo(np.int64).max:
        check_sums(measures, int(frame.weight.max()) * len(frame))
    weight = frame.weight.astype(np.float64)
    check_sums(measures, int(np.bincount(cell, weight, size).max(initial=0)))
    shape = (len(measures), size)
    sums = [np.zeros(shape, dtype=np.int64) for _ in range(4)]
    for m, measure in enumerate(measures):
        _add_sums([each[m] for each in sums], cell, numerators(frame, measure), frame.weight)
    people = np.bincount(cell, minlength=size).astype(np.int64)
    return Cells(tuple(measures), tuple(keys), labels, own, people, *sums)


def numerators(frame: Frame, measure: Measure) -> Numerators:
    """Return the measure of each respondent in units, of shape (n,); -1 where it is missing."""
    if isinstance(measure, Quotient):
        return _quotient(frame, measure)
    if isinstance(measure, Share):
        low, high = measure.bounds
        score = numerators(frame, measure.of)
        within = ((score >= low) & (score <= high)).astype(np.int32)
        return np.where(score < 0, np.int32(_MISSING), within)
    if isinstance(measure, Number):
        return _number(frame, measure)
    return _composite(frame, measure)


def _number(frame: Frame, measure: Number) -> IntArray:
    labels, numbers = _text(frame, measure.column)
    missing = np.isin(labels, ("", *NONANSWER_CODES))
    whole = np.rint(np.where(missing, "0", labels).astype(np.float64) * measure.units)
    units = np.where(missing, _MISSING, whole.astype(np.int64) - measure.lowest)
    return units[numbers]


def _composite(frame: Frame, measure: Composite) -> Numerators:
    total = np.zeros(len(frame), dtype=np.int32)
    missing = np.zeros(len(frame), dtype=np.bool_)
    for part, factor in zip(measure.parts, measure.factors, strict=True):
        score = _quotient(frame, part)
        missing |= score < 0
        total += score * np.int32(factor)
    total[missing] = _MISSING
    return total


def _quotient(frame: Frame, measure: Quotient) -> Numerators:
    """Look every respondent up, block by block."""
    found = np.empty(len(frame), dtype=np.int32)
    packed = [_packed(frame, each, len(measure.items)) for each in measure.items]
    table = _numerator_table(measure)
    looked_up = np.empty(min(_BLOCK, len(frame)), dtype=np.int32)
    for start in range(0, len(frame), _BLOCK):
        block = slice(start, start + _BLOCK)
        state = np.zeros(len(found[block]), dtype=np.int32)
        for points, row in packed:
            state += points.take(row[block], mode="clip", out=looked_up[: len(state)])
        table.take(state, out=found[block], mode="clip")
    return found


def _packed(frame: Frame, item: Points, k: int) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Return a table of ``points (k+1)² + answered (k+1) + applicable``, and where to look.

    The table is indexed by the byte of the code matrix or, for a column of text, by its label.
    """
    if item.item in frame.items:
        return _byte_table(item, k), frame.answers(item.item).view(np.uint8)
    labels, numbers = _text(frame, item.item)
    unknown = set(labels.tolist()) - {"", *item.codes, *NONANSWER_CODES}
    if unknown:
        raise EstimateError(
            f"item {item.item}: {len(unknown)} of its texts are no code of it; mend or empty them"
        )
    worth = _worth(item, k)
    return np.array([worth.get(str(each), 1) for each in labels], dtype=np.int32), numbers


@lru_cache(maxsize=1024)
def _byte_table(item: Points, k: int) -> NDArray[np.int32]:
    table = np.ones(256, dtype=np.int32)
    worth = _worth(item, k)
    for code, number in {**NONANSWER_CODES, **_positions(item.codes)}.items():
        table[number] = worth.get(code, 1)
    return table


def _worth(item: Points, k: int) -> dict[str, int]:
    worth = dict.fromkeys(_INAPPLICABLE, 0)  # whatever is not known otherwise was shown
    return {str(code): points for code, points in worth.items()} | {
        code: 1 if points is None else points * (k + 1) ** 2 + k + 2
        for code, points in zip(item.codes, item.points, strict=True)
    }


def _positions(codes: Sequence[str]) -> dict[str, int]:
    return {code: position for position, code in enumerate(codes)}


@lru_cache(maxsize=256)
def _numerator_table(measure: Quotient) -> Numerators:
    k = len(measure.items)
    table = np.full((k * measure.most + 1, k + 1, k + 1), _MISSING, dtype=np.int32)
    for answered in range(1, k + 1):
        step = measure.units // measure.most // answered
        for applicable in range(answered, k + 1):
            if answered >= measure.need[applicable]:
                points = np.arange(answered * measure.most + 1)
                table[: len(points), answered, applicable] = points * step
    return table.reshape(-1)


def _add_sums(
    sums: Sequence[IntArray], cell: IntArray, score: Numerators, weight: IntArray
) -> None:
    """Add up n, w, w y and w y² by cell, each of shape (C,), block by block."""
    for start in range(0, len(cell), _BLOCK):
        block = slice(start, start + _BLOCK)
        measured = (score[block] >= 0).astype(np.int64)
        y = score[block] * measured
        w = weight[block] * measured
        wy = w * y
        for total, amount in zip(sums, (measured, w, wy, wy * y), strict=True):
            np.add.at(total, cell[block], amount)


def _cells(frame: Frame, keys: Sequence[str]) -> tuple[tuple[StringArray, ...], IntArray, IntArray]:
    """Return the labels and own weight of each cell, and the cell of each respondent."""
    columns = [numbered(frame.stratum), numbered(frame.psu), *(_key(frame, key) for key in keys)]
    owns, own = _own_weights(frame, columns[1])
    # The own weight comes last: cells are sorted by their labels first.
    size, cell = 1, np.zeros(len(frame), dtype=np.int64)
    for labels, numbers in (*columns, (owns, own)):
        if size * len(labels) > _POSSIBLE:
            kinds, cell = dense(cell, size)
            size = len(kinds)
        size *= max(len(labels), 1)
        cell = cell * len(labels) + numbers
    kinds, cell = dense(cell, size)
    row = first_rows(cell, len(kinds))
    return tuple(labels[numbers[row]] for labels, numbers in columns), owns[own[row]], cell


def _own_weights(frame: Frame, psu: tuple[StringArray, IntArray]) -> tuple[IntArray, IntArray]:
    """Return the weights of respondents without PSU, and the number of each one's; 0 with PSU."""
    labels, numbers = psu
    if not len(labels) or labels[0] != "":
        return np.zeros(1, dtype=np.int64), np.zeros(len(frame), dtype=np.int64)
    owns, own = np.unique(np.where(numbers == 0, frame.weight, 0), return_inverse=True)
    return owns, own.astype(np.int64)


def _key(frame: Frame, name: str) -> tuple[StringArray, IntArray]:
    """Return the labels of a key, sorted, and the number of each respondent's."""
    if name == "locality":
        return numbered(frame.locality)
    if frame.instrument is not None and name in frame.items:
        return _item_key(frame, name)
    return _text(frame, name)


def _text(frame: Frame, name: str) -> tuple[StringArray, IntArray]:
    try:
        return numbered(frame.codes(name))
    except KeyError:
        raise EstimateError(f"unknown column {name!r}; name an item or a column") from None


def _item_key(frame: Frame, name: str) -> tuple[StringArray, IntArray]:
    """Return the codes of an item as labels, without writing them out."""
    assert frame.instrument is not None  # noqa: S101  as the caller checked
    codes = frame.instrument.item(name).codes
    at = {**NONANSWER_CODES, **_positions(codes)}
    labels = sorted(at)
    table = np.zeros(256, dtype=np.int64)
    for position, label in enumerate(labels):
        table[at[label]] = position
    numbers = table.take(frame.answers(name).view(np.uint8))
    kinds, numbers = dense(numbers, len(labels))
    return np.array(labels, dtype=np.str_)[kinds], numbers
