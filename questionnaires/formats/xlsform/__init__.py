"""XLSForm, the spreadsheets of KoboToolbox and ODK: out, and in again.

Every fact stands in one place. What XLSForm knows stands in its own columns, so whoever edits the
sheet edits the instrument; the rest stands in columns and sheets that other programs pass over.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from questionnaires.errors import Problem
from questionnaires.formats.errors import FormatError, SheetError
from questionnaires.formats.limited import run_limited
from questionnaires.formats.xlsform.reading import Reading
from questionnaires.model import Instrument

name = "xlsform"
suffix = ".xlsx"

_READER = "questionnaires.formats.xlsform.reading:read_content"
_WRITER = "questionnaires.formats.xlsform.writing:write_content"


def write(instrument: Instrument, language: str | None = None) -> bytes:
    """Return `instrument` as an XLSForm, in one `language` or in all of its own."""
    from questionnaires.formats.xlsform.writing import write_workbook  # noqa: PLC0415  # brings openpyxl

    if language is not None and language not in instrument.languages:
        listed = ", ".join(instrument.languages)
        raise FormatError(f"{instrument.name} has no '{language}'; choose from: {listed}")
    return write_workbook(instrument, (language,) if language else instrument.languages)


def write_apart(document: Mapping[str, Any]) -> bytes:
    """Return an instrument's `document` as an XLSForm, made in a process of its own.

    So a server that asks people questions never loads the library of spreadsheets.

    Raises
    ------
    FormatError
        If it breaks a limit.
    """
    return base64.b64decode(run_limited(_WRITER, json.dumps(document).encode()))


def read(content: bytes) -> Reading:
    """Return the instrument that an XLSForm describes, and what was left out on the way.

    Raises
    ------
    FormatError
        If the file is damaged or breaks a limit.
    SheetError
        With every problem of the form, by sheet and row.
    """
    found = run_limited(_READER, content)
    if found["problems"]:
        raise SheetError([Problem(*each) for each in found["problems"]])
    return Reading(found["document"], tuple(found["notes"]))


__all__ = ["Reading", "name", "read", "suffix", "write", "write_apart"]
