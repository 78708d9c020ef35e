"""The proof of an import: nothing that was written is lost, and other programs read it as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from questionnaires.build import build_instrument
from questionnaires.errors import Problem
from questionnaires.formats.errors import FormatError
from questionnaires.formats.xlsform import columns as c
from questionnaires.formats.xlsform.cells import Line, Sheet, Workbook
from questionnaires.formats.xlsform.draft import Draft
from questionnaires.formats.xlsform.writing import Rows, sheets

#: What an author may change freely on a line: it is read, or it changes how things look only.
_FREE = {"item": {"type", "appearance"}, "row": {"type"}}


def prove(draft: Draft, document: Mapping[str, Any], book: Workbook) -> None:
    """Note what an export of `document` would write otherwise, and what pyxform refuses."""
    _compare(draft, document, book)
    form = {name: _dicts(book.sheets[name]) for name in c.SHEETS[:3] if name in book.sheets}
    headers = {f"{name}_header": [dict.fromkeys(_titles(book.sheets[name]))] for name in form}
    try:
        convert({"sheet_names": [*form], **form, **headers}, form_name="form")
    except PyXFormError as error:
        remedy = " ".join(str(error).split())
        draft.problems.append(Problem(c.SURVEY, "", "pyxform", remedy))


def _titles(sheet: Sheet) -> list[str]:
    return [title for title in sheet.headers if not title.startswith(c.OURS)]


def _dicts(sheet: Sheet) -> list[dict[str, str]]:
    """Return the lines as pyxform counts them: the first below the headers is row 2."""
    rows: list[dict[str, str]] = []
    for line in sheet.lines:
        rows += [{} for _ in range(line.number - 2 - len(rows))]
        rows.append({key: text for key, text in line.cells.items() if not key.startswith(c.OURS)})
    return rows


def _compare(draft: Draft, document: Mapping[str, Any], book: Workbook) -> None:
    """Note the cells of an exported form that were changed although other cells decide them."""
    lines = [line for line in book.sheets[c.SURVEY].lines if line.cells.get(c.KIND)]
    if not lines or c.WORDS_SHEET not in book.sheets:
        return
    instrument = build_instrument(document)
    try:
        written = sheets(instrument, instrument.languages)
    except FormatError as error:
        draft.problems.append(Problem(c.SURVEY, "", "not-supported", str(error)))
        return
    survey = _by_key(written[c.SURVEY], ("name",))
    for line in lines:
        expected = survey.get((line.cells.get("name", ""),))
        if expected is not None:
            _note_changes(draft, line, expected, _FREE.get(line.cells[c.KIND], {"appearance"}))
        elif line.cells.get("name"):
            draft.note(line, "nothing needs this line any more; it is left out")
    listed = _by_key(written[c.CHOICES], ("list_name", "name"))
    for line in book.sheets[c.CHOICES].lines if c.CHOICES in book.sheets else ():
        key = (line.cells.get("list_name", ""), line.cells.get("name", ""))
        if key in listed:
            _note_changes(draft, line, listed[key], set())


def _by_key(rows: Rows, keys: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, str]]:
    header, *lines = rows
    found = [dict(zip(header, line, strict=True)) for line in lines]
    return {tuple(each[key] for key in keys): each for each in found if each[keys[-1]]}


def _note_changes(
    draft: Draft, line: Line, expected: Mapping[str, str], free: frozenset[str] | set[str]
) -> None:
    for column in _changed(line, expected):
        if column in free:
            continue
        remedy = (
            f"'{column}' follows from other cells and was changed here; change those (columns "
            f"{c.OURS}…, sheet {c.WORDS_SHEET}, the same words elsewhere), or put it back"
        )
        draft.refuse(line, line.cells.get("name", ""), "follows", remedy)


def _changed(line: Line, expected: Mapping[str, str]) -> Iterator[str]:
    for column in dict.fromkeys((*expected, *line.cells)):
        is_ours = column.startswith(c.OURS)
        before, now = expected.get(column, "").strip(), line.cells.get(column, "").strip()
        if not is_ours and column in expected and before != now:
            yield column
