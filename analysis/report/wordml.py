"""Paragraphs and tables as Word stores them, written at once: a report has thousands of cells.

Word wants properties in a fixed order; each function here writes them in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
#: Lines between rows and nowhere else: a grid of black lines is all that one would see.
_BORDERS = "<w:tblBorders>{}</w:tblBorders>".format(
    "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="D9D3C7"/>'
        if side in {"top", "bottom", "insideH"}
        else f'<w:{side} w:val="nil"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
)
#: From so many columns on, names of rows and heads of columns are narrow.
MANY = 6
#: Signs that XML cannot hold.
_NO_SIGNS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


@dataclass(frozen=True)
class Look:
    """How a paragraph or a cell looks; colours are six hexadecimal digits.

    Attributes
    ----------
    style : str
        Name of a style of the document.
    color, field : str
        Of the letters, and behind them.
    bold, keep : bool
        Whether its letters are bold, and whether it stays with what follows.
    size : int
        In half points; 0 for that of the style.
    mirrored : bool
        Whether it runs from right to left.
    """

    style: str = ""
    color: str = ""
    field: str = ""
    bold: bool = False
    keep: bool = False
    size: int = 0
    mirrored: bool = False


@dataclass(frozen=True)
class Field:
    """One cell of a table: its words, how it looks, and how many columns it spans."""

    words: str
    look: Look = Look()
    span: int = 1


def paragraph(runs: Sequence[tuple[str, Look]], look: Look) -> str:
    """Return a paragraph of `runs`, each with its own look; the first `look` is that of all."""
    properties = (
        (f"<w:pStyle w:val={quoteattr(look.style)}/>" if look.style else "")
        + ("<w:keepNext/>" if look.keep else "")
        + _shading(look)
        + ("<w:bidi/>" if look.mirrored else "")
    )
    written = "".join(_run(words, replace(each, mirrored=look.mirrored)) for words, each in runs)
    return f"<w:p {_NAMESPACE}><w:pPr>{properties}</w:pPr>{written}</w:p>"


def table(head: Sequence[Field], rows: Iterable[Sequence[Field]], look: Look) -> str:
    """Return a table as wide as the page; its head is repeated on every page."""
    rows = list(rows)
    columns = sum(field.span for field in (head or rows[0]))
    # The names of rows have twice the room of a number, as long as that leaves room for words.
    first = 4 if columns < MANY else 3
    # Of two columns the second holds words: a reason, or where a number comes from.
    shares = [2, 3] if columns == 2 else [first, *[2] * (columns - 1)]
    widths = [9700 * share // sum(shares) for share in shares]
    properties = (
        '<w:tblStyle w:val="TableGrid"/>'
        + ("<w:bidiVisual/>" if look.mirrored else "")
        + f'<w:tblW w:w="5000" w:type="pct"/>{_BORDERS}<w:tblLayout w:type="fixed"/>'
        + '<w:tblLook w:val="0620" w:firstRow="1" w:noHBand="1" w:noVBand="1"/>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    written = _row(head, widths, look, "<w:cantSplit/><w:tblHeader/>") if head else ""
    written += "".join(_row(row, widths, look, "<w:cantSplit/>") for row in rows)
    return (
        f"<w:tbl {_NAMESPACE}><w:tblPr>{properties}</w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>"
    )


def _row(row: Sequence[Field], widths: Sequence[int], look: Look, properties: str) -> str:
    written, column = [], 0
    for field in row:
        wide = sum(widths[column : column + field.span])
        column += field.span
        written.append(
            _cell(replace(field, look=replace(field.look, mirrored=look.mirrored)), wide)
        )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(written)}</w:tr>"


def _cell(field: Field, wide: int) -> str:
    span = f'<w:gridSpan w:val="{field.span}"/>' if field.span > 1 else ""
    inner = (
        '<w:pPr><w:spacing w:after="0"/></w:pPr>'
        if not field.look.mirrored
        else '<w:pPr><w:bidi/><w:spacing w:after="0"/></w:pPr>'
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{span}{_shading(field.look)}</w:tcPr>'
        f"<w:p>{inner}{_run(field.words, field.look)}</w:p></w:tc>"
    )


def _run(words: str, look: Look) -> str:
    properties = (
        ("<w:b/><w:bCs/>" if look.bold else "")
        + (f'<w:color w:val="{look.color}"/>' if look.color else "")
        + (f'<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/>' if look.size else "")
        + ("<w:rtl/>" if look.mirrored else "")
    )
    text = escape(words.translate(_NO_SIGNS))
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _shading(look: Look) -> str:
    if not look.field:
        return ""
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{look.field}"/>'
