"""Indicators that fill themselves: from numbers of published releases, and from nothing else.

A binding names a measure, as ``social_cohesion/TR``, and whom it is about: everybody, or one group,
as ``D2=woman``. Only what a release shows comes in; what it withholds stays withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Cell, ReleaseHead
from analysis.disclosure import Release as Published
from analysis.disclosure.bodies import Assessment
from analysis.report.titles import share_names
from survey.models import Indicator, IndicatorValue, ProjectRound, Release
from survey.models.release import ReleaseState
from survey.operations.audit import Action, actor_of, append
from survey.operations.monitoring.offers import Offer
from survey.operations.monitoring.progress import WITHHELD


@dataclass(frozen=True)
class _Number:
    """A number of a release, as it is shown, with its interval where it has one."""

    told: str
    low: int | None = None
    high: int | None = None


def fill_from(session: Session, release: Release) -> None:
    """Fill the indicators of the project that a release belongs to; the caller commits."""
    session.flush()
    place = session.get(ProjectRound, release.wave_id)
    if place is not None:
        chosen = select(Indicator).where(Indicator.project_id == place.project_id)
        _fill(session, place.project_id, list(session.scalars(chosen)), [release])


def fill(session: Session, project_id: int, indicators: Sequence[Indicator]) -> None:
    """Fill indicators from every published release of their project; the caller commits."""
    _fill(session, project_id, indicators, list(_published(session, project_id)))


def offer_of(session: Session, project_id: int, language: str) -> Offer:
    """Return what the published releases of a project have to bind to, in the reader's words."""
    measures: dict[str, str] = {}
    domains: dict[str, str] = {}
    for release in _published(session, project_id):
        head = ReleaseHead.from_json(release.document)
        instrument, title = head.facts.instrument, head.facts.title
        known = head.outline.labels
        spoken = language if language in known else next(iter(known))
        labels = known[spoken]
        heading = title.get(language) or next(iter(title.values()))
        for name, words in labels.dimensions.items():
            measures[f"{instrument}/{name}"] = f"{heading}: {words}"
        for name, words in share_names(head.outline, spoken):
            measures[f"{instrument}/{name}"] = f"{heading}: {words}"
        for breakdown in head.outline.breakdowns:
            for code in breakdown.codes:
                words = labels.codes[breakdown.item].get(code, code)
                said = f"{labels.items.get(breakdown.item, breakdown.item)}: {words}"
                domains[f"{breakdown.item}={code}"] = said
    return Offer(list(measures.items()), list(domains.items()))


def _published(session: Session, project_id: int) -> Iterator[Release]:
    chosen = (
        select(Release)
        .join(ProjectRound, ProjectRound.wave_id == Release.wave_id)
        .where(
            ProjectRound.project_id == project_id,
            ProjectRound.deleted_on.is_(None),
            Release.state == ReleaseState.PUBLISHED,
        )
        .order_by(Release.id)
    )
    return iter(session.scalars(chosen))


def _fill(
    session: Session, project_id: int, indicators: Sequence[Indicator], releases: Sequence[Release]
) -> None:
    bound = [(each, each.document["entry"]) for each in indicators]
    bound = [(each, typed) for each, typed in bound if typed.get("measure")]
    for release in releases if bound else ():
        published = Published.from_json(release.document)
        filled = 0
        for indicator, typed in bound:
            number = _number(published, typed["measure"], typed.get("domain", ""))
            if number is not None:
                session.add(_value(indicator, release, published, number))
                filled += 1
        if filled:
            thing = f"release {release.id}"
            append(session, actor_of(session), Action.VALUES_FILLED, thing, project_id)


def _number(published: Published, measure: str, domain: str) -> _Number | None:
    """Return the number that a binding names; None if the release has none of the kind."""
    instrument, _slash, name = measure.partition("/")
    item, _equals, code = domain.partition("=")
    about = ((item, code),) if domain else ()
    if instrument != published.facts.instrument:
        return None
    if published.assessment is not None:
        return None if domain else _section(published.assessment, name)
    if name not in _names(published) or not published.programme.has(name, about):
        return None
    cell = published.programme.cell(name, about)
    return _Number(told, cell.low, cell.high) if (told := _told(cell)) else None


def _section(assessment: Assessment, name: str) -> _Number | None:
    """Return the score of a section that bodies rated; raters are no sample, so without a range."""
    for each in assessment.sections:
        if each.name == name:
            return _Number(WITHHELD if each.score is None else str(each.score))
    return None


def _names(published: Published) -> set[str]:
    """Return the scores and the shares of a release; of a difference nobody has a target."""
    shares = {
        topic.measure(row)
        for topic in published.outline.topics
        if topic.statistic.is_share
        for row in topic.rows
    }
    return shares | {each.name for each in published.outline.dimensions}


def _told(cell: Cell) -> str:
    if cell.withheld:
        return WITHHELD
    return cell.share or ("" if cell.mean is None else str(cell.mean))


def _value(
    indicator: Indicator, release: Release, published: Published, number: _Number
) -> IndicatorValue:
    return IndicatorValue(
        indicator_id=indicator.id,
        day=min(published.facts.fieldwork_to, release.made_on),
        told=number.told,
        low=number.low,
        high=number.high,
        note="",
        author="",
        release_id=release.id,
    )
