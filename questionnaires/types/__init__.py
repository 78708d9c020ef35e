"""Question types: one file each. Adding a file here adds a type everywhere."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from questionnaires.types.base import ItemType

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

_TYPES = {kind.name: kind() for kind in ItemType.__subclasses__()}


def item_type(name: str) -> ItemType:
    """Return the question type called `name`; KeyError if there is none."""
    return _TYPES[name]


def type_names() -> tuple[str, ...]:
    """Return the names of all question types, sorted."""
    return tuple(sorted(_TYPES))


__all__ = ["ItemType", "item_type", "type_names"]
