"""Numbers as coarse as they are published."""

from __future__ import annotations

from math import floor


def whole(value: float) -> int:
    """Return `value` as the nearest whole number; halves go up."""
    return floor(value + 0.5)


def to_base(n: int, base: int) -> int:
    """Return a count rounded to the nearest multiple of `base`; halves go up."""
    return base * floor(n / base + 0.5)


def score(value: float | None) -> int | None:
    """Return a score or the bound of its interval as a whole number from 0 to 100."""
    return None if value is None else min(100, max(0, whole(value)))


def share(value: float | None, edge: int = 5) -> str | None:
    """Return a share (0-1) as a whole percentage, or as the bound beyond which nothing is told.

    Parameters
    ----------
    value : float or None
        The share.
    edge : int
        Percentage below which, and above whose complement, only the bound is shown.
    """
    if value is None:
        return None
    # Binary fractions: 0.95 * 100 must not count as above 95.
    percent = round(100 * value, 9)
    if percent < edge:
        return f"<{edge}"
    if percent > 100 - edge:
        return f">{100 - edge}"
    return str(whole(percent))
