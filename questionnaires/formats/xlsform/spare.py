"""Words that every questionnaire needs and a form from elsewhere does not have.

They come from the library, where it speaks the language. In another language the English words
stand in, and a note says which; nobody is asked a question before they were mended.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from questionnaires.formats.xlsform.draft import Draft
from questionnaires.likeness import complete_text
from questionnaires.read import LIBRARY
from questionnaires.text import flatten
from questionnaires.wording import text_file

#: Where the words are looked up: whoever comes first has the say.
_MODELS = ("social_cohesion", "community_profile", "focus_group")
_TABLES = ("answer", "consent")
_NUMBER = re.compile(r"\d+")


def spare_words(draft: Draft, structure: Mapping[str, Any]) -> None:
    """Add to `draft` the words that stand on every page, and those before the first."""
    minutes = str(max(5, round(len(structure.get("item", ())) / 20) * 5))
    english = _spare("en")
    for language in draft.languages:
        own = _spare(language.code)
        words = {"title": draft.title, **english, **own}
        for form in structure["forms"]:
            words[f"consent.minutes.{form}"] = _NUMBER.sub(minutes, words["consent.minutes.long"])
        taken = {f"consent.minutes.{form}" for form in structure["forms"]}
        kept = {key: each for key, each in words.items() if not _is_minutes(key) or key in taken}
        draft.words[language.code] = {**kept, **draft.words.get(language.code, {})}
        if not own:
            remark = "the words of every page (tables answer and consent) are in English; translate"
            draft.remark(f"{text_file(language.code)}: {remark} them before use")
    draft.remark(
        "the words before the first question are those of the library (table consent of the text "
        "files); make them true for your study"
    )


def _is_minutes(key: str) -> bool:
    return key.startswith("consent.minutes.")


@cache
def _spare(language: str) -> dict[str, str]:
    """Return the words of the library in `language`; none when it does not speak it."""
    words: dict[str, str] = {}
    for model in _MODELS:
        found = complete_text(language, partial(_load, model), []) or {}
        tables = {table: found[table] for table in _TABLES if table in found}
        words = {**dict(flatten(tables)), **words}
    return words


@cache
def _load(model: str, language: str) -> Mapping[str, Any] | None:
    file = LIBRARY / model / text_file(language)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else None
