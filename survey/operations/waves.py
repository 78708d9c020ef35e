"""Open a wave, find it, close it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, exists, or_, select
from sqlalchemy.orm import Session

from questionnaires import Instrument, Item, thaw_instrument, worded
from survey.errors import SurveyError, WaveClosedError, WaveNotOpenError, WaveUnknownError
from survey.models import (
    Complaint,
    Draft,
    Inbox,
    InviteCode,
    Place,
    Project,
    Response,
    RoundDraft,
    SpentNonce,
    Tally,
    Wave,
)
from survey.operations.audit import Action
from survey.operations.batches import seal_inbox
from survey.operations.keys import forget_keys
from survey.operations.members import enlist, note_round
from survey.operations.wave_plans import Locality, WavePlan, check_plan
from survey.traces import erase_traces

#: How long after its last day a wave still takes what phones have kept in their queue.
LATE = timedelta(days=30)
#: The tables that a wave leaves when it closes.
EMPTIED = tuple(table.__tablename__ for table in (Inbox, SpentNonce, InviteCode, Draft))
#: The tables that lose rows, or what they told, when a wave is erased.
ERASED = (
    *EMPTIED,
    *(table.__tablename__ for table in (Response, Tally, Complaint, RoundDraft, Wave)),
)


def open_wave(
    session: Session, instrument: Instrument, plan: WavePlan, localities: Sequence[Locality]
) -> Wave:
    """Open a wave of `instrument`, which is frozen with it.

    A wave that has recipients takes no answers yet: it awaits its test (`survey.operations.keys`).

    Raises
    ------
    SurveyError
        If the plan names a form, language or breakdown that the instrument does not have, if
        there is no locality, if areas and localities do not fit, if the link is taken, or if there
        is no key for what must be sealed.
    InstrumentError
        If the instrument has no such variant.
    """
    wave = make_wave(session, instrument, plan, localities)
    session.commit()
    return wave


def make_wave(
    session: Session,
    instrument: Instrument,
    plan: WavePlan,
    localities: Sequence[Locality],
    project: Project | None = None,
) -> Wave:
    """Do what `open_wave` does, in `project` when it is given; the caller commits.

    Raises
    ------
    SurveyError, InstrumentError
        As `open_wave`.
    """
    check_plan(session, instrument, plan, localities)
    instrument = worded(instrument, plan.variant)
    wave = Wave(
        link=plan.link,
        form=plan.form,
        sampling=plan.sampling,
        languages=list(plan.languages),
        breakdowns=list(plan.breakdowns),
        facts=plan.facts,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        keep_until=plan.keep_until,
        is_closed=False,
        protection=plan.protection,
        recipients=list(plan.recipients),
        doors=list(plan.doors),
        linking=plan.linking,
        awaits_test=bool(plan.recipients),
        instrument_sha256=instrument.sha256,
        instrument_json=instrument.canonical,
    )
    session.add(wave)
    session.flush()
    for position, locality in enumerate(localities):
        session.add(
            Place(
                wave_id=wave.id,
                code=locality.code,
                position=position,
                stratum=locality.stratum or locality.code,
                names=locality.names,
                population=locality.population,
                geometry=locality.geometry,
                parent=locality.parent or None,
            )
        )
    enlist(session, wave, project)
    note_round(session, Action.ROUND_OPENED, wave)
    return wave


def find_wave(session: Session, link: str) -> Wave:
    """Return the wave under `link`.

    Raises
    ------
    WaveUnknownError
        If there is none.
    """
    wave = session.scalar(select(Wave).where(Wave.link == link))
    if wave is None:
        raise WaveUnknownError(f"no round has the link '{link}'")
    return wave


def check_open(
    opens_on: date, closes_on: date, is_closed: bool, awaits_test: bool, today: date
) -> None:
    """Make sure that a wave with these days and this state takes responses on `today`.

    Raises
    ------
    WaveNotOpenError, WaveClosedError
        If it does not.
    """
    if today < opens_on or awaits_test:
        raise WaveNotOpenError
    if is_closed or today > closes_on:
        raise WaveClosedError


def check_late(wave: Wave, today: date) -> None:
    """Make sure that `wave` takes on `today` what phones have kept, also after it has closed.

    Raises
    ------
    WaveNotOpenError, WaveClosedError
        If it does not.
    """
    if today < wave.opens_on or wave.awaits_test:
        raise WaveNotOpenError
    if today > min(wave.closes_on + LATE, wave.keep_until):
        raise WaveClosedError


def close_wave(session: Session, wave: Wave) -> None:
    """Close `wave`: seal its inbox; forget nonces, unused codes and drafts; commits."""
    shut_wave(session, wave)
    session.commit()
    erase_traces(session, *EMPTIED)


def shut_wave(session: Session, wave: Wave) -> None:
    """Do what `close_wave` does; the caller commits, and erases the traces of the inbox.

    Where phones may still send what they keep, the nonces stay until `end_arrivals`.
    """
    seal_inbox(session, wave, everything=True)
    for table in (InviteCode, Draft):
        session.execute(delete(table).where(table.wave_id == wave.id))
    if not wave.recipients:
        session.execute(delete(SpentNonce).where(SpentNonce.wave_id == wave.id))
    if not wave.is_closed:
        note_round(session, Action.ROUND_CLOSED, wave)
    wave.is_closed = True
    session.flush()


def end_arrivals(session: Session, today: date) -> int:
    """Close every wave whose phones have had their time; return how many there were.

    What came late is sealed, and the nonces that told late retries apart are forgotten.
    """
    kept = [exists().where(table.wave_id == Wave.id) for table in (Inbox, SpentNonce)]
    late = select(Wave).where(Wave.closes_on < today - LATE, or_(*kept)).order_by(Wave.id)
    waves = session.scalars(late).all()
    for wave in waves:
        close_wave(session, wave)
        session.execute(delete(SpentNonce).where(SpentNonce.wave_id == wave.id))
        session.commit()
        erase_traces(session, SpentNonce.__tablename__)
    return len(waves)


_INSTRUMENTS: dict[str, Instrument] = {}
_STRATA = select(Place.code, Place.stratum, Place.parent).where(
    Place.wave_id == bindparam("wave_id")
)


def fielded_instrument(wave: Wave) -> Instrument:
    """Return the frozen instrument of `wave`; it is read from the database once."""
    if wave.instrument_sha256 not in _INSTRUMENTS:
        _INSTRUMENTS[wave.instrument_sha256] = thaw_instrument(wave.instrument_json)
    return _INSTRUMENTS[wave.instrument_sha256]


def place_item(instrument: Instrument) -> Item:
    """Return the item that asks where a person lives, which nobody can leave out."""
    return next(item for item in instrument.items if item.type == "place" and item.required)


def localities_of(session: Session, wave: Wave) -> list[Place]:
    """Return the localities of `wave` in their order, without the areas they lie in."""
    areas = {area.code for area in areas_of(session, wave)}
    return [place for place in _places(session, wave) if place.code not in areas]


def areas_of(session: Session, wave: Wave) -> list[Place]:
    """Return the areas of `wave` in their order; there are none when no locality names one."""
    places = _places(session, wave)
    named = {place.parent for place in places}
    return [place for place in places if place.code in named]


def strata_of(session: Session, wave: Wave) -> dict[str, str]:
    """Return the stratum of each locality of `wave`; nobody lives in an area itself."""
    places = session.execute(_STRATA, {"wave_id": wave.id}).all()
    areas = {place.parent for place in places}
    return {place.code: place.stratum for place in places if place.code not in areas}


def _places(session: Session, wave: Wave) -> list[Place]:
    places = select(Place).where(Place.wave_id == wave.id).order_by(Place.position)
    return list(session.scalars(places))


def erase_wave(session: Session, wave: Wave, today: date) -> int:
    """Erase every answer of `wave`, as its first page promised; return how many there were.

    What people wrote to the team goes with them. Its releases stay: nobody can be found in them.

    Raises
    ------
    SurveyError
        If the day until which answers are kept has not passed.
    """
    if today <= wave.keep_until:
        raise SurveyError(f"the answers of '{wave.link}' are kept until {wave.keep_until}")
    forget_keys(session, wave)
    close_wave(session, wave)
    for table in (Tally, Complaint):
        session.execute(delete(table).where(table.wave_id == wave.id))
    erased = session.scalars(
        delete(Response).where(Response.wave_id == wave.id).returning(Response.id)
    ).all()
    note_round(session, Action.ROUND_ERASED, wave)
    session.commit()
    erase_traces(session, *ERASED)
    return len(erased)
