"""Read a table that somebody uploads as CSV, and name the rows that do not fit its header."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice, zip_longest

from survey.errors import RefusedError
from survey.messages import _
from survey.operations.gaps import Gap

#: The most rows that are taken; a longer list of places is none that a person can choose from.
MOST = 5_000
#: What tells Excel the sign between cells, in a line that it does not show.
_HINT = re.compile(r'"?sep=(?P<sign>[,;\t])"?\r?\n', re.IGNORECASE)

#: A table beyond this is read no further: every row takes room for every column.
_MOST_COLUMNS, _MOST_LINES = 600, 20_000


@dataclass(frozen=True)
class Misrow:
    """One row to mend: its number as a spreadsheet counts, the column, and what to do."""

    row: int
    column: str
    gap: Gap


@dataclass(frozen=True)
class Table:
    """A CSV as it was read: its columns, its rows with their numbers, and rows that do not fit."""

    columns: Sequence[str] = ()
    rows: Sequence[tuple[int, dict[str, str]]] = ()
    problems: Sequence[Misrow] = ()

    def __len__(self) -> int:
        """Return how many rows there are, be they as they may."""
        return len(self.rows) + len(self.problems)


def read_table(content: str) -> Table:
    """Return a CSV with the numbers that a spreadsheet gives its rows; empty rows are left out.

    Raises
    ------
    RefusedError
        If it cannot be read as a table, is too large, or two columns have one name.
    """
    try:
        lines = [
            (number, [cell.strip() for cell in line])
            for number, line in enumerate(islice(_lines(content), _MOST_LINES + 2), start=1)
        ]
    except csv.Error:
        raise RefusedError(
            _("the file cannot be read as a table; save it as CSV in UTF-8")
        ) from None
    (_first, header), *below = [each for each in lines if any(each[1])] or [(1, [])]
    width = max((place for place, name in enumerate(header, start=1) if name), default=0)
    if width > _MOST_COLUMNS or len(lines) > _MOST_LINES + 1:
        raise RefusedError(_("the file has more than %(most)s rows; leave some out"), most=MOST)
    columns = [name for name in header if name]
    check_twice(columns)
    # More cells than the header, though the last be empty, or something where no name is above.
    wide = {number for number, cells in below if len(cells) > len(header) or any(cells[width:])}
    words = _(
        "has more cells than the header; name every column, and put a number with a comma in "
        'quotes, as "1,500"'
    )
    return Table(
        columns,
        [
            (number, {name: cell for name, cell in _pairs(header[:width], cells) if name})
            for number, cells in below
            if number not in wide
        ],
        [Misrow(number, columns[-1], Gap(words)) for number in sorted(wide)],
    )


def _lines(content: str) -> Iterator[list[str]]:
    """Return the lines of a table, each as its cells."""
    text = content.removeprefix("\ufeff")
    hint = _HINT.match(text)
    header = text.lstrip().partition("\n")[0]
    delimiter = hint["sign"] if hint else max(",;\t", key=header.count)
    return csv.reader(
        StringIO(text[hint.end() :] if hint else text, newline=""), delimiter=delimiter
    )


def _pairs(header: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip_longest(header, cells[: len(header)], fillvalue="")


def check_twice(meant: Sequence[str]) -> None:
    """Raise RefusedError if two columns mean the same."""
    twice = next((each for each in meant if meant.count(each) > 1), None)
    if twice is not None:
        raise RefusedError(_("two columns mean %(column)s; leave one of them out"), column=twice)
