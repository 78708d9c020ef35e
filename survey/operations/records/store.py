"""Write records: begin, change, delete, take back, and erase when their days are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Project, ProjectRound, Record
from survey.operations.audit import Action, actor_of, append
from survey.operations.editing import Clash, clash_of, set_part
from survey.operations.projects import GRACE
from survey.operations.records.instruments import identity_of, instrument_of
from survey.operations.records.reading import answers_of
from survey.traces import erase_traces

#: The answers of a record by section and item.
Document = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Twin:
    """The record that is there already and says whose it is in the same way; nothing was stored."""

    id: int


@dataclass(frozen=True)
class Kept:
    """A record that was stored."""

    id: int


@dataclass(frozen=True)
class Origin:
    """Where a record belongs: a project, a round of it or none, and the account that begins it."""

    project_id: int
    wave_id: int | None
    entered_by: int | None


def add_record(
    session: Session, origin: Origin, instrument: str, document: Document, today: date
) -> Kept | Twin:
    """Begin a record with the sections that are filled in; commits, unless it is there already.

    Raises
    ------
    RefusedError
        If there is no such instrument, the project is deleted, or the round is another project's.
    """
    _check_project(session, origin.project_id)
    if origin.wave_id is not None:
        place = session.get(ProjectRound, origin.wave_id)
        if place is None or place.project_id != origin.project_id:
            raise RefusedError(_("this round belongs to another project; choose one of the list"))
    name = instrument_of(instrument).name
    append(session, actor_of(session), Action.RECORD_ADDED, name, origin.project_id)
    record = _made(origin, instrument, document, today, actor_of(session))
    twin = _twin(session, record)
    if twin is not None:
        session.rollback()
        return twin
    session.add(record)
    session.flush()
    kept = Kept(record.id)
    session.commit()
    return kept


def add_records(
    session: Session, origin: Origin, instrument: str, documents: Sequence[Document], today: date
) -> int:
    """Add all records of a file, or none; return how many; commits.

    Raises
    ------
    RefusedError
        As for `add_record`, if there are none, or if somebody added one of them meanwhile.
    """
    if not documents:
        raise RefusedError(_("no row of the file can be used; mend it and choose it again"))
    # Made before anything is written: participants wait while somebody else writes.
    actor = actor_of(session)
    records = [_made(origin, instrument, document, today, actor) for document in documents]
    _check_project(session, origin.project_id)
    append(session, actor, Action.RECORDS_IMPORTED, instrument, origin.project_id)
    for record in records:
        if _twin(session, record) is not None:
            session.rollback()
            raise RefusedError(
                _("one of these records was added meanwhile; look at the file once more")
            )
        session.add(record)
        session.flush()
    session.commit()
    return len(documents)


def find_record(
    session: Session, project_id: int, instrument: str, record_id: int
) -> Record | None:
    """Return a record, if it is one of the project and the instrument."""
    record = session.get(Record, record_id)
    if record is None or (record.project_id, record.instrument) != (project_id, instrument):
        return None
    return record


def change_record(
    session: Session,
    record: Record,
    part: tuple[str, Mapping[str, str]],
    seen: int,
    today: date,
) -> Clash | Twin | None:
    """Store the answers of a section, unless somebody else was faster; commits then.

    Parameters
    ----------
    session, record : Session, Record
        A writing session, and the record as it was read in it.
    part : tuple of str and mapping
        The section, and its answers by item.
    seen : int
        The version that the person had before them when they began.
    today : date
        The day of the change.

    Raises
    ------
    RefusedError
        If the record or its project is deleted.
    """
    section, answers = part
    _check_project(session, record.project_id)
    _check_there(record)
    if record.document.get(section) == answers:
        return None
    _note(session, record, Action.RECORD_CHANGED)
    session.refresh(record)  # on PostgreSQL another may have written until the log was ours
    clash = clash_of(record, section, seen)
    if clash is not None:
        session.rollback()
        return clash
    with session.no_autoflush:
        set_part(session, record, section, dict(answers))
        record.identity = _identity(record)
        twin = _twin(session, record)
        if twin is not None:
            session.rollback()
            return twin
    record.instrument_version = instrument_of(record.instrument).version
    record.changed_on = today
    session.commit()
    return None


def identities_of(session: Session, project_id: int, instrument: str) -> set[str]:
    """Return the identities that the records of a project have taken."""
    taken = select(Record.identity).where(
        Record.project_id == project_id, Record.instrument == instrument
    )
    return {each for each in session.scalars(taken) if each is not None}


def delete_record(session: Session, record: Record, today: date) -> date:
    """Delete a record; return the last day on which it can be taken back; commits."""
    deleted_on = record.deleted_on
    if deleted_on is None:
        _note(session, record, Action.RECORD_DELETED)
        record.deleted_on, record.identity = today, None
        session.commit()
        return today + GRACE
    return deleted_on + GRACE


def take_back_record(session: Session, record: Record, today: date) -> Twin | None:
    """Undo the deletion of a record, unless another one took its place meanwhile; commits.

    Raises
    ------
    RefusedError
        If it was not deleted, or its days are over.
    """
    if record.deleted_on is None:
        raise RefusedError(_("this record was not deleted"))
    if today > record.deleted_on + GRACE:
        raise RefusedError(_("the days to take this record back are over"))
    _check_project(session, record.project_id)
    _note(session, record, Action.RECORD_TAKEN_BACK)
    with session.no_autoflush:
        record.identity = _identity(record)
        twin = _twin(session, record)
        if twin is not None:
            session.rollback()
            return twin
    record.deleted_on = None
    session.commit()
    return None


def note_exported(session: Session, project_id: int, instrument: str) -> None:
    """Write into the log that records are fetched as a file; commits, before it is sent."""
    append(session, actor_of(session), Action.RECORDS_EXPORTED, instrument, project_id)
    session.commit()


def purge_records(session: Session, today: date) -> int:
    """Erase the records whose days of grace are over, and those of such projects; commits."""
    over = select(Project.id).where(Project.deleted_on < today - GRACE)
    erased = session.scalars(
        delete(Record)
        .where(or_(Record.deleted_on < today - GRACE, Record.project_id.in_(over)))
        .returning(Record.id)
    ).all()
    session.commit()
    if erased:
        erase_traces(session, Record.__tablename__)
    return len(erased)


def _made(origin: Origin, instrument: str, document: Document, today: date, actor: str) -> Record:
    kept = {section: dict(answers) for section, answers in document.items()}
    record = Record(
        project_id=origin.project_id,
        wave_id=origin.wave_id,
        entered_by=origin.entered_by,
        instrument=instrument,
        instrument_version=instrument_of(instrument).version,
        created_on=today,
        changed_on=today,
        document=kept,
        version=1,
        changes={section: {"version": 1, "by": actor} for section in kept},
    )
    record.identity = _identity(record)
    return record


def _identity(record: Record) -> str | None:
    answers = answers_of(instrument_of(record.instrument), record.document)
    return identity_of(record.instrument, answers, record.entered_by)


def _twin(session: Session, record: Record) -> Twin | None:
    """Return the other record of the same identity; writers stand in the queue of the log here."""
    if record.identity is None:
        return None
    found = select(Record.id).where(
        Record.project_id == record.project_id,
        Record.instrument == record.instrument,
        Record.identity == record.identity,
    )
    others = [number for number in session.scalars(found) if number != record.id]
    return Twin(others[0]) if others else None


def _note(session: Session, record: Record, action: Action) -> None:
    thing = f"{record.instrument} {record.id}"
    append(session, actor_of(session), action, thing, record.project_id)


def _check_project(session: Session, project_id: int) -> None:
    if session.get_one(Project, project_id).deleted_on is not None:
        raise RefusedError(_("this project was deleted; take it back first"))


def _check_there(record: Record) -> None:
    if record.deleted_on is not None:
        raise RefusedError(_("this record was deleted; take it back first"))
