"""Records at the desk: choose an instrument, see its records, write one part after the other."""

from __future__ import annotations

from flask import Blueprint, request

from questionnaires import Item
from survey.account import entry
from survey.desk.drafting import Reply, seen_version
from survey.desk.drafts import NOT_SURE
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.desk.record_form import Part, Typed, box_of
from survey.desk.record_pages import (
    PURPOSES,
    Sort,
    address_of,
    asked_sections,
    choices_of,
    chosen_round,
    fits,
    item_words,
    may_use,
    must_find_record,
    own_account,
    part_address,
    part_of,
    read_record,
    rounds_beside,
    said,
    section_names,
    shown_sort,
    sort_of,
    title_of,
    words_in_use,
)
from survey.errors import RefusedError, SurveyError
from survey.models import Role
from survey.operations.editing import Clash
from survey.operations.projects import GRACE
from survey.operations.records import INSTRUMENTS, RecordView, instrument_of
from survey.operations.records.instruments import KINDS
from survey.operations.records.reading import count_records, find_records
from survey.operations.records.store import (
    Origin,
    Twin,
    add_record,
    change_record,
    delete_record,
    take_back_record,
)
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("records", __name__, url_prefix="/desk/projects/<int:project_id>/records")
#: Who may fill in the records of informants, groups and walks.
WRITERS = (*TEAM, Role.ENUMERATOR)
#: Records that a page of the list shows.
SHOWN = 100


@blueprint.get("")
@allow(*WRITERS, on="project")
def choose(project_id: int) -> str:
    """Show which records there can be, and how many there are."""
    counted = []
    with site().database.reading() as reading:
        for name in INSTRUMENTS:
            if may_use(name):
                text = words_in_use(instrument_of(name))
                found = count_records(reading, project_id, name, own_account())
                counted.append((name, text, PURPOSES[name], found.count, found.half))
    return page("record_sorts", project=place().project, counted=counted)


@blueprint.get("/<instrument>")
@allow(*WRITERS, on="project")
def listing(project_id: int, instrument: str) -> str:
    """Show the records of an instrument, all or those that were searched for."""
    sort = sort_of(project_id, instrument)
    wished = {name: request.args.get(name, "")[:120].strip() for name in ("place", "kind", "words")}
    whose = (project_id, instrument, own_account())
    with site().database.reading() as reading:
        found = find_records(reading, whose, lambda each: fits(sort, each, wished), SHOWN)
    kind = KINDS.get(instrument, "")
    return page(
        "records",
        **shown_sort(sort),
        records=found.records,
        count=found.count,
        found=found.found,
        wished=wished,
        kinds=choices_of(sort, kind),
        kind_words=item_words(sort, kind),
        said=lambda record, name: said(sort, record, name),
        title_of=lambda record: title_of(sort, record),
        kind=kind,
        may_move=own_account() is None,
    )


@blueprint.get("/<instrument>/new")
@allow(*WRITERS, on="project")
def new(project_id: int, instrument: str) -> str:
    """Show the first part of a new record."""
    sort = sort_of(project_id, instrument)
    part = part_of(sort, sort.instrument.sections[0].name)
    return _show_part(sort, part, Typed(part.filled({}), {}, {}))


@blueprint.post("/<instrument>/new")
@allow(*WRITERS, on="project")
def begin(project_id: int, instrument: str) -> Reply:
    """Store the first part of a new record."""
    sort = sort_of(project_id, instrument)
    part = part_of(sort, sort.instrument.sections[0].name)
    typed = part.read(_sent(), {})
    if typed.errors:
        return _show_part(sort, part, typed), 422
    origin = Origin(project_id, chosen_round(project_id), entry.staff().id)
    try:
        with writing() as session:
            made = add_record(session, origin, instrument, {part.name: typed.answers}, today())
    except RefusedError as error:
        return refused(error)
    if isinstance(made, Twin):
        return _show_part(sort, part, typed, twin=made.id), 422
    return to(_next_address(sort, made.id, part.name))


@blueprint.get("/<instrument>/<int:record_id>")
@allow(*WRITERS, on="project")
def record(project_id: int, instrument: str, record_id: int) -> str:
    """Show the parts of a record, and what it lacks."""
    return _overview(sort_of(project_id, instrument), record_id)


@blueprint.get("/<instrument>/<int:record_id>/part/<section>")
@allow(*WRITERS, on="project")
def part(project_id: int, instrument: str, record_id: int, section: str) -> str:
    """Show a part of a record with its form."""
    sort = sort_of(project_id, instrument)
    shown_part = part_of(sort, section)
    view, row = read_record(sort, record_id)
    filled = Typed(shown_part.filled(row.document.get(section, {})), {}, {})
    return _show_part(sort, shown_part, filled, view=view)


