"""Frozen dataclasses to canonical JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")

#: From a part of a document to what was written.
Build: TypeAlias = Callable[[Any], Any]


def encode(value: object) -> str:
    """Return `value` as JSON with sorted keys; a field that is None is left out."""
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def decode(kind: type[T], document: str) -> T:
    """Return the `kind` that `encode` wrote as `document`."""
    whole: Any = kind
    built: T = _builder(whole)(json.loads(document))
    return built


def _plain(value: object) -> object:
    if is_dataclass(value):
        stored = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: _plain(part) for name, part in stored.items() if part is not None}
    if isinstance(value, Mapping):
        # Pairs, not an object: sorting its keys would lose the order.
        return [[key, _plain(part)] for key, part in value.items()]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _builder(kind: Any) -> Build:  # noqa: ANN401 - a document is untyped until here
    """Return what builds a `kind`, worked out once: a release has thousands of cells."""
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    origin = get_origin(kind) or kind
    if is_dataclass(origin):
        return _present(_of_fields(kind, origin))
    if origin is tuple:
        return _present(_of_tuple(get_args(kind)))
    if origin is Mapping:
        of_value = _builder(get_args(kind)[1])
        return _present(lambda value: {key: of_value(part) for key, part in value})
    if kind is date:
        return _present(date.fromisoformat)
    return _present(kind) if issubclass(kind, StrEnum) else _as_it_is


def _present(build: Build) -> Build:
    """Return what builds a part that may have been left out."""
    return lambda value: None if value is None else build(value)


def _as_it_is(value: Any) -> Any:  # noqa: ANN401
    return value


def _of_fields(kind: Any, origin: Any) -> Build:  # noqa: ANN401
    """Return what builds a dataclass: an older document does not know all of its fields."""
    hints = get_type_hints(origin)
    builders = {each.name: _builder(hints[each.name]) for each in fields(origin)}
    needed = dict.fromkeys(each.name for each in fields(origin) if not _has_default(each))

    def build(value: dict[str, Any]) -> Any:  # noqa: ANN401
        told = {name: builders[name](part) for name, part in value.items() if name in builders}
        return kind(**needed | told)

    return build


def _has_default(each: Field[Any]) -> bool:
    """Tell whether an older document, which does not know a field, can do without it."""
    return each.default is not MISSING or each.default_factory is not MISSING


def _of_tuple(kinds: tuple[Any, ...]) -> Build:
    if kinds[-1] is Ellipsis:
        each = _builder(kinds[0])
        return lambda value: tuple(map(each, value))
    builders = tuple(map(_builder, kinds))
    return lambda value: tuple(b(part) for b, part in zip(builders, value, strict=True))
