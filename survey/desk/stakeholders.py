"""The stakeholder map at the desk: grids, network, needs, engagement, who does what where, stale.

It names organisations, so only the team of a project sees it; enumerators and readers do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, request

from questionnaires import item_type
from survey.account import entry
from survey.desk.drafting import Reply
from survey.desk.pages import FRESH, TEAM, page, writing
from survey.desk.record_pages import Sort, shown_sort, sort_of
from survey.desk.stakeholder_words import CELLS, GRIDS
from survey.operations.records.store import note_exported
from survey.operations.stakeholders.brokers import MOST, QUICK, brokers_of
from survey.operations.stakeholders.engagement import plan_of
from survey.operations.stakeholders.grid import (
    Band,
    Placed,
    in_cells,
    influence_grid,
    meanings,
    partnership_grid,
)
from survey.operations.stakeholders.needs import LEVELS, needs_by_level, needs_of
from survey.operations.stakeholders.network import Network, network_of, parts_of
from survey.operations.stakeholders.picture import draw
from survey.operations.stakeholders.register import (
    INSTRUMENT,
    Doubt,
    Stakeholder,
    count_of,
    doubts_of,
    read_entries,
    stakeholders_of,
)
from survey.operations.stakeholders.stale import FRESH_FOR, stale_list
from survey.operations.stakeholders.who_what_where import who_what_where, write_who_what_where
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint(
    "stakeholders", __name__, url_prefix="/desk/projects/<int:project_id>/stakeholders"
)
#: Rows of one page of a table, names in one cell of a grid, and doubts that are listed.
ROWS, NAMES = 100, 20
#: So many organisations stand in the picture on the page itself; more have a page of their own.
DRAWN = 150
_FILTERS = ("topic", "level", "place")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Map:
    """The organisations of a project: all of them, those that were searched for, and doubts."""

    sort: Sort
    everybody: list[Stakeholder]
    chosen: list[Stakeholder]
    doubts: list[Doubt]
    wished: dict[str, str]


@blueprint.get("/grid")
@allow(*TEAM, on="project")
def grid(project_id: int) -> str:
    """Show influence against interest."""
    found = _map(project_id)
    return _grid(found, "grid", influence_grid(found.chosen))


@blueprint.get("/partnership")
@allow(*TEAM, on="project")
def partnership(project_id: int) -> str:
    """Show capacity against willingness."""
    found = _map(project_id)
    return _grid(found, "partnership", partnership_grid(found.chosen))


@blueprint.get("/network")
@allow(*TEAM, on="project")
def network(project_id: int) -> str:
    """Show the relations: who has none, whom others hang on, and all of them as a table."""
    found = _map(project_id)
    net = network_of(found.chosen, found.everybody)
    return _show(
        found,
        "network",
        network=net,
        parts=[len(part) for part in parts_of(net) if len(part) > 1],
        isolates=net.isolates,
        brokers=brokers_of(net) if len(net.names) <= QUICK else None,
        quick=QUICK,
        most=MOST,
        relations=_paged(net.relations),
        picture=draw(_leaving(found)) if len(net.names) <= DRAWN else None,
        by_key=_by_key(found),
        lost=net.doubts[:ROWS],
    )


@blueprint.get("/network/picture")
@allow(*TEAM, on="project")
def picture(project_id: int) -> str:
    """Show the picture of the network alone, as large as it is, and who stands between others."""
    found = _map(project_id)
    brokers = brokers_of(network_of(found.chosen, found.everybody))
    shown = {"brokers": brokers, "most": MOST, "by_key": _by_key(found)}
    return _show(found, "picture", picture=draw(_leaving(found)), **shown)


@blueprint.get("/needs")
@allow(*TEAM, on="project")
def needs(project_id: int) -> str:
    """Show what organisations need and lack."""
    found = _map(project_id)
    named = needs_of(found.chosen)
    return _show(found, "needs", needs=_paged(named), by_level=needs_by_level(named), levels=LEVELS)


@blueprint.get("/engagement")
@allow(*TEAM, on="project")
def engagement(project_id: int) -> str:
    """Show who keeps the contact with whom, and what comes next."""
    found = _map(project_id)
    plan = plan_of(found.chosen, today())
    return _show(
        found, "engagement", plan=_paged(plan), unplanned=sum(bool(each.lacks) for each in plan)
    )


@blueprint.get("/who")
@allow(*TEAM, on="project")
def who(project_id: int) -> str:
    """Show who does what where."""
    found = _map(project_id)
    rows = [each for each in who_what_where(found.chosen) if _is_there(each.place, found)]
    kept = [each.stakeholder for each in rows if not each.stakeholder.may_leave]
    return _show(found, "who", rows=_paged(rows), kept=count_of(kept))


@blueprint.post("/who")
@allow(*TEAM, on="project")
def fetch_who(project_id: int) -> Reply:
    """Hand out who does what where, without whom contact could harm; the log keeps by whom."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    found = _map(project_id)
    rows = [each for each in who_what_where(found.chosen) if _is_there(each.place, found)]
    written = write_who_what_where(rows, _labels(found.sort), site().settings.instance)
    with writing() as session:
        note_exported(session, project_id, f"{INSTRUMENT} 3W")
    reply = Response(written, mimetype="text/csv")
    reply.headers["Content-Disposition"] = 'attachment; filename="who-what-where.hxl.csv"'
    return reply


