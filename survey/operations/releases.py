"""Publish: turn the sealed answers of a wave into a release, signed by a person."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from pyrage.x25519 import Identity
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import Domain
from analysis.disclosure import PROGRAMME
from analysis.disclosure import Release as Published
from analysis.report.charts import draw_figures
from survey.errors import ReleaseError, SealError
from survey.models import ProjectRound, Release, Wave
from survey.models.release import ReleaseState
from survey.operations.audit import Action
from survey.operations.batches import BATCH_SIZE
from survey.operations.figures import (
    Earlier,
    Material,
    SignOff,
    in_order,
    release_of,
    scored_people,
)
from survey.operations.members import note_round
from survey.operations.opening import (
    OpenedResponse,
    Opening,
    explain,
    open_rows,
    read_responses,
    stored_responses,
)
from survey.operations.waves import close_wave, localities_of


def publish(
    session: Session, wave: Wave, sign_off: SignOff, identities: Sequence[Identity] = ()
) -> Release:
    """Make a release of everything sealed in `wave`, and store it as it is; commits.

    Responses are read in one transaction and the release is stored in another, so that nobody who
    answers waits for the work between them.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        Whose answers are released.
    sign_off : SignOff
        Who answers for it.
    identities : sequence of Identity
        Keys that open sealed responses, in memory and for this release only.

    Raises
    ------
    ReleaseError
        If nothing is sealed yet, or if a cell has gained so few people since the last release
        that the difference would give them away.
    SealError
        If responses are sealed and no key is given that opens them.
    """
    if sign_off.day > wave.closes_on and not wave.is_closed:
        close_wave(session, wave)  # nobody's answers stay behind
    stored = stored_responses(session, wave, identities)
    places = localities_of(session, wave)
    earlier = _earlier(session, wave)
    before = _before(session, wave, identities)
    session.commit()  # what follows may take minutes: people must be able to answer meanwhile
    opening = open_rows(stored.rows, stored.asked, identities)
    responses = in_order(opening.responses)
    if not responses and opening.left_out:
        raise ReleaseError("; ".join(["no response can be used", *explain(opening.left_out)]))
    if not responses:
        few = f"no answers are sealed yet; wait until at least {BATCH_SIZE} have arrived"
        raise ReleaseError(few)
    material = Material(wave, tuple(places), responses, before)
    published = release_of(material, sign_off)
    _check_gains(wave, earlier, published, responses)
    made = _as_row(wave, opening, published, sign_off)
    if len(_earlier(session, wave)) != len(earlier):
        raise ReleaseError("another release was published meanwhile; publish once more")
    session.add(made)
    note_round(session, Action.RELEASE_PUBLISHED, wave)
    session.commit()
    return made


def _earlier(session: Session, wave: Wave) -> list[Release]:
    return list(session.scalars(select(Release).where(Release.wave_id == wave.id)))


def _as_row(wave: Wave, opening: Opening, published: Published, sign_off: SignOff) -> Release:
    document = published.to_json()
    return Release(
        wave_id=wave.id,
        token=secrets.token_urlsafe(24),
        made_on=sign_off.day,
        through_batch=max(each.batch for each in opening.responses),
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        document=document,
        left_out=dict(opening.left_out),
        figures={language: draw_figures(published, language) for language in wave.languages},
    )


def _before(session: Session, wave: Wave, identities: Sequence[Identity]) -> Earlier | None:
    """Return the last published round before `wave` that asked the same, with its answers.

    Without a key that opens its answers, or when they are erased, it comes without them.
    """
    place = session.get(ProjectRound, wave.id)
    found = session.execute(
        select(Wave, Release)
        .join(Release, Release.wave_id == Wave.id)
        .outerjoin(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(
            Wave.instrument_sha256 == wave.instrument_sha256,
            Wave.form == wave.form,
            Wave.opens_on < wave.opens_on,
            ProjectRound.project_id.is_not_distinct_from(place.project_id if place else None),
            Release.state == ReleaseState.PUBLISHED,
        )
        .order_by(Wave.opens_on.desc(), Release.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    before, made = found
    published = Published.from_json(made.document)
    try:
        opened = read_responses(session, before, identities).responses
    except SealError:
        return Earlier(before, (), published)
    kept = [each for each in opened if each.batch <= made.through_batch]
    return Earlier(before, in_order(kept), published)


def _check_gains(
    wave: Wave,
    earlier: Sequence[Release],
    published: Published,
    responses: Sequence[OpenedResponse],
) -> None:
    """Refuse when a published cell has gained some people, but too few to be shown themselves.

    The difference of two releases is a statistic of those who came between them.
    """
    if not earlier:
        return
    now = _scored(wave, responses)
    for release in earlier:
        before = _scored(wave, [each for each in responses if each.batch <= release.through_batch])
        if before == now:
            raise ReleaseError("nothing new has been sealed since an earlier release")
        shown = Published.from_json(release.document)
        for cell in shown.programme.cells:
            key = (cell.dimension, cell.domain)
            again = published.programme.cell(*key)
            if cell.withheld is None and again.withheld is None and key in now:
                _check_gain(now[key] - before.get(key, 0))


def _check_gain(gain: int) -> None:
    if 0 < gain < PROGRAMME.smallest:
        raise ReleaseError(
            f"a number of an earlier release would gain fewer than {PROGRAMME.smallest} people, "
            "and the difference would show their answers; wait until more have answered"
        )


def _scored(wave: Wave, responses: Sequence[OpenedResponse]) -> dict[tuple[str, Domain], int]:
    """Return how many people are scored in each cell."""
    return {(each.dimension, each.domain): each.mean.n for each in scored_people(wave, responses)}
