"""Where problems are gathered while an instrument is read, so that they are raised once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from questionnaires.errors import InstrumentError, Problem
from questionnaires.schema import Table

STRUCTURE = "instrument.toml"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Ledger:
    """The problems of one instrument, and the reading of tables that may have some.

    `granted` are problems that are let pass: the item and the code of each.
    """

    def __init__(self, granted: Collection[tuple[str, str]] = ()) -> None:
        self._problems: list[Problem] = []
        self._granted = granted

    def close(self) -> None:
        """Raise InstrumentError with every problem, when there is at least one."""
        if self._problems:
            raise InstrumentError(self._problems)

    def report(self, item: str, code: str, remedy: str, file: str = STRUCTURE) -> None:
        """Note a problem of `item`; see `Problem` for what the words mean."""
        if (item, code) not in self._granted:
            self._problems.append(Problem(file, item, code, remedy))

    def checked(
        self, row: object, table: Table, owner: str, file: str = STRUCTURE
    ) -> dict[str, Any]:
        """Return `row` with defaults filled in; keys of a wrong kind are reported and reset."""
        checked = {key: kind.default for key, kind in table.keys.items()}
        if not isinstance(row, Mapping):
            self.report(owner, "wrong-type", f"write {table.title} as a table of keys", file)
            return checked
        for key in sorted(row.keys() - table.keys.keys()):
            known = ", ".join(table.keys)
            remedy = f"{table.title} has no key '{key}'; it may have {known}"
            self.report(owner, "unknown-key", remedy, file)
        for key, kind in table.keys.items():
            if key not in row and kind.required:
                remedy = f"{table.title} needs '{key}', {kind.meaning}"
                self.report(owner, "missing-key", remedy, file)
            elif key in row and not kind.accepts(row[key]):
                self.report(owner, "wrong-type", f"'{key}' must be {kind.meaning}", file)
            elif key in row:
                checked[key] = row[key]
        return checked

    def named(self, row: object, table: Table) -> dict[str, Any]:
        """Return `row` as `checked` does, and make sure that its name is one."""
        name = row.get("name") if isinstance(row, Mapping) else None
        owner = name if isinstance(name, str) else ""
        checked = self.checked(row, table, owner)
        if owner and not _NAME.fullmatch(owner):
            remedy = "begin the name with a letter and use only letters, digits and _"
            self.report(owner, "bad-name", remedy)
        return checked

    def unique(self, kind: str, names: Iterable[str]) -> None:
        """Make sure that no two things of a `kind` have one name."""
        for name, times in Counter(filter(None, names)).items():
            if times > 1:
                self.report(name, f"duplicate-{kind}", f"{times} {kind}s have this name; rename")
