"""Excel: a sheet for every chapter of the report, and one with every number to count on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING

from analysis.report.blocks import (
    Block,
    Chart,
    Entry,
    Explanation,
    Heading,
    KeyFigure,
    Note,
    Points,
    Sentence,
    Table,
)
from analysis.report.numbers import COLUMNS, numbers
from analysis.report.palette import SEQUENTIAL, ink_on
from analysis.report.publication import Publication

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

name = "xlsx"
title = "Excel"
suffix = ".xlsx"
mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: What a sheet may not be called, and how long its name may be.
_FORBIDDEN, _LONGEST = re.compile(r"[\[\]:*?/\\']"), 31
_NUMBERS = "numbers"
_FIRST, _OTHER = 44, 16  # widths of columns, in letters


def render(publication: Publication) -> bytes:
    """Return the report as a workbook; nothing in it is a formula."""
    # Loaded here: whoever only shows pages never writes a workbook.
    from xlsxwriter import Workbook  # noqa: PLC0415

    written = BytesIO()
    with Workbook(written, {"constant_memory": True, "in_memory": True}) as book:
        day = datetime.combine(publication.release.facts.made_on, datetime.min.time(), UTC)
        book.set_properties(
            {"title": publication.title, "created": day.replace(tzinfo=None), "author": ""}
        )
        paper = _Paper(book, publication)
        names = _SheetNames()
        for title, blocks in _chapters(publication):
            paper.chapter(names(title), blocks)
        paper.all_numbers()
    return written.getvalue()


def _chapters(publication: Publication) -> Iterator[tuple[str, list[Block]]]:
    """Yield the blocks of each chapter with its title; what comes first is named by the report."""
    title = publication.report.kind
    blocks: list[Block] = []
    for block in publication.report.blocks:
        if isinstance(block, Heading) and block.level == 2:
            yield title, blocks
            title, blocks = block.text, []
        blocks.append(block)
    yield title, blocks


class _SheetNames:
    """Names of sheets: short, allowed, and no two alike."""

    def __init__(self) -> None:
        self._taken = {_NUMBERS}

    def __call__(self, title: str) -> str:
        """Return the name of the sheet for a chapter called `title`."""
        base = _FORBIDDEN.sub(" ", title)[:_LONGEST].strip() or "-"
        for number in count(1):
            ending = f" {number}" if number > 1 else ""
            found = base[: _LONGEST - len(ending)] + ending
            if found.casefold() not in self._taken:
                break
        self._taken.add(found.casefold())
        return found


class _Paper:
    """A workbook and the looks of its cells."""

    def __init__(self, book: Workbook, publication: Publication) -> None:
        self._book = book
        self._publication = publication
        self._mirrored = publication.report.direction == "rtl"
        wrap = {"text_wrap": True, "valign": "top"}
        self._title = book.add_format({"bold": True, "font_size": 15, "font_color": "#083f4a"})
        self._strong = book.add_format({"bold": True, "font_size": 12, "font_color": "#083f4a"})
        self._said = book.add_format({"valign": "top"})
        self._small = book.add_format({"font_size": 9, "font_color": "#4a575c", "valign": "top"})
        self._head = book.add_format(
            {**wrap, "bold": True, "bg_color": "#e3f0f1", "bottom": 1, "valign": "bottom"}
        )
        self._cell = book.add_format(wrap)
        self._hidden = book.add_format({**wrap, "font_color": "#4a575c", "italic": True})
        self._tints = [
            book.add_format({**wrap, "bg_color": field, "font_color": ink_on(field)})
            for field in SEQUENTIAL
        ]

    def chapter(self, sheet_name: str, blocks: Sequence[Block]) -> None:
        """Write a sheet with `blocks` under one another."""
        sheet = self._sheet(sheet_name)
        sheet.set_column(0, 0, _FIRST)
        sheet.set_column(1, 12, _OTHER)
        row = 0
        if sheet_name == self._publication.report.kind[:_LONGEST]:
            sheet.write_string(row, 0, self._publication.report.title, self._title)
            row = 2
        for block in blocks:
            row = self._write(sheet, block, row)

    def all_numbers(self) -> None:
        """Write the sheet that programs read: one row for each number, numbers as numbers."""
        sheet = self._sheet(_NUMBERS)
        sheet.set_column(0, len(COLUMNS), _OTHER)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(COLUMNS):
            sheet.write_string(0, column, title, self._head)
        release, language = self._publication.release, self._publication.language
        for row, number in enumerate(numbers(release, language), start=1):
            for column, value in enumerate(number.values):
                self._value(sheet, row, column, value)

    def _sheet(self, sheet_name: str) -> Worksheet:
        sheet = self._book.add_worksheet(sheet_name)
        if self._mirrored:
            sheet.right_to_left()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _value(self, sheet: Worksheet, row: int, column: int, value: int | str | None) -> None:
        if isinstance(value, int):
            sheet.write_number(row, column, value)
        elif value:
            sheet.write_string(row, column, value)

    def _write(self, sheet: Worksheet, block: Block, row: int) -> int:
        """Write a block from `row` on; return the row after it."""
        if isinstance(block, Table | Chart):
            return self._table(sheet, block if isinstance(block, Table) else block.table, row)
        if isinstance(block, KeyFigure):
            return self._key_figure(sheet, block, row)
        for words, look in self._lines(block):
            sheet.write_string(row, 0, words, look)
            row += 1
        return row + (not isinstance(block, Heading))

    def _lines(self, block: Block) -> Iterator[tuple[str, Format]]:
        if isinstance(block, Heading):
            yield block.text, self._title if block.level == 2 else self._strong
        elif isinstance(block, Sentence | Note):
            yield block.text, self._said
        elif isinstance(block, Points):
            yield from ((f"• {item}", self._said) for item in block.items)

    def _key_figure(self, sheet: Worksheet, figure: KeyFigure, row: int) -> int:
        sheet.write_string(row, 0, figure.label, self._strong)
        if figure.value is not None:
            sheet.write_number(row, 1, figure.value, self._strong)
            sheet.write_string(row, 2, figure.scale, self._said)
        for words in filter(None, (figure.meaning, figure.sentence)):
            row += 1
            sheet.write_string(row, 0, words, self._said)
        for name, text in figure.details:
            row += 1
            sheet.write_string(row, 0, name, self._cell)
            self._text(sheet, row, 1, Entry(text))
        row = self._explanation(sheet, figure.explanation, row + 1)
        for part in figure.parts:
            row = self._key_figure(sheet, part, row)
        return row + (not figure.parts)

    def _table(self, sheet: Worksheet, table: Table, row: int) -> int:
        sheet.write_string(row, 0, table.caption, self._strong)
        row += 1
        for column, head in enumerate(table.columns):
            sheet.write_string(row, column, head, self._head)
        for group in table.groups:
            if group.title:
                row += 1
                sheet.write_string(row, 0, group.title, self._strong)
            for each in group.rows:
                row += 1
                sheet.write_string(row, 0, each.label, self._cell)
                for column, entry in enumerate(each.entries, start=1):
                    self._text(sheet, row, column, entry)
        for words in table.legend:
            row += 1
            sheet.write_string(row, 0, words, self._small)
        return self._explanation(sheet, table.explanation, row + 1) + 1

    def _text(self, sheet: Worksheet, row: int, column: int, entry: Entry) -> None:
        """Write an entry of a table: a number as one, anything else as text."""
        look = self._tints[entry.tint - 1] if entry.tint else self._cell
        if entry.withheld:
            look = self._hidden
        if entry.text.isascii() and entry.text.isdecimal():
            sheet.write_number(row, column, int(entry.text), look)
        else:
            sheet.write_string(row, column, entry.text, look)

    def _explanation(self, sheet: Worksheet, told: Explanation | None, row: int) -> int:
        if told is None:
            return row
        sheet.write_string(row, 0, told.title, self._small)
        for name, text in told.lines:
            row += 1
            sheet.write_string(row, 0, f"{name}: {text}", self._small)
        return row + 1
