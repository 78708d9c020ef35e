"""Two versions of a questionnaire side by side: what came, went, moved, and which words changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from questionnaires.formats.toml import write_value
from survey.operations.workshop.documents import leaves, word_at

#: A piece of text: ``same``, ``old`` or ``new``, and the words.
Piece = tuple[str, str]
_WORD = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Difference:
    """One thing in which two versions differ.

    Attributes
    ----------
    table, name : str
        Where it stands: ``item`` and ``T1``; ``""`` and a key for the questionnaire itself.
    state : str
        ``added``, ``removed``, ``moved`` or ``changed``.
    settings : tuple
        The keys that differ: the key, and what stands in each version.
    words : tuple
        The words that differ: language, place, and the pieces of both together.
    """

    table: str
    name: str
    state: str
    settings: tuple[tuple[str, str, str], ...] = ()
    words: tuple[tuple[str, str, tuple[Piece, ...]], ...] = ()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return in what two documents of a questionnaire differ, items first."""
    words = _words(old["text"], new["text"])
    found: list[Difference] = []
    for table in ("item", "section", "scale", "dimension", "group", "calculation"):
        found += _of_table(table, old["instrument"], new["instrument"], words)
    taken = {(each.table, each.name) for each in found}
    for (table, name), changed in words.items():
        if (table, name) not in taken:
            found.append(Difference(table, name, "changed", (), tuple(changed)))
    plain = _settings(
        *({k: v for k, v in each["instrument"].items() if not _is_list(v)} for each in (old, new))
    )
    if plain:
        found.append(Difference("", "", "changed", plain))
    return found


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return two texts as one, word by word: what both say, what went, what came."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    for step, low, high, start, end in SequenceMatcher(None, before, after, False).get_opcodes():
        if step == "equal":
            found.append(("same", "".join(before[low:high])))
            continue
        if high > low:
            found.append(("old", "".join(before[low:high])))
        if end > start:
            found.append(("new", "".join(after[start:end])))
    return tuple(found)


Words = dict[tuple[str, str], list[tuple[str, str, tuple[Piece, ...]]]]


def _words(old: Mapping[str, Any], new: Mapping[str, Any]) -> Words:
    """Return the words that differ, by the thing that they belong to."""
    found: Words = {}
    for language in dict.fromkeys((*old, *new)):
        tables = old.get(language, {}), new.get(language, {})
        paths = dict.fromkeys(path for table in tables for path, _word in leaves(table))
        for path in paths:
            before, after = (word_at(table, path) for table in tables)
            if before != after:
                told = (language, ".".join(path), pieces(before, after))
                found.setdefault(_owner(path), []).append(told)
    return found


def _owner(path: Sequence[str]) -> tuple[str, str]:
    if path[0] in {"item", "hint", "choice", "row", "constraint", "domain"} and len(path) > 1:
        return "item", path[1]
    return (path[0], path[1]) if len(path) > 2 else (path[0], "")


def _of_table(
    table: str, old: Mapping[str, Any], new: Mapping[str, Any], words: Words
) -> Iterator[Difference]:
    before, after = ({row["name"]: row for row in each.get(table, [])} for each in (old, new))
    stayed = [name for name in before if name in after]
    moved = _moved(stayed, [name for name in after if name in before])
    for name in dict.fromkeys((*after, *before)):
        said = tuple(words.get((table, name), ()))
        settings = _settings(before.get(name, {}), after.get(name, {}))
        if name not in before or name not in after:
            yield Difference(table, name, "added" if name in after else "removed", settings, said)
        elif settings or said:
            yield Difference(table, name, "changed", settings, said)
        elif name in moved:
            yield Difference(table, name, "moved")


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Return the names that do not stand in the same order any more: as few as there can be."""
    same = SequenceMatcher(None, old, new, False).get_matching_blocks()
    kept = {name for block in same for name in old[block.a : block.a + block.size]}
    return set(old) - kept


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    keys = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    return tuple((key, _said(old.get(key)), _said(new.get(key))) for key in keys if key != "name")


def _said(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else write_value(value)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
