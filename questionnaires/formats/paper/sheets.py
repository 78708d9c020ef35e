"""Sheets to hang up or to hand to the team: a poster, and how a device or an interview begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from questionnaires.formats.paper.press import qr_code, set_pages
from questionnaires.formats.paper.wording import form_words
from questionnaires.model import Instrument
from questionnaires.text import Words

_TEMPLATE = "sheets.typ"

#: Around an address, which runs from left to right on every page.
_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"

POSTER, KIOSK, INTERVIEWS = "poster", "kiosk", "interviews"
KINDS = (POSTER, KIOSK, INTERVIEWS)


@dataclass(frozen=True)
class Notice:
    """What only the round knows, in the language of the sheet.

    Attributes
    ----------
    title : str
        Title of the round.
    address : str
        What the code to scan opens, as ``https://survey.example.org/s/round-one``.
    offline : str
        Where a device gets the pages that work without a network; empty when there are none.
    organisation, contact : str
        Who asks, and where questions and complaints go.
    help : sequence of str
        Services that help, a line each.
    closes_on : date, optional
        The last day on which answers are taken.
    needs_code : bool
        Whether people need a code of a pack.
    clusters : bool
        Whether interviews belong to drawn clusters.
    """

    title: str
    address: str
    offline: str = ""
    organisation: str = ""
    contact: str = ""
    help: Sequence[str] = ()
    closes_on: date | None = None
    needs_code: bool = False
    clusters: bool = False


def write_sheet(
    kind: str, instrument: Instrument, language: str, form: str, notice: Notice
) -> bytes:
    """Return the PDF/UA-1 document of a sheet of one of `KINDS`: same input, same bytes.

    Raises
    ------
    FormatError
        If it cannot be set.
    """
    text, words = instrument.texts[language], form_words(language)
    content: dict[str, Any] = {
        "language": language,
        "direction": text.direction,
        "title": notice.title,
        "address": notice.address,
        "qr": qr_code(notice.address),
        "lead": "",
        "points": [],
        "steps": [],
        "cases": [],
        "when": words.gettext("What to do when"),
        "blank": "",
        "facts": _facts(words, notice),
        "help": {"title": words.gettext("Help and support"), "lines": [*notice.help]},
    }
    if kind == POSTER:
        content |= {
            "heading": words.gettext("Take part"),
            "lead": f"{text['consent.about']} {text[f'consent.minutes.{form}']}",
            "points": [
                text["consent.voluntary"],
                text["consent.anonymous"],
                *([_code(words)] if notice.needs_code else []),
            ],
            "scan": words.gettext("Scan this with a phone, or type the address:"),
        }
    else:
        content |= _kiosk(words, notice) if kind == KIOSK else _interviews(words, notice)
        content["scan"] = words.gettext("Open this address on the device:")
    return set_pages(_TEMPLATE, "sheet", content)


def _code(words: Words) -> str:
    return words.gettext("You need a code, which works once. The team hands codes out.")


def _kiosk(words: Words, notice: Notice) -> dict[str, Any]:
    """Return how a device is set up at which people answer one after another."""
    return {
        "heading": words.gettext("Setting up a shared device"),
        "steps": [
            words.gettext("Charge the device. Put it where nobody can look over a shoulder."),
            words.gettext("Open the address below, in a window that shows nothing else."),
            *_offline(words, notice),
            words.gettext(
                "Try it: begin, answer two questions, press “Erase and leave”. Nothing is stored."
            ),
            words.gettext("Stay near, not behind. Help only when somebody asks for it."),
            *([_code(words)] if notice.needs_code else []),
        ],
        "cases": [
            words.gettext("Somebody wants to stop: press “Erase and leave”. Nothing is kept."),
            words.gettext(
                "Somebody went away: the page goes back to the first one by itself; so it does "
                "after the last page."
            ),
            *_trouble(words),
        ],
    }


def _interviews(words: Words, notice: Notice) -> dict[str, Any]:
    """Return how somebody of the team sets up a device for interviews."""
    blank = words.gettext("Cluster of today") if notice.clusters else ""
    cluster = words.gettext("Choose the cluster that you visit. Its code goes with each interview.")
    return {
        "heading": words.gettext("Setting up a device for interviews"),
        "blank": blank,
        "steps": [
            words.gettext("Open the address below and sign in with your own account."),
            *([cluster] if notice.clusters else []),
            words.gettext("Press “Begin an interview”. The page works for one day of work."),
            *_offline(words, notice),
            words.gettext(
                "Try it: begin, answer two questions, press “Erase and leave”. Nothing is stored."
            ),
            words.gettext("Read the first page aloud, word for word. Silence is no consent."),
            words.gettext("Read every question as it stands. Never ask twice."),
            words.gettext("Write down nothing of it: no name, no address, no answer."),
        ],
        "cases": [
            words.gettext("Somebody wants to stop: press “Erase and leave”. Nothing is kept."),
            words.gettext("Somebody comes near: stop, and go on where nobody hears you."),
            words.gettext("Somebody is upset: stop asking, and tell about the help below."),
            *_trouble(words),
        ],
    }


def _offline(words: Words, notice: Notice) -> list[str]:
    if not notice.offline:
        return []
    said = words.gettext(
        "For work without a network: with a network, open %(address)s once on the device, and "
        "wait until “Answers on this phone” stands below the page.",
        address=f"{_LEFT_TO_RIGHT}{notice.offline}{_END}",
    )
    return [said]


def _trouble(words: Words) -> list[str]:
    return [
        words.gettext("The page says that nothing was stored: wait a minute and press again."),
        words.gettext("The device is lost: tell the team at once. It holds no answer in clear."),
    ]


def _facts(words: Words, notice: Notice) -> list[dict[str, str]]:
    day = ""
    if notice.closes_on:
        day = words.day(notice.closes_on)
    said = {
        words.gettext("Who is asking"): notice.organisation,
        words.gettext("Answers are taken until"): day,
        words.gettext("Questions or complaints"): notice.contact,
    }
    return [{"label": label, "value": value} for label, value in said.items() if value]
