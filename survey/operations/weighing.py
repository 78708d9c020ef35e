"""Weigh a round as its weighting says; the arithmetic is `analysis.weighting`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from analysis import AnalysisError
from analysis.weighting import Alike, Known, Scheme, effects, weights_alike
from survey.errors import RefusedError
from survey.messages import _
from survey.models import Wave, Weighting
from survey.models.response import WEIGHT_UNIT
from survey.operations.release_material import Weighed
from survey.operations.small_counts import FEWEST, shown
from survey.operations.weighting_plans import PEOPLE, group_of, groups_of
from survey.operations.weightings import Entry, Group, counts_of, groups_answered, newest


def weighed_now(session: Session, wave: Wave) -> Weighed | None:
    """Return how a release of today weighs the round; None when answers count as drawn."""
    return _weighed(newest(session, wave))


def weighed_then(session: Session, wave: Wave, version: int) -> Weighed | None:
    """Return how a release weighed the round that named this version; 0 is none."""
    return _weighed(session.get(Weighting, (wave.id, version)))


def _weighed(found: Weighting | None) -> Weighed | None:
    if found is None or not found.margins:
        return None
    return Weighed(found.version, scheme_of(found.unit, found.margins, found.cap))


def raked_by_answers(
    session: Session, wave: Wave, scheme: Scheme
) -> dict[tuple[int | str, ...], float] | None:
    """Return the weight of everybody by design weight and answers to what is weighed by.

    None when no weights agree with the scheme.
    """
    items = [known.item for known in scheme.known]
    groups = groups_answered(session, wave, items)
    alike = [Alike(each.answers, each.weight / WEIGHT_UNIT, each.people) for each in groups]
    try:
        weights = weights_alike(alike, scheme)
    except AnalysisError:
        return None
    return {
        (group.weight, *(group.answers[item] for item in items)): weight
        for group, weight in zip(groups, weights, strict=True)
    }


def scheme_of(unit: str, margins: Sequence[Mapping[str, Any]], cap: float | None) -> Scheme:
    """Return stored margins as what `analysis` weighs by."""
    known = tuple(
        Known(
            margin["item"],
            {group: people for group, people in groups_of(margin).items() if people},
            group_of(margin),
        )
        for margin in margins
    )
    people = sum(known[0].people.values()) if unit == PEOPLE else None
    return Scheme(known, people, cap)


def with_effects(entry: Entry, groups: Sequence[Group]) -> Entry:
    """Return a version with what it does to the answers that there are; small counts are hidden.

    Raises
    ------
    RefusedError
        If no weights agree with all of its margins, or with its cap.
    """
    alike = [Alike(each.answers, each.weight / WEIGHT_UNIT, each.people) for each in groups]
    scheme = scheme_of(entry.unit, entry.margins, entry.cap)
    try:
        found = effects(alike, scheme)
    except AnalysisError:
        raise RefusedError(
            _(
                "No weights agree with all of these numbers. Let small groups count together, "
                "leave a question out, or allow a larger weight."
            )
        ) from None
    tender = {each["item"] for each in entry.margins if _is_tender(each, groups)}
    # Two versions that join an answer of few people with one and with another tell how few.
    told = {
        "people": found.count,
        "lowest": None if tender else round(found.lowest, 2),
        "highest": None if tender else round(found.highest, 2),
        "deff": None if tender else round(found.deff, 2),
        "effective": None if tender else int(found.effective),
        "cut": found.cut if found.cut == 0 or found.cut >= FEWEST else None,
        "shares": {
            known.item: _told(
                known,
                found.shares[known.item],
                counts_of(groups, known.item),
                is_tender=known.item in tender,
            )
            for known in scheme.known
        },
    }
    return Entry(entry.unit, entry.margins, entry.cap, told)


def _is_tender(margin: Mapping[str, Any], groups: Sequence[Group]) -> bool:
    """Tell whether an answer of a margin was given by somebody, but by too few to be counted."""
    counts = counts_of(groups, margin["item"])
    return any(0 < counts.get(row["code"], 0) < FEWEST for row in margin["rows"])


def _told(
    known: Known,
    shares: Mapping[str, tuple[float, float]],
    counts: Mapping[str, int],
    *,
    is_tender: bool,
) -> dict[str, list[int | None]]:
    """Return whole percentages before and after; None before where too few would show."""
    people: dict[str, int] = {}
    for code, count in counts.items():
        group = known.group_of.get(code, "")
        people[group] = people.get(group, 0) + count
    visible = {} if is_tender else shown(people)
    return {
        group: [
            None if visible.get(group) is None else round(100 * before),
            round(100 * after),
        ]
        for group, (before, after) in shares.items()
    }
