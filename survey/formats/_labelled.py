"""What SPSS and Stata have in common: numbers with labels, and negative numbers for no answer.

A variable whose codes are whole numbers, each another, keeps them; the codes of any other are
numbered 1, 2, … in their order. Nonanswers are -1, -2, …, which SPSS takes for missing. Both
programs cut labels after so many bytes, in the middle of a letter: they are cut before, at a
letter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyreadstat

from survey.errors import SurveyError
from survey.formats._progress import STEP, Progress
from survey.formats.table import Table, Variable, free_name

#: The largest number that a label of Stata can stand for: above it begin its missing values.
_LARGEST = 2_147_483_620


@dataclass(frozen=True)
class Limits:
    """What a format can hold.

    Attributes
    ----------
    name, label, value : int
        Bytes of a name, of the label of a variable, and of that of a value.
    reserved : re.Pattern
        The names that are words of its language.
    """

    name: int
    label: int
    value: int
    reserved: re.Pattern[str]


#: What the library says when the disk or the memory is at fault.
_PASSING = re.compile("Unable to (allocate|open|read|seek|write)")


@contextmanager
def refused_in_words(title: str) -> Iterator[None]:
    """Say what to do when the library of a format refuses a table, as it would again.

    Raises
    ------
    SurveyError
        For whatever it refuses, but not where a file cannot be written, which may pass.
    """
    try:
        yield
    except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError) as error:
        if _PASSING.match(str(error)):
            raise
        raise SurveyError(f"{title} cannot hold this table ({error}); choose CSV") from None


@dataclass(frozen=True)
class Labelled:
    """A table in numbers: the columns, and by column the words of its numbers."""

    frame: pl.DataFrame
    labels: dict[str, str | None]
    values: dict[str, dict[int | float, str]]


def labelled(table: Table, limits: Limits, progress: Progress) -> Labelled:
    """Return `table` in numbers; what is no number and has no list of codes stays text."""
    names = short_names(table.names, limits)
    numbers = [numbers_of(variable) for variable in table.variables]
    columns: list[list[Any]] = [[] for _ in names]
    for count, row in enumerate(table.rows(), 1):
        for column, cell, known in zip(columns, row, numbers, strict=True):
            column.append(cell if known is None else _number(cell, known))
        if count % STEP == 0:
            progress(count)
    kinds = [pl.Float64 if known is not None else pl.String for known in numbers]
    made = {
        name: pl.Series(column, dtype=kind, strict=False)
        for name, column, kind in zip(names, columns, kinds, strict=True)
    }
    told = dict(zip(names, table.variables, strict=True))
    return Labelled(
        pl.DataFrame(made),
        {name: cut(each.label, limits.label) for name, each in told.items()},
        {
            name: {number: cut(_word(each, code), limits.value) for code, number in known.items()}
            for (name, each), known in zip(told.items(), numbers, strict=True)
            if known
        },
    )


def numbers_of(variable: Variable) -> dict[str, int | float] | None:
    """Return the number of each code of a variable; None for one that stays text."""
    if not variable.labels and not variable.is_number:
        return None
    missing = {code: -number for number, code in enumerate(variable.nonanswers, 1)}
    whole = _are_numbers(variable.labels)
    codes: dict[str, int | float] = {
        code: int(code) if whole else number for number, code in enumerate(variable.labels, 1)
    }
    return codes | missing


def _are_numbers(codes: Collection[str]) -> bool:
    """Tell whether `codes` can be labelled as the numbers they are; 01 and 1 are one number."""
    if not all(code.isdecimal() and code.isascii() for code in codes):
        return False
    numbers = {int(code) for code in codes}
    return len(numbers) == len(codes) and max(numbers, default=0) <= _LARGEST


def short_names(names: Sequence[str], limits: Limits) -> list[str]:
    """Return names that a format takes, all different; those that it takes stay as they are."""
    taken = {name for name in names if _is_taken_as_it_is(name, limits)}
    short: list[str] = []
    for number, name in enumerate(names):
        if name in taken and name not in short:
            short.append(name)
            continue
        if limits.reserved.fullmatch(name):
            own = free_name(name, taken)
        else:
            ending = f"_{number}"
            own = cut(name, limits.name - len(ending), "") + ending
        taken.add(own)
        short.append(own)
    return short


def _is_taken_as_it_is(name: str, limits: Limits) -> bool:
    return len(name.encode()) <= limits.name and not limits.reserved.fullmatch(name)


def cut(text: str, limit: int, sign: str = "…") -> str:
    """Return `text`, or as many of its letters as fit into `limit` bytes, and a sign of it."""
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - len(sign.encode())].decode(errors="ignore") + sign


def _number(cell: str | float | None, known: dict[str, int | float]) -> float | None:
    if cell is None or isinstance(cell, float | int):
        return cell
    if cell in known:
        return known[cell]
    try:
        return float(cell)
    except ValueError:
        return None


def _word(variable: Variable, code: str) -> str:
    return variable.labels.get(code) or variable.nonanswers.get(code, code)
