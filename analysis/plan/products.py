"""Columns of decimal numbers taken together: sums and squares as exact texts.

The sum of the products of two columns follows from the squares of both and of their sum, so
these are all that an engine that sums one column at a time needs.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from analysis.columns import Column, FloatArray

Three = tuple[Column, Column, Column]


def together(x: Column, y: Column) -> Three:
    """Return two columns of numbers in the rows that have both, and their sum."""
    pairs, row = np.unique(x.codes.astype(np.int64) * len(y.labels) + y.codes, return_inverse=True)
    first, second = np.divmod(pairs, len(y.labels))
    known = [
        (_decimal(x.labels[a]), _decimal(y.labels[b])) for a, b in zip(first, second, strict=True)
    ]
    return _three([None if a is None or b is None else (a, b) for a, b in known], row)


def squares(y: Column, weight: FloatArray) -> Three:
    """Return a column of numbers less one in their middle, its square, and the sum of these.

    Squares of what is near zero have few digits, and lose none when they are taken apart again.
    """
    numbers = [_decimal(label) for label in y.labels]
    heavy = np.bincount(y.codes, weight, len(y.labels))
    known = [
        (each, amount) for each, amount in zip(numbers, heavy, strict=True) if each is not None
    ]
    mean = sum(float(each) * amount for each, amount in known) / (sum(w for _, w in known) or 1)
    middle = min((each for each, _ in known), key=lambda each: abs(float(each) - mean), default=0)
    off = [None if each is None else each - middle for each in numbers]
    return _three([None if each is None else (each, each * each) for each in off], y.codes)


def _three(
    numbers: list[tuple[Decimal, Decimal] | None], row: np.typing.NDArray[np.integer]
) -> Three:
    codes = row.astype(np.int32)
    texts = [
        ("", "", "") if each is None else tuple(map(_text, _and_sum(*each))) for each in numbers
    ]
    first, second, both = (Column(each, codes).renamed(each) for each in zip(*texts, strict=True))
    return first, second, both


def _and_sum(a: Decimal, b: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    return a, b, a + b


def _text(number: Decimal) -> str:
    return f"{number:f}"


def _decimal(label: str) -> Decimal | None:
    return Decimal(label) if label else None
