"""Words: which ones every language of an instrument must have, and whether it has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from questionnaires.ledger import STRUCTURE, Ledger
from questionnaires.model import OFFERED, Audience, Instrument, Item, Nonanswer, Role
from questionnaires.schema import TEXT
from questionnaires.text import Text, flatten
from questionnaires.types import is_type, item_type, type_names

#: Words that every instrument needs, besides those of its own parts.
_COMMON = (
    "title",
    *(f"answer.{code}" for code in (*OFFERED, Nonanswer.SKIPPED)),
    "answer.unknown",
)
#: What people are told before they take part, and staff before they write about others.
_OPENING = {
    Audience.PARTICIPANTS: (
        *(f"consent.{part}" for part in ("title", "about", "voluntary", "anonymous", "use")),
        *(f"consent.{part}" for part in ("care", "final", "agree", "yes", "no")),
    ),
    Audience.STAFF: ("record.title", "record.about", "record.care"),
}
#: Words that an instrument may have although none of its items needs them now.
_SPARE = tuple(
    f"answer.{each}" for each in ("choose", "required", "exclusive", "na", "day", "month")
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
    said = (text.words for text in instrument.texts.values() if instrument.variants)
    varied = {key for words in said for key in words if _is_varied(key)}
    for variant in instrument.variants:
        known |= {f"variant.{variant}.{key}" for key in known if not _is_varied(key)}
    for language, text in instrument.texts.items():
        file = text_file(language)
        for key in sorted((needed | (varied & known)) - text.words.keys()):
            remedy = f"there are no words for it; add '{key}' to {file}"
            ledger.report(key, "missing-words", remedy, file)
        for key in sorted(text.words.keys() - known):
            remedy = "nothing in the instrument is called so; mend the name or delete the line"
            ledger.report(key, "unknown-words", remedy, file)


def _is_varied(key: str) -> bool:
    return key.startswith("variant.")


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
    yield from _OPENING[instrument.audience]
    if instrument.audience is Audience.PARTICIPANTS:
        yield from (f"consent.minutes.{form}" for form in instrument.forms)
    for section in instrument.sections:
        yield f"section.{section.name}.title"
    for scale in instrument.scales:
        yield from (f"scale.{scale.name}.{code}" for code in scale.codes)
    for group in instrument.groups:
        yield f"group.{group.name}.title"
    for item in instrument.items:
        yield from _words_of(item)
    for dimension in instrument.dimensions:
        yield f"dimension.{dimension.name}.name"
        if dimension.role is not Role.FACET:
            yield f"dimension.{dimension.name}.meaning"


def _words_of(item: Item) -> Iterable[str]:
    if is_type(item.type):
        kind = item_type(item.type)
        yield from kind.words(item)
        yield from kind.messages
    if item.row and item.type != "best_worst":
        yield f"row.{item.words}.{item.row}"
    if item.constraint:
        yield f"constraint.{item.words}"


def _optional_words(instrument: Instrument, rows: list[dict[str, Any]]) -> Iterable[str]:
    """Yield the keys that a language may have besides: what is off keeps its words."""
    yield from _SPARE
    for kind in map(item_type, type_names()):
        yield from kind.messages
    for section in instrument.sections:
        yield f"section.{section.name}.intro"
    for group in instrument.groups:
        yield f"group.{group.name}.another"
    for dimension in instrument.dimensions:
        yield f"dimension.{dimension.name}.meaning"
    for row in rows:
        yield from _words_of_row(row)


def _words_of_row(row: dict[str, Any]) -> Iterable[str]:
    name = row["name"]
    yield from (f"section.{row['section']}.{part}" for part in ("title", "intro"))
    for mark in (row["dimension"], *row["facets"]):
        yield from (f"dimension.{mark}.{part}" for part in ("name", "meaning"))
    yield from (f"{kind}.{name}" for kind in ("item", "hint", "domain", "constraint"))
    own = [choice["code"] for choice in row["choice"]]
    yield from (f"choice.{name}.{code}" for code in (*own, *OFFERED, Nonanswer.NOT_APPLICABLE))
    if is_type(row["type"]):
        kind = item_type(row["type"])
        yield from (f"choice.{name}.{code}" for code in kind.fixed)
        yield from (f"row.{name}.{part}" for part in kind.statements)
    for part in row["row"]:
        yield f"row.{name}.{part['code']}"
        yield f"domain.{name}_{part['code']}"
