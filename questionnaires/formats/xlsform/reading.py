"""Read an XLSForm, ours or anybody's, as the document of an instrument."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from questionnaires.build import build_instrument
from questionnaires.errors import InstrumentError, Problem
from questionnaires.formats.xlsform import columns as c
from questionnaires.formats.xlsform.cells import Line, Sheet, Workbook, read_workbook
from questionnaires.formats.xlsform.draft import Draft, direction_of, find_languages, nested
from questionnaires.formats.xlsform.foreign import MEDIA
from questionnaires.formats.xlsform.outline import Outline, in_order
from questionnaires.formats.xlsform.spare import spare_words

Row = dict[str, Any]

#: Other names of columns.
_ALIASES = {
    "relevance": "relevant",
    "calculate": "calculation",
    "count": "repeat_count",
    "caption": "label",
    "readonly": "read_only",
    "command": "type",
    "tag": "name",
}
_NOT_READ = ("entities", "external_choices", "osm")
_KNOWN = frozenset(
    {
        *("type", "name", "required", "relevant", "constraint", "calculation", "repeat_count"),
        *("parameters", "appearance", "choice_filter", "default", "read_only", "trigger"),
        *("save_to", "list_name", *c.TRANSLATED),
    }
)
_SETTINGS = frozenset(
    {"form_title", "form_id", "id_string", "version", "default_language", "style"}
)


@dataclass(frozen=True)
class Reading:
    """An instrument as it was read.

    Attributes
    ----------
    document : mapping
        What `build_instrument` takes.
    notes : tuple of str
        What was left out or read otherwise, each with its place.
    """

    document: Mapping[str, Any]
    notes: tuple[str, ...]


def read_content(content: bytes) -> dict[str, Any]:
    """Return the document, the notes and the problems of an XLSForm, as JSON can say them."""
    book = read_workbook(content, (*c.SHEETS, *_NOT_READ))
    draft, document = _read(book)
    if not draft.problems:
        from questionnaires.formats.xlsform.proof import prove  # noqa: PLC0415  # brings pyxform

        prove(draft, document, book)
    problems = sorted(dict.fromkeys(draft.problems), key=_rank)
    return {
        "document": document,
        "notes": draft.notes,
        "problems": [[each.file, each.item, each.code, each.remedy] for each in problems],
    }


def _rank(problem: Problem) -> tuple[int, int]:
    sheet, _, row = problem.file.partition(" row ")
    return [*c.SHEETS, *_NOT_READ, sheet].index(sheet), int(row) if row.isdigit() else 0


def _read(book: Workbook) -> tuple[Draft, Row]:
    sheets = {name: _canonical(sheet) for name, sheet in book.sheets.items()}
    empty = Sheet("", (), ())
    survey, choices = (sheets.get(name, replace(empty, name=name)) for name in c.SHEETS[:2])
    settings = _settings(sheets.get(c.SETTINGS, empty))
    languages, problems = find_languages((survey, choices), settings.get("default_language", "en"))
    draft = Draft(languages, settings.get("form_title", settings.get("form_id", "Questionnaire")))
    draft.problems += [*book.problems, *problems]
    _check_sheets(draft, book, sheets)
    lists = _lists(draft, choices)
    outline = Outline(draft, lists)
    for line in survey.lines:
        outline.take(line)
    outline.finish()
    structure = _structure(draft, outline, sheets.get(c.STRUCTURE_SHEET, empty), lists)
    structure = _name_of(settings) | {"languages": [each.code for each in languages]} | structure
    text = _texts(draft, sheets.get(c.WORDS_SHEET, empty), structure)
    document = {"instrument": structure, "text": text}
    if not outline.items:
        draft.problems.append(
            Problem(c.SURVEY, "", "no-questions", "it asks nothing; add questions")
        )
    _build(draft, document)
    return draft, document


def _canonical(sheet: Sheet) -> Sheet:
    """Return a sheet whose columns have their usual names."""
    known = {title: _column(title) for title in sheet.headers}
    lines = tuple(
        replace(line, cells={known[key]: text for key, text in line.cells.items()})
        for line in sheet.lines
    )
    return Sheet(sheet.name, tuple(known.values()), lines)


def _column(title: str) -> str:
    if ":" in title:
        return title
    plain = re.sub(r"\s+", "_", title.strip().lower())
    return _ALIASES.get(plain, plain) if plain not in {"key"} else plain


def _settings(sheet: Sheet) -> dict[str, str]:
    return dict(sheet.lines[0].cells) if sheet.lines else {}


def _name_of(settings: Mapping[str, str]) -> Row:
    name = re.sub(r"\W+", "_", settings.get("form_id", settings.get("id_string", "imported")))
    name = re.sub(r"[^A-Za-z0-9_]", "", name).strip("_")
    name = name if name[:1].isalpha() else f"form_{name}".rstrip("_")
    return {"name": name, "version": settings.get("version", "1.0")}


def _check_sheets(draft: Draft, book: Workbook, sheets: Mapping[str, Sheet]) -> None:
    """Note what is missing of a form, and what it has besides."""
    if c.SURVEY not in sheets:
        listed = ", ".join(book.names)
        remedy = f"there is no sheet 'survey', only {listed}; rename the one with the questions"
        draft.problems.append(Problem(c.SURVEY, "", "no-sheet", remedy))
    elif "type" not in sheets[c.SURVEY].headers:
        remedy = "its first line has no column 'type'; name the columns there"
        draft.problems.append(Problem(c.SURVEY, "", "no-column", remedy))
    for name in _NOT_READ:
        if name in sheets and sheets[name].lines:
            remedy = "this sheet is not supported; write lists on the sheet choices, and delete it"
            draft.problems.append(Problem(name, "", "not-supported", remedy))
    for remark in _remarks(book, sheets):
        draft.remark(remark)


def _remarks(book: Workbook, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """Yield what is not read, although it does no harm to leave it out."""
    names = (name for name in book.names if name.strip().lower() not in sheets)
    yield from (f"sheet {name}: it is not read" for name in names)
    for sheet in (sheets[name] for name in (c.SURVEY, c.CHOICES) if name in sheets):
        yield from (f"{sheet.name}: the column '{title}' is not read" for title in _unknown(sheet))
    extra = _settings(sheets[c.SETTINGS]).keys() - _SETTINGS if c.SETTINGS in sheets else ()
    yield from (f"settings: '{title}' is not read" for title in sorted(extra))


def _unknown(sheet: Sheet) -> Iterator[str]:
    """Yield the columns that are neither read nor refused."""
    for title in sheet.headers:
        base = title.partition(":")[0].strip().lower()
        if base not in _KNOWN and not title.startswith((c.OURS, *MEDIA)):
            yield title


def _lists(draft: Draft, sheet: Sheet) -> dict[str, list[Line]]:
    lists: dict[str, list[Line]] = {}
    for line in sheet.lines:
        name, code = (line.cells.get(key, "").strip() for key in ("list_name", "name"))
        if not (name and code):
            remedy = "a choice needs a list_name and a name; write both, or empty the line"
            draft.refuse(line, name or code, "no-name", remedy)
            continue
        if any(each.cells["name"].strip() == code for each in lists.get(name, ())):
            remedy = f"the list '{name}' has the code '{code}' already; keep one"
            draft.refuse(line, name, "duplicate-code", remedy)
            continue
        if not draft.has(line, "label"):
            draft.refuse(line, name, "no-label", f"the choice '{code}' has no label; write one")
        cells = {**line.cells, "name": code}
        lists.setdefault(name, []).append(replace(line, cells=cells))
    return lists


def _scales(draft: Draft, lists: Mapping[str, Sequence[Line]]) -> Iterator[Row]:
    for name, lines in lists.items():
        if name.startswith("scale_") and not name.endswith("-na"):
            scale = name.removeprefix("scale_")
            codes = [line for line in lines if line.cells["name"] not in c.WAYS_OUT]
            for line in codes:
                draft.say(f"scale.{scale}.{line.cells['name']}", line)
            yield {"name": scale, "codes": [line.cells["name"] for line in codes]}


def _structure(
    draft: Draft, outline: Outline, sheet: Sheet, lists: Mapping[str, Sequence[Line]]
) -> Row:
    """Return the table of the instrument, with what its own sheet says besides."""
    top: Row = {"forms": ["long"]}
    tables: dict[str, list[tuple[int | None, Row]]] = {
        "section": [(place, _plain(table)) for place, table in outline.sections],
        "group": outline.groups,
        "item": outline.items,
    }
    inner: dict[tuple[str, str], list[tuple[int | None, Row]]] = {}
    for line in sheet.lines:
        table, owner = line.cells.get("table", ""), line.cells.get("of", "")
        place = line.cells.get("place", "")
        try:
            written = c.read_value(line.cells.get("definition", ""))
            entry = (int(place) if place else None, dict(written))
        except (ValueError, TypeError):
            remedy = "the definition cannot be read; write it as in the other lines, as {name = …}"
            draft.refuse(line, table, "wrong-type", remedy)
            continue
        if table == "instrument":
            top |= entry[1]
        elif owner:
            inner.setdefault((owner, table), []).append(entry)
        else:
            tables.setdefault(table, []).append(entry)
    for _, item in tables["item"]:
        _add_inner(item, inner)
    scales = list(_scales(draft, lists)) if sheet.lines else []
    made = {"scale": scales, "calculation": outline.calculations}
    made |= {table: in_order(entries) for table, entries in tables.items()}
    return top | {table: rows for table, rows in made.items() if rows}


def _plain(section: Row) -> Row:
    return {key: value for key, value in section.items() if key != "made"}


def _add_inner(item: Row, inner: Mapping[tuple[str, str], list[tuple[int | None, Row]]]) -> None:
    """Add the rows and choices of `item` that are off, or say more than a line can."""
    for table in ("row", "choice"):
        entries = inner.get((item["name"], table), [])
        codes = {entry["code"] for _, entry in entries if "code" in entry}
        kept = [(None, each) for each in item.get(table, []) if each["code"] not in codes]
        if entries:
            item[table] = in_order([*kept, *entries])


def _texts(draft: Draft, sheet: Sheet, structure: Row) -> dict[str, Row]:
    """Return the words of every language, with those that every questionnaire needs."""
    facts: dict[str, Row] = {
        each.code: {
            "name": each.name or each.code,
            "direction": direction_of(each.code),
            "status": "draft",
        }
        for each in draft.languages
    }
    for line in sheet.lines:
        key = line.cells.get("key", "")
        draft.lines.setdefault(key, line)
        for language in draft.languages:
            words = line.cells.get(language.header, line.cells.get(_column(language.header), ""))
            if key in facts[language.code] and words:
                facts[language.code][key] = words
            elif words and key:
                draft.tell(language.code, key, words, line)
    if not sheet.lines:
        spare_words(draft, structure)
    return {code: fact | nested(draft.words.get(code, {})) for code, fact in facts.items()}


def _build(draft: Draft, document: Row) -> None:
    """Note every problem of the instrument, at the line that it comes from."""
    refused = {each.item for each in draft.problems if each.item}
    places = {each.file for each in draft.problems}
    try:
        build_instrument(document)
    except InstrumentError as error:
        counts = [each.remedy for each in error.problems if each.code == "unknown-count"]
        refused |= {name for remedy in counts for name in re.findall(r"'(\w+)' to count", remedy)}
        for problem in error.problems:
            line = _line_of(draft, problem)
            if not _follows(problem, line, refused, places):
                draft.problems.append(_placed(draft, problem, line))


def _follows(problem: Problem, line: Line | None, refused: set[str], places: set[str]) -> bool:
    """Tell whether a problem is only there because of another that has been named."""
    named = {*re.findall(r"\w+", problem.remedy)}
    is_known = line is not None and line.place in places
    return (
        (is_known and problem.code in {"missing-words", "no-choices", "wrong-kind"})
        or (problem.code == "no-choices" and any(each.startswith(c.CHOICES) for each in places))
        or (bool(refused) and problem.code == "empty-group")
        or (problem.code in {"unknown-name", "unknown-code"} and bool(named & refused))
    )


def _line_of(draft: Draft, problem: Problem) -> Line | None:
    """Return the line of what a problem is about: its own, or that of what it belongs to."""
    name = problem.item
    while name:
        if name in draft.lines:
            return draft.lines[name]
        name = re.sub(r"[._]?[^._]*$", "", name)
    owner = problem.item.partition(".")[2].partition(".")[0]
    return draft.lines.get(owner)


def _placed(draft: Draft, problem: Problem, line: Line | None) -> Problem:
    language = problem.file.removeprefix("text/").removesuffix(".toml")
    columns = [each.header for each in draft.languages if each.code == language]
    if line is None:
        sheet = c.WORDS_SHEET if columns else c.STRUCTURE_SHEET
        return replace(problem, file=sheet)
    if problem.code == "missing-words" and columns:
        table = problem.item.partition(".")[0]
        column = {"hint": "hint", "constraint": "constraint_message"}.get(table, "label")
        remedy = f"there are no words for it in '{language}'; fill {column}::{columns[0]}"
        return replace(problem, file=line.place, remedy=remedy)
    return replace(problem, file=line.place)


__all__ = ["Reading", "read_content"]
