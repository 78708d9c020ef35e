"""The functions of the language: how many values each takes, and why others are left out."""

from __future__ import annotations

from collections.abc import Mapping

#: The fewest and the most values that each function takes.
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "not": (1, 1),
    "selected": (2, 2),
    "count-selected": (1, 1),
    "if": (3, 3),
    "coalesce": (2, 2),
    "string-length": (1, 1),
    "number": (1, 1),
    "int": (1, 1),
    "round": (1, 1),
    "min": (1, 100),
    "max": (1, 100),
    "sum": (1, 100),
    "count": (1, 100),
}

_TIME = "a time can point at a person, so no expression knows it"
_PATTERN = "patterns are not the same in every program"

#: Functions of XLSForm that are missing on purpose.
LEFT_OUT: Mapping[str, str] = {
    "today": _TIME,
    "now": _TIME,
    "once": "an answer that depends on when it was asked cannot be checked",
    "random": "an answer that depends on chance cannot be checked",
    "regex": _PATTERN,
    "pulldata": "there are no tables beside the instrument",
}
