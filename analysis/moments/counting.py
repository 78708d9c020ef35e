"""Measures of respondents in units, in a few passes over the bytes of the code matrix.

Points, answered and applicable items are tallied for all items of a score together, or looked up
item by item where its codes follow no line. Packed in one number, they look the score up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Column
from analysis.errors import EstimateError
from analysis.frame import NONANSWER_CODES, Frame
from analysis.moments.measures import Composite, Measure, Number, Points, Quotient, Share
from analysis.stages import IntArray
from questionnaires import Nonanswer

Numerators = NDArray[np.int32] | IntArray

#: Rows looked up at a time, so that they stay in the cache of a processor.
BLOCK = 1 << 14
_INAPPLICABLE = (Nonanswer.NOT_APPLICABLE, Nonanswer.NOT_SHOWN)
_MISSING = -1


class _Line(NamedTuple):
    """Points of the code at a position: ``base + step position``; of an act, that of at most 1."""

    base: int
    step: int
    is_act: bool


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
    column = column_of(frame, measure.column)
    labels = np.array(column.labels, dtype=np.str_)
    missing = np.isin(labels, ("", *NONANSWER_CODES))
    whole = np.rint(np.where(missing, "0", labels).astype(np.float64) * measure.units)
    units = np.where(missing, _MISSING, whole.astype(np.int64) - measure.lowest)
    return column.spread(units)


def _composite(frame: Frame, measure: Composite) -> Numerators:
    total = np.zeros(len(frame), dtype=np.int32)
    missing = np.zeros(len(frame), dtype=np.bool_)
    for part, factor in zip(measure.parts, measure.factors, strict=True):
        score = _quotient(frame, part)
        missing |= score < 0
        total += score * np.int32(factor)
    np.copyto(total, _MISSING, where=missing)
    return total


def _quotient(frame: Frame, measure: Quotient) -> Numerators:
    """Count points and answers of every respondent block by block, and look the score up."""
    k, counting = len(measure.items), _counting(measure)
    counted = [(line, item) for line, item in counting.lines if item.item in frame.items]
    rows = [frame.answers(item.item) for _, item in counted]
    runs = [(line, len(list(run))) for line, run in groupby(counted, itemgetter(0))]
    even = {item.item for _, item in counted}
    packed = [_packed(frame, item, k) for item in measure.items if item.item not in even]
    found = np.empty(len(frame), dtype=np.int32)
    for start in range(0, len(frame), BLOCK):
        block = slice(start, start + BLOCK)
        if rows:
            points, *others = _tallies([row[block] for row in rows], runs, counting.tally)
            state = points.astype(counting.state)
            for tally in others:
                state *= counting.state(k + 1)
                state += tally
        else:
            state = np.zeros(len(found[block]), dtype=counting.state)
        for worth, row in packed:
            state += worth.take(row[block], mode="clip")
        counting.table.take(state, out=found[block], mode="clip")
    return found


class _Counting(NamedTuple):
    """How a quotient is counted, whatever the answers are.

    Attributes
    ----------
    lines : list
        The items whose worth follows from the position of a code, those alike together.
    table : Numerators
        The score in units, by state.
    tally, state : type
        The whole numbers that hold a tally of answers, and the state made of all tallies.
    """

    lines: list[tuple[_Line, Points]]
    table: Numerators
    tally: type[np.signedinteger]
    state: type[np.signedinteger]


@lru_cache(maxsize=256)
def _counting(measure: Quotient) -> _Counting:
    lines = ((_line(item), item) for item in measure.items)
    table = _numerator_table(measure)
    return _Counting(
        sorted(((line, item) for line, item in lines if line), key=itemgetter(0)),
        table,
        np.int8 if len(measure.items) * measure.most <= np.iinfo(np.int8).max else np.int16,
        np.int16 if len(table) <= np.iinfo(np.int16).max else np.int32,
    )


def _line(item: Points) -> _Line | None:
    """Return how the worth of codes follows from their position, if it does so evenly."""
    worth = [each for each in item.points if each is not None]
    if len(worth) < len(item.points) or not worth:
        return None
    steps = {second - first for first, second in pairwise(worth)}
    if len(steps) <= 1:
        return _Line(worth[0], steps.pop() if steps else 0, is_act=False)
    return _Line(worth[0], worth[1] - worth[0], is_act=True) if len({*worth[1:]}) == 1 else None


def _tallies(
    rows: Sequence[NDArray[np.int8]],
    runs: Sequence[tuple[_Line, int]],
    kind: type[np.signedinteger],
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | np.integer]:
    """Return points, answered and applicable items of n respondents.

    All items at a time, and whole bytes, so that no step is small; `runs` says how many of the
    items in turn follow which line. Where every item applies to everybody, their number stands
    for all.
    """
    codes = np.array(rows)
    silent = codes >> 7  # -1 for a nonanswer, 0 for a code
    position = codes & ~silent
    k = kind(len(rows))
    answered = k + silent.sum(axis=0, dtype=kind)
    applicable: NDArray[Any] | np.integer = k
    if codes.min(initial=0) <= max(NONANSWER_CODES[each] for each in _INAPPLICABLE):
        for each in _INAPPLICABLE:
            applicable = applicable - (codes == NONANSWER_CODES[each]).sum(axis=0, dtype=kind)
    points, start = np.zeros_like(answered), 0
    for line, length in runs:
        run = slice(start, start + length)
        start = run.stop
        at = (position[run] > 0) if line.is_act else position[run]
        points += kind(line.step) * at.sum(axis=0, dtype=kind)
        if line.base:
            points += kind(line.base) * (kind(length) + silent[run].sum(axis=0, dtype=kind))
    return points, answered, applicable


def _packed(frame: Frame, item: Points, k: int) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Return a table of ``points (k+1)² + answered (k+1) + applicable``, and where to look.

    The table is indexed by the byte of the code matrix or, for a column of text, by its label.
    """
    if item.item in frame.items:
        return _byte_table(item, k), frame.answers(item.item).view(np.uint8)
    column = column_of(frame, item.item)
    unknown = set(column.labels) - {"", *item.codes, *NONANSWER_CODES}
    if unknown:
        raise EstimateError(
            f"item {item.item}: {len(unknown)} of its texts are no code of it; mend or empty them"
        )
    worth = _worth(item, k)
    return np.array([worth.get(each, 1) for each in column.labels], dtype=np.int32), column.codes


@lru_cache(maxsize=1024)
def _byte_table(item: Points, k: int) -> NDArray[np.int32]:
    table = np.ones(256, dtype=np.int32)
    worth = _worth(item, k)
    for code, number in {**NONANSWER_CODES, **positions(item.codes)}.items():
        table[number] = worth.get(code, 1)
    return table


def _worth(item: Points, k: int) -> dict[str, int]:
    worth = dict.fromkeys(_INAPPLICABLE, 0)  # whatever is not known otherwise was shown
    return {str(code): points for code, points in worth.items()} | {
        code: 1 if points is None else points * (k + 1) ** 2 + k + 2
        for code, points in zip(item.codes, item.points, strict=True)
    }


def positions(codes: Sequence[str]) -> dict[str, int]:
    """Return the number of each code in a code matrix."""
    return {code: position for position, code in enumerate(codes)}


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


def column_of(frame: Frame, name: str) -> Column:
    """Return a column that is no coded item, labels sorted; an EstimateError if unknown."""
    try:
        return frame.column(name)
    except KeyError:
        raise EstimateError(f"unknown column {name!r}; name an item or a column") from None
