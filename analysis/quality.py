"""Signs that a respondent did not read, never a reason to delete anybody (scoring.md C.12).

Report with and without those who carry two signs or more. One sign alone says little: honest
people repeat themselves, contradict themselves and skip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

import numpy as np

from analysis.errors import EstimateError
from analysis.frame import NONANSWER_CODES, Frame
from analysis.scoring import item_score
from analysis.stages import BoolArray, FloatArray, IntArray
from questionnaires import Instrument, Item, Nonanswer, Rule, screens

#: Items of which nobody means the two highest codes of both, by instrument.
CONTRADICTIONS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {"social_cohesion": (("B1", "B5"), ("A4", "A6"))}
)

#: The shortest run of items in which one answer throughout says anything.
SHORTEST_RUN = 3

#: Share of runs answered with one code throughout, in at least this many runs.
STRAIGHT, FEWEST_RUNS = 0.75, 3

#: Even-odd consistency below this is a sign, and it needs so many pairs of halves.
INCONSISTENT, FEWEST_PAIRS = 0.0, 4

#: Share of items without an answer above which it is a sign.
MISSING = 0.5

#: How many signs make a case for a sensitivity analysis without the respondent.
DOUBTFUL = 2

_HIGH = 2  # highest codes that contradict
_FLAT = 1e-6  # sums of squares of scores, below which rounding is all they have
_INAPPLICABLE = tuple(
    NONANSWER_CODES[each] for each in (Nonanswer.NOT_APPLICABLE, Nonanswer.NOT_SHOWN)
)


@dataclass(frozen=True, eq=False)
class Quality:
    """Signs of careless answers of n respondents.

    Attributes
    ----------
    runs, straight_runs : IntArray, shape (n,)
        Runs of items on one scale, on one screen, that were answered completely; and those of
        them with one code throughout. Runs of acts do not count: never is never.
    contradictions : IntArray, shape (n,)
        Pairs of items that contradict each other, in raw codes.
    consistency : FloatArray, shape (n,)
        Correlation over scales of the mean of a scale's odd items with that of its even ones,
        stepped up (Spearman and Brown); NaN with too few scales or without any variation.
    missing : FloatArray, shape (n,)
        Share (0-1) of the applicable items without an answer; NaN when none applied.
    """

    runs: IntArray
    straight_runs: IntArray
    contradictions: IntArray
    consistency: FloatArray
    missing: FloatArray

    @property
    def signs(self) -> Mapping[str, BoolArray]:
        """Who carries which sign, of shape (n,) each."""
        return {
            "long_string": (self.runs >= FEWEST_RUNS)
            & (self.straight_runs >= STRAIGHT * self.runs),
            "contradiction": self.contradictions > 0,
            # NaN compares as false: who cannot be judged carries no sign.
            "inconsistent": self.consistency < INCONSISTENT,
            "missing": self.missing > MISSING,
        }

    @property
    def doubtful(self) -> BoolArray:
        """Who carries two signs or more, of shape (n,): to leave out in a sensitivity analysis."""
        doubtful: BoolArray = _count(list(self.signs.values())) >= DOUBTFUL
        return doubtful


def quality(
    frame: Frame, form: str = "long", contradictions: Sequence[tuple[str, str]] | None = None
) -> Quality:
    """Look for signs of careless answers; nobody is deleted.

    Parameters
    ----------
    frame : Frame
        Answers of n respondents, with their instrument.
    form : str
        The form that was asked.
    contradictions : sequence of (str, str), optional
        Pairs of items of which nobody means the two highest codes of both. Those that
        `CONTRADICTIONS` has for the instrument unless told.

    Raises
    ------
    EstimateError
        If the frame has no instrument, the instrument no such form, or a pair names no item.

    References
    ----------
    Goldammer et al. (2020), Careless responding in questionnaire measures, *The Leadership
    Quarterly* 31, 101384. Johnson (2005), *Journal of Research in Personality* 39, 103-129.
    """
    instrument = frame.instrument
    if instrument is None or form not in instrument.forms:
        raise EstimateError(
            f"the frame has no instrument with form {form!r}; read it with the one that was asked"
        )
    known = CONTRADICTIONS.get(instrument.name, ())
    pairs = _pairs(instrument, known if contradictions is None else contradictions)
    runs = [_codes(frame, run) for run in _runs(instrument, form)]
    answered = [codes.min(axis=0) >= 0 for codes in runs]
    straight = [
        full & (codes.max(axis=0) == codes.min(axis=0))
        for full, codes in zip(answered, runs, strict=True)
    ]
    nothing = np.zeros(len(frame), dtype=bool)
    return Quality(
        runs=_count([nothing, *answered]),
        straight_runs=_count([nothing, *straight]),
        contradictions=_count([nothing, *(_both_high(frame, a, b) for a, b in pairs)]),
        consistency=_consistency(frame, instrument, form),
        missing=_missing(frame, instrument, form),
    )


def _codes(frame: Frame, items: Sequence[Item]) -> IntArray:
    """Return the positions of the answers to items, of shape (items, n); negative = nonanswer."""
    return np.array([frame.answers(item.name) for item in items], dtype=np.int64)


def _runs(instrument: Instrument, form: str) -> Iterator[list[Item]]:
    """Return the runs of opinions that share a scale and a screen."""
    for screen in screens(instrument, form):
        for scale, group in groupby(screen, key=lambda item: item.scale):
            run = list(group)
            if scale and len(run) >= SHORTEST_RUN and all(_is_opinion(instrument, x) for x in run):
                yield run


def _is_opinion(instrument: Instrument, item: Item) -> bool:
    return bool(item.dimension) and instrument.dimension(item.dimension).rule is Rule.MEAN


def _pairs(instrument: Instrument, pairs: Sequence[tuple[str, str]]) -> list[tuple[Item, Item]]:
    names = {item.name for item in instrument.items}
    for pair in pairs:
        if not names.issuperset(pair):
            raise EstimateError(
                f"contradiction {pair[0]} and {pair[1]}: {instrument.name} has no such items; "
                "name two of its items"
            )
    return [(instrument.item(a), instrument.item(b)) for a, b in pairs]


def _both_high(frame: Frame, first: Item, second: Item) -> BoolArray:
    """Return who gave one of the highest codes to both, as they stand, not reversed."""
    high = [frame.answers(each.name) >= len(each.codes) - _HIGH for each in (first, second)]
    return np.logical_and(*high)


def _consistency(frame: Frame, instrument: Instrument, form: str) -> FloatArray:
    odd, even = [], []
    for dimension in instrument.dimensions:
        items = [instrument.item(name) for name in dimension.items]
        asked = [x for x in items if form in x.forms and x.dimension == dimension.name]
        if dimension.rule is Rule.MEAN and len(asked) > 1:
            scores = np.array([item_score(frame, item) for item in asked])
            odd.append(_mean(scores[::2]))
            even.append(_mean(scores[1::2]))
    return _correlation(np.array(odd), np.array(even), len(frame))


def _mean(scores: FloatArray) -> FloatArray:
    """Return the mean of each column, NaN where nothing was answered."""
    known = np.sum(~np.isnan(scores), axis=0)
    total = np.nansum(scores, axis=0)
    mean = np.full(len(total), np.nan)
    np.divide(total, known, out=mean, where=known > 0)
    return mean


def _correlation(odd: FloatArray, even: FloatArray, n: int) -> FloatArray:
    """Return the stepped-up correlation of two arrays of shape (scales, n) in each column."""
    if len(odd) < FEWEST_PAIRS:
        return np.full(n, np.nan)
    both = ~np.isnan(odd) & ~np.isnan(even)
    pairs = np.sum(both, axis=0)
    x, y = (np.where(both, each, 0.0) for each in (odd, even))
    x, y = (np.where(both, each - each.sum(axis=0) / np.maximum(pairs, 1), 0.0) for each in (x, y))
    product, size = np.sum(x * y, axis=0), np.sqrt(np.sum(x**2, axis=0) * np.sum(y**2, axis=0))
    usable = (pairs >= FEWEST_PAIRS) & (size > _FLAT)
    r = np.full(n, np.nan)
    np.divide(product, size, out=r, where=usable)
    # Stepping up a negative correlation would run to minus infinity: it is left as it is.
    return np.asarray(np.where(r > 0, 2 * r / (1 + np.abs(r)), r), dtype=np.float64)


def _missing(frame: Frame, instrument: Instrument, form: str) -> FloatArray:
    measuring = [item for item in instrument.asked(form) if item.dimension]
    codes = _codes(frame, measuring).reshape(len(measuring), len(frame))
    applicable = np.sum(~np.isin(codes, _INAPPLICABLE), axis=0)
    silent = np.sum((codes < 0) & ~np.isin(codes, _INAPPLICABLE), axis=0)
    share = np.full(len(frame), np.nan)
    np.divide(silent, applicable, out=share, where=applicable > 0)
    return share


def _count(rows: Sequence[BoolArray]) -> IntArray:
    return np.asarray(np.sum(rows, axis=0), dtype=np.int64)
