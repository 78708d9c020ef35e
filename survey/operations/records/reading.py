"""Read records: their answers, who keeps them, and what is missing in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session

from questionnaires import Instrument, Nonanswer, item_type, offers
from questionnaires.logic import broken_constraints, complete_answers, shown
from survey.messages import _
from survey.models import ProjectRound, Record, RoundDraft, Wave
from survey.operations.draft_documents import places_of
from survey.operations.records.documents import Filed, list_filed
from survey.operations.records.instruments import instrument_of
from survey.operations.waves import localities_of

#: The last changed record first.
_LAST_FIRST = (Record.changed_on.desc(), Record.id.desc())
#: Whether a record lacks nothing, by a digest of it: no word of a record stays in memory.
_JUDGED: dict[bytes, bool] = {}
_MOST_JUDGED = 10_000


@dataclass(frozen=True)
class Missing:
    """One thing that a record lacks: in which section, at which item if at one, and what to do."""

    section: str
    item: str
    words: str


@dataclass(frozen=True)
class RecordView:
    """A record as pages and analyses read it.

    Attributes
    ----------
    id, version : int
        Its number, and its version, which whoever changes it names.
    instrument : str
        The name of what was filled in.
    answers : mapping of str to str
        The answer to every item that is asked of this record; ``not_shown`` for others. An item of
        a section that nobody filled in yet is not here.
    rater : str
        The role in which somebody rated, as the record says; empty where it does not.
    entered_by : int or None
        The account that began it.
    created_on, changed_on : date
        The days of its first and of its last words.
    wave_id : int or None
        The round it is read beside; None for every round of the project.
    missing : tuple of Missing
        What it lacks; a record with anything here enters no release.
    """

    id: int
    version: int
    instrument: str
    answers: Mapping[str, str]
    rater: str
    entered_by: int | None
    created_on: date
    changed_on: date
    wave_id: int | None
    missing: tuple[Missing, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    def said(self, name: str) -> str:
        """Return the answer to an item; empty when there is none."""
        answer = self.answers.get(name, "")
        return "" if answer in set(Nonanswer) else answer


def list_records(
    session: Session, project_id: int, instrument: str, entered_by: int | None = None
) -> list[RecordView]:
    """Return the records of one instrument, the last changed first; deleted ones are left out.

    Parameters
    ----------
    session : Session
        A reading session.
    project_id, instrument : int, str
        Whose records, and of what.
    entered_by : int or None
        The account whose records alone are wanted; None for everybody's.
    """
    places = place_codes(session, project_id)
    chosen = select(Record).where(*_wanted(project_id, instrument, entered_by))
    return [view_of(each, places) for each in session.scalars(chosen.order_by(*_LAST_FIRST))]


@dataclass(frozen=True)
class Counted:
    """How many records there are, and how many of them lack something."""

    count: int
    half: int


def count_records(
    session: Session, project_id: int, instrument: str, entered_by: int | None = None
) -> Counted:
    """Count the records of one instrument; the parameters are those of `list_records`."""
    places = place_codes(session, project_id)
    read_by = hashlib.blake2b(json.dumps([instrument, *places]).encode(), digest_size=16)
    written = select(cast(Record.document, Text)).where(
        *_wanted(project_id, instrument, entered_by)
    )
    whole = []
    for document in session.scalars(written):
        digest = read_by.copy()
        digest.update(document.encode())
        is_whole = _JUDGED.get(digest.digest())
        if is_whole is None:
            is_whole = _is_whole(instrument_of(instrument), json.loads(document), places)
            _judge(digest.digest(), is_whole=is_whole)
        whole.append(is_whole)
    return Counted(len(whole), whole.count(False))


@dataclass(frozen=True)
class Found:
    """What a search found: how many records there are, how many fit, and the first of these."""

    count: int
    found: int
    records: list[RecordView]


def find_records(
    session: Session,
    whose: tuple[int, str, int | None],
    fits: Callable[[Filed], bool],
    most: int,
) -> Found:
    """Search the records of an instrument as they were filed; complete and check the first only.

    Parameters
    ----------
    session : Session
        A reading session.
    whose : tuple of int, str, int or None
        The project, the instrument, and the account as for `list_records`.
    fits : callable
        Whether a record is wanted.
    most : int
        How many of them are returned, the last changed first.
    """
    filed = {each.id: each for each in list_filed(session, *whose[:2])}
    chosen = select(Record.id).where(*_wanted(*whose)).order_by(*_LAST_FIRST)
    every = [each for each in session.scalars(chosen) if each in filed]
    fitting = [number for number in every if fits(filed[number])]
    places = place_codes(session, whose[0])
    rows = session.scalars(select(Record).where(Record.id.in_(fitting[:most])))
    views = {row.id: view_of(row, places) for row in rows}
    first = [views[number] for number in fitting[:most] if number in views]
    return Found(len(every), len(fitting), first)


def view_of(record: Record, places: Sequence[str]) -> RecordView:
    """Return a record with its answers and what it lacks; `places` are codes it may name."""
    instrument = instrument_of(record.instrument)
    answers = answers_of(instrument, record.document)
    return RecordView(
        id=record.id,
        version=record.version,
        instrument=record.instrument,
        answers=answers,
        rater=_rater(answers),
        entered_by=record.entered_by,
        created_on=record.created_on,
        changed_on=record.changed_on,
        wave_id=record.wave_id,
        missing=tuple(_missing(instrument, record.document, answers, places)),
    )


def answers_of(instrument: Instrument, document: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the answers of a document by item, without those that the others make idle."""
    known = {item.name for item in instrument.items}
    given = {
        name: answer
        for section in document.values()
        for name, answer in section.items()
        if name in known
    }
    return complete_answers(instrument, instrument.forms[0], given)


