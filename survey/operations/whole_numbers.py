"""Whole numbers as people write them, with a sign between thousands or without."""

from __future__ import annotations

import re

#: One sign between all thousands and no nought before the first: 0.125 and 1.234,567 are fractions.
_WHOLE = re.compile(
    r"\d{1,15}|(?![0\u0660\u06f0])\d{1,3}(?P<sign>[\s,.])\d{3}(?:(?P=sign)\d{3}){0,3}"
)


def whole_number(typed: str) -> int | None:
    """Return a number of 0 or above, as 1500, 1,500, 1.500 or 1 500; None for anything else."""
    if not _WHOLE.fullmatch(typed.strip()):
        return None
    return int(re.sub(r"[\s,.]", "", typed))
