"""Brokers: organisations through which others reach each other on the shortest way.

A broker may be one of several, so that nobody is cut off without it; whom others hang on alone is
said beside. Neither is a measure of worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from survey.operations.stakeholders.network import Network, cut_points_of

#: So many are listed, and those that stand on as many ways as the last of them.
MOST = 20
#: In a larger network they take a second to find, which a page of its own may.
QUICK = 500


@dataclass(frozen=True)
class Broker:
    """An organisation between others.

    Attributes
    ----------
    key : str
        Which one.
    share : float
        Of the shortest ways between two others, the part that leads through it: 0 to 1.
    cut_off : int
        How many others lose every path to the largest piece that is left without it.
    """

    key: str
    share: float
    cut_off: int


def brokers_of(network: Network) -> list[Broker]:
    """Return the organisations that stand on most ways, and all that others hang on alone."""
    # It loads numpy: when the first network is read, no earlier.
    between = import_module("analysis.between").between
    numbers = {key: number for number, key in enumerate(network.names)}
    ties = [
        (numbers[key], numbers[other])
        for key, others in network.neighbours.items()
        for other in others
        if key < other
    ]
    shares = dict(zip(numbers, between(len(numbers), ties).tolist(), strict=True))
    cut = cut_points_of(network)
    least = sorted(shares.values(), reverse=True)[:MOST][-1] if shares else 0.0
    chosen = [key for key, share in shares.items() if share and (share >= least or key in cut)]
    chosen.sort(key=lambda key: (-shares[key], network.names[key].casefold(), key))
    return [Broker(key, shares[key], cut.get(key, 0)) for key in chosen]
