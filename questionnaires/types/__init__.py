"""Question types: one file each. Adding a file here adds a type everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from questionnaires.types.base import ItemType

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)


def _kinds(parent: type[ItemType]) -> Iterator[type[ItemType]]:
    for kind in parent.__subclasses__():
        if "name" in vars(kind):
            yield kind
        yield from _kinds(kind)


_TYPES = {kind.name: kind() for kind in _kinds(ItemType)}  # type: ignore[type-abstract]
_WRITTEN = tuple(sorted(name for name, kind in _TYPES.items() if kind.is_written))


def item_type(name: str) -> ItemType:
    """Return the question type called `name`; KeyError if there is none."""
    return _TYPES[name]


def is_type(name: str) -> bool:
    """Tell whether there is a question type called `name`, or one that the form puts in itself."""
    return name in _TYPES


def type_names() -> tuple[str, ...]:
    """Return the names of all question types that an instrument may use, sorted."""
    return _WRITTEN


__all__ = ["ItemType", "is_type", "item_type", "type_names"]
