"""From a release to a file: one file for each format. Adding a file here adds a format.

Each module has a `name`, a `title`, a `suffix`, a `mimetype` and ``render(publication) -> bytes``.
A renderer is given what was published and nothing else, so every format holds the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from analysis.report.publication import Publication

_NAMES = tuple(sorted(found.name for found in iter_modules(__path__)))


@dataclass(frozen=True)
class Format:
    """A format that a report can have.

    Attributes
    ----------
    name, title : str
        What it is called here, and by people of every language.
    suffix, mimetype : str
        How its files end, and what browsers call it.
    """

    name: str
    title: str
    suffix: str
    mimetype: str


def renderer_names() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return _NAMES


@cache
def formats() -> tuple[Format, ...]:
    """Return all formats, in the order of their titles."""
    found = (
        Format(each.name, each.title, each.suffix, each.mimetype) for each in map(_module, _NAMES)
    )
    return tuple(sorted(found, key=lambda each: each.title))


def render(publication: Publication, name: str) -> bytes:
    """Return `publication` in the format called `name`, one of `renderer_names`."""
    written: bytes = _module(name).render(publication)
    return written


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")
