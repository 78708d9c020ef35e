"""Spreadsheets of questions as people write them, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook

Rows = list[list[str]]

#: A small form without a mistake.
SOUND: Mapping[str, str] = {
    "survey": """
type | name | label::English (en) | label::Shqip (sq) | hint::English (en) | hint::Shqip (sq) | relevant | constraint | constraint_message::English (en) | constraint_message::Shqip (sq) | calculation | repeat_count
begin_group | home | Your home | Shtëpia juaj
select_one yesno | lives | Do you live here? | A jetoni këtu?
integer | size | How many are you? | Sa jeni? | With you | Me ju | ${lives} = 'yes' | . >= 1 and . <= 30
begin_repeat | person | Person | Personi | | | | | | | | ${size}
integer | age | How old? | Sa vjeç?
end_repeat
select_multiple needs | wants | What is missing? | Çfarë mungon? | | | | count-selected(.) <= 2 | Two at most. | Më së shumti dy.
text | story | Tell us more | Na tregoni më shumë | | | ${young} = 'few'
calculate | young | | | | | | | | | if(${size} < 3, 'few', 'many')
end_group
""",  # noqa: E501
    "choices": """
list_name | name | label::English (en) | label::Shqip (sq)
yesno | yes | Yes | Po
yesno | no | No | Jo
needs | water | Water | Ujë
needs | work | Work | Punë
needs | road | A road | Rrugë
""",
    "settings": """
form_title | form_id | version | default_language
At home | at_home | 3 | English (en)
""",
}


#: The choices of a form in one language.
PLAIN_CHOICES = """
list_name | name | label
yesno | yes | Yes
yesno | no | No
"""


def rows(table: str) -> Rows:
    """Return the cells of a table that is written with bars."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def sheets(**changes: str) -> dict[str, Rows]:
    """Return the sheets of the sound form, some of them another."""
    if "survey" in changes and "choices" not in changes:
        changes["choices"] = PLAIN_CHOICES
    return {name: rows(table) for name, table in {**SOUND, **changes}.items()}


def changed(cells: Mapping[str, str]) -> dict[str, Rows]:
    """Return the sheets of the sound form with other text in some cells, as ``survey 3 relevant``.

    A column or a sheet that is not there is added; a cell of row 1 is a header.
    """
    book = sheets()
    for place, text in cells.items():
        sheet, row, column = place.split(" ", 2)
        table = book.setdefault(sheet, [[]])
        header = table[0]
        if column not in header:
            header.append(column)
        while len(table) < int(row):
            table.append([])
        line = table[int(row) - 1]
        line += [""] * (len(header) - len(line))
        line[header.index(column)] = text
    return book


def workbook(book: Mapping[str, Rows], *, formulas: bool = False) -> bytes:
    """Return sheets as an XLSX file."""
    made: Any = Workbook()
    made.remove(made.active)
    for name, table in book.items():
        sheet = made.create_sheet(name)
        for number, line in enumerate(table, start=1):
            for column, text in enumerate(line, start=1):
                if text:
                    cell = sheet.cell(number, column, text)
                    cell.data_type = "f" if formulas and text.startswith("=") else "s"
    out = BytesIO()
    made.save(out)
    return out.getvalue()
