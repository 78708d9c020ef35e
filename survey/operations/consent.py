"""What the first page of a round must say, and what a round may say of it in its own words.

The instrument has words for everything but who asks, where to complain and where help is; these
a round must name. It may put its own words in place of some others, in all its languages or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey.errors import SurveyError

Facts = Mapping[str, Mapping[str, Any]]

#: What only the round knows, by its key in ``[facts.<language>]``.
MUST_SAY = {
    "organisation": "who is asking",
    "contact": "where questions and complaints go",
    "help": "where people find help",
}

#: What replaces the instrument's words, or adds a line.
MAY_SAY = {
    "about": "why people are asked, and what about",
    "minutes": "how long it takes",
    "risks": "what could be uncomfortable, and when to do it later",
    "complaints": "where to complain about the team that asks",
    "age": "from which age people are asked, as a line of its own",
    "agree": "the words that people agree to",
}


def check_consent(facts: Facts, languages: Sequence[str]) -> None:
    """Make sure that the first page of a round says all that it must.

    Raises
    ------
    SurveyError
        With everything that is missing, and where it belongs.
    """
    first = facts.get(languages[0], {}) if languages else {}
    missing = [
        f"{meaning} ('{key}' in [facts.{languages[0]}])"
        for key, meaning in MUST_SAY.items()
        if languages and not first.get(key)
    ]
    missing += [f"in {language}: {remedy}" for language, remedy in gaps(facts, languages)]
    if missing:
        raise SurveyError(f"the first page of the round must still say {'; '.join(missing)}")


def gaps(facts: Facts, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield where the round's own words are not there for everybody: a language, and a remedy."""
    said = {key for language in languages for key in MAY_SAY if facts.get(language, {}).get(key)}
    for language in languages:
        own = facts.get(language, {})
        for key in sorted(said):
            if not own.get(key):
                yield language, f"'{key}' ({MAY_SAY[key]}), as in the other languages"
        if bool(own.get("age")) != bool(own.get("agree")):
            yield language, "'age' and 'agree' together, since both speak of the age"
        if own.get("age") and not any(sign.isdigit() for sign in own["age"]):
            yield language, "a number in 'age', the age from which people are asked"
