"""From the items of the file to the items that are asked: turns of groups, rows, companions.

An item of a group is written once and asked in turns, a grid is written once and asked row by
row. Each becomes an ordinary item, so whatever stores, scores or exports items needs to know
nothing of grids and groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from questionnaires.ledger import Ledger
from questionnaires.model import Group
from questionnaires.schema import ITEM
from questionnaires.types import item_type, type_names
from questionnaires.types.base import Row

_NAMED = re.compile(r"\$\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}")

#: What an expanded row knows besides the keys of the file.
_EXPANDED: Mapping[str, object] = {"source": "", "part": "", "turn": 0}


def expand_rows(ledger: Ledger, written: list[Row], groups: Mapping[str, Group]) -> list[Row]:
    """Return one row for each item that is stored, in the order in which it is asked."""
    rows: list[Row] = []
    known = {row["name"] for row in written}
    for name, members in groupby(written, key=lambda row: str(row["group"])):
        run = [row | {**_EXPANDED, "source": row["name"]} for row in members]
        if name in groups:
            rows += _turns(run, groups[name], known)
        else:
            rows += [part for row in run for part in _parts(row)]
    _check_groups(ledger, written, groups)
    return [each for row in rows for each in (*_companions(row), row)]


def _parts(row: Row) -> Iterable[Row]:
    if row["type"] in type_names():
        return item_type(row["type"]).expand(row)
    return [row]


def _turns(run: list[Row], group: Group, known: set[str]) -> Iterator[Row]:
    """Yield the items of a group, turn by turn, each asked if there is such a turn."""
    written = {row["name"] for row in run} | {each["name"] for row in run for each in _parts(row)}
    for turn in range(1, group.maximum + 1):
        # A count that nothing is called by is one problem, not one of every item.
        starts = _condition(group, turn) if group.count in {"", *known} else ""
        for row in run:
            own = {key: _of_turn(row[key], run, written, turn) for key in ("ask_if", "constraint")}
            conditions = [f"({each})" for each in (starts, own["ask_if"]) if each]
            name = f"{row['name']}_{turn}"
            rows = [_part_of_turn(part, run, written, turn) for part in row["row"]]
            yield from _parts(
                row
                | own
                | {"name": name, "turn": turn, "row": rows, "ask_if": " and ".join(conditions)}
            )
        if not group.count and turn < group.maximum:
            yield _another(group, turn, starts)


def _condition(group: Group, turn: int) -> str:
    """Return when a turn of `group` is asked; the first needs nobody to count."""
    if group.count:
        return f"number(${{{group.count}}}) >= {turn}"
    return f"${{{group.name}_{turn - 1}_more}} = 'yes'" if turn > 1 else ""


def _of_turn(expression: str, run: list[Row], written: set[str], turn: int) -> str:
    """Return an expression in which names of the group mean those of the same turn."""

    def renamed(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in written:
            return found.group()
        owner = max((row["name"] for row in run if _owns(row["name"], name)), key=len)
        return f"${{{owner}_{turn}{name.removeprefix(owner)}}}"

    return _NAMED.sub(renamed, expression)


def _owns(item: str, name: str) -> bool:
    return name == item or name.startswith(f"{item}_")


def _part_of_turn(part: Row, run: list[Row], written: set[str], turn: int) -> Row:
    return part | {"ask_if": _of_turn(part["ask_if"], run, written, turn)}


def _another(group: Group, turn: int, starts: str) -> Row:
    return _made(f"{group.name}_{turn}_more", "another") | {
        "section": group.section,
        "group": group.name,
        "turn": turn,
        "ask_if": starts,
        "source": group.name,
    }


def _companions(row: Row) -> Iterator[Row]:
    """Yield what is stored beside the answer: the order of its choices, the arm."""
    # They stand in no section and have no condition: what was drawn once is never drawn again.
    kept = {key: row[key] for key in ("forms", "enabled", "reason", "source", "group", "turn")}
    if row["random"] and row["choice"]:
        yield _made(f"{row['name']}_order", "order") | kept | {"choice": row["choice"]}
    if row["type"] == "list_experiment":
        yield _made(f"{row['name']}_arm", "arm") | kept


def kept_calculation(name: str) -> Row:
    """Return the row of a calculation that is kept with the answers."""
    return _made(name, "calculation")


def _made(name: str, kind: str) -> Row:
    """Return the row of an item that no file writes."""
    empty = {key: known.default for key, known in ITEM.keys.items()}
    return empty | {**_EXPANDED, "name": name, "type": kind, "source": name}


def _check_groups(ledger: Ledger, written: list[Row], groups: Mapping[str, Group]) -> None:
    """Make sure that every group is there, is whole, and stands in its own section."""
    runs = [name for name, _ in groupby(written, key=lambda row: str(row["group"]))]
    for row in written:
        name = row["group"]
        if name and name not in groups:
            listed = ", ".join(groups) or "none is defined"
            ledger.report(row["name"], "unknown-group", f"no group '{name}'; choose from: {listed}")
        elif name and row["section"] != groups[name].section:
            remedy = f"group '{name}' stands in section '{groups[name].section}'; move the item"
            ledger.report(row["name"], "torn-group", remedy)
    named = {row["name"]: row for row in written}
    for name, group in groups.items():
        if runs.count(name) > 1:
            ledger.report(name, "torn-group", "its items stand apart; write them one after another")
        if name not in runs:
            ledger.report(name, "empty-group", "no item names it in 'group'; drop it")
        if group.count and not _is_count(named.get(group.count)):
            remedy = f"no number item is called '{group.count}'; name one in 'count'"
            ledger.report(name, "unknown-count", remedy)


def _is_count(row: Row | None) -> bool:
    """Tell whether every answer to the item of `row` is a number; that of "8+" is none."""
    if row is None:
        return False
    codes = [choice["code"] for choice in row["choice"]]
    is_chosen = row["type"] == "single" and not row["scale"] and all(map(str.isdigit, codes))
    return row["type"] in {"number", "likert"} or is_chosen
