"""Rounds that a release is read beside: the one before it, and further sources of its project.

Only rounds of the same project are looked at, or, of a round without one, those without one.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyrage.x25519 import Identity
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analysis.disclosure import Release as Published
from survey.errors import SealError
from survey.models import ProjectRound, Release, Wave
from survey.models.release import ReleaseState
from survey.operations.opening import OpenedResponse, read_responses
from survey.operations.records.sources import record_sources
from survey.operations.release_material import Earlier, Record, in_order
from survey.operations.waves import fielded_instrument, localities_of
from survey.operations.weighing import weighed_then

#: What stands beside the households of a community profile.
SOURCES = ("key_informant", "focus_group", "observation")


def round_before(session: Session, wave: Wave, identities: Sequence[Identity]) -> Earlier | None:
    """Return the last published round before `wave` that asked the same, with its answers.

    Without a key that opens its answers, or when they are erased, it comes without them.
    """
    found = session.execute(
        select(Wave, Release)
        .join(Release, Release.wave_id == Wave.id)
        .where(
            Wave.id.in_(_siblings(session, wave)),
            Wave.instrument_sha256 == wave.instrument_sha256,
            Wave.form == wave.form,
            Wave.opens_on < wave.opens_on,
            Release.state == ReleaseState.PUBLISHED,
        )
        .order_by(Wave.opens_on.desc(), Release.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    before, made = found
    opened = _opened(session, before, identities)
    kept = [each for each in opened if each.batch <= made.through_batch]
    published = Published.from_json(made.document)
    raked = published.facts.raked
    weighed = weighed_then(session, before, raked.version) if raked else None
    places = frozenset(each.code for each in localities_of(session, before))
    return Earlier(before, places, in_order(kept), published, weighed)


def further_sources(
    session: Session, wave: Wave, identities: Sequence[Identity]
) -> tuple[Record, ...]:
    """Return what stands beside a community profile: of each source the last round that has any.

    The records that the team keeps at the desk come to it. Records that no key
    here opens are left out.
    """
    if fielded_instrument(wave).name != "community_profile":
        return ()
    others = select(Wave).where(Wave.id.in_(_siblings(session, wave)), Wave.id != wave.id)
    found: dict[str, Record] = {}
    for other in session.scalars(others.order_by(Wave.opens_on, Wave.id)):
        instrument = fielded_instrument(other)
        if instrument.name in SOURCES:
            records = in_order(_opened(session, other, identities))
            found |= {instrument.name: Record(other.link, instrument, records)} if records else {}
    for name, kept in record_sources(session, wave).items():
        found[name] = _joined(found.get(name), kept)
    return tuple(found[name] for name in SOURCES if name in found)


def _joined(asked: Record | None, kept: Record) -> Record:
    """Return the records of a round together with those kept at the desk, of one version alone.

    Answers to two versions cannot be counted together; then those of the desk count.
    """
    if asked is None or asked.instrument.sha256 != kept.instrument.sha256:
        return kept
    both = in_order([*asked.responses, *kept.responses])
    return Record(f"{asked.link} + {kept.link}", kept.instrument, both)


def _siblings(session: Session, wave: Wave) -> Select[int]:
    """Return the selection of the rounds of the project of `wave`, by their keys.

    A round that was deleted and is not erased yet is none of them.
    """
    place = session.get(ProjectRound, wave.id)
    same = ProjectRound.project_id.is_not_distinct_from(place.project_id if place else None)
    joined = select(Wave.id).outerjoin(ProjectRound, ProjectRound.wave_id == Wave.id)
    return joined.where(same, ProjectRound.deleted_on.is_(None))


def _opened(
    session: Session, wave: Wave, identities: Sequence[Identity]
) -> tuple[OpenedResponse, ...]:
    try:
        return read_responses(session, wave, identities).responses
    except SealError:
        return ()
