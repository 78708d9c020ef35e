"""Open what was sealed, in memory, with a key that is given for the time being and never stored.

Every response is checked as if it had just been sent: a phone may have sealed anything. What
cannot be opened or is no answer is left out and counted by its reason; it stays where it is.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from operator import itemgetter
from sys import intern
from typing import Any

import orjson
from pyrage.x25519 import Identity
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from questionnaires import AnswerError, Instrument, Nonanswer, check_answers
from questionnaires.logic import complete_answers
from survey.errors import SealError
from survey.keys import public_key, unseal
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.waves import fielded_instrument, localities_of, place_item

Columns = Mapping[str, Any]

#: Answers as text: read here, where each of their words can be kept once.
_ANSWERS = cast(Response.__table__.c.answers, Text).label("answers")
#: Rows that the driver of the database holds at a time.
_PIECE = 8000

#: The largest weight that fits its column.
_HEAVIEST = 2**63 - 1


class Reason(StrEnum):
    """Why a response was left out."""

    LOCKED = "no key opens it, or it was changed"
    DAMAGED = "it is no JSON object of answers"
    UNFIT = "an item does not offer its answer"


@dataclass(frozen=True)
class OpenedResponse:
    """A response in clear; `batch` is 0 where it is not known, `link` None for most people."""

    answers: Mapping[str, str]
    language: str
    mode: str
    stratum: str
    psu: str | None
    weight: int
    batch: int = 0
    link: str | None = None

    @cached_property
    def content(self) -> str:
        """What it says and how much it counts, as text: all that the numbers depend on."""
        rest = [self.weight, self.stratum, self.psu, self.language, self.mode]
        return f"[{_sorted_json(self.answers)}, {json.dumps(rest)[1:]}"


@dataclass(frozen=True)
class Opening:
    """All responses of a wave that are answers, and how many were left out, by reason."""

    responses: tuple[OpenedResponse, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Stored:
    """The responses of a wave as they are kept, and what they are checked against."""

    rows: tuple[Columns, ...]
    asked: Fielded


@dataclass(frozen=True)
class Fielded:
    """What answers are checked against: the frozen instrument, and the places with their strata."""

    instrument: Instrument
    form: str
    languages: tuple[str, ...]
    strata: Mapping[str, str]


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> tuple[str, Callable[[Mapping[str, str]], Any]]:
    """Return the JSON of answers with these names, sorted, with gaps, and what fills them."""
    by_name = sorted(names)
    keys = [json.dumps(name).replace("%", "%%") for name in by_name]
    return "{" + ", ".join(f'{key}: "%s"' for key in keys) + "}", itemgetter(*by_name)


def _sorted_json(answers: Mapping[str, str]) -> str:
    """Return the JSON of answers, sorted by name: `json.dumps` takes three times as long."""
    if answers:
        pattern, values = _pattern(tuple(answers))
        written: str = pattern % values(answers)
        plain = written.isascii() and written.isprintable() and "\\" not in written
        if plain and written.count('"') == pattern.count('"'):
            return written
    return json.dumps({name: answers[name] for name in sorted(answers)})


class _LeftOutError(Exception):
    """A response cannot be used; the reason is its only content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


def fielded(session: Session, wave: Wave) -> Fielded:
    """Return what the answers of `wave` are checked against."""
    strata = {place.code: place.stratum for place in localities_of(session, wave)}
    return Fielded(fielded_instrument(wave), wave.form, tuple(wave.languages), strata)


def read_responses(session: Session, wave: Wave, identities: Sequence[Identity] = ()) -> Opening:
    """Return the responses of `wave`, opened; see `stored_responses`."""
    stored = stored_responses(session, wave, identities)
    return open_rows(stored.rows, stored.asked, identities)


def stored_responses(session: Session, wave: Wave, identities: Sequence[Identity] = ()) -> Stored:
    """Return the responses of `wave` as they are kept, once it is clear that the keys fit.

    Those that can be read without a key come without their free text, and are not opened: no
    statistic needs it.

    Raises
    ------
    SealError
        If responses are sealed and no key is given, or none of this wave.
    """
    rows = tuple(_rows(session, wave))
    sealed = sum(row["answers"] is None for row in rows)
    if sealed and not identities:
        raise SealError(
            f"{sealed} responses of the round '{wave.link}' are sealed; give the key of a "
            "recipient with --identity, or recovery shares with --share"
        )
    if identities:
        check_key(wave.recipients, identities)
    return Stored(rows, fielded(session, wave))


def _rows(session: Session, wave: Wave) -> Iterator[Columns]:
    """Yield the responses of `wave` as they are kept, without what need not be opened."""
    columns = [_ANSWERS if each.name == "answers" else each for each in Response.__table__.c]
    names = [each.name for each in columns]
    mine = select(*columns).where(Response.wave_id == wave.id)
    for row in session.execute(mine.execution_options(yield_per=_PIECE)):
        stored = dict(zip(names, row, strict=True))
        if stored["answers"] is not None:
            stored["answers"] = _once(orjson.loads(stored["answers"]))
            stored["sealed"] = None
        yield stored


