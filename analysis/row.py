"""One respondent as a row: the answers, and where they stand in the design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Row:
    """The answers of one respondent, and where they stand in the design.

    Attributes
    ----------
    answers : mapping of str to str
        Stored answer by item name; an item that is absent was not shown.
    weight : int
        Design weight in micro-units (1,000,000 = one person).
    stratum : str
        Label of the stratum; empty when the sample has none.
    psu : str or None
        Label of the primary sampling unit; None for a respondent drawn alone.
    language, mode : str
        How the questionnaire was answered.
    """

    answers: Mapping[str, str]
    weight: int
    stratum: str
    psu: str | None
    language: str
    mode: str


class Answered(Protocol):
    """Whatever has what a `Row` has; it is read as it is."""

    @property
    def answers(self) -> Mapping[str, str]:
        """Stored answer by item name."""

    @property
    def weight(self) -> int:
        """Design weight in micro-units."""

    @property
    def stratum(self) -> str:
        """Label of the stratum."""

    @property
    def psu(self) -> str | None:
        """Label of the sampling unit."""

    @property
    def language(self) -> str:
        """Language of the answers."""

    @property
    def mode(self) -> str:
        """How they were given."""
