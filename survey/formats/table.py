"""A table of answers, as every format writes it: variables with their words, and rows to read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: A row: one cell for each variable; None where there is nothing.
Row = Sequence[str | float | None]


@dataclass(frozen=True)
class Variable:
    """A column.

    Attributes
    ----------
    name : str
        Its name: that of the item, the same in every version of the instrument.
    label : str
        What was asked, in the language of the export.
    labels : mapping of str to str
        Its codes with their words, in order; empty for numbers and for answers of several codes.
    nonanswers : mapping of str to str
        The codes that mean no answer, with their words.
    is_number : bool
        Whether its answers are numbers that can be counted with.
    tag : str
        What it holds, in the vocabulary of HXL.
    item : str
        The item whose answers it holds; empty for what stands beside the answers.
    """

    name: str
    label: str
    labels: Mapping[str, str] = field(default_factory=dict)
    nonanswers: Mapping[str, str] = field(default_factory=dict)
    is_number: bool = False
    tag: str = "#meta"
    item: str = ""


@dataclass(frozen=True)
class Place:
    """A locality of the round, for maps; `people` is 0 where fewer than may be told answered."""

    code: str
    name: str
    population: int | None
    geometry: Mapping[str, Any] | None
    people: int


@dataclass(frozen=True)
class Table:
    """A round's answers. `rows` reads them anew each time, in the same order.

    `left_out` counts answers that are in no row, because only a key of the team opens them.
    `sheet` is what a workbook calls the sheet of the rows; `is_unweighed` tells that the weights
    of the team are in no row.
    """

    title: str
    variables: tuple[Variable, ...]
    count: int
    rows: Callable[[], Iterator[Row]]
    places: tuple[Place, ...] = ()
    left_out: int = 0
    sheet: str = "answers"
    is_unweighed: bool = False

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [variable.name for variable in self.variables]


def told_apart(names: Iterable[str]) -> list[str]:
    """Return a name of its own for each of `names`: the first of several keeps it."""
    given = list(names)
    taken = {*given}
    told: list[str] = []
    for name in given:
        own = free_name(name, taken) if name in told else name
        taken.add(own)
        told.append(own)
    return told


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name` with as many ``_`` behind it, and at least one, as make it none of `taken`."""
    longer = f"{name}_"
    return free_name(longer, taken) if longer in taken else longer
