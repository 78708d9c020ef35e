"""Layouts: how the tools that write data files spell the names of columns. One file each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.formats.layouts.kobo import columns_of, joined


def sources(header: Sequence[str], names: Collection[str], file: str) -> dict[str, list[str]]:
    """Return the columns of `header` that hold each of `names`; names that have none are left out.

    Raises
    ------
    FormatError
        If two columns could be meant by one name; `file` is named in the message.
    """
    found = {name: columns_of(header, name, file) for name in names}
    return {name: columns for name, columns in found.items() if columns}


__all__ = ["joined", "sources"]
