"""PDF: the report on paper, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from analysis.report.blocks import Block, Chart, Table
from analysis.report.palette import SEQUENTIAL, ink_on
from analysis.report.parts import parts
from analysis.report.press import printable, size, typeset
from analysis.report.publication import Printed

name = "pdf"
title = "PDF"
suffix = ".pdf"
mimetype = "application/pdf"

#: How many times as tall as wide a figure may be; of a taller one, paper shows the table alone.
_TALLEST = 2.7


def render(publication: Printed) -> bytes:
    """Return the report as a PDF/UA-1 document."""
    report = publication.report
    return typeset(
        {
            "title": report.title,
            "kind": report.kind,
            "language": report.language,
            "direction": report.direction,
            "tints": [{"field": field, "text": ink_on(field)} for field in SEQUENTIAL],
            "parts": [
                [kind, _plain(part, publication.figures)] for kind, part in parts(report.blocks)
            ],
        }
    )


def _plain(part: Block | list[Block], figures: Mapping[str, str]) -> Any:  # noqa: ANN401 - for JSON
    if isinstance(part, list):
        return [_plain(each, figures) for each in part]
    if isinstance(part, Table):
        pieces = [asdict(piece) for piece in part.pieces()]
        return asdict(replace(part, columns=(), groups=())) | {"pieces": pieces}
    plain = asdict(part)
    if isinstance(part, Chart):
        plain["table"] = _plain(part.table, figures)
        plain["drawing"] = _drawing(figures.get(part.name, ""))
    return plain


def _drawing(figure: str) -> str:
    """Return a figure that fits on a page; nothing for one that does not."""
    if not figure:
        return ""
    width, height = size(figure)
    return printable(figure) if height / width <= _TALLEST else ""
