"""Turn what is sealed in a wave into a release: read it, check it, and compute its figures."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyrage.x25519 import Identity
from sqlalchemy.orm import Session

from analysis import DesignError
from analysis.disclosure import PROGRAMME, ExposedError
from analysis.disclosure import Release as Published
from analysis.report.charts import draw_figures
from questionnaires.governance import rates_bodies
from survey.errors import ReleaseError
from survey.models import Place, Release, Wave
from survey.models.release import ReleaseState
from survey.operations.assessments import (
    assessment_of,
    refuse_few_new_raters,
    refuse_few_new_ratings,
)
from survey.operations.audit import actor_of
from survey.operations.batches import BATCH_SIZE
from survey.operations.figures import release_of
from survey.operations.gains import refuse_small_gains, small_gains
from survey.operations.neighbours import further_sources, round_before
from survey.operations.opening import (
    Columns,
    OpenedResponse,
    Opening,
    Stored,
    explain,
    open_rows,
    stored_responses,
)
from survey.operations.release_lists import public_releases
from survey.operations.release_material import Earlier, Material, Record, SignOff, Weighed, in_order
from survey.operations.waves import close_wave, fielded_instrument, localities_of
from survey.operations.weighing import weighed_now

#: The geometries that a map can fill; a place known as a point has no shape to be drawn.
_AREAS = frozenset({"Polygon", "MultiPolygon"})


@dataclass(frozen=True)
class Options:
    """What the team decides about a release.

    Attributes
    ----------
    smallest : int
        People that a cell needs to be shown to programme teams; it can be raised only.
    withhold_small_gains : bool
        Whether numbers that gained too few people since an earlier release are withheld; else
        they stop the release.
    corrects : int or None
        The release whose place this one takes.
    changes : str
        What differs from that one, and why; readers see it.
    stories : tuple of str
        Stories to quote, as `survey.operations.stories` lets them through.
    """

    smallest: int = PROGRAMME.smallest
    withhold_small_gains: bool = False
    corrects: int | None = None
    changes: str = ""
    stories: tuple[str, ...] = ()


#: What is decided when nobody decides.
USUAL = Options()


@dataclass(frozen=True)
class _Read:
    """What is read of a round before it is released, in one transaction."""

    stored: Stored
    places: list[Place]
    earlier: list[Release]
    before: Earlier | None
    sources: tuple[Record, ...]
    weighed: Weighed | None


def make_draft(
    session: Session,
    wave: Wave,
    sign_off: SignOff,
    identities: Sequence[Identity],
    options: Options,
) -> Release:
    """Make a release and add it as a draft.

    Responses are read in one transaction and the release is stored in another, so that nobody who
    answers waits for the work between them.

    Raises
    ------
    ReleaseError, SealError
        As for `survey.operations.releases.publish`.
    """
    if sign_off.day > wave.closes_on and not wave.is_closed:
        close_wave(session, wave)  # nobody's answers stay behind
    read = _read(session, wave, identities)
    session.commit()  # what follows may take minutes: people must be able to answer meanwhile
    opening = open_rows(read.stored.rows, read.stored.asked, identities)
    responses = _checked(wave, read, opening)
    published = _published(wave, read, responses, sign_off, options)
    made = _as_row(wave, opening, published, sign_off, read.places)
    made.state, made.made_by = ReleaseState.DRAFT, actor_of(session)
    made.corrects, made.changes = options.corrects, options.changes
    if len(public_releases(session, wave)) != len(read.earlier):
        raise ReleaseError("another release was published meanwhile; publish once more")
    session.add(made)
    return made


def _read(session: Session, wave: Wave, identities: Sequence[Identity]) -> _Read:
    return _Read(
        stored_responses(session, wave, identities),
        localities_of(session, wave),
        public_releases(session, wave),
        round_before(session, wave, identities),
        further_sources(session, wave, identities),
        weighed_now(session, wave),
    )


def _checked(wave: Wave, read: _Read, opening: Opening) -> tuple[OpenedResponse, ...]:
    """Return the responses in order, unless they are none, or not those of earlier releases."""
    responses = in_order(opening.responses)
    if not responses and opening.left_out:
        raise ReleaseError("; ".join(["no response can be used", *explain(opening.left_out)]))
    if not responses:
        few = f"no answers are sealed yet; wait until at least {BATCH_SIZE} have arrived"
        raise ReleaseError(few)
    _check_opened_later(read.earlier, read.stored.rows, responses)
    if rates_bodies(read.stored.asked.instrument):
        refuse_few_new_raters(wave, read.earlier, responses)
    return responses


def _published(
    wave: Wave,
    read: _Read,
    responses: tuple[OpenedResponse, ...],
    sign_off: SignOff,
    options: Options,
) -> Published:
    """Return what is published, unless too few people stand between it and what was before."""
    gains = small_gains(
        wave,
        read.earlier,
        responses,
        read.sources,
        smallest=options.smallest,
        is_correction=options.corrects is not None,
    )
    same_round = tuple(Published.from_json(each.document) for each in read.earlier)
    published = _guarded(
        Material(
            wave,
            tuple(read.places),
            responses,
            read.before,
            sources=read.sources,
            same_round=same_round,
            further=frozenset(gains) if options.withhold_small_gains else frozenset(),
            smallest=options.smallest,
            weighed=read.weighed,
        ),
        sign_off,
    )
    refuse_small_gains(published, gains)
    refuse_few_new_ratings(wave, same_round, published)
    return replace(published, stories=options.stories) if options.stories else published


def _guarded(material: Material, sign_off: SignOff) -> Published:
    """Return the release, unless what is withheld can be worked out whatever else is withheld."""
    try:
        if rates_bodies(fielded_instrument(material.wave)):
            return assessment_of(material, sign_off)
        return release_of(material, sign_off)
    except ExposedError as error:
        raise ReleaseError(str(error)) from None
    except DesignError as error:
        raise ReleaseError(
            f"the weights of the round do not fit its answers: {error}; mend them at the desk"
        ) from None


def _as_row(
    wave: Wave, opening: Opening, published: Published, sign_off: SignOff, places: Sequence[Place]
) -> Release:
    document = published.to_json()
    drawn = {each.code: each.geometry for each in places if each.geometry}
    borders = {code: each for code, each in drawn.items() if each.get("type") in _AREAS}
    return Release(
        wave_id=wave.id,
        token=secrets.token_urlsafe(24),
        made_on=sign_off.day,
        through_batch=max(each.batch for each in opening.responses),
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        document=document,
        left_out=dict(opening.left_out),
        figures={
            language: draw_figures(published, language, borders) for language in wave.languages
        },
    )


def _check_opened_later(
    earlier: Sequence[Release], rows: Sequence[Columns], responses: Sequence[OpenedResponse]
) -> None:
    """Refuse when what an earlier release used is not what can be opened of it now.

    Nobody kept which responses those were, so nobody can tell how few of them a cell would gain
    or lose.
    """
    for release in earlier:
        there = sum((row["batch"] or 0) <= release.through_batch for row in rows)
        opened = sum(each.batch <= release.through_batch for each in responses)
        late = opened - (there - sum(release.left_out.values()))
        if late:
            what = "left out can be opened now" if late > 0 else "used cannot be opened now"
            raise ReleaseError(
                f"{abs(late)} responses that an earlier release {what}, and the "
                "difference might show their answers; publish with the keys of that release"
            )
