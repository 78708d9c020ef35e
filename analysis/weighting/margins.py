"""Known totals as a person writes them, checked against the sample: every problem at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.calibration import Auxiliaries
from analysis.design import Design
from analysis.domains import label_text, labels_of
from analysis.errors import DesignError
from analysis.stages import FloatArray

#: Labels of each row, of shape (n,), and the population of every category.
Margin = tuple[ArrayLike, Mapping[str, float]]

#: Values of each row, of shape (n,), and their total in the population.
Total = tuple[ArrayLike, float]

#: Margins whose totals differ by less than this share differ by rounding.
_ROUNDING = 1e-9


def auxiliaries_of(
    design: Design, margins: Mapping[str, Margin], totals: Mapping[str, Total]
) -> tuple[Auxiliaries, FloatArray]:
    """Return the columns with known totals, and these totals, of shape (p,).

    Raises
    ------
    DesignError
        With every problem of the margins, one a line.
    EstimateError
        If there is not one label a row.
    """
    if not margins and not totals:
        raise DesignError("no margins are given; give the population of at least one category")
    labels = {
        name: labels_of(margin[0], design, f"margin {name}") for name, margin in margins.items()
    }
    known = {name: _known(margin[1]) for name, margin in margins.items()}
    columns = [_column(name, total, len(design)) for name, total in totals.items()]
    problems = [each for name in known for each in _problems(name, labels[name], known[name])]
    if problems := problems or [*_disagreements(known)]:
        raise DesignError("\n".join(problems))
    codes = tuple(np.searchsorted([*known[name]], labels[name]).astype(np.int64) for name in known)
    counts = [np.array([*each.values()]) for each in known.values()]
    # They agree but for rounding: the first margin says how many people there are.
    target = [each * (counts[0].sum() / each.sum()) for each in counts]
    target.append(np.array([float(total) for _, total in totals.values()]))
    numeric = np.array(columns, dtype=np.float64).reshape(len(columns), len(design))
    return Auxiliaries(codes, tuple(map(len, counts)), numeric), np.concatenate(target)


def _known(given: Mapping[str, float]) -> dict[str, float]:
    """Return the population of each category, sorted by its label as text."""
    return dict(sorted((label_text(category), float(count)) for category, count in given.items()))


def _column(name: str, total: Total, n: int) -> FloatArray:
    values = np.asarray(total[0], dtype=np.float64)
    if values.shape != (n,):
        raise DesignError(
            f"total {name} has values of shape {values.shape} and the design {n} rows; "
            "give one value a row"
        )
    missing = np.flatnonzero(~np.isfinite(values))
    if missing.size:
        raise DesignError(
            f"total {name} has no value in row {missing[0]}; fill it in, or use another column"
        )
    if not np.isfinite(total[1]):
        raise DesignError(f"total {name} is {total[1]}; give the total of the population")
    return values


def _problems(name: str, labels: NDArray[np.str_], known: Mapping[str, float]) -> Iterator[str]:
    """Say what is wrong with one margin."""
    found, first = np.unique(labels, return_index=True)
    for category, row in zip(found.tolist(), first, strict=True):
        if category not in known:
            what = f"category {category!r}" if category else "an empty label"
            yield (
                f"margin {name} has no total for {what}, which row {row} is in; give its total, "
                "or join it to another category"
            )
    for category, count in known.items():
        if category not in found:
            yield (
                f"margin {name} names category {category!r}, which nobody in the sample is in; "
                "join it to another category"
            )
        if not (np.isfinite(count) and count > 0):
            yield (
                f"margin {name} has total {count} for category {category!r}; give a number of "
                "people above zero"
            )


def _disagreements(known: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Say which margins count another number of people than the first."""
    sums = {name: sum(each.values()) for name, each in known.items()}
    for name, people in sums.items():
        first, most = next(iter(sums.items()))
        if abs(people - most) > _ROUNDING * most:
            yield (
                f"margin {name} adds up to {people:.10g} people and margin {first} to {most:.10g}; "
                "make them the same population"
            )
