"""From blocks to printed pages, and from drawn figures to pictures: the only module that typesets.

The letters are those of paper forms, so a report looks the same wherever it is made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from analysis.report.svg import FONTS
from questionnaires.formats.paper.press import fonts

_TEMPLATES = Path(__file__).parent / "templates"
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
#: Points of a picture for every pixel of a figure, so that its text is sharp in print.
_SHARP = 2.5


def typeset(content: Mapping[str, Any]) -> bytes:
    """Return a PDF/UA-1 document without a time in it: same content, same bytes."""
    return _compile("report.typ", content, "pdf")[0]


def pictures(figures: Sequence[str]) -> list[bytes]:
    """Return each figure as a PNG picture; Word shows no SVG without one."""
    printed = [{"drawing": printable(each), "width": size(each)[0]} for each in figures]
    return _compile("pictures.typ", {"figures": printed}, "png") if printed else []


def printable(figure: str) -> str:
    """Return a figure with the letters that are there when it is printed."""
    return figure.replace(FONTS, "DejaVu Sans")


def size(figure: str) -> tuple[float, float]:
    """Return the width and the height of a figure in pixels."""
    found = _SIZE.search(figure)
    if found is None:
        raise ValueError("the figure has no width and height; draw it with analysis.report.charts")
    return float(found[1]), float(found[2])


def _compile(template: str, content: Mapping[str, Any], kind: Literal["pdf", "png"]) -> list[bytes]:
    # Loaded here: typst is large, and whoever only shows pages never prints.
    from typst import compile_with_warnings  # noqa: PLC0415

    made: Any
    made, warnings = compile_with_warnings(
        _TEMPLATES / template,
        font_paths=fonts(),
        format=kind,
        ppi=72 * _SHARP if kind == "png" else None,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards="ua-1" if kind == "pdf" else [],
    )
    if warnings:
        raise ValueError(f"the report cannot be set as it should be: {warnings[0]}")
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made or b"")]
