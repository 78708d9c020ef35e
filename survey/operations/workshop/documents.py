"""What the draft of a questionnaire holds, and the instrument that it makes.

Its parts are those of a questionnaire's folder, and what the workshop keeps besides:

* ``instrument``: what `instrument.toml` says;
* ``text/<language>``: what the file of a language says, every word of it;
* ``signed/<language>``: which words somebody has reviewed, by key, and who signed the language off;
* ``published``: the versions that were published; ``origin``: what the draft was begun from.

A sign-off holds for the very words that were signed: it names their hash, and whoever changes a
word needs nobody's help to make it void.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires import Instrument
from questionnaires.build import build_instrument

Parts = Mapping[str, Any]
Path = tuple[str, ...]
#: The table of a thing, and what a form of it holds.
Row = dict[str, Any]
Typed = dict[str, Any]

#: What a language's file says of the language; it is not read aloud.
FACTS = ("name", "direction", "status")
#: The parts that an earlier version brings back.
_RESTORED = ("instrument", "text/", "signed/")


def first_parts(instrument: Instrument, name: str) -> dict[str, Any]:
    """Return the parts of a new draft called `name` that begins as `instrument`."""
    # Not the canonical JSON, which is sorted: people read the questions in the order of the file.
    document = json.loads(json.dumps(instrument.document))
    parts: dict[str, Any] = {
        "instrument": document["instrument"] | {"name": name, "version": "1.0"},
        "published": [],
        "origin": {"name": instrument.name, "version": instrument.version},
    }
    for language in instrument.languages:
        parts[f"text/{language}"] = document["text"][language]
    for language, text in instrument.texts.items():
        kept: dict[str, Any] = {"texts": {}}
        if not text.is_draft:
            told = {"by": "", "day": "", "status": text.status}
            kept["language"] = told | {"sha": language_hash(parts, language)}
        parts[f"signed/{language}"] = kept
    return parts


def grid_rows(item: Mapping[str, Any]) -> list[Row]:
    """Return the lines of a grid that can be read; none where they are not all tables."""
    rows = item.get("row", [])
    whole = isinstance(rows, list) and all(isinstance(each, Mapping) for each in rows)
    return [each for each in rows if isinstance(each.get("code"), str)] if whole else []


def languages_of(parts: Parts) -> list[str]:
    """Return the languages of a draft, the one that others are translated from first."""
    return [each for each in parts["instrument"].get("languages", []) if f"text/{each}" in parts]


def source_of(parts: Parts) -> str:
    """Return the language that the others are translated from."""
    return languages_of(parts)[0]


def text_of(parts: Parts, language: str) -> dict[str, Any]:
    """Return the tables of a language."""
    return dict(parts[f"text/{language}"])


def status_of(parts: Parts, language: str) -> str:
    """Return how far a translation has come: a sign-off of other words than these is void."""
    signed = signed_of(parts, language).get("language")
    holds = signed is not None and signed["sha"] == language_hash(parts, language)
    return str(signed["status"]) if holds and signed is not None else "draft"


def signed_of(parts: Parts, language: str) -> dict[str, Any]:
    """Return what is signed of a language, whether it still holds or not."""
    return dict(parts.get(f"signed/{language}") or {"texts": {}})


def whole_document(parts: Parts) -> dict[str, Any]:
    """Return what `build_instrument` takes, and what is written when a version is published."""
    texts = {
        language: {**parts[f"text/{language}"], "status": status_of(parts, language)}
        for language in languages_of(parts)
    }
    return {"instrument": dict(parts["instrument"]), "text": texts}


def built(parts: Parts) -> Instrument:
    """Return the instrument of a draft.

    Raises
    ------
    InstrumentError
        With everything that is wrong with it.
    """
    return build_instrument(whole_document(parts))


def leaves(table: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the words of a language with their places, in the order of the file."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*path, key))
        elif path or key not in FACTS:
            yield (*path, key), value


def word_at(table: Mapping[str, Any], path: Path) -> str:
    """Return the words at a place; empty when there are none."""
    found: Any = table
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def with_word(table: Mapping[str, Any], path: Path, word: str) -> dict[str, Any]:
    """Return `table` with other words at a place; empty ones are taken out."""
    key, rest = path[0], path[1:]
    if not rest:
        kept = {name: value for name, value in table.items() if name != key or word}
        return {**kept, key: word} if word else kept
    inner = table.get(key)
    changed = with_word(inner if isinstance(inner, Mapping) else {}, rest, word)
    # A table of the file stays also when it is empty, for some must be there; an inner one goes.
    return {**table, key: _without_holes(changed)} if changed or key in table else dict(table)


def _without_holes(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value != {}}


def text_hash(parts: Parts, language: str, path: Path) -> str:
    """Return a hash of the words at a place, and of those that they translate."""
    pair = [word_at(parts[f"text/{each}"], path) for each in (source_of(parts), language)]
    return _hash(pair)


def language_hash(parts: Parts, language: str) -> str:
    """Return a hash of all words of a language, and of those that they translate."""
    pair = [sorted(leaves(parts[f"text/{each}"])) for each in (source_of(parts), language)]
    return _hash(pair)


def restored(now: Parts, then: Parts) -> dict[str, Any]:
    """Return the parts to store so that a draft reads as it did `then`; None drops one."""
    names = [name for name in {**now, **then} if name.startswith(_RESTORED)]
    return {name: then.get(name) for name in names if now.get(name) != then.get(name)}


def _hash(said: object) -> str:
    written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:32]
