"""The columns of a register: what may be typed into each, and the words that say how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from survey.messages import _
from survey.operations.gaps import Gap

_CODE = re.compile(r"[\w.-]{1,20}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
#: A comma before three digits may part thousands or begin decimals: nobody can tell.
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,4}|,(?:\d{1,2}|\d{4}))?")
_SPACES = re.compile(r"[\s\u202f\u2066-\u2069]+")


class Rule(StrEnum):
    """What a column takes."""

    CODE = "code"
    LINE = "line"
    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    AMOUNT = "amount"
    CURRENCY = "currency"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """One column: its name, also in files; what it takes; whether it must be filled in."""

    name: str
    rule: Rule = Rule.LINE
    needed: bool = False
    choices: tuple[str, ...] = ()


#: The most characters of a column of words.
_LONGEST = {Rule.LINE: 200, Rule.TEXT: 4000}


def cleaned(column: Column, typed: str) -> tuple[str, Gap | None]:
    """Return what is stored of what was typed, and what is wrong with it if it cannot be."""
    text = typed.strip()
    if not text:
        wrong = Gap(_("Fill this in."), {}, column.name) if column.needed else None
        return "", wrong
    read, words = _RULES[column.rule](column, text)
    if not words:
        return read, None
    values = {"choices": ", ".join(column.choices)} if column.choices else {}
    return text, Gap(words, values, column.name)


def number_of(typed: Mapping[str, str], name: str) -> Decimal | None:
    """Return the number in a clean column; None where it is empty."""
    return Decimal(typed[name]) if typed.get(name) else None


def day_of(typed: Mapping[str, str], name: str) -> date | None:
    """Return the day in a clean column; None where it is empty."""
    return date.fromisoformat(typed[name]) if typed.get(name) else None


Read = tuple[str, str]


def _words(column: Column, text: str) -> Read:
    line = " ".join(text.split()) if column.rule is Rule.LINE else text
    if len(line) > _LONGEST[column.rule]:
        return line, (
            _("Shorten this to 200 characters.")
            if column.rule is Rule.LINE
            else _("Shorten this to 4,000 characters.")
        )
    return line, ""


def _code(_column: Column, text: str) -> Read:
    fits = _CODE.fullmatch(text)
    return text, "" if fits else _("Use 1 to 20 letters, digits, dots, dashes; no spaces.")


def _day(_column: Column, text: str) -> Read:
    try:
        return date.fromisoformat(text).isoformat(), ""
    except ValueError:
        return text, _("Write a day as year, month, day: 2026-05-31.")


def _number(_column: Column, text: str) -> Read:
    joined = _SPACES.sub("", text)
    if not _NUMBER.fullmatch(joined):
        return text, _("Write a number with a point, as 1250.5, and nothing between thousands.")
    return format(Decimal(joined.replace(",", ".")), "f"), ""


def _amount(column: Column, text: str) -> Read:
    read, wrong = _number(column, text)
    if not wrong and Decimal(read) < 0:
        return text, _("An amount is not below zero; mend it.")
    return read, wrong


def _currency(_column: Column, text: str) -> Read:
    fits = _CURRENCY.fullmatch(text) and text.isascii()
    return text.upper(), "" if fits else _("Write the three letters of a currency, as EUR.")


def _choice(column: Column, text: str) -> Read:
    return text, "" if text in column.choices else _("Choose one of these: %(choices)s.")


_RULES: dict[Rule, Callable[[Column, str], Read]] = {
    Rule.CODE: _code,
    Rule.LINE: _words,
    Rule.TEXT: _words,
    Rule.DAY: _day,
    Rule.NUMBER: _number,
    Rule.AMOUNT: _amount,
    Rule.CURRENCY: _currency,
    Rule.CHOICE: _choice,
}
