"""Read the file that describes a round: what is asked, where, when, and by whom."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from questionnaires import Instrument, Nonanswer
from questionnaires.ledger import Ledger
from questionnaires.schema import Key, Table
from survey.errors import SealError, SurveyError
from survey.keys import read_recipient
from survey.models.wave import USUAL_DOORS, Door, Protection, Sampling
from survey.operations.consent import MAY_SAY, gaps
from survey.operations.programme_age import BEGAN, REASON
from survey.operations.questionnaires import find_instrument
from survey.operations.wave_plans import Locality, WavePlan

_LINK = re.compile(r"[A-Za-z0-9-]{3,64}")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_DAYS = ("opens_on", "closes_on", "keep_until")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_words(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(map(_is_text, value.values()))


def _is_code(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE.fullmatch(value)) and value not in set(Nonanswer)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_DAY = Key(lambda value: type(value) is date, "a day as 2026-03-01, without quotes", None, True)
_LINE = Key(_is_text, "a line in quotes", "", True)
_TABLE = Key(lambda value: isinstance(value, Mapping), "a table", {}, True)

ROUND = Table(
    "the round",
    {
        "link": Key(
            lambda value: isinstance(value, str) and bool(_LINK.fullmatch(value)),
            "3 to 64 letters, digits or hyphens",
            "",
            True,
        ),
        "instrument": Key(_is_text, 'the name of one, as "social_cohesion"', "", True),
        "form": Key(_is_text, "the name of a form in quotes", ""),
        "variant": Key(_is_text, "the name of a variant in quotes", ""),
        "languages": Key(_is_texts, 'a list of language codes, as ["en", "ar"]', [], True),
        "breakdowns": Key(_is_texts, 'a list of items, as ["D2", "D3"]', []),
        "sampling": Key(
            lambda value: value in set(Sampling), f"one of {', '.join(Sampling)}", "convenience"
        ),
        "protection": Key(
            lambda value: value in set(Protection), f"one of {', '.join(Protection)}", "open"
        ),
        "doors": Key(
            lambda value: (
                isinstance(value, list) and bool(value) and all(v in set(Door) for v in value)
            ),
            f'a list of {", ".join(Door)}, as ["open"]',
            [*USUAL_DOORS],
        ),
        "linking": Key(lambda value: isinstance(value, bool), "true or false", False),
        "recipients": Key(
            lambda value: value == [] or _is_texts(value),
            'a list of public keys, as ["age1…", "age1…"]',
            [],
        ),
        "comparison": Key(
            lambda value: value == [] or _is_texts(value),
            'a list of codes of places, as ["P01", "P02"]',
            [],
        ),
        **dict.fromkeys(_DAYS, _DAY),
        BEGAN: Key(lambda value: type(value) is date, "a day as 2026-03-01, without quotes", None),
        REASON: Key(_is_text, "why the programme is assessed early, in quotes", ""),
        "facts": _TABLE,
        "locality": Key(
            lambda value: isinstance(value, list) and bool(value),
            "one [[locality]] with code and names for each place",
            [],
            True,
        ),
    },
)

FACTS = Table(
    "the facts in a language",
    {
        **dict.fromkeys(("title", "organisation", "contact", "results", "next_steps"), _LINE),
        "help": Key(_is_texts, "a list of lines in quotes", [], True),
        **dict.fromkeys(MAY_SAY, Key(_is_text, "a line in quotes", "")),
    },
)

LOCALITY = Table(
    "a locality",
    {
        "code": Key(_is_code, "a code of letters, digits and _ . - in quotes", "", True),
        "names": Key(_is_words, 'its name by language, as {en = "…"}', {}, True),
        "stratum": Key(_is_text, "the stratum it belongs to, in quotes", ""),
        "population": Key(_is_count, "a number of people", None),
        "geometry": Key(lambda value: isinstance(value, Mapping), "a GeoJSON geometry", None),
        "parent": Key(_is_code, "the code of the area it lies in, in quotes", ""),
    },
)


def read_round(file: Path) -> tuple[Instrument, WavePlan, list[Locality]]:
    """Return the instrument, the plan and the localities that `file` describes.

    Raises
    ------
    SurveyError
        If the file cannot be read.
    InstrumentError
        With one line for each problem of the file or of its instrument.
    """
    return check_round(_load(file), file.name)


def check_round(
    document: Mapping[str, Any], source: str
) -> tuple[Instrument, WavePlan, list[Locality]]:
    """Return the instrument, the plan and the localities of a round, however it was written down.

    Raises
    ------
    SurveyError, InstrumentError
        As `read_round`; `source` is how the lines call the file.
    """
    ledger = Ledger()
    written = ledger.checked(document, ROUND, "", source)
    facts = {
        language: ledger.checked(written["facts"].get(language, {}), FACTS, language, source)
        for language in written["languages"]
    }
    for language, remedy in gaps(facts, written["languages"]):
        ledger.report(language, "first-page", f"say {remedy}", source)
    rows = [_row(ledger, row, source) for row in written["locality"]]
    ledger.unique("locality", (row["code"] for row in rows))
    _check_days(ledger, written, source)
    _check_recipients(ledger, written["recipients"], source)
    for code in {*written["comparison"]} - {row["code"] for row in rows}:
        ledger.report(code, "unknown-place", "a place of comparison must be a locality", source)
    ledger.close()
    # Kept with the facts, which are fixed when the round opens.
    facts[written["languages"][0]] |= (
        {"comparison": written["comparison"]} if written["comparison"] else {}
    )
    facts[written["languages"][0]] |= _programme(written)
    instrument = find_instrument(written["instrument"])
    plan = WavePlan(
        link=written["link"],
        form=written["form"] or instrument.forms[0],
        languages=tuple(written["languages"]),
        breakdowns=tuple(written["breakdowns"]),
        facts=facts,
        sampling=Sampling(written["sampling"]),
        variant=written["variant"],
        protection=Protection(written["protection"]),
        recipients=tuple(each.strip() for each in written["recipients"]),
        doors=tuple(map(Door, written["doors"])),
        linking=written["linking"],
        **{day: written[day] for day in _DAYS},
    )
    return instrument, plan, [Locality(**row) for row in rows]


def _programme(written: Mapping[str, Any]) -> dict[str, str]:
    """Return what a round says of the programme that it assesses; empty for most."""
    told = {BEGAN: written[BEGAN] and written[BEGAN].isoformat(), REASON: written[REASON]}
    return {name: said for name, said in told.items() if said}


def _load(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SurveyError(f"{file}: the round file cannot be read: {error}") from None


def _row(ledger: Ledger, row: object, file: str) -> dict[str, Any]:
    code = row.get("code") if isinstance(row, Mapping) else ""
    return ledger.checked(row, LOCALITY, str(code or "locality"), file)


def _check_days(ledger: Ledger, written: Mapping[str, Any], file: str) -> None:
    days = [written[day] for day in _DAYS]
    if None not in days and sorted(days) != days:
        remedy = f"{', '.join(_DAYS)} must follow each other"
        ledger.report("", "wrong-order", remedy, file)


def _check_recipients(ledger: Ledger, recipients: Sequence[str], file: str) -> None:
    for number, recipient in enumerate(recipients, start=1):
        try:
            read_recipient(recipient)
        except SealError as error:
            ledger.report(f"recipients {number}", "bad-key", str(error), file)