@blueprint.post("/<instrument>/<int:record_id>/part/<section>")
@allow(*WRITERS, on="project")
def save(project_id: int, instrument: str, record_id: int, section: str) -> Reply:
    """Store a part of a record, unless it cannot be stored or somebody else was faster."""
    sort = sort_of(project_id, instrument)
    edited = part_of(sort, section)
    view, _row = read_record(sort, record_id)
    ours = {item.name for item in sort.instrument.items if item.section == section}
    others = {name: each for name, each in view.answers.items() if name not in ours}
    typed = edited.read(_sent(), others)
    if typed.errors:
        return _show_part(sort, edited, typed, view=view), 422
    try:
        with writing() as session:
            row = must_find_record(session, sort, record_id)
            part_typed = (section, typed.answers)
            told = change_record(session, row, part_typed, seen_version(), today())
    except RefusedError as error:
        return refused(error)
    if isinstance(told, Clash):
        return _show_part(sort, edited, typed, view=view, clash=told), 409
    if isinstance(told, Twin):
        return _show_part(sort, edited, typed, view=view, twin=told.id), 422
    return to(_next_address(sort, record_id, section))


@blueprint.get("/<instrument>/<int:record_id>/delete")
@allow(*WRITERS, on="project")
def ask_delete(project_id: int, instrument: str, record_id: int) -> str:
    """Ask whether a record shall be deleted."""
    return _ask_delete(sort_of(project_id, instrument), record_id)


@blueprint.post("/<instrument>/<int:record_id>/delete")
@allow(*WRITERS, on="project")
def delete(project_id: int, instrument: str, record_id: int) -> Reply:
    """Delete a record; for some days it can be taken back."""
    sort = sort_of(project_id, instrument)
    if request.form.get("sure") != "yes":
        return _ask_delete(sort, record_id, NOT_SURE), 422
    try:
        with writing() as session:
            delete_record(session, must_find_record(session, sort, record_id), today())
    except SurveyError as error:
        return refused(error)
    return to(address_of("record", sort, record_id))


@blueprint.post("/<instrument>/<int:record_id>/take-back")
@allow(*WRITERS, on="project")
def take_back(project_id: int, instrument: str, record_id: int) -> Reply:
    """Take a deleted record back."""
    sort = sort_of(project_id, instrument)
    try:
        with writing() as session:
            twin = take_back_record(session, must_find_record(session, sort, record_id), today())
    except RefusedError as error:
        return refused(error)
    if twin is not None:
        return _overview(sort, record_id, twin.id), 422
    return to(address_of("record", sort, record_id))


def _overview(sort: Sort, record_id: int, twin: int | None = None) -> str:
    view, row = read_record(sort, record_id)
    asked = asked_sections(sort, view.answers)
    return page(
        "record",
        **shown_sort(sort),
        record=view,
        title=title_of(sort, view),
        sections=[(name, name in asked, _lacks(view, name)) for name in section_names(sort)],
        question=lambda name: item_words(sort, name),
        box=lambda name: box_of(sort.instrument.item(name)),
        last_day=row.deleted_on + GRACE if row.deleted_on else None,
        may_take_back=row.deleted_on is not None and today() <= row.deleted_on + GRACE,
        round_title=_round_title(sort, view),
        twin=twin,
    )


def _round_title(sort: Sort, view: RecordView) -> str:
    return next(
        (each.title for each in rounds_beside(sort.project_id) if each.id == view.wave_id), ""
    )


def _lacks(view: RecordView, section: str) -> list[object]:
    return [each for each in view.missing if each.section == section]


def _next_address(sort: Sort, record_id: int, section: str) -> str:
    """Return the page after a part: the next part that is asked, or the record itself."""
    if request.form.get("onward") != "yes":
        return address_of("record", sort, record_id)
    view, _row = read_record(sort, record_id)
    names, asked = section_names(sort), asked_sections(sort, view.answers)
    later = [name for name in names[names.index(section) + 1 :] if name in asked]
    if not later:
        return address_of("record", sort, record_id)
    return part_address(sort, record_id, later[0])


def _show_part(
    sort: Sort,
    edited: Part,
    typed: Typed,
    *,
    view: RecordView | None = None,
    clash: Clash | None = None,
    twin: int | None = None,
) -> str:
    names = section_names(sort)
    theirs = (clash.theirs or {}) if clash else {}
    return page(
        "record_part",
        **shown_sort(sort),
        record=view,
        title=title_of(sort, view) if view else "",
        part=edited,
        number=names.index(edited.name) + 1,
        last=len(names),
        form=typed.form,
        errors=typed.errors,
        turns=edited.turns(typed.form),
        box=box_of,
        clash=clash,
        differences=edited.differences(theirs, typed.answers) if clash else [],
        version=clash.version if clash else view.version if view else 0,
        rounds=[] if view else rounds_beside(sort.project_id),
        twin=twin,
        is_conditional=_is_conditional,
    )


def _is_conditional(item: Item) -> bool:
    return bool(item.ask_if) and not item.group


def _ask_delete(sort: Sort, record_id: int, problem: str | None = None) -> str:
    view, _row = read_record(sort, record_id)
    return page(
        "record_delete",
        **shown_sort(sort),
        record=view,
        title=title_of(sort, view),
        last_day=today() + GRACE,
        problem=problem,
    )


def _sent() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}
