"""Publish: turn the sealed answers of a wave into a release, signed by a person."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from pyrage.x25519 import Identity
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import Domain, Frame, Measured, Row, design_of, profile, score
from analysis.disclosure import PROGRAMME, DesignType, Facts, outline_of
from analysis.disclosure import Release as Published
from analysis.disclosure import release as through_the_door
from analysis.report.charts import draw_figures
from survey.errors import ReleaseError
from survey.models import Place, Release, Wave
from survey.operations.audit import Action
from survey.operations.batches import BATCH_SIZE
from survey.operations.members import note_round
from survey.operations.opening import (
    Columns,
    OpenedResponse,
    Opening,
    explain,
    open_rows,
    stored_responses,
)
from survey.operations.waves import close_wave, fielded_instrument, localities_of, place_item


@dataclass(frozen=True)
class SignOff:
    """Who answers for a release, in which role, and since which day; printed in the report."""

    name: str
    role: str
    day: date


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
    session.commit()  # what follows may take minutes: people must be able to answer meanwhile
    opening = open_rows(stored.rows, stored.asked, identities)
    # In order of their content, so that sums come out the same.
    responses = sorted(opening.responses, key=_content)
    if not responses and opening.left_out:
        raise ReleaseError("; ".join(["no response can be used", *explain(opening.left_out)]))
    if not responses:
        few = f"no answers are sealed yet; wait until at least {BATCH_SIZE} have arrived"
        raise ReleaseError(few)
    published = _released(wave, places, responses, sign_off)
    _check_opened_later(earlier, stored.rows, responses)
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


def _released(
    wave: Wave, places: Sequence[Place], responses: Sequence[OpenedResponse], sign_off: SignOff
) -> Published:
    instrument = fielded_instrument(wave)
    estimates = _measured(wave, responses)
    facts = Facts(
        title={code: wave.fact(code, "title") for code in wave.languages},
        instrument=instrument.name,
        instrument_version=instrument.version,
        instrument_sha256=wave.instrument_sha256,
        data_sha256=_digest(responses),
        code_version=version("sixfold"),
        made_on=sign_off.day,
        signed_by=sign_off.name,
        signed_role=sign_off.role,
        fieldwork_from=wave.opens_on,
        fieldwork_to=min(wave.closes_on, sign_off.day),
        design=DesignType(wave.sampling),
        languages=tuple(wave.languages),
        drafts=tuple(code for code in wave.languages if instrument.texts[code].is_draft),
        contact={code: wave.fact(code, "contact") for code in wave.languages},
        next_steps={code: wave.fact(code, "next_steps") for code in wave.languages},
    )
    names = {each.code: each.names for each in places}
    place = place_item(instrument).name
    outline = outline_of(instrument, wave.breakdowns, names, wave.languages, place=place)
    return through_the_door(estimates, facts, outline)


def _measured(wave: Wave, responses: Sequence[OpenedResponse]) -> list[Measured]:
    """Return every dimension in every domain that the wave reports."""
    instrument = fielded_instrument(wave)
    frame = Frame.from_answers(instrument, [_row(each) for each in responses])
    breakdowns = [place_item(instrument).name, *wave.breakdowns]
    return profile(frame, score(frame, wave.form), design_of(frame), breakdowns)


def _row(response: OpenedResponse) -> Row:
    return Row(
        answers=response.answers,
        weight=response.weight,
        stratum=response.stratum,
        psu=response.psu,
        language=response.language,
        mode=response.mode,
    )


def _content(response: OpenedResponse) -> str:
    row = _row(response)
    parts = [dict(row.answers), row.weight, row.stratum, row.psu, row.language, row.mode]
    return json.dumps(parts, sort_keys=True)


def _digest(responses: Iterable[OpenedResponse]) -> str:
    """Return the SHA-256 of the answers, which does not depend on their keys or batches."""
    return hashlib.sha256("\n".join(map(_content, responses)).encode()).hexdigest()


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
            if cell.withheld is None and again.withheld is None:
                _check_gain(now[key] - before[key])


def _check_opened_later(
    earlier: Sequence[Release], rows: Sequence[Columns], responses: Sequence[OpenedResponse]
) -> None:
    """Refuse when responses that an earlier release had to leave out can be opened now.

    Nobody kept which they were, so nobody can tell how few of them a cell would gain.
    """
    for release in earlier:
        there = sum((row["batch"] or 0) <= release.through_batch for row in rows)
        opened = sum(each.batch <= release.through_batch for each in responses)
        late = opened - (there - sum(release.left_out.values()))
        if release.left_out and late > 0:
            raise ReleaseError(
                f"{late} responses that an earlier release left out can be opened now, and the "
                "difference might show their answers; publish with the keys of that release"
            )


def _check_gain(gain: int) -> None:
    if 0 < gain < PROGRAMME.smallest:
        raise ReleaseError(
            f"a number of an earlier release would gain fewer than {PROGRAMME.smallest} people, "
            "and the difference would show their answers; wait until more have answered"
        )


def _scored(wave: Wave, responses: Sequence[OpenedResponse]) -> dict[tuple[str, Domain], int]:
    """Return how many people are scored in each cell."""
    return {(each.dimension, each.domain): each.mean.n for each in _measured(wave, responses)}
