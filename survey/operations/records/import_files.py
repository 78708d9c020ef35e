"""Read a file of records: a column for each item, with the codes that an export writes.

Every row that cannot be used is named with what to mend, and nothing is stored by reading it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from questionnaires import Instrument, Item, Nonanswer, item_type, offers
from questionnaires.formats.errors import FormatError
from questionnaires.formats.limited import run_limited
from questionnaires.logic import broken_constraints, complete_answers
from survey.cells import unescaped
from survey.errors import RefusedError
from survey.forms import UNCLEAN
from survey.messages import _
from survey.operations.csv_tables import Misrow, read_table
from survey.operations.gaps import Gap
from survey.operations.records.instruments import identity_of
from survey.workbook import READER

#: The most records of one file.
MOST = 5_000
_ZIP = b"PK\x03\x04"


@dataclass
class RecordsFile:
    """What was read: the records that can be stored, the problems of others, unused columns."""

    documents: list[dict[str, dict[str, str]]] = field(default_factory=list)
    problems: list[Misrow] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def wrong_rows(self) -> int:
        """How many rows cannot be used."""
        return len({each.row for each in self.problems})


def text_of(content: bytes) -> str:
    """Return an uploaded table as CSV, be it CSV itself or the first sheet of a workbook.

    Raises
    ------
    RefusedError
        If it is neither.
    """
    unread = RefusedError(_("the file cannot be read as a table; save it as CSV or .xlsx"))
    if content.startswith(_ZIP):
        try:
            rows = run_limited(READER, content)
        except FormatError as error:
            words = _("the workbook cannot be read; save it again, or as CSV: %(problem)s")
            raise RefusedError(words, problem=str(error)) from None
        stream = StringIO()
        csv.writer(stream, lineterminator="\n").writerows(rows)
        return UNCLEAN.sub("", stream.getvalue())
    try:
        return UNCLEAN.sub("", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise unread from None


def read_records_file(
    instrument: Instrument,
    content: str,
    places: Sequence[str],
    known: Collection[str],
    entered_by: int | None,
) -> RecordsFile:
    """Return what the CSV `content` says, row by row.

    Parameters
    ----------
    instrument : Instrument
        What its columns are items of.
    content : str
        The file as `text_of` returns it.
    places : sequence of str
        The codes of the localities of the project.
    known : collection of str
        The identities of the records that are there.
    entered_by : int or None
        Whose records they will be.

    Raises
    ------
    RefusedError
        If it has no rows, no column that is an item, or is too long.
    """
    table = read_table(content)
    if not table:
        raise RefusedError(_("the file has no rows; give it one for each record"))
    if len(table) > MOST:
        raise RefusedError(_("the file has more than %(most)s rows; split it"), most=MOST)
    reader = _Reader(instrument, places, known, entered_by)
    names = {item.name for item in reader.items}
    if not names & {*table.columns}:
        raise RefusedError(
            _("no column of the file is a question of this record; export a record to see them")
        )
    reader.found.unused = [each for each in table.columns if each not in names]
    reader.found.problems += table.problems
    for number, cells in table.rows:
        reader.read(number, cells)
    reader.found.problems.sort(key=lambda each: (each.row, each.column))
    return reader.found


def columns_of(instrument: Instrument) -> list[Item]:
    """Return the items that are columns of a file: all that a page asks, but for "another one"."""
    return [
        item
        for item in instrument.asked(instrument.forms[0])
        if item_type(item.type).is_asked and item.type != "another"
    ]


def turns_of(instrument: Instrument, given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers to "is there another one?", as the turns that hold an answer say."""
    last: dict[str, int] = {}
    for item in instrument.items:
        is_given = given.get(item.name, Nonanswer.SKIPPED) not in {"", Nonanswer.SKIPPED}
        if item.group and item.type != "another" and is_given:
            last[item.group] = max(last.get(item.group, 1), item.instance)
    return {
        item.name: "yes" if item.instance < last.get(item.group, 1) else str(Nonanswer.SKIPPED)
        for item in instrument.items
        if item.type == "another"
    }


class _Reader:
    """Reads the rows of one file, one after the other."""

    def __init__(
        self,
        instrument: Instrument,
        places: Sequence[str],
        known: Collection[str],
        entered_by: int | None,
    ) -> None:
        self.items = columns_of(instrument)
        self.found = RecordsFile()
        self._instrument, self._form = instrument, instrument.forms[0]
        self._places, self._entered_by = places, entered_by
        #: In which row each identity stands; 0 for a record that is there already.
        self._rows = dict.fromkeys(known, 0)

    def read(self, number: int, cells: Mapping[str, str]) -> None:
        """Take over a row, or note what is wrong with it."""
        given = {
            item.name: item_type(item.type).kept(item, unescaped(cells.get(item.name, "")))
            or str(Nonanswer.SKIPPED)
            for item in self.items
        }
        given |= turns_of(self._instrument, given)
        whole = complete_answers(self._instrument, self._form, given)
        problems = [
            Misrow(number, item.name, Gap(words))
            for item in self.items
            for words in (_wrong(item, given, whole, self._places),)
            if words
        ]
        problems = problems or [
            Misrow(
                number,
                name,
                Gap(_("does not go together with other answers of the row; mend one of them")),
            )
            for name in broken_constraints(self._instrument, self._form, whole)
        ]
        problems = problems or self._repeated(number, whole)
        self.found.problems += problems
        if not problems:
            self.found.documents.append(_document(self._instrument, whole))

    def _repeated(self, number: int, whole: Mapping[str, str]) -> list[Misrow]:
        """Return a problem if the record is there already, or stands in an earlier row."""
        identity = identity_of(self._instrument.name, whole, self._entered_by)
        seen = number if identity is None else self._rows.setdefault(identity, number)
        if seen == number:
            return []
        words = _("is the record of row %(row)s once more; leave one of them out")
        gap = Gap(words, {"row": seen}) if seen else Gap(_("is there already; leave the row out"))
        return [Misrow(number, "", gap)]


def _wrong(
    item: Item, given: Mapping[str, str], whole: Mapping[str, str], places: Sequence[str]
) -> str:
    """Return what is wrong with a cell; nothing when it can be stored."""
    if whole[item.name] == Nonanswer.NOT_SHOWN:
        if given[item.name] == Nonanswer.SKIPPED:
            return ""
        return _("is asked only with other answers; leave it empty, or mend those")
    if item.required and whole[item.name] == Nonanswer.SKIPPED:
        return _("needs an answer; write the code of a place of the project")
    if offers(item, whole, places):
        return ""
    if item.type == "place":
        return _("is no place of the project; write the code of one")
    return _("is no answer to this question; write a code, or leave it empty")


def _document(instrument: Instrument, whole: Mapping[str, str]) -> dict[str, dict[str, str]]:
    document: dict[str, dict[str, str]] = {}
    for item in instrument.asked(instrument.forms[0]):
        answer = whole.get(item.name, Nonanswer.NOT_SHOWN)
        if item_type(item.type).is_asked and answer != Nonanswer.NOT_SHOWN:
            document.setdefault(item.section, {})[item.name] = answer
    return document
