"""What an indicator can be bound to; `bindings` finds it, which loads numpy, and pages show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """What can be chosen, each with its words.

    Attributes
    ----------
    measures : list of (str, str)
        Scores and shares of published releases.
    domains : list of (str, str)
        The groups and places that they are about, besides everybody.
    """

    measures: list[tuple[str, str]]
    domains: list[tuple[str, str]]
