"""How far the scores of a wave can be relied on and compared, in judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.chapters.scores import Scored, scored
from analysis.design import Design
from analysis.disclosure.checks import (
    Checks,
    Comparison,
    ComparisonCheck,
    Consistency,
    MissingCheck,
    ScaleCheck,
)
from analysis.disclosure.rounding import score as rounded
from analysis.equivalence import ENOUGH as ENOUGH_TO_COMPARE
from analysis.equivalence import FAIR, SAME, Congruence, ItemDifference, likeness
from analysis.errors import AnalysisError
from analysis.estimate import Domain
from analysis.frame import Frame
from analysis.missing import NOTE, dimension_items, two_way
from analysis.profile import rows_by_code
from analysis.reliability.alpha import Reliability, reliability
from analysis.scoring import inapplicable
from analysis.stages import BoolArray, FloatArray, IntArray
from questionnaires import Rule

#: By breakdown item, the rows of each of its codes.
Groups = Mapping[str, Mapping[Domain, BoolArray]]

#: Complete answers below which nothing is said, and alpha from which questions hang together.
ENOUGH, GOOD = 100, 0.7

#: Answers below which nothing tells that a language was spoken at all.
SPOKEN = 30

#: Complete answers of each group that a comparison looks at: more would only take longer.
JUDGED = 200


def checks_of(
    frame: Frame,
    scores: Mapping[str, FloatArray],
    design: Design,
    by: Sequence[str],
    form: str,
) -> Checks:
    """Return the checks of a wave.

    Parameters
    ----------
    frame, scores, design
        Answers, scores and design of n respondents.
    by : sequence of str
        Breakdown items; places are not compared by items, since they are too small.
    form : str
        The form that was asked.
    """
    if frame.instrument is None or not len(frame):
        return Checks()
    scales = [
        each
        for each in scored(frame.instrument, subscales=True)
        if each.rule is Rule.MEAN and len(dimension_items(frame, each.name, form)) > 1
    ]
    groups = {item: rows_by_code(frame, item) for item in by}
    return Checks(
        scales=tuple(check for each in scales for check in _scales(frame, each, form)),
        comparisons=tuple(c for each in scales for c in _comparisons(frame, each, groups, form)),
        missing=tuple(
            check
            for each in scales
            for check in _missing(frame, each, scores[each.name], design, groups, form=form)
        ),
    )


def _scales(frame: Frame, scale: Scored, form: str) -> Iterator[ScaleCheck]:
    """Yield the check of a scale in all languages together, and in each that is not rare."""
    items = dimension_items(frame, scale.name, form)
    yield _scale(scale.name, "", reliability(items))
    languages = np.unique(frame.language).tolist()
    for language in languages if len(languages) > 1 else ():
        rows = frame.language == language
        if rows.sum() < SPOKEN:  # that few spoke it is nobody's business
            continue
        part = {name: values[rows] for name, values in items.items()}
        yield _scale(scale.name, str(language), reliability(part))


def _scale(name: str, language: str, found: Reliability) -> ScaleCheck:
    if found.n < ENOUGH or found.alpha is None:
        return ScaleCheck(name, language, Consistency.FEW)
    # As it is published: nobody should read two findings beside the same number.
    verdict = Consistency.GOOD if round(found.alpha, 2) >= GOOD else Consistency.WEAK
    numbers = [_two(each) for each in (found.alpha, found.omega, found.alpha_low, found.alpha_high)]
    return ScaleCheck(name, language, verdict, *numbers)


def _two(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _comparisons(frame: Frame, scale: Scored, by: Groups, form: str) -> Iterator[ComparisonCheck]:
    """Yield whether languages, and the groups of each breakdown, may be compared."""
    items = dimension_items(frame, scale.name, form)
    asked = frame.instrument.items if frame.instrument else ()
    places = {item.name for item in asked if item.type == "place"}
    groups: dict[str, Mapping[Domain, BoolArray]] = {"language": _as_rows(frame.language)}
    groups |= {item: masks for item, masks in by.items() if item not in places}
    complete = ~np.isnan(np.array(list(items.values()))).any(axis=0)
    for name, masks in groups.items():
        kept = {
            d: rows for d, rows in masks.items() if (rows & complete).sum() >= ENOUGH_TO_COMPARE
        }
        if len(masks) > 1:
            judged = {domain: rows & complete for domain, rows in kept.items()}
            yield ComparisonCheck(scale.name, name, _verdict(items, judged))


def _as_rows(labels: np.ndarray) -> dict[Domain, BoolArray]:
    return {(("language", str(each)),): labels == each for each in np.unique(labels) if each}


def _verdict(items: Mapping[str, FloatArray], masks: Mapping[Domain, BoolArray]) -> Comparison:
    """Judge the groups that are large enough; others take no part in it."""
    if len(masks) < 2:
        return Comparison.FEW
    chosen = [_spread(rows) for rows in masks.values()]
    rows = np.concatenate(chosen)
    label = np.repeat(np.arange(len(chosen)).astype(str), [len(each) for each in chosen])
    try:
        found = likeness({name: values[rows] for name, values in items.items()}, label)
    except (AnalysisError, np.linalg.LinAlgError):
        return Comparison.FEW
    return _judge(*found)


def _spread(rows: BoolArray) -> IntArray:
    """Return the positions of at most `JUDGED` rows, spread evenly over all of them."""
    found = np.flatnonzero(rows)
    step = max(1, -(-len(found) // JUDGED))
    return found[::step].astype(np.int64)


def _judge(congruence: Sequence[Congruence], differences: Sequence[ItemDifference]) -> Comparison:
    if any(each.phi is None or each.phi < FAIR for each in congruence):
        return Comparison.NEVER
    if any(each.size in ("moderate", "large", "unknown") for each in differences):
        return Comparison.WARNING
    fair = any(each.phi is not None and each.phi < SAME for each in congruence)
    return Comparison.CARE if fair else Comparison.FREE


def _missing(
    frame: Frame,
    scale: Scored,
    score: FloatArray,
    design: Design,
    by: Groups,
    *,
    form: str,
) -> Iterator[MissingCheck]:
    """Yield the domains whose average depends by a point or more on missing answers."""
    items = dimension_items(frame, scale.name, form)
    applicable = np.array([~inapplicable(frame, name) for name in items]).T
    imputed = two_way(items, frame.language, applicable)
    everyone = {(): np.ones(len(frame), dtype=bool)}
    masks = everyone | {domain: rows for found in by.values() for domain, rows in found.items()}
    known = ~np.isnan(score) & ~np.isnan(imputed)
    for domain, rows in masks.items():
        used = rows & known
        if not used.any():
            continue
        means = [
            float(np.average(each[used], weights=design.weight[used])) for each in (score, imputed)
        ]
        if abs(means[0] - means[1]) >= NOTE:
            yield MissingCheck(scale.name, domain, rounded(means[1]) or 0)
