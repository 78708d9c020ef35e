"""Layouts: how the tools that write data files spell the names of columns. One file each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.formats.layouts.kobo import NOTHING, Source, answers, source_of


def sources(header: Sequence[str], names: Collection[str], file: str) -> list[Source]:
    """Return where in `header` each of `names` may stand; names that have no place are left out.

    Raises
    ------
    FormatError
        If two columns could be meant by one name; `file` is named in the message.
    """
    found = (source_of(header, name, file) for name in names)
    return [source for source in found if source]


__all__ = ["NOTHING", "Source", "answers", "sources"]
