"""Word: the report as a document that people can take further, with real headings and tables."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from analysis.report.blocks import (
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
from analysis.report.palette import SEQUENTIAL, ink_on
from analysis.report.parts import parts
from analysis.report.press import pictures
from analysis.report.publication import Printed
from analysis.report.wordml import MANY, Field, Look, paragraph, table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.run import Run

name = "docx"
title = "Word"
suffix = ".docx"
mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_PETROL, _SOFT, _TINT = "083F4A", "4A575C", "E3F0F1"
_PLAIN, _QUIET, _STRONG = Look(), Look(color=_SOFT), Look(bold=True, keep=True)
_SMALL = Look(color=_SOFT, size=16)
#: Has Latin, Cyrillic and Arabic letters, and is the one of the headings.
_LETTERS = "Calibri"
#: Width of a figure in centimetres, two of which stand side by side, and the tallest of a page.
_WIDE, _TALL = 8.2, 21.0


def render(publication: Printed) -> bytes:
    """Return the report as a Word document, in the direction of its language."""
    # Loaded here, as is everything of Word below: whoever only shows pages never writes one.
    from docx import Document  # noqa: PLC0415

    document = Document()
    _Writer(document, publication).write()
    written = BytesIO()
    document.save(written)
    return _without_clock(written.getvalue())


def _without_clock(archive: bytes) -> bytes:
    """Return a document whose parts carry no time of day: same report, same bytes."""
    steady = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(archive)) as read,
        zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as write,
    ):
        for part in read.namelist():
            write.writestr(zipfile.ZipInfo(part), read.read(part), zipfile.ZIP_DEFLATED)
    return steady.getvalue()


class _Writer:
    """Writes the blocks of a report into a document, one after another."""

    def __init__(self, document: Document, publication: Printed) -> None:
        self._document = document
        self._publication = publication
        self._mirrored = publication.report.direction == "rtl"
        self._pictures = _pictures(publication)

    def write(self) -> None:
        """Write the whole report."""
        report = self._publication.report
        _prepare(self._document, self._publication)
        self._say(report.title, Look(style="Title"))
        self._say(report.kind, _QUIET)
        writers: Mapping[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Sentence: lambda block: self._say(block.text),
            Points: self._points,
            Note: lambda block: self._say(block.text, Look(field=_TINT)),
            KeyFigure: self._key_figure,
            Table: self._table,
            Explanation: self._explanation,
        }
        for kind, part in parts(report.blocks):
            if kind == "Chart":
                self._charts(part)
            elif kind != "Contents":  # Word makes its own, of the headings
                for block in part if isinstance(part, list) else [part]:
                    writers[type(block)](block)

    def _add(self, element: str) -> None:
        from docx.oxml import parse_xml  # noqa: PLC0415

        self._document.element.body.sectPr.addprevious(parse_xml(element))

    def _say(self, words: str, look: Look = _PLAIN, *others: tuple[str, Look]) -> None:
        whole = replace(look, mirrored=self._mirrored)
        self._add(paragraph([(words, look), *others], whole))

    def _heading(self, block: Heading) -> None:
        self._say(block.text, Look(style=f"Heading{block.level - 1}"))

    def _points(self, block: Points) -> None:
        for item in block.items:
            self._say(item, Look(style="ListBullet"))

    def _key_figure(self, figure: KeyFigure) -> None:
        self._say(figure.label, Look(style="Heading2"))
        if figure.meaning:
            self._say(figure.meaning, _QUIET)
        if figure.value is not None:
            large = Look(color=_PETROL, bold=True, size=40, keep=True)
            self._say(str(figure.value), large, (f" {figure.scale}", _QUIET))
        self._say(figure.sentence)
        # In one line, and without where they come from: that stands under the tables as well.
        if figure.details:
            self._say(" · ".join(f"{name}: {text}" for name, text in figure.details), _SMALL)
        for part in figure.parts:
            self._key_figure(part)

    def _charts(self, charts: Sequence[Chart]) -> None:
        """Write neighbouring figures two beside one another, then their tables."""
        drawn = [each for each in charts if each.name in self._pictures]
        for first in range(0, len(drawn), 2):
            self._pair(drawn[first : first + 2])
        for each in charts:
            named = each.caption if each.table.caption in each.caption else ""
            named = named or f"{each.caption} – {each.table.caption}"
            self._table(replace(each.table, caption=named))

    def _pair(self, charts: Sequence[Chart]) -> None:
        from docx.enum.table import WD_TABLE_DIRECTION  # noqa: PLC0415
        from docx.oxml import parse_xml  # noqa: PLC0415

        frame = self._document.add_table(rows=2, cols=2)
        if self._mirrored:
            frame.table_direction = WD_TABLE_DIRECTION.RTL
        for chart, name, place in zip(charts, *(row.cells for row in frame.rows), strict=False):
            said = paragraph([(chart.caption, _STRONG)], replace(_STRONG, mirrored=self._mirrored))
            empty = name.paragraphs[0]._p
            empty.getparent().replace(empty, parse_xml(said))
            self._picture(chart, place.paragraphs[0].add_run())
        self._say("", _SMALL)

    def _picture(self, chart: Chart, run: Run) -> None:
        from docx.shared import Cm  # noqa: PLC0415

        shape = run.add_picture(BytesIO(self._pictures[chart.name]), Cm(_WIDE))
        if shape.height > Cm(_TALL):
            shape.width = Cm(_TALL * shape.width / shape.height)
            shape.height = Cm(_TALL)
        told = shape._inline.docPr
        told.set("title", chart.caption)
        told.set("descr", f"{chart.caption}. {chart.description}")

    def _table(self, block: Table) -> None:
        self._say(block.caption, _STRONG)
        for piece in block.pieces():
            size = 14 if len(piece.columns) >= MANY else 16  # half points
            strong = Look(bold=True, field=_TINT, size=size)
            head = [Field(words, strong) for words in piece.columns]
            self._grid(head, list(_rows(piece, Look(size=size))))
        for words in block.legend:
            self._say(words, _SMALL)
        self._explanation(block.explanation)

    def _grid(self, head: Sequence[Field], rows: Sequence[Sequence[Field]]) -> None:
        if head or rows:
            self._add(table(head, rows, Look(mirrored=self._mirrored)))
            self._say("", _SMALL)  # two tables without a paragraph between them would be one

    def _explanation(self, told: Explanation | None) -> None:
        if told:
            lines = " · ".join(f"{name}: {text}" for name, text in told.lines)
            self._say(f"{told.title}: {lines}", _SMALL)


def _rows(block: Table, look: Look) -> Iterator[list[Field]]:
    for group in block.groups:
        if group.title:
            strong = replace(look, bold=True, color=_PETROL)
            yield [Field(group.title, strong, len(block.columns))]
        for row in group.rows:
            yield [Field(row.label, look), *(_field(each, look) for each in row.entries)]


def _field(entry: Entry, look: Look) -> Field:
    if entry.withheld:
        return Field(entry.text, replace(look, color=_SOFT))
    if entry.tint is None:
        return Field(entry.text, look)
    shade = SEQUENTIAL[entry.tint - 1]
    ink, field = _hexadecimal(ink_on(shade)), _hexadecimal(shade)
    return Field(entry.text, replace(look, color=ink, field=field))


def _hexadecimal(colour: str) -> str:
    return colour.removeprefix("#").upper()


def _pictures(publication: Printed) -> dict[str, bytes]:
    """Return a picture of every figure that the report shows, by name."""
    shown = [each.name for each in publication.report.blocks if isinstance(each, Chart)]
    names = [each for each in shown if each in publication.figures]
    return dict(zip(names, pictures([publication.figures[each] for each in names]), strict=True))


def _prepare(document: Document, publication: Printed) -> None:
    """Set the page, the letters and what the file says about itself."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    properties = document.core_properties
    properties.title = publication.title
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.language = publication.language
    day = publication.made_on
    properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(1.9)
        section.top_margin = section.bottom_margin = Cm(2)
    letters = document.styles["Normal"].font
    letters.size, letters.name = Pt(10), _LETTERS
    # Arabic letters have a font of their own in Word.
    letters.element.rPr.rFonts.set(qn("w:cs"), _LETTERS)
    _set_language(document, publication)


def _set_language(document: Document, publication: Printed) -> None:
    """Say in which language the document is, so that it is read aloud and spelled rightly."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    attribute = "w:bidi" if publication.report.direction == "rtl" else "w:val"
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn(attribute), publication.language)