def check_key(recipients: Sequence[str], identities: Sequence[Identity]) -> None:
    """Make sure that one of the keys is a recipient's.

    Raises
    ------
    SealError
        If none is; the message names the public keys that are.
    """
    given = {public_key(each) for each in identities}
    if given.isdisjoint(recipients):
        needed = " or ".join(recipients) or "a recipient, but this round has none"
        raise SealError(
            f"the key that was given ({', '.join(sorted(given))}) is not one of this round; "
            f"it needs the secret key of {needed}; nothing is changed"
        )


def open_rows(rows: Iterable[Columns], asked: Fielded, identities: Sequence[Identity]) -> Opening:
    """Return the responses that `rows` hold; the columns of each are those of `Response`."""
    opened: list[OpenedResponse] = []
    left_out: Counter[str] = Counter()
    for row in rows:
        try:
            opened.append(_open(row, asked, identities))
        except _LeftOutError as error:
            left_out[error.reason.name.lower()] += 1
    return Opening(tuple(opened), dict(left_out))


def explain(left_out: Mapping[str, int]) -> list[str]:
    """Return a line for each reason for which responses were left out."""
    return [f"{count} left out: {Reason[name.upper()]}" for name, count in left_out.items()]


def _open(row: Columns, asked: Fielded, identities: Sequence[Identity]) -> OpenedResponse:
    batch = row.get("batch") or 0
    if row["sealed"] is None:
        return _clear(row, row["answers"], batch)
    document = _document(row["sealed"], identities)
    if row["answers"] is not None:
        answers = {**row["answers"], **_answers(document.get("answers"))}
        return _checked(_clear(row, answers, batch), asked)
    if "parcel" in document:
        return _checked(_of_phone(document, asked, identities, batch), asked)
    if not _is_row(document, asked):
        raise _LeftOutError(Reason.DAMAGED)
    return _checked(_clear(document, _answers(document["answers"]), batch), asked)


def _clear(row: Columns, answers: Mapping[str, str], batch: int) -> OpenedResponse:
    return OpenedResponse(
        answers,
        row["language"],
        row["mode"],
        row["stratum"],
        row["psu"],
        row["weight"],
        batch,
        row.get("link"),
    )


def _of_phone(
    document: Columns, asked: Fielded, identities: Sequence[Identity], batch: int
) -> OpenedResponse:
    """Return what a phone had sealed.

    An item it does not mention was skipped, or not shown where the other answers say so.
    """
    try:
        parcel = base64.b64decode(document["parcel"], validate=True)
    except (TypeError, ValueError):
        raise _LeftOutError(Reason.DAMAGED) from None
    skipped = {item.name: str(Nonanswer.SKIPPED) for item in asked.instrument.asked(asked.form)}
    given = _answers(_document(parcel, identities))
    answers = skipped | given | complete_answers(asked.instrument, asked.form, given)
    return OpenedResponse(answers, asked.languages[0], "phone", "", None, WEIGHT_UNIT, batch)


def _checked(response: OpenedResponse, asked: Fielded) -> OpenedResponse:
    """Return a response whose every answer is one that its item offers, in its own stratum."""
    try:
        check_answers(asked.instrument, asked.form, response.answers, tuple(asked.strata))
    except AnswerError:
        raise _LeftOutError(Reason.UNFIT) from None
    locality = response.answers[place_item(asked.instrument).name]
    return replace(response, stratum=asked.strata[locality])


def _document(sealed: bytes, identities: Sequence[Identity]) -> dict[str, Any]:
    try:
        document = json.loads(unseal(sealed, identities))
    except SealError:
        raise _LeftOutError(Reason.LOCKED) from None
    except (ValueError, RecursionError):
        raise _LeftOutError(Reason.DAMAGED) from None
    if not isinstance(document, dict):
        raise _LeftOutError(Reason.DAMAGED)
    return document


def _answers(found: object) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise _LeftOutError(Reason.DAMAGED)
    return _once(found)


def _once(answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers whose texts are in memory once: every response has most of them."""
    return dict(zip(map(intern, answers), map(intern, answers.values()), strict=True))


def _is_row(document: Columns, asked: Fielded) -> bool:
    psu, weight, link = document.get("psu"), document.get("weight"), document.get("link")
    return (
        document.get("language") in asked.languages
        and isinstance(document.get("mode"), str)
        and isinstance(document.get("stratum"), str)
        and (psu is None or isinstance(psu, str))
        and (link is None or isinstance(link, str))
        and type(weight) is int
        and 0 < weight <= _HEAVIEST
        and "answers" in document
    )
