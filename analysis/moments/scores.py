"""From an instrument, or the columns of a file, to measures: the rules of scoring.md, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import isnan, lcm

from analysis.errors import EstimateError
from analysis.moments.measures import Composite, Number, Points, Quotient, Score, Share
from questionnaires import Dimension, Instrument, Item, Nonanswer, Rule, item_type

#: Fractions of a scale with a larger denominator are not those of a scale of codes.
_FINEST = 10_000

#: Decimals, and size in units, up to which a double times a power of ten rounds to the right unit.
_DIGITS = 9
_EXACT = 2**50
_MISSING = {"", *map(str, Nonanswer)}


def scores_of(
    instrument: Instrument, form: str = "long", names: Iterable[str] | None = None
) -> tuple[Score, ...]:
    """Return the scores of an instrument as measures (scoring.md C.2-C.4).

    Parameters
    ----------
    instrument : Instrument
        What was asked.
    form : str
        The form that was asked; items outside it do not count.
    names : iterable of str, optional
        The dimensions wanted; all, in the order of the instrument, unless told.

    Raises
    ------
    EstimateError
        If the instrument has no such form or dimension, or an item no scale of whole steps.
    """
    if form not in instrument.forms:
        forms = ", ".join(instrument.forms)
        raise EstimateError(f"{instrument.name} has no form {form!r}; choose one of {forms}")
    known = {each.name: each for each in instrument.dimensions}
    wanted = list(known) if names is None else list(names)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise EstimateError(f"unknown dimension {unknown[0]!r}; choose from {', '.join(known)}")
    return tuple(_score(instrument, known[name], form) for name in wanted)


def quarters(measure: Score) -> tuple[Share, Share]:
    """Return the shares of people in the lowest and in the highest quarter of a score (C.7)."""
    quarter = measure.value // 4
    return (
        Share(f"{measure.name} lowest", measure, 0, quarter),
        Share(f"{measure.name} highest", measure, measure.value - quarter, measure.value),
    )


def chosen(item: Item, code: str) -> Quotient:
    """Return the measure whose mean is the share of those who answer `item` that chose `code`."""
    points = tuple(int(each == code) for each in item.codes)
    return Quotient(f"{item.name}={code}", (Points(item.name, item.codes, points),), 1, (2, 1), 1)


def scale(
    name: str,
    items: Mapping[str, Mapping[str, Fraction | None]],
    need: int,
    value: int = 100,
) -> Quotient:
    """Return the mean of items whose codes are worth given shares of the best answer.

    Parameters
    ----------
    name : str
        Identifier of the measure.
    items : mapping of str to mapping of str to Fraction or None
        By item, the worth of each code, 0 to 1; None for one that measures nothing.
    need : int
        How many items must be answered.
    value : int
        What the best answer is worth.
    """
    return _quotient(name, items, (need,) * (len(items) + 1), value)


def number(name: str, column: str, texts: Iterable[str]) -> Number:
    """Return the measure of a column of decimal numbers.

    Parameters
    ----------
    name : str
        Identifier of the measure.
    column : str
        Name of the column.
    texts : iterable of str
        Every text that stands in it, or each once.

    Raises
    ------
    EstimateError
        If a text is no decimal number, or has too many digits for exact sums.
    """
    found = [_decimal(column, text) for text in sorted({*texts} - _MISSING)]
    exponents = [each.as_tuple().exponent for each in found]
    digits = max((-each for each in exponents if isinstance(each, int)), default=0)
    units = 10 ** max(digits, 0)
    whole = [int(each * units) for each in found] or [0]
    if digits > _DIGITS or max(map(abs, whole)) > _EXACT:
        raise EstimateError(
            f"column {column} has more digits than sums of whole units can hold; "
            f"round it to {_DIGITS} decimals or fewer, or choose the numpy engine"
        )
    return Number(name, column, units, min(whole), max(whole))


def _score(instrument: Instrument, dimension: Dimension, form: str) -> Score:
    if dimension.rule is Rule.COMPOSITE:
        parts = [_score(instrument, instrument.dimension(name), form) for name in dimension.parts]
        simple = tuple(part for part in parts if isinstance(part, Quotient))
        if len(simple) < len(parts):
            raise EstimateError(f"{dimension.name} is made of composites; name their parts")
        return Composite(dimension.name, simple)
    is_frequency = dimension.rule is Rule.FREQUENCY
    source = instrument.dimension(dimension.parts[0]) if is_frequency else dimension
    items = [item for item in map(instrument.item, source.items) if form in item.forms]
    worth = {item.name: _worth(item, dimension.rule) for item in items}
    k = len(items)
    need = _NEED[dimension.rule](k)
    if dimension.minimum:  # in place of half of those that apply
        need = tuple(
            min(dimension.minimum, k) if applicable >= -(-k // 2) else k + 1
            for applicable in range(k + 1)
        )
    return _quotient(dimension.name, worth, need, 100)


def _decimal(column: str, text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise EstimateError(f"column {column} holds a text that is no number; mend or empty it")
    return found


def _worth(item: Item, rule: Rule) -> dict[str, Fraction | None]:
    """Return the share of the best answer that each code measures, exactly."""
    measure = item_type(item.type).measure
    shares = {code: _exact(item.name, measure(item, code)) for code in item.codes}
    if rule is not Rule.ACTS:
        return shares
    return {code: None if each is None else Fraction(each > 0) for code, each in shares.items()}


def _exact(item: str, percent: float) -> Fraction | None:
    if isnan(percent):
        return None
    share = Fraction(percent / 100).limit_denominator(_FINEST)
    if abs(float(100 * share) - percent) > 1e-9 or not 0 <= share <= 1:
        raise EstimateError(
            f"item {item}: its scale has no whole steps; give its codes evenly spaced numbers"
        )
    return share


def _quotient(
    name: str,
    items: Mapping[str, Mapping[str, Fraction | None]],
    need: tuple[int, ...],
    value: int,
) -> Quotient:
    shares = [each for worth in items.values() for each in worth.values() if each is not None]
    most = lcm(*(each.denominator for each in shares))
    points = tuple(
        Points(
            item,
            tuple(worth),
            tuple(None if each is None else int(each * most) for each in worth.values()),
        )
        for item, worth in items.items()
    )
    return Quotient(name, points, most, need, value)


def _half(k_design: int) -> tuple[int, ...]:
    """C.3: half of the items apply, and half of those, but two, are answered."""
    enough = -(-k_design // 2)
    two = min(2, k_design)
    return tuple(
        max(two, -(-k // 2), 1) if k >= enough else k_design + 1 for k in range(k_design + 1)
    )


def _three_quarters(k_design: int) -> tuple[int, ...]:
    """C.4: three quarters of the acts apply, and three quarters of those are answered."""
    enough = -(-k_design * 3 // 4)
    return tuple(
        max(-(-k * 3 // 4), 1) if k >= enough else k_design + 1 for k in range(k_design + 1)
    )


_NEED: Mapping[Rule, Callable[[int], tuple[int, ...]]] = {
    Rule.MEAN: _half,
    Rule.ACTS: _three_quarters,
    Rule.FREQUENCY: _three_quarters,
}
