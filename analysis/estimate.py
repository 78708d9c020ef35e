"""What an estimator gives back, and how it is computed for any design and domain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A number about a population, with how far it can be relied on.

    Attributes
    ----------
    point : float or None
        The estimate in the unit of the measured value; None when nobody was measured.
    standard_error : float or None
        None when it is undefined, as for a domain with one PSU. Never 0 for that reason.
    df : int or None
        PSUs less strata among the rows used.
    deff : float or None
        Design effect against simple random sampling with replacement.
    n : int
        Unweighted rows used.
    """

    point: float | None
    standard_error: float | None
    df: int | None
    deff: float | None
    n: int

    def interval(self, level: float = 0.95, kind: str = "t") -> tuple[float | None, float | None]:
        raise NotImplementedError
