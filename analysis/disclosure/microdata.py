"""Microdata: how well the people in a file hide among one another, and what must be withheld.

Some answers can be known from outside: where somebody lives, gender, age, residence. People who
share all of these *key* answers form a cell. A person in a cell of fewer than `SMALLEST` gives
none of them away: they are withheld (local suppression), so that every cell that is left, and the
cell of those withheld, holds at least that many people.

The risk of a person is the expected chance that a match in the population is right, given the
weights: Benedetti and Franconi (1998), as used by the statistical offices of the ESSnet handbook
on statistical disclosure control (2010, 3.3.1). The global risk is its mean over the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import EstimateError
from analysis.stages import BoolArray, FloatArray, IntArray

#: The fewest people who may share their key answers in a file that leaves the team.
SMALLEST = 5
#: The highest global risk of a file that leaves the team.
HIGHEST_RISK = 0.03


@dataclass(frozen=True)
class Hiding:
    """How the people in a file hide among one another.

    Attributes
    ----------
    withheld : array of bool
        By entry: whether the key answers are withheld.
    people : array of int
        By entry: how many people it stands for.
    smallest : int
        The fewest people who share their key answers afterwards.
    risk : float
        Global risk afterwards: the mean over people of the chance (0-1) to be found.
    """

    withheld: BoolArray
    people: IntArray
    smallest: int
    risk: float

    @property
    def share_withheld(self) -> float:
        """Share (0-1) of people whose key answers are withheld."""
        every = int(self.people.sum())
        return int(self.people[self.withheld].sum()) / every if every else 0.0

    @property
    def is_safe(self) -> bool:
        """Whether the file may leave the team."""
        return self.smallest >= SMALLEST and self.risk <= HIGHEST_RISK


def hide(
    keys: Sequence[Sequence[str]], weights: Sequence[float], people: Sequence[int] | None = None
) -> Hiding:
    """Withhold the key answers of people who would stand out, and tell what risk is left.

    Parameters
    ----------
    keys : sequence of sequences of str
        One sequence for each key variable, with a code for each entry. None at all puts
        everybody into one cell.
    weights : sequence of float
        Design weight of a person of each entry: how many of the population stand behind them.
    people : sequence of int, optional
        How many people each entry stands for, who share all of it; without it one each.

    Raises
    ------
    EstimateError
        If the sequences differ in length, or a weight is not positive.
    """
    weight = np.asarray(weights, dtype=np.float64)
    count = np.ones(weight.size, np.int64) if people is None else np.asarray(people, np.int64)
    if count.size != weight.size or any(len(key) != weight.size for key in keys):
        raise EstimateError("every key variable needs one code for each person")
    if weight.size and not (weight > 0).all():
        raise EstimateError("every weight must be above 0")
    cells = _cells(keys, weight.size)
    withheld = _withheld(cells, count)
    cells = np.where(withheld, -1, cells)
    counts = _people_of(cells, count)[1]
    smallest = int(counts.min()) if counts.size else 0
    risk = person_risk(cells, weight, count)
    mean = float(np.average(risk, weights=count)) if risk.size else 0.0
    return Hiding(withheld, count, smallest, mean)


def person_risk(cells: IntArray, weights: FloatArray, people: IntArray | None = None) -> FloatArray:
    """Return the chance that a person of each entry is found, from the cell and the weight.

    With f people of a cell in the file and F of it in the population (the sum of the weights),
    p = f/F: the mean of 1/F over a negative binomial of f successes with chance p. One and two
    people have a closed form; from three on its first order p / (f - (1 - p)) is used, which is
    exact for p = 1.
    """
    count = np.ones(cells.size, dtype=np.int64) if people is None else people
    place, counts = _people_of(cells, count)
    population = np.bincount(place, weights=weights * count, minlength=counts.size)
    p = np.minimum(counts / np.maximum(population, counts), 1.0)
    return np.asarray(_risk_of_cells(counts, p)[place], dtype=np.float64)


def _people_of(cells: IntArray, people: IntArray) -> tuple[IntArray, IntArray]:
    """Return the number of the cell of each entry, and how many people each cell has."""
    found, place = np.unique(cells, return_inverse=True)
    counts = np.bincount(place, weights=people, minlength=found.size)
    return np.asarray(place, dtype=np.int64), counts.astype(np.int64)


def _risk_of_cells(counts: IntArray, p: FloatArray) -> FloatArray:
    risk = p / (counts - (1.0 - p))
    odds = np.divide(p, 1.0 - p, out=np.ones_like(p), where=p < 1)
    log = -np.log(p)
    alone, pair = (counts == 1) & (p < 1), (counts == 2) & (p < 1)
    risk[alone] = (odds * log)[alone]
    risk[pair] = (odds - odds**2 * log)[pair]
    return np.asarray(risk, dtype=np.float64)


def _cells(keys: Sequence[Sequence[str]], entries: int) -> IntArray:
    """Return a number for each entry; those that share every key answer share it."""
    cells = np.zeros(entries, dtype=np.int64)
    for key in keys:
        # A table of the few codes: numpy would sort as many strings as there are entries.
        number = {code: n for n, code in enumerate(sorted(set(key)))}
        codes = np.fromiter(map(number.__getitem__, key), dtype=np.int64, count=entries)
        together = cells * len(number) + codes
        cells = np.unique(together, return_inverse=True)[1].astype(np.int64)
    return cells


def _withheld(cells: IntArray, people: IntArray) -> BoolArray:
    """Return who is in a cell too small; the smallest others join if these are too few by far."""
    place, counts = _people_of(cells, people)
    hidden = counts < SMALLEST
    for cell in np.argsort(counts, kind="stable"):
        if not hidden.any() or counts[hidden].sum() >= SMALLEST:
            break
        hidden[cell] = True
    return np.asarray(hidden[place], dtype=np.bool_)
