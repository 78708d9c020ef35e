"""Cells of the tables that we write and read: text that no spreadsheet takes for a formula."""

from __future__ import annotations

import re

#: How a spreadsheet knows a formula, in wide forms as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def plain(cell: object) -> object:
    """Return a cell with an apostrophe before what would be a formula; numbers stay numbers."""
    if not isinstance(cell, str) or not cell.startswith(_FORMULA) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def unescaped(cell: str) -> str:
    """Return a cell as it was before `plain` put an apostrophe before it."""
    bare = cell.removeprefix("'")
    return cell if plain(bare) == bare else bare
