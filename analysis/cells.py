"""Cells of the tables that we write: text that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from typing import TypeVar

Written = TypeVar("Written")

#: How a spreadsheet knows a formula, in wide forms as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def plain(cell: Written) -> Written | str:
    """Return a cell with an apostrophe before what would be a formula; numbers stay numbers."""
    if not isinstance(cell, str) or not cell.startswith(_FORMULA) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"
