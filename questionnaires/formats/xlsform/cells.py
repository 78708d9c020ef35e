"""The sheets of a workbook as lines of text, read without trust.

Before anything is unpacked, the directory of the archive must keep the limits; then only the sheets
that are asked for are read, as a stream, so that neither depth nor length can fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import TypeAlias
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl
from zipfile import BadZipFile, ZipFile, ZipInfo

from questionnaires.errors import Problem
from questionnaires.formats.errors import FormatError

SIZE_LIMIT = 20_000_000
RATIO_LIMIT = 100
ENTRY_LIMIT = 200
CELL_LIMIT = 50_000
DEPTH_LIMIT = 64
#: The last line and the last column that is read.
LINE_LIMIT, COLUMN_LIMIT = 20_000, 500

_SMALL = 100_000  # a small part may be as monotonous as it likes
_ACTIVE = re.compile(r"vbaProject|macrosheets|activeX|embeddings|ctrlProps|\.bin$", re.IGNORECASE)
_OUTSIDE = re.compile(r"externalLinks|connections\.xml|queryTables", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


#: The attributes of an element.
Attributes: TypeAlias = "AttributesImpl[str]"


@dataclass(frozen=True)
class Line:
    """A line of a sheet: its number as people see it, and its cells that are not empty."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    @property
    def place(self) -> str:
        """Where it stands, as messages say it."""
        return f"{self.sheet} row {self.number}"


@dataclass(frozen=True)
class Sheet:
    """A sheet: the headers of its columns, and its lines below."""

    name: str
    headers: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Workbook:
    """The sheets that were asked for, the names of all, and the cells that cannot be read."""

    sheets: Mapping[str, Sheet]
    names: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_workbook(content: bytes, wanted: tuple[str, ...]) -> Workbook:
    """Return the `wanted` sheets of an XLSX file.

    Raises
    ------
    FormatError
        If it is none, breaks a limit, or reaches outside itself.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_directory(archive.infolist(), len(content))
            return _read(archive, wanted)
    except (BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise FormatError("it is no XLSX file, or it is damaged; save it again as .xlsx") from error
    except SAXParseException as error:
        raise FormatError("its XML is damaged; save it again as .xlsx") from error


def _check_directory(entries: list[ZipInfo], size: int) -> None:
    """Make sure that the archive is small when unpacked, and holds nothing that acts."""
    total = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRY_LIMIT:
        raise FormatError(f"it holds more than {ENTRY_LIMIT} parts; keep the sheets of the form")
    if total > SIZE_LIMIT:
        raise FormatError(f"it unpacks to more than {SIZE_LIMIT // 1_000_000} MB; make it smaller")
    dense = [e for e in entries if e.file_size > max(_SMALL, RATIO_LIMIT * e.compress_size)]
    if dense or total > max(_SMALL, RATIO_LIMIT * size):
        raise FormatError(f"it unpacks to more than {RATIO_LIMIT} times its size; save it again")
    for entry in entries:
        if entry.flag_bits & 1:
            raise FormatError("it is locked with a password; save it without one")
        if _OUTSIDE.search(entry.filename):
            raise FormatError("it has links to other files; break the links and save it again")
        if _ACTIVE.search(entry.filename) and "printerSettings" not in entry.filename:
            raise FormatError("it holds macros or embedded objects; save it as plain .xlsx")


class _Reader(ContentHandler):
    """Counts how deep the elements stand; every reader of a part is one."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self.text: list[str] = []

    def startElement(self, name: str, attrs: Attributes) -> None:  # noqa: N802
        """Take an element."""
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise FormatError(f"its XML is nested more than {DEPTH_LIMIT} deep; save it again")
        self.begin(name.rpartition(":")[2], attrs)

    def endElement(self, name: str) -> None:  # noqa: N802
        """Take the end of an element."""
        self._depth -= 1
        self.end(name.rpartition(":")[2])

    def characters(self, content: str) -> None:
        """Take text."""
        self.text.append(content)

    def begin(self, name: str, attrs: Attributes) -> None:
        """Take an element by its name without a prefix."""

    def end(self, name: str) -> None:
        """Take the end of an element by its name without a prefix."""


