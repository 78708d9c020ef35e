"""The lines of the survey sheet that an item becomes, one kind of question after the other.

A line is a mapping of column to text. In ``label``, ``hint`` and ``constraint_message`` stand keys
of words, which become one column a language when the sheet is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from questionnaires.formats.xlsform.columns import KIND
from questionnaires.types.best_worst import best_worst_sets

Line = dict[str, str]
Table = Mapping[str, Any]

#: The ways out of a question with a list. A box to write in may simply stay empty.
_WAYS_OUT = ("dk", "pnta")
_LISTED = frozenset({"single", "likert", "multiple", "grid", "crosswise", "list_experiment"})

#: What XLSForm calls a question that one line asks.
COMMANDS: Mapping[str, str] = {
    "single": "select_one",
    "likert": "select_one",
    "place": "select_one",
    "multiple": "select_multiple",
    "ranking": "rank",
    "number": "integer",
    "date": "date",
    "text": "text",
}
PLACES = "places"


def ways_out(item: Table) -> tuple[str, ...]:
    """Return the codes that the list of `item` has besides its choices."""
    if item["type"] not in _LISTED:
        return ()
    return (("na",) if item.get("na") else ()) + _WAYS_OUT


def choices_of(item: Table) -> list[str]:
    """Return the codes of the choices of `item` that are on."""
    return [each["code"] for each in item.get("choice", []) if each.get("enabled", True)]


def is_framed(item: Table) -> bool:
    """Tell whether `item` becomes a group of lines."""
    return item["type"] not in COMMANDS or bool(item["type"] == "ranking" and item.get("top"))


def command(item: Table, list_name: str) -> str:
    """Return what stands under ``type`` for an item that one line asks."""
    word = COMMANDS[item["type"]]
    if item["type"] == "place":
        return f"{word} {PLACES}"
    return f"{word} {list_name}" if word.startswith("select") or word == "rank" else word


def made(kind: str, name: str, label: str = "", **cells: str) -> Line:
    """Return a line that only serves the one above it; reading passes over it."""
    line = {"type": kind, "name": name, KIND: "made", **cells}
    return line | ({"label": label} if label else {})


def framed(item: Table, list_name: str) -> Iterator[Line]:
    """Yield the lines inside the frame of `item`, but for the rows of a grid."""
    yield from _FRAMES.get(item["type"], _nothing)(item, list_name)


def _nothing(item: Table, list_name: str) -> Iterator[Line]:
    yield from ()


def _ranking(item: Table, list_name: str) -> Iterator[Line]:
    """One list a rank, each refusing what stands before it, and the answer they give together."""
    name = item["name"]
    before: list[str] = []
    for rank in range(1, item["top"] + 1):
        cells = {"constraint": " and ".join(f". != ${{{each}}}" for each in before)}
        yield made(f"select_one {list_name}", f"{name}_{rank}", str(rank), **cells)
        before.append(f"{name}_{rank}")
    ranks = ", ' ', ".join(f"${{{each}}}" for each in before)
    yield made("calculate", name, calculation=f"normalize-space(concat({ranks}))")


def _best_worst(item: Table, list_name: str) -> Iterator[Line]:
    """Two lists a set, of which the second refuses what the first took."""
    for number, _ in enumerate(best_worst_sets(len(choices_of(item))), start=1):
        name = f"{item['name']}_{number}"
        kind = f"select_one {list_name}-{number}"
        yield made(kind, f"{name}_best", "answer.best")
        yield made(kind, f"{name}_worst", "answer.worst", constraint=f". != ${{{name}_best}}")


def _votes(item: Table, list_name: str) -> Iterator[Line]:
    """One number a choice; the last one sees whether more tokens were given than there were."""
    name, codes = item["name"], choices_of(item)
    for code in codes:
        limit = ". >= 0"
        if code == codes[-1]:
            others = [f"coalesce(${{{_box(name, each)}}}, 0)" for each in codes[:-1]]
            most = f"{item.get('tokens', 10)} * ${{{item['voters']}}}"
            limit = f"{limit} and {' + '.join(['.', *others])} <= {most}"
        yield made("integer", _box(name, code), f"choice.{name}.{code}", constraint=limit)


def _box(name: str, code: str) -> str:
    """Return a name for the box of a code, which may hold signs that names may not."""
    return f"{name}_{code.replace('+', '-plus')}"


def _list_experiment(item: Table, list_name: str) -> Iterator[Line]:
    """Draw the arm, show the statements as notes, and ask for their number."""
    name = item["name"]
    drawn = "once(if(random() < 0.5, 'treatment', 'control'))"
    treated = f"${{{name}_arm}} = 'treatment'"
    yield made("calculate", f"{name}_arm", calculation=drawn)
    for each in item["choice"]:
        if each.get("enabled", True):
            only = {"relevant": treated} if each.get("sensitive") else {}
            key = f"choice.{name}.{each['code']}"
            yield made("note", f"{_box(name, each['code'])}-said", key, **only)
    most = len(choices_of(item))
    limit = f". != '{most}' or {treated}"
    yield made(f"select_one {list_name}-count", name, f"item.{name}", constraint=limit)


def _crosswise(item: Table, list_name: str) -> Iterator[Line]:
    """Show the two statements as notes, and ask whether they are alike."""
    name = item["name"]
    for statement in ("known", "sensitive"):
        yield made("note", f"{name}-{statement}", f"row.{name}.{statement}")
    yield made(f"select_one {list_name}", name, f"item.{name}")


_FRAMES: Mapping[str, Callable[[Table, str], Iterator[Line]]] = {
    "ranking": _ranking,
    "best_worst": _best_worst,
    "votes": _votes,
    "list_experiment": _list_experiment,
    "crosswise": _crosswise,
}


def limits(item: Table) -> str:
    """Return the constraint that other programs need for what our types know by themselves."""
    kind = item["type"]
    ends = {">=": item.get("minimum"), "<=": item.get("maximum")}
    if kind == "number":
        ends[">="] = ends[">="] or 0
        return " and ".join(f". {sign} {end}" for sign, end in ends.items() if end is not None)
    if kind == "date":
        filled = {sign: f"{end}{'-01' * (2 - end.count('-'))}" for sign, end in ends.items() if end}
        return " and ".join(f". {sign} date('{end}')" for sign, end in filled.items())
    if kind == "text":
        return f"string-length(.) <= {item.get('limit', 500)}"
    return _alone(item) if kind == "multiple" else ""


def _alone(item: Table) -> str:
    """Return the constraint that some choices, and every way out, stand alone."""
    single = [each["code"] for each in item.get("choice", []) if each.get("exclusive")]
    codes: Sequence[str] = (*single, *ways_out(item))
    return " and ".join(f"not(selected(., '{code}') and count-selected(.) > 1)" for code in codes)


def appearance(item: Table) -> str:
    """Return how other programs should show `item`."""
    if item["type"] == "date":
        kind = item.get("precision", "month")
        return {"month": "month-year", "year": "year"}.get(kind, "")
    if item["type"] == "text" and item.get("lines", 1) > 1:
        return "multiline"
    return "field-list" if is_framed(item) else ""
