"""Read a file of localities: CSV or GeoJSON, with P-codes or codes of one's own.

Every row that cannot be used is named with what to mend; whoever uploaded the file decides then.
Columns (in GeoJSON: properties) are ``code``, ``name_<language>`` for each language, and where they
are known ``parent``, ``stratum``, ``population``, ``women``, ``men`` and ``age_<from>_<to>``. The
columns of administrative boundaries, as ``ADM3_PCODE`` and ``ADM3_EN``, are known as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey.errors import RefusedError
from survey.forms import UNCLEAN
from survey.messages import _
from survey.operations.csv_tables import MOST, Misrow, Table, check_twice, read_table
from survey.operations.gaps import Gap
from survey.operations.round_files import LOCALITY
from survey.operations.whole_numbers import whole_number

_LANGUAGE = r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*"
_NAME = re.compile(rf"(?:name[_:]|adm(?P<level>\d)_)(?P<language>{_LANGUAGE})", re.IGNORECASE)
_CODE = re.compile(r"(?:adm(?P<level>\d)_)?p_?code|code", re.IGNORECASE)
_AGE = re.compile(r"age_(\d{1,3}(?:_\d{1,3}|_plus)?)", re.IGNORECASE)
_COUNTS = ("population", "women", "men")
#: The types of a border, with how many lists deep their positions lie.
_BORDERS = {"Point": 0, "Polygon": 2, "MultiPolygon": 3}
#: No coordinate is larger, be it in degrees or in metres.
_FARTHEST = 1e9
_LONGEST = 120
_MOST_PEOPLE = 10**9
#: A row with its number as a spreadsheet counts, and its border; and what notes a problem.
Numbered = tuple[int, Mapping[str, str | float], object]
Wrong = Callable[[str, str], None]


@dataclass
class LocalitiesFile:
    """What was read: the rows that can be used, the problems of others, and unused columns."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Misrow] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def wrong_rows(self) -> int:
        """How many rows cannot be used."""
        return len({each.row for each in self.problems})

    @property
    def languages(self) -> list[str]:
        """The languages in which at least one locality has a name."""
        return sorted({language for row in self.rows for language in row["names"]})


def read_localities_file(name: str, content: str) -> LocalitiesFile:
    """Return what the file `name` says, row by row.

    Raises
    ------
    RefusedError
        If it is no CSV or GeoJSON, has no code or name column, or is too long.
    """
    is_json = name.lower().endswith((".json", ".geojson")) or content.lstrip()[:1] == "{"
    table = Table() if is_json else read_table(content)
    rows = _features(content) if is_json else [(*each, None) for each in table.rows]
    if not rows and not table:
        raise RefusedError(_("the file has no rows; give it one for each locality"))
    if max(len(rows), len(table)) > MOST:
        raise RefusedError(_("the file has more than %(most)s rows; leave some out"), most=MOST)
    columns = table.columns or list(dict.fromkeys(column for _n, row, _s in rows for column in row))
    kinds = _kinds(columns)
    _check_columns(kinds)
    found = LocalitiesFile(problems=[*table.problems])
    found.unused = [each for each in columns if each not in kinds]
    read = [_read_row(number, row, shape, kinds, found) for number, row, shape in rows]
    kept = [(number, row) for number, row in read if row is not None]
    _check_codes(kept, found)
    _check_parents(kept, found)
    wrong = {each.row for each in found.problems}
    found.rows = [row for number, row in kept if number not in wrong]
    found.problems.sort(key=lambda each: (each.row, each.column))
    return found