class _Names(_Reader):
    """The sheets of a workbook, or the relations of a part: identifiers and what they mean."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, str] = {}
        self.targets: dict[str, str] = {}

    def begin(self, name: str, attrs: Attributes) -> None:
        if name == "sheet":
            identifier = next((attrs[key] for key in attrs.getNames() if key.endswith(":id")), "")
            self.sheets[attrs.get("name", "")] = identifier
        elif name == "Relationship":
            self.targets[attrs.get("Id", "")] = attrs.get("Target", "")


class _Strings(_Reader):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self._is_reading = 0
        self._parts: list[str] = []

    def begin(self, name: str, attrs: Attributes) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._is_reading = 1  # how a word is said is not part of the text
        self.text = []

    def end(self, name: str) -> None:
        if name == "t" and not self._is_reading:
            self._parts.append("".join(self.text))
        elif name == "rPh":
            self._is_reading = 0
        elif name == "si":
            self.strings.append(_unescaped("".join(self._parts)))


class _Cells(_Reader):
    """The cells of one sheet: text by line and column, and those that hold no text."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self.cells: dict[tuple[int, int], str] = {}
        self.faults: dict[tuple[int, int], str] = {}
        self._strings = strings
        self._line = 0
        self._at = (0, 0)
        self._kind = "n"
        self._parts: list[str] = []

    def begin(self, name: str, attrs: Attributes) -> None:
        if name == "row":
            number = attrs.get("r", "")
            self._line = int(number) if number.isdigit() else self._line + 1
            self._at = (self._line, 0)
        elif name == "c":
            self._at = _position(attrs.get("r", ""), self._at)
            self._kind = attrs.get("t", "n")
            self._parts = []
        elif name == "f":
            self.faults[self._at] = "a formula"
        self.text = []

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._parts.append("".join(self.text))
        elif name == "c" and self._parts:
            self._keep("".join(self._parts))

    def _keep(self, written: str) -> None:
        if self._kind == "e":
            self.faults[self._at] = "an error value"
        line, column = self._at
        if line > LINE_LIMIT or column > COLUMN_LIMIT:
            where = f"line {LINE_LIMIT:,} or column {COLUMN_LIMIT}"
            raise FormatError(f"it has cells beyond {where}; delete what is far outside the form")
        self.cells[self._at] = self._value(written)
        if len(self.cells) > CELL_LIMIT:
            raise FormatError(f"it has more than {CELL_LIMIT:,} cells; make it smaller")

    def _value(self, written: str) -> str:
        if self._kind == "s":
            number = int(written) if written.strip().isdigit() else -1
            if not 0 <= number < len(self._strings):
                raise FormatError("its texts are damaged; save it again as .xlsx")
            return self._strings[number]
        if self._kind == "b":
            return "TRUE" if written == "1" else "FALSE"
        return _number(written) if self._kind == "n" else _unescaped(written)


def _position(reference: str, before: tuple[int, int]) -> tuple[int, int]:
    """Return the line and the column of a cell; without a reference it follows the one before."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return before[0], before[1] + 1
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _number(written: str) -> str:
    """Return a number as people wrote it: 3, and not 3.0."""
    try:
        value = float(written)
    except ValueError:
        return written
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _parse(archive: ZipFile, name: str, reader: _Reader) -> None:
    from defusedxml.sax import parse  # noqa: PLC0415  # as below

    if name in archive.namelist():
        with archive.open(name) as part:
            parse(part, reader, forbid_dtd=True)


def _read(archive: ZipFile, wanted: tuple[str, ...]) -> Workbook:
    # A server that reads no forms carries no reader of XML.
    from defusedxml.common import (  # noqa: PLC0415
        DefusedXmlException,
    )

    names, strings = _Names(), _Strings()
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    try:
        _parse(archive, "xl/workbook.xml", names)
        _parse(archive, "xl/_rels/workbook.xml.rels", names)
        _parse(archive, "xl/sharedStrings.xml", strings)
        for title, identifier in names.sheets.items():
            if title.strip().lower() in wanted:
                cells = _Cells(strings.strings)
                _parse(archive, _part(names.targets.get(identifier, "")), cells)
                sheets[title.strip().lower()] = _sheet(title.strip().lower(), cells, problems)
    except DefusedXmlException:
        raise FormatError("its XML defines entities of its own; save it again as .xlsx") from None
    if not names.sheets:
        raise FormatError("it holds no sheets; save it again as .xlsx")
    if sum(len(line.cells) for sheet in sheets.values() for line in sheet.lines) > CELL_LIMIT:
        raise FormatError(f"it has more than {CELL_LIMIT:,} cells; make it smaller")
    return Workbook(sheets, tuple(names.sheets), tuple(problems))


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _sheet(name: str, read: _Cells, problems: list[Problem]) -> Sheet:
    """Return a sheet whose first line with cells names the columns."""
    lines: dict[int, dict[int, str]] = {}
    for (number, column), text in sorted(read.cells.items()):
        if text.strip():
            lines.setdefault(number, {})[column] = text
    first = min(lines, default=0)
    headers = {column: text.strip() for column, text in lines.pop(first, {}).items()}
    for (number, column), fault in sorted(read.faults.items()):
        where = headers.get(column, "") or f"column {column}"
        remedy = f"'{where}' holds {fault}, which is not read; put the text itself in its place"
        problems.append(Problem(f"{name} row {number}", "", "no-text", remedy))
    return Sheet(name, tuple(headers.values()), tuple(_lines(name, headers, lines)))


def _lines(
    name: str, headers: Mapping[int, str], lines: Mapping[int, Mapping[int, str]]
) -> Iterator[Line]:
    for number, cells in lines.items():
        named = {headers[column]: text for column, text in cells.items() if column in headers}
        if named:
            yield Line(name, number, named)
