"""The way of a release: checked, commented, signed off by a second person, withdrawn."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from analysis.disclosure import Release as Published
from analysis.disclosure import audit
from questionnaires.governance import RATERS
from survey.errors import RefusedError
from survey.messages import _
from survey.models import Release, ReleaseComment, Wave
from survey.models.release import ReleaseState
from survey.operations.audit import Action, actor_of
from survey.operations.members import note_round
from survey.operations.monitoring.bindings import fill_from
from survey.operations.release_lists import comments_on, find_release, public_releases
from survey.operations.release_material import SignOff
from survey.operations.releases import supersede

#: Characters of a comment or a reason.
LONGEST = 4000


@dataclass(frozen=True)
class Numbers:
    """What a draft would show, counted: for the page on which it is checked.

    Attributes
    ----------
    shown, withheld : int
        Numbers of the programme's edition.
    few : int
        Those shown that rest on few answers.
    smallest : int
        People that a cell needs.
    """

    shown: int
    withheld: int
    few: int
    smallest: int


@dataclass(frozen=True)
class Verdict:
    """What a release says of one scale: how well its questions hang together, or compare.

    Attributes
    ----------
    name : str
        The scale, in words.
    about : str
        A language of the answers, or the item whose groups are compared; may be empty.
    said : str
        The verdict, as its code.
    alpha : str
        Cronbach's alpha to two decimals; empty where there is none.
    """

    name: str
    about: str
    said: str
    alpha: str = ""


def reliability_of(release: Release, language: str) -> tuple[list[Verdict], list[Verdict]]:
    """Return the verdicts on the scales of a release, and on comparisons of their averages."""
    published = Published.from_json(release.document)
    labels = published.outline.labels
    spoken = labels.get(language) or next(iter(labels.values()))
    scales = [
        Verdict(
            spoken.dimensions.get(each.dimension, each.dimension),
            each.language,
            str(each.verdict),
            each.alpha or "",
        )
        for each in published.checks.scales
    ]
    comparisons = [
        Verdict(
            spoken.dimensions.get(each.dimension, each.dimension),
            spoken.items.get(each.by, each.by),
            str(each.verdict),
        )
        for each in published.checks.comparisons
    ]
    return scales, comparisons


def numbers_of(release: Release) -> Numbers:
    """Return how many numbers a release shows and withholds."""
    published = Published.from_json(release.document)
    if published.assessment is not None:
        sections = published.assessment.sections
        told = sum(each.score is not None for each in sections)
        return Numbers(told, len(sections) - told, few=0, smallest=RATERS)
    programme = published.programme
    shown = [cell for cell in programme.cells if cell.withheld is None]
    return Numbers(
        shown=len(shown),
        withheld=len(programme.cells) - len(shown),
        few=sum(cell.n is not None and cell.n < programme.policy.few for cell in shown),
        smallest=programme.policy.smallest,
    )


def comment(session: Session, release: Release, words: str, day: date) -> None:
    """Keep what a member of the team says of a release; commits."""
    said = _told(words)
    session.add(ReleaseComment(release_id=release.id, author=actor_of(session), day=day, text=said))
    session.commit()


def check(session: Session, release: Release) -> list[str]:
    """Attack a draft together with all that readers have; return what gave way; commits.

    Without a finding the draft counts as checked.
    """
    _require(release, ReleaseState.DRAFT, ReleaseState.CHECKED)
    wave = session.get_one(Wave, release.wave_id)
    release.findings = findings(session, wave, release)
    release.state = ReleaseState.DRAFT if release.findings else ReleaseState.CHECKED
    note_round(session, Action.RELEASE_CHECKED, wave)
    session.commit()
    return release.findings


def findings(session: Session, wave: Wave, release: Release) -> list[str]:
    """Return a sentence for each withheld number that this and earlier releases give away."""
    documents = [each.document for each in public_releases(session, wave)]
    found = audit([Published.from_json(each) for each in [*documents, release.document]])
    return [str(each) for each in found]


def sign_off(session: Session, release: Release, signature: SignOff) -> None:
    """Publish a checked draft in the name of a second person; commits.

    Its address changes, so that nothing of the draft is shown under the one readers get.

    Raises
    ------
    RefusedError
        If it is not checked, if whoever signs has made it, or if readers were given another
        release since it was made.
    """
    _require(release, ReleaseState.CHECKED)
    if release.made_by == actor_of(session):
        raise RefusedError(_("who made a release cannot sign it off; ask another of the team"))
    if not signature.name.strip():
        raise RefusedError(_("write the name that answers for the release"))
    wave = session.get_one(Wave, release.wave_id)
    if any(each.id > release.id for each in public_releases(session, wave)):
        raise RefusedError(
            _("another release was published since this draft was made; discard it, make a new one")
        )
    published = Published.from_json(release.document)
    facts = replace(
        published.facts,
        made_on=signature.day,
        signed_by=signature.name.strip(),
        signed_role=signature.role,
    )
    release.document = replace(published, facts=facts).to_json()
    release.sha256 = hashlib.sha256(release.document.encode()).hexdigest()
    release.token = secrets.token_urlsafe(24)
    release.made_on = signature.day
    release.state, release.signed_by = ReleaseState.PUBLISHED, actor_of(session)
    note_round(session, supersede(session, release), wave)
    fill_from(session, release)
    session.commit()


def withdraw(session: Session, release: Release, reason: str) -> None:
    """Take a release back, also one that was corrected; its address says why; commits."""
    _require(release, ReleaseState.PUBLISHED, ReleaseState.CORRECTED)
    release.reason = _told(reason)
    release.state = ReleaseState.WITHDRAWN
    note_round(session, Action.RELEASE_WITHDRAWN, session.get_one(Wave, release.wave_id))
    session.commit()


def discard(session: Session, release: Release) -> None:
    """Throw a draft away, with what was said of it; commits."""
    _require(release, ReleaseState.DRAFT, ReleaseState.CHECKED)
    note_round(session, Action.RELEASE_DISCARDED, session.get_one(Wave, release.wave_id))
    for said in comments_on(session, release):
        session.delete(said)
    session.flush()
    session.delete(release)
    session.commit()


def correctable(session: Session, wave: Wave, number: int, changes: str) -> Release:
    """Return the published release that a new one is to correct.

    Raises
    ------
    RefusedError
        If it is not published, or nobody says what changes and why.
    """
    _told(changes)
    found = find_release(session, wave, number)
    if found is None:
        raise RefusedError(_("this round has no such release"))
    _require(found, ReleaseState.PUBLISHED)
    return found


def _told(words: str) -> str:
    said = words.strip()
    if not said:
        raise RefusedError(_("write a sentence that says what and why"))
    return said[:LONGEST]


def _require(release: Release, *states: ReleaseState) -> None:
    if release.state not in states:
        raise RefusedError(_NOT_NOW[ReleaseState(release.state)])


#: Why something cannot be done with a release in this state.
_NOT_NOW = {
    ReleaseState.DRAFT: _("this draft is not checked yet; check it first"),
    ReleaseState.CHECKED: _("this draft is not published; sign it off or discard it"),
    ReleaseState.PUBLISHED: _("this release is published already; correct it or withdraw it"),
    ReleaseState.CORRECTED: _("another release has taken the place of this one; use that one"),
    ReleaseState.WITHDRAWN: _("this release was withdrawn"),
}
