"""Write a round file, so that what was planned at the desk can be opened anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def round_text(document: Mapping[str, Any]) -> str:
    """Return the document of a round as TOML, which `read_round` reads back as it is."""
    simple = {key: value for key, value in document.items() if not _is_table(value)}
    written = [f"{key} = {_value(value)}" for key, value in simple.items()]
    for language, facts in document.get("facts", {}).items():
        written += ["", f"[facts.{_key(language)}]", *_lines(facts)]
    for locality in document.get("locality", []):
        written += ["", "[[locality]]", *_lines(locality)]
    return "\n".join(written) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and any(isinstance(each, Mapping) for each in value)
    )


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(str(key))} = {_value(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    """Return a text in quotes: what JSON escapes, TOML escapes in the same way, and DEL besides."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
