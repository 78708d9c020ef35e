"""What a codebook says of a file of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Described:
    """A file of answers, as far as it may be described.

    Attributes
    ----------
    name : str
        Name of the file.
    columns : sequence of str
        Its columns, in order: names of items, and others such as a weight.
    cases : int, optional
        How many responses it holds.
    labels : mapping of str to str
        What the columns are that are no items.
    items : mapping of str to str, optional
        The item that each column holds; without it, a column holds the item it is named after.
    counts : mapping of str to mapping of str to int
        By item and code: how often it was answered. Empty unless somebody has made sure that no
        count points at a person.
    """

    name: str
    columns: Sequence[str]
    cases: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    items: Mapping[str, str] | None = None

    @property
    def held(self) -> Mapping[str, str]:
        """By column, the item it holds."""
        return {name: name for name in self.columns} if self.items is None else self.items
