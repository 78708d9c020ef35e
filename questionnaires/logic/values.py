"""Values while an expression is evaluated: texts, numbers, true and false, and nothing else.

Whoever gave no answer left an empty text. A number that cannot be known, as that of an empty text
or of a division by zero, is NaN, and its text is empty again. `javascript` says the same once more
for the browser.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

Value = str | float | bool

_NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")


def to_number(value: Value) -> float:
    """Return `value` as a number; NaN when it is none."""
    if isinstance(value, str):
        return finite(float(value)) if is_number(value) else math.nan
    return float(value)


def is_number(text: str) -> bool:
    """Tell whether `text` is a number."""
    return bool(_NUMBER.fullmatch(text))


def to_truth(value: Value) -> bool:
    """Return whether `value` is true, a text that is not empty, or a number that is not zero."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def to_text(value: Value) -> str:
    """Return `value` as a text: numbers as JavaScript writes them, NaN as an empty one."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return ""
    return _number_text(value)


def _number_text(value: float) -> str:
    if 1e-6 <= abs(value) < 1e21 or value == 0:
        whole = f"{Decimal(repr(value + 0.0)):f}"
        return whole.rstrip("0").rstrip(".") if "." in whole else whole
    digits, exponent = f"{Decimal(repr(value)).normalize():e}".split("e")
    return f"{digits}e{int(exponent):+d}"


def finite(value: float) -> float:
    """Return `value`, or NaN when it is too large to be a number."""
    return value if math.isfinite(value) else math.nan


def codes_in(value: Value) -> list[str]:
    """Return the codes of an answer with several, which spaces stand between."""
    return [code for code in to_text(value).split(" ") if code]
