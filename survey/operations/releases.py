"""Make releases: turn the sealed answers of a wave into figures that a person answers for."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pyrage.x25519 import Identity
from sqlalchemy.orm import Session

from analysis import DesignError
from analysis.disclosure import PROGRAMME, ExposedError
from analysis.disclosure import Release as Published
from analysis.report.charts import draw_figures
from questionnaires.governance import rates_bodies
from survey.errors import RefusedError, ReleaseError
from survey.messages import _
from survey.models import Place, Release, Wave
from survey.models.release import ReleaseState
from survey.operations.assessments import (
    assessment_of,
    refuse_few_new_raters,
    refuse_few_new_ratings,
)
from survey.operations.audit import Action, actor_of
from survey.operations.batches import BATCH_SIZE
from survey.operations.figures import (
    Material,
    SignOff,
    in_order,
    release_of,
)
from survey.operations.gains import refuse_small_gains, small_gains
from survey.operations.jobs import Task
from survey.operations.members import note_round
from survey.operations.monitoring.bindings import fill_from
from survey.operations.neighbours import further_sources, round_before
from survey.operations.opening import (
    Columns,
    OpenedResponse,
    Opening,
    explain,
    open_rows,
    stored_responses,
)
from survey.operations.release_lists import public_releases, releases_of, waiting
from survey.operations.waves import close_wave, fielded_instrument, find_wave, localities_of
from survey.operations.weighing import weighed_now

#: From so many responses on, a worker makes a draft while nobody waits.
INLINE = 50_000
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


def publish(
    session: Session,
    wave: Wave,
    sign_off: SignOff,
    identities: Sequence[Identity] = (),
    options: Options = Options(),
) -> Release:
    """Make, check and sign off a release of everything sealed in `wave` in one act; commits.

    It is for whoever runs the server; at the desk a second person signs off.

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
    options : Options
        What the team decides about it.

    Raises
    ------
    ReleaseError
        If nothing is sealed yet, or if a cell has gained so few people since the last release
        that the difference would give them away.
    SealError
        If responses are sealed and no key is given that opens them.
    """
    made = _make(session, wave, sign_off, identities, options)
    made.state, made.signed_by = ReleaseState.PUBLISHED, actor_of(session)
    note_round(session, supersede(session, made), wave)
    fill_from(session, made)
    session.commit()
    return made


def draft(
    session: Session,
    wave: Wave,
    day: date,
    identities: Sequence[Identity] = (),
    options: Options = Options(),
) -> Release:
    """Make a release that only the team sees, to be checked and signed off; commits.

    Raises
    ------
    RefusedError
        If another draft of the round waits already.
    ReleaseError, SealError
        As for `publish`.
    """
    check_free(session, wave)
    made = _make(session, wave, SignOff("", "", day), identities, options)
    note_round(session, Action.RELEASE_DRAFTED, wave)
    session.commit()
    return made


def draft_as_job(task: Task) -> None:
    """Make the draft that was asked for at the desk; a second time it finds the first one."""
    asked = task.subject
    with task.database.writing() as session:
        session.info["actor"] = asked["actor"]
        wave = find_wave(session, asked["link"])
        if waiting(releases_of(session, wave)) is None:
            options = Options(**asked["options"])
            draft(session, wave, date.fromisoformat(asked["day"]), options=options)


def check_free(session: Session, wave: Wave) -> None:
    """Make sure that no draft of `wave` waits.

    Raises
    ------
    RefusedError
        If one does.
    """
    if waiting(releases_of(session, wave)) is not None:
        raise RefusedError(
            _("a draft of the round '%(link)s' waits; sign it off or discard it first"),
            link=wave.link,
        )


def supersede(session: Session, made: Release) -> Action:
    """Let a release take the place of the one it corrects; return what that is called.

    One that was withdrawn meanwhile stays withdrawn: its numbers must not be used.
    """
    if made.corrects is None:
        return Action.RELEASE_PUBLISHED
    corrected = session.get_one(Release, made.corrects)
    if corrected.state == ReleaseState.PUBLISHED:
        corrected.state = ReleaseState.CORRECTED
    return Action.RELEASE_CORRECTED


def _make(
    session: Session,
    wave: Wave,
    sign_off: SignOff,
    identities: Sequence[Identity],
    options: Options,
) -> Release:
    """Make a release and add it as a draft.

    Responses are read in one transaction and the release is stored in another, so that nobody who
    answers waits for the work between them.
    """
    if sign_off.day > wave.closes_on and not wave.is_closed:
        close_wave(session, wave)  # nobody's answers stay behind
    stored = stored_responses(session, wave, identities)
    places = localities_of(session, wave)
    earlier = public_releases(session, wave)
    before = round_before(session, wave, identities)
    sources = further_sources(session, wave, identities)
    weighed = weighed_now(session, wave)
    session.commit()  # what follows may take minutes: people must be able to answer meanwhile
    opening = open_rows(stored.rows, stored.asked, identities)
    responses = in_order(opening.responses)
    if not responses and opening.left_out:
        raise ReleaseError("; ".join(["no response can be used", *explain(opening.left_out)]))
    if not responses:
        few = f"no answers are sealed yet; wait until at least {BATCH_SIZE} have arrived"
        raise ReleaseError(few)
    _check_opened_later(earlier, stored.rows, responses)
    if rates_bodies(stored.asked.instrument):
        refuse_few_new_raters(wave, earlier, responses)
    gains = small_gains(
        wave,
        earlier,
        responses,
        sources,
        smallest=options.smallest,
        is_correction=options.corrects is not None,
    )
    same_round = tuple(Published.from_json(each.document) for each in earlier)
    published = _guarded(
        Material(
            wave,
            tuple(places),
            responses,
            before,
            sources=sources,
            same_round=same_round,
            further=frozenset(gains) if options.withhold_small_gains else frozenset(),
            smallest=options.smallest,
            weighed=weighed,
        ),
        sign_off,
    )
    refuse_small_gains(published, gains)
    refuse_few_new_ratings(wave, same_round, published)
    if options.stories:
        published = replace(published, stories=options.stories)
    made = _as_row(wave, opening, published, sign_off, places)
    made.state, made.made_by = ReleaseState.DRAFT, actor_of(session)
    made.corrects, made.changes = options.corrects, options.changes
    if len(public_releases(session, wave)) != len(earlier):
        raise ReleaseError("another release was published meanwhile; publish once more")
    session.add(made)
    return made


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
