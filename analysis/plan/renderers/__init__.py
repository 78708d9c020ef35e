"""From results to text: one file for each format. Adding a file here adds a format."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from analysis.plan.results import Results

_NAMES = tuple(sorted(found.name for found in iter_modules(__path__)))


def renderer_names() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return _NAMES


def render(results: Results, name: str) -> str:
    """Return `results` as text in the format called `name`, one of `renderer_names`."""
    text: str = import_module(f"{__name__}.{name}").render(results)
    return text
