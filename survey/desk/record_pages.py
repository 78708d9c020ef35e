"""What the pages of records share: what an address is about, and how its words are found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from questionnaires import Instrument, Text, item_type
from questionnaires.logic import shown
from survey.account import entry
from survey.desk.drafting import spoken
from survey.desk.guard import place
from survey.desk.pages import TEAM
from survey.desk.record_form import Part
from survey.messages import _
from survey.models import Record
from survey.operations.projects import rounds_of
from survey.operations.records import FIELD, INSTRUMENTS, RecordView, instrument_of
from survey.operations.records import view_of as read_view
from survey.operations.records.documents import Filed
from survey.operations.records.instruments import KINDS, TITLES
from survey.operations.records.reading import project_places
from survey.operations.records.store import find_record
from survey.site import site

#: What the pages of each instrument are for, in one sentence.
PURPOSES = {
    "key_informant": _("What people with a view of the whole place know, beside the residents."),
    "focus_group": _("What groups worked out together: resources, votes, causes and ideas."),
    "observation": _("What can be seen on a walk through a place: fifteen checks."),
    "stakeholder_map": _("Which organisations matter, what they can do, want and need."),
    "service_map": _("Which services there are, for whom, how good, and at what risk."),
    "reintegration_governance": _("How the country and its regions are prepared for returning."),
}


@dataclass(frozen=True)
class Sort:
    """What an address is about: an instrument, its words, and the places of the project."""

    project_id: int
    instrument: Instrument
    text: Text
    places: list[tuple[str, str]]

    @property
    def name(self) -> str:
        """The name of the instrument."""
        return self.instrument.name


@dataclass(frozen=True)
class Round:
    """A round that a record may be read beside."""

    id: int
    link: str
    title: str


def may_use(instrument: str) -> bool:
    """Tell whether the person may fill in an instrument here: enumerators not the registers."""
    return instrument in (INSTRUMENTS if own_account() is None else FIELD)


def sort_of(project_id: int, instrument: str) -> Sort:
    """Return what an address is about; an instrument that is none, or not for them, is no page."""
    if instrument not in INSTRUMENTS or not may_use(instrument):
        abort(404)
    found = instrument_of(instrument)
    language = spoken()
    with site().database.reading() as reading:
        places = [
            (code, names.get(language) or next(iter(names.values())))
            for code, names in project_places(reading, project_id)
        ]
    return Sort(project_id, found, words_in_use(found), places)


def shown_sort(sort: Sort) -> dict[str, object]:
    """Return what every page of an instrument shows."""
    return {
        "project": place().project,
        "sort": sort,
        "text": sort.text,
        "purpose": PURPOSES[sort.name],
        "places": dict(sort.places),
    }


def part_of(sort: Sort, section: str) -> Part:
    """Return a part of an instrument as a form; a section that it has not is no page."""
    if section not in {each.name for each in sort.instrument.sections}:
        abort(404)
    return Part(sort.instrument, section, sort.text, sort.places)


def must_find_record(session: Session, sort: Sort, record_id: int) -> Record:
    """Return a record that the person may see; another's is no page at all."""
    found = find_record(session, sort.project_id, sort.name, record_id) or abort(404)
    if own_account() is not None and found.entered_by != own_account():
        abort(404)
    return found


def address_of(endpoint: str, sort: Sort, record_id: int) -> str:
    """Return the address of a page of a record."""
    return url_for(
        f"records.{endpoint}",
        project_id=sort.project_id,
        instrument=sort.name,
        record_id=record_id,
    )


def part_address(sort: Sort, record_id: int, section: str) -> str:
    """Return the address of a part of a record."""
    return f"{address_of('record', sort, record_id)}/part/{section}"


def said(sort: Sort, record: RecordView, name: str) -> str:
    """Return the words of an answer; empty when there is none."""
    if not record.said(name):
        return ""
    item = sort.instrument.item(name)
    return item_type(item.type).label(item, record.said(name), sort.text, sort.places)


def title_of(sort: Sort, record: RecordView) -> str:
    """Return what a record is called in a list: its organisation or service, or its place."""
    titled = TITLES.get(sort.name, "place")
    has_item = any(item.name == titled for item in sort.instrument.items)
    return said(sort, record, titled) if has_item else ""


def item_words(sort: Sort, name: str) -> str:
    """Return the question of an item; empty for none."""
    item = sort.instrument.item(name) if name else None
    return item_type(item.type).question(item, sort.text) if item else ""


def own_account() -> int | None:
    """Return the account whose records alone are seen here; None for those who see all."""
    return None if place().roles & {*TEAM} else entry.staff().id


def words_in_use(instrument: Instrument) -> Text:
    """Return the words of an instrument in the reader's language, or in its first."""
    language = spoken()
    return instrument.texts[language if language in instrument.texts else instrument.languages[0]]


def chosen_round(project_id: int) -> int | None:
    """Return the round that was chosen; none counts for every round of the project."""
    wished = request.form.get("for_round", "")
    return next((each.id for each in rounds_beside(project_id) if each.link == wished), None)


def rounds_beside(project_id: int) -> list[Round]:
    """Return the rounds of a project that a record may be read beside, the newest first."""
    with site().database.reading() as reading:
        return [
            Round(each.wave.id, each.wave.link, str(each.wave.fact(spoken(), "title")))
            for each in rounds_of(reading, project_id)
            if each.deleted_on is None
        ]


def read_record(sort: Sort, record_id: int) -> tuple[RecordView, Record]:
    """Return a record that the person may see, as a page reads it and as it is stored."""
    with site().database.reading() as reading:
        row = must_find_record(reading, sort, record_id)
        return read_view(row, [code for code, _name in sort.places]), row


def section_names(sort: Sort) -> list[str]:
    """Return the names of the parts of an instrument, in order."""
    return [section.name for section in sort.instrument.sections]


def asked_sections(sort: Sort, answers: Mapping[str, str]) -> set[str]:
    """Return the parts that are asked of a record with these answers."""
    asked = shown(sort.instrument, sort.instrument.forms[0], answers)
    return {item.section for item in sort.instrument.items if item.name in asked}


def fits(sort: Sort, record: Filed, wished: Mapping[str, str]) -> bool:
    """Tell whether a record is one that was searched for."""
    kind = KINDS.get(sort.name, "")
    if not any(wished.values()):
        return True
    is_there = not wished["place"] or wished["place"] in _places_of(sort, record)
    is_kind = not wished["kind"] or record.said(kind) == wished["kind"]
    words = wished["words"].casefold()
    written = (record.said(item.name) for item in sort.instrument.items if item.type == "text")
    return is_there and is_kind and (not words or any(words in each.casefold() for each in written))


def _places_of(sort: Sort, record: Filed) -> set[str]:
    return {record.said(item.name) for item in sort.instrument.items if item.type == "place"}


def choices_of(sort: Sort, name: str) -> list[tuple[str, str]]:
    """Return the codes of an item with their words; none for no item."""
    if not name:
        return []
    item = sort.instrument.item(name)
    return [(code, item_type(item.type).label(item, code, sort.text)) for code in item.codes]
