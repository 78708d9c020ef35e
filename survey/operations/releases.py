"""Make releases: turn the sealed answers of a wave into figures that a person answers for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pyrage.x25519 import Identity
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Release, Wave
from survey.models.release import ReleaseState
from survey.operations.audit import Action, actor_of
from survey.operations.jobs import Task
from survey.operations.members import note_round
from survey.operations.monitoring.bindings import fill_from
from survey.operations.release_lists import releases_of, waiting
from survey.operations.release_making import USUAL, Options, make_draft
from survey.operations.release_material import SignOff
from survey.operations.waves import find_wave

#: From so many responses on, a worker makes a draft while nobody waits.
INLINE = 50_000


def publish(
    session: Session,
    wave: Wave,
    sign_off: SignOff,
    identities: Sequence[Identity] = (),
    options: Options = USUAL,
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
    made = make_draft(session, wave, sign_off, identities, options)
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
    options: Options = USUAL,
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
    made = make_draft(session, wave, SignOff("", "", day), identities, options)
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
