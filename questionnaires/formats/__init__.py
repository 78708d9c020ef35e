"""Formats of other programs: one file or folder each. Adding one here adds it everywhere.

A format is a module with a `name`, as the command writes it, a `suffix` of its files, and
``write(instrument, language)``. Other modules of this folder are what formats share.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from questionnaires.formats.errors import FormatError
from questionnaires.model import Instrument


class Format(Protocol):
    """One way of writing an instrument for other programs.

    Attributes
    ----------
    name : str
        As the command calls it.
    suffix : str
        The end of its files' names, as ``.xlsx``.
    """

    name: str
    suffix: str

    def write(self, instrument: Instrument, language: str | None = None) -> bytes:
        """Return `instrument` as a file: in one `language`, or in all where the format can."""


_MODULES = [import_module(each.name) for each in iter_modules(__path__, f"{__name__}.")]
_FORMATS = {each.name: cast("Format", each) for each in _MODULES if hasattr(each, "write")}


def find_format(name: str) -> Format:
    """Return the format called `name`; KeyError if there is none."""
    return _FORMATS[name]


def format_names() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted(_FORMATS))


__all__ = ["Format", "FormatError", "find_format", "format_names"]
