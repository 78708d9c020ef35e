"""Publish: turn the sealed answers of a wave into a release, signed by a person."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import Frame, Row, design_of, profile, score
from analysis.disclosure import PROGRAMME, DesignType, Facts, outline_of
from analysis.disclosure import Release as Published
from analysis.disclosure import release as through_the_door
from analysis.report.charts import draw_figures
from questionnaires import Instrument, Item, Nonanswer
from survey.errors import ReleaseError
from survey.models import Place, Release, Response, Wave
from survey.operations.waves import fielded_instrument, localities_of


@dataclass(frozen=True)
class SignOff:
    """Who answers for a release, in which role, and since which day; printed in the report."""

    name: str
    role: str
    day: date


def publish(session: Session, wave: Wave, sign_off: SignOff) -> Release:
    """Make a release of everything sealed in `wave`, and store it as it is.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        Whose answers are released.
    sign_off : SignOff
        Who answers for it.

    Raises
    ------
    ReleaseError
        If nothing is sealed yet, or if a cell has gained so few people since the last release
        that the difference would give them away.
    """
    responses = _sealed(session, wave)
    if not responses:
        raise ReleaseError("no answers are sealed yet; wait until at least 20 have arrived")
    instrument = fielded_instrument(wave)
    _check_gains(session, wave, instrument, responses)
    places = localities_of(session, wave)
    published = _released(wave, places, responses, sign_off)
    document = published.to_json()
    stored = Release(
        wave_id=wave.id,
        token=secrets.token_urlsafe(24),
        made_on=sign_off.day,
        through_batch=max(each.batch for each in responses),
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        document=document,
        figures={language: draw_figures(published, language) for language in wave.languages},
    )
    session.add(stored)
    session.commit()
    return stored


def _sealed(session: Session, wave: Wave) -> list[Response]:
    """Return the sealed responses in order of their content, so that sums come out the same."""
    return sorted(
        session.scalars(select(Response).where(Response.wave_id == wave.id)), key=_content
    )


def _released(
    wave: Wave, places: Sequence[Place], responses: Sequence[Response], sign_off: SignOff
) -> Published:
    instrument = fielded_instrument(wave)
    frame = Frame.from_answers(instrument, [_row(each) for each in responses])
    place = _place_item(instrument).name
    estimates = profile(frame, score(frame, wave.form), design_of(frame), [place, *wave.breakdowns])
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
    outline = outline_of(instrument, wave.breakdowns, names, wave.languages, place=place)
    return through_the_door(estimates, facts, outline)


def _row(response: Response) -> Row:
    return Row(
        answers=response.answers,
        weight=response.weight,
        stratum=response.stratum,
        psu=response.psu,
        language=response.language,
        mode=response.mode,
    )


def _content(response: Response) -> str:
    row = _row(response)
    parts = [dict(row.answers), row.weight, row.stratum, row.psu, row.language, row.mode]
    return json.dumps(parts, sort_keys=True)


def _digest(responses: Iterable[Response]) -> str:
    """Return the SHA-256 of the answers, which does not depend on their keys or batches."""
    return hashlib.sha256("\n".join(map(_content, responses)).encode()).hexdigest()


def _place_item(instrument: Instrument) -> Item:
    return next(item for item in instrument.items if item.type == "place")


def _check_gains(
    session: Session, wave: Wave, instrument: Instrument, responses: Sequence[Response]
) -> None:
    """Refuse when a published group has gained some people, but fewer than the smallest cell.

    The difference of the two releases would be a statistic of those few.
    """
    through = session.scalar(
        select(func.max(Release.through_batch)).where(Release.wave_id == wave.id)
    )
    if through is None:
        return
    new = [each for each in responses if each.batch > through]
    if not new:
        raise ReleaseError("nothing has been sealed since the last release; there is nothing new")
    for item in (_place_item(instrument), *map(instrument.item, wave.breakdowns)):
        gains = Counter(each.answers[item.name] for each in new)
        stated = [gain for code, gain in gains.items() if code not in set(Nonanswer)]
        if any(gain < PROGRAMME.smallest for gain in stated):
            raise ReleaseError(
                "a group or locality has gained fewer than "
                f"{PROGRAMME.smallest} people since the last release, and the difference would "
                "show their answers; wait for more answers before releasing again"
            )