def project_places(session: Session, project_id: int) -> list[tuple[str, Mapping[str, str]]]:
    """Return the localities of a project, code and names: those of its rounds, then of drafts.

    Where two rounds know the same code, the newer one names it.
    """
    waves = (
        select(Wave)
        .join(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(ProjectRound.project_id == project_id)
        .order_by(Wave.opens_on.desc(), Wave.id.desc())
    )
    found: dict[str, Mapping[str, str]] = {}
    for wave in session.scalars(waves):
        for each in localities_of(session, wave):
            found.setdefault(each.code, each.names)
    drafts = select(RoundDraft).where(RoundDraft.project_id == project_id)
    for draft in session.scalars(drafts.order_by(RoundDraft.id.desc())):
        rows = places_of(draft.document)
        areas = {row.get("parent") for row in rows}
        for row in rows:
            if row["code"] not in areas:
                found.setdefault(row["code"], row["names"])
    return list(found.items())


def place_codes(session: Session, project_id: int) -> list[str]:
    """Return the codes of the localities of a project."""
    return [code for code, _names in project_places(session, project_id)]


def _wanted(project_id: int, instrument: str, entered_by: int | None) -> list[ColumnElement[bool]]:
    """Return what records of one instrument are chosen by."""
    wanted: list[ColumnElement[bool]] = [
        Record.project_id == project_id,
        Record.instrument == instrument,
        Record.deleted_on.is_(None),
    ]
    return wanted if entered_by is None else [*wanted, Record.entered_by == entered_by]


def _judge(digest: bytes, *, is_whole: bool) -> None:
    """Keep what was found: going through the conditions of a record takes half a millisecond."""
    if len(_JUDGED) >= _MOST_JUDGED:
        _JUDGED.clear()
    _JUDGED[digest] = is_whole


def _is_whole(
    instrument: Instrument, document: Mapping[str, Mapping[str, str]], places: Sequence[str]
) -> bool:
    lacks = _missing(instrument, document, answers_of(instrument, document), places)
    return next(lacks, None) is None


def _missing(
    instrument: Instrument,
    document: Mapping[str, Mapping[str, str]],
    answers: Mapping[str, str],
    places: Sequence[str],
) -> Iterator[Missing]:
    form = instrument.forms[0]
    asked = shown(instrument, form, answers)
    empty = set()
    for item in instrument.asked(form):
        if item.name not in asked or not item_type(item.type).is_asked:
            continue
        if item.section not in document:
            if item.section not in empty:
                yield Missing(item.section, "", _("This part is not filled in yet."))
            empty.add(item.section)
        elif item.required and answers.get(item.name) == Nonanswer.SKIPPED:
            yield Missing(item.section, item.name, _("This needs an answer."))
        elif item.name not in answers or not offers(item, answers, places):
            words = _("The answer here is not offered any more; choose it again.")
            yield Missing(item.section, item.name, words)
    for name in broken_constraints(instrument, form, answers):
        words = _("This does not go together with other answers of the record.")
        yield Missing(instrument.item(name).section, name, words)


def _rater(answers: Mapping[str, str]) -> str:
    rater = answers.get("rater", "")
    return "" if rater in set(Nonanswer) else rater
