"""Files made to hurt: refused in time, in little memory, and without a trace."""

from __future__ import annotations

import struct
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest

from questionnaires.formats import FormatError, xlsform
from questionnaires.formats.limited import run_limited
from questionnaires.formats.xlsform import cells
from tests.questionnaires.formats.forms import sheets, workbook

STRANGER = "tests.questionnaires.formats.stranger"
WORKBOOK = (
    '<workbook xmlns:r="r"><sheets>'
    '<sheet name="survey" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
)


def book(sheet: str, **parts: str) -> bytes:
    """Return a workbook with one sheet of raw XML, and further parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def with_part(name: str) -> bytes:
    out = BytesIO(workbook(sheets()))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


def zip_bomb() -> bytes:
    """Return an archive of a few kilobytes that unpacks to gigabytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(150):
            archive.writestr(f"xl/part{number}.xml", b"\0" * 1_000_000)
    return out.getvalue()


def lying_bomb() -> bytes:
    """Return an archive whose directory says that a part of 30 MB is small."""
    packed = bytearray(book(f"<worksheet>{' ' * 30_000_000}</worksheet>"))
    true = struct.pack("<L", 30_000_000 + len("<worksheet></worksheet>"))
    return bytes(packed.replace(true, struct.pack("<L", 90_000)))


def deep(levels: int) -> str:
    return f"<worksheet>{'<a>' * levels}{'</a>' * levels}</worksheet>"


def filled(count: int) -> str:
    """Return a sheet with `count` cells, whose text differs so that it packs badly."""
    rows = "".join(
        f'<row r="{n + 1}"><c r="A{n + 1}" t="str"><v>{zlib.crc32(str(n).encode())}</v></c></row>'
        for n in range(count)
    )
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet>&a;</worksheet>'
FAR = '<worksheet><row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></worksheet>'
FAR_BEHIND = '<worksheet><row r="2"><c r="XFD2" t="str"><v>x</v></c></row></worksheet>'

BOMBS = {
    "nothing": (b"", "no XLSX file"),
    "an older format": (b"\xd0\xcf\x11\xe0" + bytes(600), "no XLSX file"),
    "half a file": (workbook(sheets())[:2000], "no XLSX file"),
    "an archive that grows": (zip_bomb(), "unpacks to more than 20 MB"),
    "a directory that lies": (lying_bomb(), "damaged"),
    "a part that packs too well": (book(f"<worksheet>{' ' * 3_000_000}</worksheet>"), "100 times"),
    "a thousand parts": (book("<a/>", **{f"p{n}": "x" for n in range(1000)}), "200 parts"),
    "elements 200,000 deep": (book(deep(200_000)), "100 times its size|64 deep"),
    "elements 70 deep": (book(deep(70)), "64 deep"),
    "entities in entities": (book(ENTITIES), "entities"),
    "an entity from a file": (book(OUTSIDE), "entities"),
    "too many cells": (book(filled(19_000) * 3), "damaged"),
    "a cell at the end of the world": (book(FAR), "beyond line 20,000"),
    "a cell far to the right": (book(FAR_BEHIND), "column 500"),
    "XML that ends too early": (book("<worksheet><sheetData>"), "damaged"),
    "links to other files": (with_part("xl/externalLinks/externalLink1.xml"), "links to other"),
    "a database connection": (with_part("xl/connections.xml"), "links to other"),
    "macros": (with_part("xl/vbaProject.bin"), "macros"),
    "an embedded object": (with_part("xl/embeddings/oleObject1.bin"), "macros or embedded"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_made_to_hurt_is_refused_in_one_line(name: str) -> None:
    content, why = BOMBS[name]
    started = time.monotonic()
    with pytest.raises(FormatError, match=why) as caught:
        xlsform.read(content)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 12


def test_more_cells_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "CELL_LIMIT", 1000)
    with pytest.raises(FormatError, match="more than 1,000 cells"):
        cells.read_workbook(book(filled(1001)), ("survey",))


def test_a_sheet_of_20_mb_is_refused_whatever_it_holds() -> None:
    with pytest.raises(FormatError, match="unpacks to more than 20 MB"):
        xlsform.read(book(filled(330_000)))


@pytest.mark.parametrize("function", ["sleep", "burn"])
def test_what_takes_too_long_is_stopped(function: str) -> None:
    started = time.monotonic()
    with pytest.raises(FormatError, match="longer than 3 seconds"):
        run_limited(f"{STRANGER}:{function}", b"", seconds=3)
    assert time.monotonic() - started < 10


def test_what_needs_too_much_memory_is_refused() -> None:
    with pytest.raises(FormatError, match="more than 512 MB"):
        run_limited(f"{STRANGER}:hoard", b"")


def test_nothing_is_left_behind() -> None:
    folders = run_limited(f"{STRANGER}:litter", b"x")
    assert len(set(folders)) == 1
    assert not Path(folders[0]).exists()


def test_a_failure_is_one_line_without_its_traceback() -> None:
    with pytest.raises(FormatError, match="it cannot be read") as caught:
        run_limited(f"{STRANGER}:fail", b"")
    assert "\n" not in str(caught.value)


def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIXFOLD_SECRET_KEY", "secret")
    assert "SIXFOLD_SECRET_KEY" not in run_limited(f"{STRANGER}:environment", b"")
