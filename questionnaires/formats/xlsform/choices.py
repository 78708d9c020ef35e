"""The lists of the choices sheet: scales, choices of items, and those other programs need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.formats.xlsform.lines import PLACES, Table, choices_of, ways_out
from questionnaires.types.best_worst import best_worst_sets


@dataclass(frozen=True)
class ListLine:
    """A line of the choices sheet.

    Attributes
    ----------
    list_name, code : str
        The list, and what is stored.
    words : tuple of str
        Keys of its label: the first that a language has; a digit stands for itself.
    """

    list_name: str
    code: str
    words: tuple[str, ...]


def scale_list(scale: str, *, na: bool = False) -> str:
    """Return the name of the list of a scale."""
    return f"scale_{scale}{'-na' if na else ''}"


def own_list(item: str) -> str:
    """Return the name of the list of an item."""
    return f"item_{item}"


def list_of(item: Table, own: Iterable[str]) -> str:
    """Return the list that `item` is asked with; `own` words of it need a list of its own."""
    has_own = any(f"choice.{item['name']}.{code}" in own for code in ways_out(item))
    if item.get("scale") and not has_own:
        return scale_list(item["scale"], na=bool(item.get("na")))
    return own_list(item["name"])


def list_lines(
    structure: Mapping[str, Any], items: list[Table], own: Iterable[str]
) -> Iterator[ListLine]:
    """Yield the lines of every list that the `items` of a structure need."""
    codes = {scale["name"]: scale["codes"] for scale in structure.get("scale", [])}
    used = {list_of(item, own) for item in items}
    for scale, listed in codes.items():
        plain = scale_list(scale)
        yield from _lines(plain, listed, f"scale.{scale}", _ways_out("", ("dk", "pnta")))
        if scale_list(scale, na=True) in used:
            ways = _ways_out("", ("na", "dk", "pnta"))
            yield from _lines(scale_list(scale, na=True), listed, f"scale.{scale}", ways)
    for item in items:
        yield from _lists_of(item, codes, list_of(item, own))
    if any(item["type"] == "place" for item in items):
        yield ListLine(PLACES, "place", ("answer.choose",))


def _lists_of(item: Table, codes: Mapping[str, list[str]], name: str) -> Iterator[ListLine]:
    ways = _ways_out(item["name"], ways_out(item))
    own = own_list(item["name"])
    if item["type"] == "crosswise":
        yield from _lines(own, ["same", "different"], f"choice.{item['name']}", ways)
    elif item["type"] == "list_experiment":
        yield from _lines(own, choices_of(item), f"choice.{item['name']}", {})
        counts = range(len(choices_of(item)) + 1)
        yield from (ListLine(f"{own}-count", str(each), (str(each),)) for each in counts)
        yield from (ListLine(f"{own}-count", code, words) for code, words in ways.items())
    elif item.get("scale") and name == own:
        yield from _lines(own, codes[item["scale"]], f"scale.{item['scale']}", ways)
    elif choices_of(item):
        yield from _lines(own, choices_of(item), f"choice.{item['name']}", ways)
    if item["type"] == "best_worst":
        yield from _sets(item, own)


def _sets(item: Table, own: str) -> Iterator[ListLine]:
    codes = choices_of(item)
    for number, places in enumerate(best_worst_sets(len(codes)), start=1):
        shown = [codes[place] for place in places]
        yield from _lines(f"{own}-{number}", shown, f"choice.{item['name']}", {})


def _ways_out(item: str, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    own = (lambda code: (f"choice.{item}.{code}",)) if item else (lambda _: ())
    return {code: (*own(code), f"answer.{code}") for code in codes}


def _lines(
    name: str, codes: Iterable[str], words: str, ways: Mapping[str, tuple[str, ...]]
) -> Iterator[ListLine]:
    yield from (ListLine(name, code, (f"{words}.{code}",)) for code in codes)
    yield from (ListLine(name, code, keys) for code, keys in ways.items())
