"""From answers to scores, 0-100, by the rules of the instrument (scoring.md C.2-C.4).

Each dimension is scored on its own rows. Nothing here averages dimensions into one number,
except the composites that the instrument itself declares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimateError
from analysis.frame import NONANSWER_CODES, Frame
from questionnaires import Dimension, Instrument, Item, Nonanswer, Rule, item_type

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_INAPPLICABLE = tuple(
    NONANSWER_CODES[code] for code in (Nonanswer.NOT_APPLICABLE, Nonanswer.NOT_SHOWN)
)


def score(frame: Frame, form: str = "long") -> Mapping[str, FloatArray]:
    """Score every dimension of the instrument.

    Parameters
    ----------
    frame : Frame
        Answers of n respondents, with their instrument.
    form : str
        The form that was asked. Items that it does not ask count as not shown, even where a
        column holds answers, so the short form can be computed from the long one.

    Returns
    -------
    mapping of str to ndarray of float64, shape (n,)
        By name of the dimension, in the order of the instrument; 0-100, NaN where it is missing.

    Raises
    ------
    EstimateError
        If the frame has no instrument, or the instrument no such form.
    """
    instrument = frame.instrument
    if instrument is None:
        raise EstimateError(
            "the frame has no instrument; read it with the instrument that was asked"
        )
    if form not in instrument.forms:
        forms = ", ".join(instrument.forms)
        raise EstimateError(f"{instrument.name} has no form {form!r}; choose one of {forms}")
    return {each.name: _score(frame, instrument, each, form) for each in instrument.dimensions}


def _score(frame: Frame, instrument: Instrument, dimension: Dimension, form: str) -> FloatArray:
    """Score one dimension; of shape (n,)."""
    parts = [instrument.dimension(name) for name in dimension.parts]
    if dimension.rule is Rule.COMPOSITE:
        scores = [_score(frame, instrument, part, form) for part in parts]
        return np.asarray(np.sum(scores, axis=0) / len(scores), dtype=np.float64)
    source = parts[0] if dimension.rule is Rule.FREQUENCY else dimension
    items = [item for item in map(instrument.item, source.items) if form in item.forms]
    if not items:
        return np.full(len(frame), np.nan)
    measured = np.array([item_score(frame, item) for item in items])
    k = sum(_applicable(frame, item) for item in items)
    shown = np.asarray(k, dtype=np.int64)
    if dimension.rule is Rule.MEAN:
        return _mean(measured, shown, len(items), dimension.minimum)
    return _RULES[dimension.rule](measured, shown, len(items))


def item_score(frame: Frame, item: Item) -> FloatArray:
    """Return what each answer to `item` measures, of shape (n,), NaN for every nonanswer."""
    measure = item_type(item.type).measure
    # Nonanswers are negative numbers and so index the table from its end.
    table = [measure(item, code) for code in item.codes] + [np.nan] * len(NONANSWER_CODES)
    return np.array(table)[frame.answers(item.name)]


def inapplicable(frame: Frame, name: str) -> NDArray[np.bool_]:
    """Return where an item was not shown or did not apply, of shape (n,)."""
    return np.isin(frame.answers(name), _INAPPLICABLE)


def _applicable(frame: Frame, item: Item) -> IntArray:
    """Return 1 where `item` was shown and applied, of shape (n,)."""
    return (~inapplicable(frame, item.name)).astype(np.int64)


def _mean(measured: FloatArray, k: IntArray, k_design: int, minimum: int) -> FloatArray:
    """C.3, reflective: half of the items shown, and half of those, but two, answered.

    A dimension may say itself how many must be; in a form that asks fewer, all of these.
    """
    v = _answered(measured)
    half = np.maximum(min(2, k_design), _ceil(k, 1, 2))
    need = min(minimum, k_design) if minimum else half
    return _share(np.nansum(measured, axis=0), v, (k >= _ceil(k_design, 1, 2)) & (v >= need))


def _acts(measured: FloatArray, k: IntArray, k_design: int) -> FloatArray:
    """C.4, formative: share of the acts done at least once."""
    # An act's scale begins at "never", so whatever measures more than 0 was done.
    done = 100 * np.sum(measured > 0, axis=0)
    return _share(done, _answered(measured), _enough_acts(measured, k, k_design))


def _frequency(measured: FloatArray, k: IntArray, k_design: int) -> FloatArray:
    """C.4, formative: how often the acts were done, of the most that could be said."""
    often = np.nansum(measured, axis=0)
    return _share(often, _answered(measured), _enough_acts(measured, k, k_design))


def _enough_acts(measured: FloatArray, k: IntArray, k_design: int) -> NDArray[np.bool_]:
    """Three quarters of the acts must apply, and three quarters of those be answered.

    With eight acts that is k >= 6, with the three of the short form k = v = 3, as C.4 asks.
    """
    enough: NDArray[np.bool_] = (k >= _ceil(k_design, 3, 4)) & (
        _answered(measured) >= _ceil(k, 3, 4)
    )
    return enough


def _answered(measured: FloatArray) -> IntArray:
    return np.asarray(np.sum(~np.isnan(measured), axis=0), dtype=np.int64)


def _share(total: FloatArray, count: IntArray, valid: NDArray[np.bool_]) -> FloatArray:
    share = np.full(len(count), np.nan)
    np.divide(total, count, out=share, where=valid & (count > 0))
    return share


def _ceil(k: int | IntArray, numerator: int, denominator: int) -> IntArray:
    return np.asarray(-(-k * numerator // denominator), dtype=np.int64)


_RULES: Mapping[Rule, Callable[[FloatArray, IntArray, int], FloatArray]] = {
    Rule.ACTS: _acts,
    Rule.FREQUENCY: _frequency,
}