@blueprint.get("/stale")
@allow(*TEAM, on="project")
def stale(project_id: int) -> str:
    """Show what nobody has checked for long."""
    found = _map(project_id)
    listed = stale_list(found.chosen, today())
    return _show(found, "stale", stale=_paged(listed), fresh_for=FRESH_FOR)


def _map(project_id: int) -> Map:
    sort = sort_of(project_id, INSTRUMENT)
    with site().database.reading() as reading:
        entries = read_entries(reading, project_id)
    everybody = stakeholders_of(entries)
    wished = {name: request.values.get(name, "")[:80] for name in _FILTERS}
    chosen = [each for each in everybody if _fits(each, wished)]
    return Map(sort, everybody, chosen, doubts_of(entries), wished)


def _fits(stakeholder: Stakeholder, wished: dict[str, str]) -> bool:
    return (
        wished["topic"] in {"", stakeholder.topic}
        and wished["level"] in {"", stakeholder.said("level")}
        and (not wished["place"] or wished["place"] in stakeholder.places)
    )


def _is_there(place: str, found: Map) -> bool:
    return found.wished["place"] in {"", place}


def _by_key(found: Map) -> dict[str, Stakeholder]:
    """Return one of the topics of each organisation, by the key that all of them share."""
    return {each.key: each for each in reversed(found.chosen)}


def _leaving(found: Map) -> Network:
    """Return the network as it may be printed and passed on."""
    chosen = [each for each in found.chosen if each.may_leave]
    return network_of(chosen, found.everybody)


def _grid(found: Map, name: str, placed: list[Placed]) -> str:
    return _show(
        found,
        "grid",
        tab=name,
        grid=GRIDS[name],
        cells=in_cells(placed),
        cell_words=CELLS,
        meaning=meanings(name),
        bands=list(Band),
        unplaced=[each for each in placed if each.bands is None],
        placed=_paged(placed),
        most=NAMES,
    )


@dataclass(frozen=True)
class Paged:
    """The rows of one page of a table, which page it is, and how many there are of both."""

    rows: Sequence[object]
    number: int
    last: int
    count: int


def _paged(rows: Sequence[_Row]) -> Paged:
    last = max(1, -(-len(rows) // ROWS))
    wished = request.args.get("page", "1")
    number = min(int(wished), last) if wished.isdecimal() and len(wished) < 6 else 1
    number = max(number, 1)
    return Paged(rows[(number - 1) * ROWS : number * ROWS], number, last, len(rows))


def _show(found: Map, template: str, **shown: object) -> str:
    label = _labels(found.sort)
    topics, levels = (
        [(code, label(name, code)) for code in found.sort.instrument.item(name).codes]
        for name in ("topic", "level")
    )
    return page(
        f"stakeholders/{template}",
        **shown_sort(found.sort),
        **{"tab": template, **shown},
        count=count_of(found.everybody),
        found=count_of(found.chosen),
        unsaid=count_of(each for each in found.chosen if not each.risk),
        doubts=found.doubts[:ROWS],
        wished=found.wished,
        topics=topics,
        level_words=levels,
        label=label,
    )


def _labels(sort: Sort) -> Callable[[str, str], str]:
    """Return what says the words of an answer, each looked up once."""
    known: dict[tuple[str, str], str] = {}
    places = dict(sort.places)

    def label(name: str, answer: str) -> str:
        if not answer:
            return ""
        if (name, answer) not in known:
            item = sort.instrument.item(name)
            kind = item_type(item.type)
            words = places.get(answer, answer) if item.type == "place" else ""
            known[name, answer] = words or kind.label(item, answer, sort.text, sort.places)
        return known[name, answer]

    return label
