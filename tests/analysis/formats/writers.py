"""Writes small files of SPSS and Stata, byte by byte: their libraries write from pandas only."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

Cells = Sequence[float | None] | Sequence[str]
Table = Mapping[str, Cells]

_WIDTH = 8


#: How SPSS shows the numbers of a column: as numbers, or seconds as days or times.
NUMBER, DATE, TIME, DATETIME = 5, 20, 21, 22


def write_sav(
    path: Path,
    table: Table,
    missing: Mapping[str, Sequence[float]],
    shown: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Write numbers and texts of up to 8 bytes; `missing` declares up to three codes a column."""
    rows = len(next(iter(table.values())))
    parts = [
        b"$FL2", b"@(#) SPSS DATA FILE".ljust(60),
        struct.pack("<iiiiid", 2, len(table), 0, 0, rows, 100.0),
        b"01 Jan 26", b"00:00:00", b" " * 64, b"\0" * 3,
    ]  # fmt: skip
    for name, cells in table.items():
        is_text, codes = is_texts(cells), missing.get(name, ())
        look = shown.get(name, NUMBER)
        shape = (1 << 16 | _WIDTH << 8) if is_text else (look << 16 | _WIDTH << 8 | 2)
        kind = _WIDTH if is_text else 0
        parts.append(struct.pack("<iiiiii", 2, kind, 0, len(codes), shape, shape))
        parts.append(name.upper().encode().ljust(8))
        parts += [struct.pack("<d", code) for code in codes]
    parts.append(struct.pack("<ii", 999, 0))
    for row in zip(*table.values(), strict=True):
        parts += [_sav_cell(cell) for cell in row]
    path.write_bytes(b"".join(parts))


def write_dta(path: Path, table: Table) -> None:
    """Write numbers and texts of up to 8 bytes; infinity stands for the missing code .a."""
    n, rows = len(table), len(next(iter(table.values())))
    kinds = [_WIDTH if is_texts(cells) else 255 for cells in table.values()]
    formats = [b"%8s" if kind == _WIDTH else b"%9.0g" for kind in kinds]
    parts = [
        struct.pack("<BBBBhi", 114, 2, 1, 0, n, rows), b"\0" * 81, b"\0" * 18, bytes(kinds),
        *(name.encode().ljust(33, b"\0") for name in table),
        b"\0" * 2 * (n + 1),
        *(each.ljust(49, b"\0") for each in formats),
        b"\0" * 33 * n, b"\0" * 81 * n, b"\0" * 5,
    ]  # fmt: skip
    for row in zip(*table.values(), strict=True):
        parts += [_dta_cell(cell) for cell in row]
    path.write_bytes(b"".join(parts))


def is_texts(cells: Cells) -> bool:
    return any(isinstance(cell, str) for cell in cells)


def _sav_cell(cell: float | str | None) -> bytes:
    if isinstance(cell, str):
        return cell.encode().ljust(_WIDTH)
    return struct.pack("<d", -1.7976931348623157e308 if cell is None else cell)


def _dta_cell(cell: float | str | None) -> bytes:
    if isinstance(cell, str):
        return cell.encode().ljust(_WIDTH, b"\0")
    if cell is None:
        return struct.pack("<Q", 0x7FE0000000000000)
    return (
        struct.pack("<Q", 0x7FE0010000000000) if cell == float("inf") else struct.pack("<d", cell)
    )
