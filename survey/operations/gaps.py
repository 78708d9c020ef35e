"""What a draft still lacks, in words that can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Gap:
    """One thing to do before a round can open.

    Attributes
    ----------
    words : str
        What is missing and how to add it, with ``%(name)s`` for each value; in English.
    values : mapping of str to object
        What stands in these places. Never an answer.
    field : str
        The field in which it is missing; empty for the whole step.
    """

    words: str
    values: Mapping[str, object] = field(default_factory=dict)
    field: str = ""
