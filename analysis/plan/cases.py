"""The rows of the data files of a plan: the columns it names, and where each row came from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.columns import BoolArray, Column, FloatArray, stacked
from analysis.errors import FormatError
from analysis.formats import read_columns
from analysis.plan.model import Plan, PlanError


@dataclass(frozen=True, eq=False)
class Cases:
    """All rows of the files of a plan, n together.

    Attributes
    ----------
    columns : mapping of str to Column, each of n rows
        The columns that the plan names, as the files have them.
    scores : mapping of str to FloatArray, each of shape (n,)
        Scales, 0-100; NaN where missing.
    missing : frozenset of str
        Codes that count as no answer in measured columns.
    kept : BoolArray, shape (n,)
        The rows the plan is about; all others stay in the design.
    files : tuple of (str, int)
        Name of each file and its rows, in their order.
    """

    columns: Mapping[str, Column]
    scores: Mapping[str, FloatArray]
    missing: frozenset[str]
    kept: BoolArray
    files: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.kept)

    def codes(self, name: str) -> Column:
        """Return a column with normal codes: 8, 8.0 and "8" are equal."""
        return self.columns[name].normal

    def answers(self, name: str) -> Column:
        """Return a measured column, with the codes that are no answer made empty."""
        return self.codes(name).without(self.missing)

    def drawn(self, name: str) -> Column:
        """Return a column of the design, with what its file declares missing made empty."""
        return self.codes(name).without(frozenset())

    def place(self, row: int) -> str:
        """Return where row `row` stands, as a spreadsheet counts: the header is row 1."""
        for file, rows in self.files:
            if row < rows:
                return f"{file} row {row + 2}"
            row -= rows
        return "no row"

    def first(self, rows: BoolArray) -> str:
        """Return where the first of `rows` stands, and how many more there are."""
        found = np.flatnonzero(rows)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return f"{self.place(int(found[0]))}{more}"


def names_needed(plan: Plan) -> tuple[str, ...]:
    """Return every column that the plan names, each once."""
    scales = {scale.name for scale in plan.scales}
    measured = [
        *(name for table in plan.tables for name in table.of),
        *(test.of for test in plan.tests),
        *(name for change in plan.changes for name in change.of),
    ]
    named = [
        *plan.keep,
        *plan.sampling.columns,
        *(plan.calibrating.margins if plan.calibrating else ()),
        *(item for scale in plan.scales for item in scale.items),
        *(name for name in measured if name not in scales),
        *(name for table in plan.tables for name in table.by),
        *(test.by for test in plan.tests),
        *(name for change in plan.changes for name in (change.column, *change.by)),
        *(name for items in plan.reliability for name in items.of),
    ]
    return tuple(dict.fromkeys(named))


def read_cases(plan: Plan, folder: Path) -> Cases:
    """Read the files of `plan`, whose paths start at `folder`.

    Raises
    ------
    PlanError
        With one line for each file that cannot be read and each column that one lacks.
    """
    names, problems = names_needed(plan), list[str]()
    wanted = dict.fromkeys([*names, *(scale.name for scale in plan.scales)])
    parts: list[tuple[str, Mapping[str, Column]]] = []
    for file in plan.files:
        try:
            parts.append((Path(file).name, read_columns(folder / file, wanted)))
        except FormatError as error:
            problems.append(str(error))
    for file, part in parts:
        problems += _misnamed(plan, names, file, part)
    if not problems:
        problems += [f"{file}: no rows below the header; give the answers" for file, part in parts
                     if not any(map(len, part.values()))]  # fmt: skip
    if problems:
        raise PlanError(problems)
    columns = {name: stacked([part[name] for _, part in parts]) for name in names}
    files = tuple((file, len(part[names[0]])) for file, part in parts)
    return Cases(columns, {}, plan.missing, _kept(plan, columns), files)


def digest_of(plan: Plan, folder: Path) -> str:
    """Return the SHA-256 of the files of `plan`, one after the other."""
    digest = hashlib.sha256()
    for file in plan.files:
        with (folder / file).open("rb") as stream:
            while piece := stream.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


def _misnamed(plan: Plan, names: Sequence[str], file: str, part: Mapping[str, Column]) -> list[str]:
    lacking = [
        f"{file}: has no column {name}, which {_user(plan, name)} names; correct the name or add "
        "the column"
        for name in names
        if name not in part
    ]
    return lacking + [
        f"scales.{scale.name}: {file} has a column of that name; call the scale something else"
        for scale in plan.scales
        if scale.name in part
    ]


def _user(plan: Plan, name: str) -> str:
    """Return the first place of the plan that names a column."""
    places = {
        "design": plan.sampling.columns,
        "keep": tuple(plan.keep),
        "calibrate.margins": tuple(plan.calibrating.margins) if plan.calibrating else (),
        **{f"scales.{scale.name}": scale.items for scale in plan.scales},
        **{f"tables ({table.name})": (*table.of, *table.by) for table in plan.tables},
        **{f"tests ({test.name})": (test.of, test.by) for test in plan.tests},
        **{f"changes ({each.name})": (*each.of, each.column, *each.by) for each in plan.changes},
        **{f"reliability ({each.name})": each.of for each in plan.reliability},
    }
    return next(place for place, columns in places.items() if name in columns)


def _kept(plan: Plan, columns: Mapping[str, Column]) -> BoolArray:
    """Return the rows to keep; a column without any of its codes is a problem."""
    kept = np.ones(len(next(iter(columns.values()))), dtype=np.bool_)
    problems = []
    for name, codes in plan.keep.items():
        rows = columns[name].normal.where(codes)
        kept &= rows
        if not rows.any():
            problems.append(f"keep.{name}: no row has that code; give one that the column has")
    if not problems and not kept.any():
        problems.append("keep: no row has all of these codes; keep more")
    if problems:
        raise PlanError(problems)
    return kept
