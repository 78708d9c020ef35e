"""Write records as a file in the layout that an import reads: a column for each item, codes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from questionnaires import Instrument, Item, Nonanswer, Text, item_type
from survey.errors import RefusedError
from survey.formats import Table, Variable, format_of
from survey.messages import _
from survey.operations.records.import_files import columns_of
from survey.operations.records.reading import RecordView

#: The formats in which records can be fetched and given back.
FORMATS = ("csv", "xlsx")


def write_records(
    instrument: Instrument, records: Sequence[RecordView], language: str, kind: str, folder: Path
) -> bytes:
    """Return a file of `records`; it lies in a folder that only the server reads, for a moment.

    Raises
    ------
    RefusedError
        If `kind` is no format in which records can be fetched.
    """
    if kind not in FORMATS:
        raise RefusedError(_("records can be fetched as CSV or for Excel; choose one of them"))
    items, text = columns_of(instrument), instrument.texts[language]
    table = Table(
        text.get("title"),
        tuple(_variable(item, text) for item in items),
        len(records),
        lambda: ([_cell(record, item) for item in items] for record in records),
    )
    found = format_of(kind)
    with TemporaryDirectory(dir=folder, prefix=".records-") as made:  # made with mode 0700
        file = Path(made) / f"records{found.suffix}"
        found.write(table, file, lambda _done: None)
        return file.read_bytes()


def _variable(item: Item, text: Text) -> Variable:
    kind = item_type(item.type)
    labels = {code: kind.label(item, code, text) for code in item.codes} if kind.is_coded else {}
    return Variable(item.name, kind.question(item, text), labels)


def _cell(record: RecordView, item: Item) -> str | None:
    answer = record.answers.get(item.name, "")
    return None if answer in {"", Nonanswer.SKIPPED, Nonanswer.NOT_SHOWN} else answer
