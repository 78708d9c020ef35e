"""Instruments as TOML files: the folder that `read_instrument` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from questionnaires.formats.errors import FormatError
from questionnaires.ledger import STRUCTURE
from questionnaires.wording import text_file

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_folder(document: Mapping[str, Any], folder: Path) -> None:
    """Write an instrument's `document` as a new `folder`, whole or not at all.

    Raises
    ------
    FormatError
        If there is such a folder already.
    """
    if folder.exists():
        raise FormatError(f"{folder} is there already; choose another name, or move it away")
    files = {STRUCTURE: document["instrument"]}
    files |= {text_file(language): words for language, words in document["text"].items()}
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    for name, table in files.items():
        file = made / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(write_toml(table), encoding="utf-8")
    made.rename(folder)


def write_toml(table: Mapping[str, Any]) -> str:
    """Return `table` as TOML: ``tomllib.loads(write_toml(table)) == table``."""
    return "\n".join(_lines(table, ())).lstrip("\n") + "\n"


def write_value(value: object) -> str:
    """Return one value as TOML writes it on a line; tables stand in braces."""
    if isinstance(value, Mapping):
        return (
            f"{{{', '.join(f'{_key(key)} = {write_value(each)}' for key, each in value.items())}}}"
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(write_value, value))}]"
    # TOML escapes what JSON does, and besides the one control character that JSON leaves alone.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield first what stands in the table itself, then the tables in it."""
    for key, value in table.items():
        if not isinstance(value, Mapping) and not _are_tables(value):
            yield f"{_key(key)} = {write_value(value)}"
    for key, value in table.items():
        inner = (*path, key)
        title = ".".join(map(_key, inner))
        if isinstance(value, Mapping):
            if not value or not all(isinstance(each, Mapping) for each in value.values()):
                yield from ("", f"[{title}]")
            yield from _lines(value, inner)
        elif _are_tables(value):
            for each in value:
                yield from ("", f"[[{title}]]")
                yield from _lines(each, inner)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else write_value(key)
