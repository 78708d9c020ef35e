"""What the document of a draft says, and the round file that it makes.

A draft keeps every field as it was typed, also what is half filled. Its parts:

* ``questionnaire``: ``choice``, as ``social_cohesion/short/`` (name, form, variant);
* ``languages``: ``languages``; ``groups``: ``breakdowns``; ``doors``: ``doors``;
* ``consent``: the facts, by ``<language>-<fact>``; a list is one line each;
* ``days``: ``link`` and the days; ``protection``: ``protection`` and ``recipients``;
* ``places``: ``file`` and ``rows``, as `localities_files` reads them;
* ``sample``, ``reckoning``, ``allocation``, ``draw``, ``quotas``: the plan of the sample;
* ``gate``, ``signed``: the risks, and who signed them off.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any

from questionnaires import Instrument, QuestionnaireError, library_names, read_instrument
from questionnaires.governance import rates_bodies
from questionnaires.model import Audience
from survey.errors import SurveyError
from survey.models.wave import Protection, Sampling
from survey.operations.programme_age import BEGAN, REASON
from survey.operations.questionnaires import find_instrument, own_names
from survey.operations.round_files import FACTS, LOCALITY, ROUND

Document = Mapping[str, Any]

#: Facts that the first page says in each language, in the order in which they are asked for.
FACT_NAMES = tuple(FACTS.keys)
#: How people may come in.
DOORS = ("open", "codes", "kiosk", "enumerator", "paper")
#: Those whose answers say in which drawn cluster they were given.
SEEING_DOORS = ("enumerator",)
DAYS = ("opens_on", "closes_on", "keep_until")


def field(document: Document, part: str, name: str) -> Any:  # noqa: ANN401 - a text or a list
    """Return what was typed into a field, or an empty text."""
    return (document.get(part) or {}).get(name, "")


def texts(document: Document, part: str, name: str) -> list[str]:
    """Return what was chosen in a field of several."""
    return list(field(document, part, name) or [])


def lines(text: str) -> list[str]:
    """Return the lines of a text that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def day_of(document: Document, name: str) -> date | None:
    """Return one of the days, or nothing when what was typed is none."""
    with suppress(ValueError):
        return date.fromisoformat(field(document, "days", name).strip())
    return None


def choice_of(document: Document) -> tuple[str, str, str]:
    """Return the name, the form and the variant of the questionnaire; empty when none is chosen."""
    name, _, rest = field(document, "questionnaire", "choice").partition("/")
    form, _, variant = rest.partition("/")
    return name, form, variant


@cache
def _of_library(name: str) -> Instrument:
    return read_instrument(name)


def instrument_of(name: str) -> Instrument:
    """Return an instrument by its name; those of the library are read once.

    Raises
    ------
    SurveyError, QuestionnaireError
        If it cannot be read.
    """
    return _of_library(name) if name in library_names() else find_instrument(name)


def offered_instruments() -> dict[str, Instrument]:
    """Return the instruments that a round can ask, by the name under which it chooses them.

    They are those that people or bodies answer about a place.
    """
    found = {}
    for name in (*library_names(), *own_names()):
        # One that is broken is no reason to offer none; `sixfold instrument check` says why.
        with suppress(SurveyError, QuestionnaireError):
            found[name] = instrument_of(name)
    return {
        name: each
        for name, each in found.items()
        if (each.audience is Audience.PARTICIPANTS or rates_bodies(each))
        and any(item.type == "place" and item.required for item in each.items)
    }


def sampling_of(document: Document) -> Sampling:
    """Return what the report may claim; an open link reaches whom it reaches.

    Beside drawn clusters so does every way in that knows none of them: each of its answers would
    count as a cluster of its own, and margins of error would be too narrow.
    """
    wished = field(document, "sample", "design")
    is_blind = wished == Sampling.PROBABILITY and bool(blind_doors(document))
    if "open" in texts(document, "doors", "doors") or is_blind:
        return Sampling.CONVENIENCE
    return Sampling(wished) if wished in set(Sampling) else Sampling.CONVENIENCE


def blind_doors(document: Document) -> list[str]:
    """Return the chosen ways in that know no cluster, where clusters were drawn."""
    chosen = texts(document, "doors", "doors") if clusters_in(document) else []
    return [door for door in chosen if door not in SEEING_DOORS]


def doors_of(document: Document) -> dict[str, list[str]]:
    """Return the key of a round file that says how people come in, where round files have it."""
    return {"doors": texts(document, "doors", "doors")} if "doors" in ROUND.keys else {}


def facts_of(document: Document, language: str) -> dict[str, Any]:
    """Return the facts in a language, without those that are empty."""
    facts: dict[str, Any] = {}
    for name, key in FACTS.keys.items():
        typed = field(document, "consent", f"{language}-{name}").strip()
        if typed:
            facts[name] = _fact(typed, key.default)
    return facts


def round_document(document: Document) -> dict[str, Any]:
    """Return the draft as a round file has it: one that is complete opens the same round."""
    name, form, variant = choice_of(document)
    languages = texts(document, "languages", "languages")
    written = {
        "link": field(document, "days", "link").strip(),
        "instrument": name,
        "form": form,
        "variant": variant,
        "languages": languages,
        "breakdowns": texts(document, "groups", "breakdowns"),
        "sampling": str(sampling_of(document)),
        "protection": field(document, "protection", "protection") or str(Protection.OPEN),
        "recipients": lines(field(document, "protection", "recipients")),
        **doors_of(document),
        **{day: day_of(document, day) for day in (*DAYS, BEGAN)},
        REASON: field(document, "days", REASON).strip(),
        "facts": {language: facts_of(document, language) for language in languages},
        "locality": [_locality(row) for row in places_of(document)],
    }
    return {key: value for key, value in written.items() if value not in ("", [], None)}


def places_of(document: Document) -> list[dict[str, Any]]:
    """Return the localities of a draft, areas among them."""
    return list(field(document, "places", "rows") or [])


def _locality(row: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: row[key] for key in LOCALITY.keys if row.get(key) not in (None, "")}
    return {key: value for key, value in known.items() if value != {}}


def _fact(typed: str, default: object) -> object:
    """Return a fact as its kind wants it: a list of lines, a number, or one line."""
    if isinstance(default, list):
        return lines(typed)
    if isinstance(default, int) and typed.isdigit():
        return int(typed)
    return " ".join(typed.split())


def clusters_in(document: Mapping[str, Any]) -> list[str]:
    """Return the clusters that were drawn in the draft of a round, each once."""
    drawn = (document.get("draw") or {}).get("clusters", [])
    return sorted({str(each["cluster"]) for each in drawn})