def _features(content: str) -> list[Numbered]:
    """Return the features of a GeoJSON file with their numbers; the first is 1."""
    try:
        document = json.loads(content.removeprefix("\ufeff"))
        features = document["features"]
        return [
            (
                number,
                {str(key): _cell(value) for key, value in (each["properties"] or {}).items()},
                each.get("geometry"),
            )
            for number, each in enumerate(features, start=1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RefusedError(
            _("the file is no GeoJSON; export the localities as a FeatureCollection")
        ) from None


def _cell(value: object) -> str | float:
    """Return a property as a cell; a fraction stays one, for a text may have signs in between."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else value
    return "" if value is None else str(value).strip()


def _kinds(columns: Sequence[str]) -> dict[str, str]:
    """Return what each known column means: a key of a locality, ``name:<language>`` or ``age:…``.

    Of several administrative levels the lowest is the locality.
    """
    matched = [match for each in columns for match in (_NAME.fullmatch(each),) if match]
    deepest = max((each["level"] or "" for each in matched), default="")
    kinds: dict[str, str] = {}
    for column in columns:
        name, code = _NAME.fullmatch(column), _CODE.fullmatch(column)
        age = _AGE.fullmatch(column)
        if name and (name["level"] or "") == deepest:
            kinds[column] = f"name:{_tag(name['language'])}"
        elif code and (code["level"] or deepest) == deepest:
            kinds[column] = "code"
        elif age:
            kinds[column] = f"age:{age[1].lower()}"
        elif column.lower() in {"parent", "stratum", *_COUNTS}:
            kinds[column] = column.lower()
    return kinds


def _tag(language: str) -> str:
    """Return a language as the library writes it, as ``sr-Latn``."""
    base, *parts = language.split("-")
    return "-".join([base.lower(), *(part.title() if len(part) == 4 else part for part in parts)])


def _check_columns(kinds: Mapping[str, str]) -> None:
    meant = list(kinds.values())
    if "code" not in meant:
        raise RefusedError(_("the file has no column code; add one with a code for each locality"))
    if not any(each.startswith("name:") for each in meant):
        raise RefusedError(
            _("the file has no column with names; call it name_ and the language, as name_en")
        )
    check_twice(meant)


def _read_row(
    number: int,
    cells: Mapping[str, str | float],
    shape: object,
    kinds: Mapping[str, str],
    found: LocalitiesFile,
) -> tuple[int, dict[str, Any] | None]:
    row: dict[str, Any] = {"names": {}, "ages": {}}
    before = len(found.problems)

    def wrong(column: str, words: str) -> None:
        found.problems.append(Misrow(number, column, Gap(words)))

    for column, kind in kinds.items():
        given = cells.get(column, "")
        cell = str(given)
        if UNCLEAN.search(cell) or len(cell) > _LONGEST:
            wrong(column, _("has more than 120 characters, or signs that cannot be shown"))
        elif cell:
            _put(row, kind, given, column, wrong)
    if len(found.problems) == before:
        _check_row(row, shape, wrong)
    return number, row if len(found.problems) == before else None


def _check_row(row: dict[str, Any], shape: object, wrong: Wrong) -> None:
    """Say what is missing in a row whose cells can be read, and take its border over."""
    if not row["names"]:
        wrong("name", _("has no name in any language; add one"))
    if "code" not in row:
        wrong("code", _("has no code; give it one of letters, digits and _ . -"))
    if all(each in row for each in _COUNTS) and row["women"] + row["men"] > row["population"]:
        wrong("population", _("is less than women and men together; mend one of the three"))
    if shape is None:  # a feature of GeoJSON may lie nowhere
        return
    border = _border(shape)
    if border is None:
        wrong("geometry", _("is no point and no area; draw its border again"))
    else:
        row["geometry"] = border


def _border(shape: object) -> dict[str, Any] | None:
    """Return the type and the coordinates of a border alone; None when it is none."""
    if not isinstance(shape, dict) or not isinstance(shape.get("type"), str):
        return None
    kind: str = shape["type"]
    coordinates: Any = shape.get("coordinates")
    if kind not in _BORDERS or not _is_nested(coordinates, _BORDERS[kind]):
        return None
    # The height of a point, or whatever else stands behind, is none of a map's.
    return {"type": kind, "coordinates": coordinates[:2] if kind == "Point" else coordinates}


def _is_nested(found: object, depth: int) -> bool:
    """Tell whether there are lists of lists, so many deep, and positions in the innermost."""
    if not isinstance(found, list) or not found:
        return False
    if depth:
        return all(_is_nested(each, depth - 1) for each in found)
    return len(found) >= 2 and all(
        isinstance(number, int | float)
        and not isinstance(number, bool)
        and abs(number) < _FARTHEST  # which also refuses what is no finite number
        for number in found
    )


def _put(row: dict[str, Any], kind: str, given: str | float, column: str, wrong: Wrong) -> None:
    what, _colon, which = kind.partition(":")
    cell = str(given)
    if what == "name":
        row["names"][which] = cell
    elif what in {"code", "parent"}:
        if LOCALITY.keys["code"].accepts(cell):
            row[what] = cell
        else:
            wrong(column, _("is no code; use up to 64 letters, digits and _ . -"))
    elif what == "stratum":
        row["stratum"] = cell
    else:
        people = whole_number(given) if isinstance(given, str) else None
        if people is None or people >= _MOST_PEOPLE:
            wrong(column, _("is no number of people; write a whole number, or leave it empty"))
        elif what == "age":
            row["ages"][which] = people
        else:
            row[what] = people


def _check_codes(rows: Sequence[tuple[int, dict[str, Any]]], found: LocalitiesFile) -> None:
    first: dict[str, int] = {}
    for number, row in rows:
        seen = first.setdefault(row["code"], number)
        if seen != number:
            words = _("has the code of row %(row)s; give it its own")
            found.problems.append(Misrow(number, "code", Gap(words, {"row": seen})))


def _check_parents(rows: Sequence[tuple[int, dict[str, Any]]], found: LocalitiesFile) -> None:
    """Make sure that areas, where there are some, hold every locality and lie in none."""
    codes = {row["code"] for _number, row in rows}
    areas = {row["parent"] for _number, row in rows if "parent" in row}
    for number, row in rows:
        parent = row.get("parent")
        if parent is not None and parent not in codes:
            words = _("names an area that is no row of the file; add the area, or mend the code")
        elif parent is not None and row["code"] in areas:
            words = _("is an area and lies in another; areas have one level only")
        elif areas and parent is None and row["code"] not in areas:
            words = _("lies in no area, though others do; name its area")
        else:
            continue
        found.problems.append(Misrow(number, "parent", Gap(words)))
