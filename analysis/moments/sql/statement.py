"""The statement whose rows are cells. It has one floor for each step.

Codes become numbers, those become points, points become scores, scores become sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Double,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
)

from analysis.frame import NONANSWER_CODES
from analysis.moments.measures import (
    Composite,
    Measure,
    Number,
    Points,
    Quotient,
    quotients_of,
)
from analysis.moments.sql.source import Element, Source
from questionnaires import Nonanswer

#: An answer that is neither a code of its item nor a nonanswer.
_UNKNOWN = -1 - len(NONANSWER_CODES)
_INAPPLICABLE = [NONANSWER_CODES[code] for code in (Nonanswer.NOT_APPLICABLE, Nonanswer.NOT_SHOWN)]


def heaviest_select(source: Source, keys: Sequence[str]) -> Select[Any]:
    """Return the statement that finds the number of people and the weight of the heaviest cell.

    Doubles cannot overflow, so it says how heavy even what could not be summed exactly.
    """
    base = _rows(source, [], keys)
    place = [base.c[name] for name in _place(keys)]
    weight = cast(func.sum(cast(base.c.weight, Double)), Double).label("weight")
    cells = select(weight, func.count().label("people")).group_by(*place).subquery()
    return select(func.sum(cells.c.people), func.max(cells.c.weight))


def cells_select(source: Source, measures: Sequence[Measure], keys: Sequence[str]) -> Select[Any]:
    """Return the one statement whose rows are cells.

    Its columns are stratum, PSU, the keys, the own weight of respondents drawn alone, how many
    they are, then ``n, w, wy, wyy`` of each measure, and last how much does not fit.
    """
    quotients = list(dict.fromkeys(quotients_of(measures)))
    items = list(dict.fromkeys(item for each in quotients for item in each.items))
    numbers = {item: f"i{position}" for position, item in enumerate(items)}
    columns = [each for each in measures if isinstance(each, Number)]
    base = _rows(source, items, keys, columns)
    scored = _scored(base, quotients, numbers, keys, columns)
    place = [scored.c[name] for name in _place(keys)]
    found = {each: scored.c[f"q{at}"] for at, each in enumerate(quotients)}
    found_numbers = {each: scored.c[f"x{at}"] for at, each in enumerate(columns)}
    values = _valued(scored, [_value(each, found, found_numbers) for each in measures], keys)
    place = [values.c[name] for name in _place(keys)]
    sums = [
        each for m in range(len(measures)) for each in _sums(values.c[f"y{m}"], values.c.weight)
    ]
    people = func.count().label("people")
    return select(*place, people, *sums, _whole(values.c.misfits)).group_by(*place)


def _place(keys: Sequence[str]) -> list[str]:
    return ["stratum", "psu", *(f"k{position}" for position in range(len(keys))), "own"]


def _fenced(columns: Iterable[Element]) -> Subquery:
    """Return a floor of the statement.

    The offset says nothing, and keeps databases from working an expression out once for every
    time that the floor above names it.
    """
    return select(*columns).offset(0).subquery()


def _rows(
    source: Source, items: Sequence[Points], keys: Sequence[str], columns: Sequence[Number] = ()
) -> Subquery:
    """First floor: the place of each respondent in the design, and the number of each answer."""
    weight = source.rows.c.weight
    psu = func.coalesce(source.rows.c.psu, "")
    selected: list[Element] = [
        func.coalesce(source.rows.c.stratum, "").label("stratum"),
        psu.label("psu"),
        *(source.text(key).label(f"k{position}") for position, key in enumerate(keys)),
        case((psu == "", weight), else_=_int(0)).label("own"),
        weight.label("weight"),
        *(_answer(source, item).label(f"i{position}") for position, item in enumerate(items)),
        *(_decimal(source, each).label(f"x{position}") for position, each in enumerate(columns)),
    ]
    chosen = select(*selected).offset(0)
    return (chosen if source.where is None else chosen.where(source.where)).subquery()


def _answer(source: Source, item: Points) -> Element:
    """Return the number of an answer, as in a code matrix."""
    numbers = {**NONANSWER_CODES} | {code: position for position, code in enumerate(item.codes)}
    ordered = [*item.codes, *(code for code in NONANSWER_CODES if code not in item.codes)]
    matches = {code: _int(numbers[code]) for code in ordered}
    matches |= {"": _int(NONANSWER_CODES[Nonanswer.SKIPPED])}  # as a frame reads an empty cell
    return case(matches, value=source.text(item.item), else_=_int(_UNKNOWN))


def _decimal(source: Source, measure: Number) -> Element:
    text = source.text(measure.column)
    units = func.round(cast(text, Double) * _int(measure.units))
    whole = cast(units, BigInteger) - _int(measure.lowest)
    return case((text.in_(["", *NONANSWER_CODES]), null()), else_=whole)


def _scored(
    base: Subquery,
    quotients: Sequence[Quotient],
    numbers: Mapping[Points, str],
    keys: Sequence[str],
    columns: Sequence[Number],
) -> Subquery:
    """Second and third floor: points and answers of each score, and the score in units."""
    place = [*_place(keys), "weight", *(f"x{position}" for position in range(len(columns)))]
    counted: list[Element] = [base.c[name] for name in place]
    for at, each in enumerate(quotients):
        answers = [(item, base.c[numbers[item]]) for item in each.items]
        counted += [
            _total(_points(item, answer) for item, answer in answers).label(f"s{at}"),
            _total(_state(item, answer, len(answers)) for item, answer in answers).label(f"v{at}"),
        ]
    unknown = [base.c[name] == _int(_UNKNOWN) for name in numbers.values()]
    unknown.append(base.c.weight <= _int(0))
    misfits = _total(case((each, _int(1)), else_=_int(0)) for each in unknown)
    points = _fenced([*counted, misfits.label("misfits")])
    scores = [
        (points.c[f"s{at}"] * _step(each, points.c[f"v{at}"])).label(f"q{at}")
        for at, each in enumerate(quotients)
    ]
    return _fenced([*(points.c[name] for name in place), points.c.misfits, *scores])


def _points(item: Points, answer: Element) -> Element:
    worth = {position: _int(each) for position, each in enumerate(item.points) if each}
    if not worth:
        return _int(0)
    return case({_int(key): each for key, each in worth.items()}, value=answer, else_=_int(0))


def _state(item: Points, answer: Element, k: int) -> Element:
    """Return ``answered (k+1) + applicable`` of one answer."""
    # Shown and applicable, but without a value: every other nonanswer, and codes worth nothing.
    valued = [_int(position) for position, each in enumerate(item.points) if each is not None]
    return case(
        (answer.in_([_int(each) for each in _INAPPLICABLE]), _int(0)),
        (answer.in_(valued), _int(k + 2)),
        else_=_int(1),
    )


def _step(measure: Quotient, state: Element) -> Element:
    """Return what one point counts in units, given how many items were answered and applied."""
    k = len(measure.items)
    steps = {
        _int(answered * (k + 1) + applicable): _int(measure.units // measure.most // answered)
        for applicable in range(k, 0, -1)
        for answered in range(applicable, max(1, measure.need[applicable]) - 1, -1)
    }
    return case(steps, value=state, else_=null()) if steps else cast(null(), BigInteger)


def _valued(scored: Subquery, values: Sequence[Element], keys: Sequence[str]) -> Subquery:
    """Fourth floor: each measure in units, NULL where it is missing."""
    place = [scored.c[name] for name in (*_place(keys), "weight", "misfits")]
    return _fenced([*place, *(each.label(f"y{m}") for m, each in enumerate(values))])


def _value(
    measure: Measure, quotients: Mapping[Quotient, Element], numbers: Mapping[Number, Element]
) -> Element:
    if isinstance(measure, Number):
        return numbers[measure]
    if isinstance(measure, Quotient):
        return quotients[measure]
    if isinstance(measure, Composite):
        parts = zip(measure.parts, measure.factors, strict=True)
        return _total(quotients[part] * _int(factor) for part, factor in parts)
    low, high = measure.bounds
    score = _value(measure.of, quotients, numbers)
    within = (score >= _int(low)) & (score <= _int(high))
    return case((within, _int(1)), (score >= _int(0), _int(0)), else_=null())


def _sums(y: Element, weight: Element) -> list[Element]:
    """Fifth floor: n and the sums of w, w y and w y² of a measure."""
    measured = y.is_not(None)
    return [
        _whole(case((measured, _int(1)), else_=_int(0))),
        _whole(case((measured, weight), else_=_int(0))),
        _whole(weight * y),
        _whole(weight * y * y),
    ]


def _whole(value: Element) -> Element:
    return cast(func.coalesce(func.sum(value), _int(0)), BigInteger)


def _total(values: Iterable[Element]) -> Element:
    total: Element = _int(0)
    for each in values:
        total = total + each
    return total


def _int(value: int) -> Element:
    """Return a whole number written out, so that no database has to guess its type."""
    return literal_column(f"({value})" if value < 0 else str(value), BigInteger())
