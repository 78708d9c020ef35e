"""Write an instrument as a workbook: the sheets of XLSForm, and two of our own."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from questionnaires.build import build_instrument
from questionnaires.formats.errors import FormatError
from questionnaires.formats.toml import write_value
from questionnaires.formats.xlsform import columns as c
from questionnaires.formats.xlsform.choices import ListLine, list_lines
from questionnaires.formats.xlsform.columns import WAYS_OUT
from questionnaires.formats.xlsform.lines import Line, Table
from questionnaires.formats.xlsform.survey import Survey, is_on
from questionnaires.model import Instrument
from questionnaires.text import Text
from questionnaires.wording import text_file

_LONGEST = 32_767  # characters of a cell
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FIRST = ("type", "name", "label", "hint", "required", "relevant", "constraint")
_SECOND = ("constraint_message", "calculation", "repeat_count", "parameters", "appearance")

Rows = list[list[str]]


def write_workbook(instrument: Instrument, languages: Sequence[str]) -> bytes:
    """Return `instrument` in some of its `languages` as an XLSX file."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets(instrument, languages).items():
        _fill(book.create_sheet(name), rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def write_content(document: bytes) -> str:
    """Return an instrument's document, as JSON, as an XLSX file in base64: JSON can say that."""
    instrument = build_instrument(json.loads(document))
    return base64.b64encode(write_workbook(instrument, instrument.languages)).decode()


def sheets(instrument: Instrument, languages: Sequence[str]) -> dict[str, Rows]:
    """Return the sheets of `instrument`, each as a line of headers and lines of cells."""
    texts = [instrument.texts[language] for language in languages]
    survey = Survey(instrument, {key for text in texts for key in text.words})
    lines = list(survey.lines())
    lists = [*list_lines(survey.structure, survey.items, survey.words), *_consent(lines)]
    said = _said(lines, lists)
    title = texts[0]["title"]
    settings = [title, instrument.name, instrument.version, c.header(texts[0])]
    return {
        c.SURVEY: _survey_rows(lines, texts),
        c.CHOICES: _choice_rows(lists, texts),
        c.SETTINGS: [["form_title", "form_id", "version", "default_language"], settings],
        c.STRUCTURE_SHEET: list(_structure_rows(survey)),
        c.WORDS_SHEET: list(_word_rows(texts, said)),
    }


def _consent(lines: Iterable[Line]) -> Iterator[ListLine]:
    if any(line.get("name") == "consent" for line in lines):
        yield ListLine("consent", "yes", ("consent.yes",))
        yield ListLine("consent", "no", ("consent.no",))


def _said(lines: Iterable[Line], lists: Iterable[ListLine]) -> set[str]:
    """Return the keys whose words are read from the first two sheets."""
    told = {line[column] for line in lines for column in c.TRANSLATED if column in line}
    apart = ("answer.", "choice.", "scale.")  # read from their lists, or from the sheet of words
    listed = {each.words[0] for each in lists if each.code not in WAYS_OUT}
    return {key for key in told if not key.startswith(apart)} | {
        key for key in listed if key.startswith(apart[1:])
    }


def _survey_rows(lines: Sequence[Line], texts: Sequence[Text]) -> Rows:
    ours = sorted({key for line in lines for key in line if key.startswith(c.OURS)} - {c.KIND})
    used = [column for column in (*_FIRST, *_SECOND) if any(line.get(column) for line in lines)]
    rows = [[*_headers(used, texts), c.KIND, c.WORDS, *ours]]
    for line in lines:
        cells = _cells(line, used, texts)
        rows.append(
            [*cells, line.get(c.KIND, ""), line.get("label", ""), *(line.get(k, "") for k in ours)]
        )
    return rows


def _headers(used: Sequence[str], texts: Sequence[Text]) -> list[str]:
    return [
        header
        for column in used
        for header in (
            [f"{column}::{c.header(text)}" for text in texts]
            if column in c.TRANSLATED
            else [column]
        )
    ]


def _cells(line: Line, used: Sequence[str], texts: Sequence[Text]) -> list[str]:
    cells = []
    for column in used:
        if column in c.TRANSLATED:
            cells += [_label(text, (line[column],)) if column in line else "" for text in texts]
        else:
            cells.append(line.get(column, ""))
    return cells


def _label(text: Text, keys: Sequence[str]) -> str:
    """Return the first wording of `keys`; a number stands for itself."""
    words = next((text.words[key] for key in keys if key in text.words), _digits(keys[-1]))
    if "${" in words:
        remedy = "'${' begins a name in other programs; write these words without it"
        raise FormatError(f"{text_file(text.language)}:{keys[0]}: {remedy}")
    return words


def _digits(key: str) -> str:
    return key if key.isdigit() else ""


def _choice_rows(lists: Sequence[ListLine], texts: Sequence[Text]) -> Rows:
    headers = ["list_name", "name", *(f"label::{c.header(text)}" for text in texts)]
    return [headers] + [
        [each.list_name, each.code, *(_label(text, each.words) for text in texts)] for each in lists
    ]


def _word_rows(texts: Sequence[Text], said: set[str]) -> Iterator[list[str]]:
    yield ["key", *(c.header(text) for text in texts)]
    for fact in ("name", "direction", "status"):
        yield [fact, *(getattr(text, fact) for text in texts)]
    for key in dict.fromkeys(key for text in texts for key in text.words if key not in said):
        yield [key, *(text.get(key) for text in texts)]


def _structure_rows(survey: Survey) -> Iterator[list[str]]:
    """Yield what the other sheets do not say: a table, what it belongs to, its place, itself."""
    yield ["table", "of", "place", "definition"]
    structure = survey.structure
    told = {"name", "version", "languages", "scale", "section", "item", "group", "calculation"}
    plain = {k: v for k, v in structure.items() if k not in {*told, "dimension", "variant"}}
    yield ["instrument", "", "", write_value(plain)]
    for table in ("dimension", "variant"):
        yield from ([table, "", "", write_value(each)] for each in structure.get(table, []))
    for table, asked in (("section", survey.sections), ("group", survey.groups)):
        yield from _left_out(table, "", structure.get(table, []), asked)
    yield from _left_out("item", "", structure["item"], survey.items)
    for item in survey.items:
        rows = item.get("row", [])
        yield from _left_out("row", item["name"], rows, [row for row in rows if is_on(row)])
        choices = item.get("choice", [])
        plain_choices = [each for each in choices if _is_plain(each)]
        yield from _left_out("choice", item["name"], choices, plain_choices)


def _left_out(
    table: str, owner: str, every: Sequence[Table], told: Sequence[Table]
) -> Iterator[list[str]]:
    for place, each in enumerate(every):
        if each not in told:
            yield [table, owner, str(place), write_value(each)]


def _is_plain(choice: Mapping[str, Any]) -> bool:
    """Tell whether the code and a column say all there is to say of a choice."""
    return {**choice, "code": ""} in (
        {"code": ""},
        {"code": "", "exclusive": True},
        {"code": "", "sensitive": True},
    )


def _fill(sheet: Worksheet, rows: Rows) -> None:
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            if text:
                _write(sheet, number, column, text)
    sheet.freeze_panes = "A2"


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Write `text` as text, whatever it begins with: nothing here is ever a formula."""
    where = f"{sheet.title} row {row}"
    if len(text) > _LONGEST:
        raise FormatError(f"{where}: a text has more than {_LONGEST:,} characters; shorten it")
    cell = sheet.cell(row, column)
    try:
        cell.value = _ESCAPE.sub("_x005F_", text)
    except IllegalCharacterError:
        remedy = "a text holds a control character, which no spreadsheet can; delete it"
        raise FormatError(f"{where}: {remedy}") from None
    cell.data_type = "s"
