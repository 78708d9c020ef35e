"""Words: which ones every language of an instrument must have, and whether it has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from questionnaires.ledger import STRUCTURE, Ledger
from questionnaires.model import OFFERED, Instrument, Nonanswer, Role
from questionnaires.schema import TEXT
from questionnaires.text import Text, flatten

#: Words that every instrument needs, besides those of its own parts.
_COMMON = (
    "title",
    *(f"answer.{code}" for code in (*OFFERED, Nonanswer.SKIPPED)),
    *(f"answer.{message}" for message in ("choose", "required", "unknown", "exclusive")),
    *(f"consent.{part}" for part in ("title", "about", "voluntary", "anonymous", "use", "care")),
    *(f"consent.{part}" for part in ("final", "agree", "yes", "no")),
)


def text_file(language: str) -> str:
    """Return the name of the file with the words of `language`."""
    return f"text/{language}.toml"


def build_texts(
    ledger: Ledger, languages: list[str], documents: Mapping[str, object]
) -> dict[str, Text]:
    """Return the words of each listed language, in the order of the list."""
    for code in sorted(set(languages) - documents.keys()):
        remedy = f"there are no words in '{code}'; add {text_file(code)}, or unlist it"
        ledger.report("", "missing-file", remedy, text_file(code))
    for code in sorted(documents.keys() - set(languages)):
        remedy = f"'{code}' is not one of the `languages` of {STRUCTURE}; add it there"
        ledger.report("", "unlisted-language", remedy, text_file(code))
    return {code: _text(ledger, code, documents[code]) for code in languages if code in documents}


def check_words(ledger: Ledger, instrument: Instrument, rows: list[dict[str, Any]]) -> None:
    """Make sure that each language has every word, and none for what is not there."""
    needed = set(needed_words(instrument))
    known = needed.union(_optional_words(instrument, rows))
    for language, text in instrument.texts.items():
        file = text_file(language)
        for key in sorted(needed - text.words.keys()):
            remedy = f"there are no words for it; add '{key}' to {file}"
            ledger.report(key, "missing-words", remedy, file)
        for key in sorted(text.words.keys() - known):
            remedy = "nothing in the instrument is called so; mend the name or delete the line"
            ledger.report(key, "unknown-words", remedy, file)


def _text(ledger: Ledger, language: str, document: object) -> Text:
    file = text_file(language)
    table = ledger.checked(document, TEXT, "", file)
    leaves = dict(
        flatten({key: table[key] for key in table if key not in {"name", "direction", "status"}})
    )
    for key, value in leaves.items():
        if "." in key and not (isinstance(value, str) and value.strip()):
            ledger.report(key, "wrong-type", "write the words in quotes, and not empty", file)
    return Text(language, table["name"], table["direction"], table["status"], leaves)


def needed_words(instrument: Instrument) -> Iterable[str]:
    """Yield the key of every wording that each language of `instrument` must have."""
    yield from _COMMON
    yield from (f"consent.minutes.{form}" for form in instrument.forms)
    for section in instrument.sections:
        yield f"section.{section.name}.title"
    for scale in instrument.scales:
        yield from (f"scale.{scale.name}.{code}" for code in scale.codes)
    own = [(item.name, [] if item.scale else list(item.codes)) for item in instrument.items]
    yield from _words_of_items(own)
    for dimension in instrument.dimensions:
        yield f"dimension.{dimension.name}.name"
        if dimension.role is not Role.FACET:
            yield f"dimension.{dimension.name}.meaning"


def _optional_words(instrument: Instrument, rows: list[dict[str, Any]]) -> Iterable[str]:
    """Yield the keys that a language may have besides: what is off keeps its words."""
    for section in instrument.sections:
        yield f"section.{section.name}.intro"
    for dimension in instrument.dimensions:
        yield f"dimension.{dimension.name}.meaning"
    for row in rows:
        name = row["name"]
        own = [choice["code"] for choice in row["choice"]]
        yield from _words_of_items([(name, [*own, *OFFERED])])
        yield from (f"hint.{name}", f"domain.{name}")


def _words_of_items(items: Iterable[tuple[str, list[str]]]) -> Iterable[str]:
    for name, codes in items:
        yield f"item.{name}"
        yield from (f"choice.{name}.{code}" for code in codes)
