"""Frozen dataclasses to canonical JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: object) -> str:
    """Return `value` as JSON with sorted keys; a field that is None is left out."""
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def decode(kind: type[T], document: str) -> T:
    """Return the `kind` that `encode` wrote as `document`."""
    built: T = _build(kind, json.loads(document))
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


def _build(kind: Any, value: Any) -> Any:  # noqa: ANN401 - a document is untyped until here
    if value is None:  # it was left out
        return None
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    origin = get_origin(kind) or kind
    if is_dataclass(origin):
        whole: Any = origin
        hints = _hints(whole)
        told = [each for each in fields(origin) if each.name in value or not _has_default(each)]
        parts = {each.name: value.get(each.name) for each in told}
        return kind(**{name: _build(hints[name], part) for name, part in parts.items()})
    if origin is tuple:
        return _build_tuple(get_args(kind), value)
    if origin is Mapping:
        of_value = get_args(kind)[1]
        return {key: _build(of_value, part) for key, part in value}
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if issubclass(kind, StrEnum) else value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """Return the types of a dataclass, read once: a release has thousands of cells."""
    return get_type_hints(kind)


def _has_default(each: Field[Any]) -> bool:
    """Tell whether an older document, which does not know a field, can do without it."""
    return each.default is not MISSING or each.default_factory is not MISSING


def _build_tuple(kinds: tuple[Any, ...], value: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_build(kinds[0], part) for part in value)
    return tuple(_build(kind, part) for kind, part in zip(kinds, value, strict=True))
