"""The stakeholder map says what raters say and where they differ, and harms nobody outside."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from analysis import map_stakeholders
from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.models import AuditEntry, Project, Role
from survey.operations.audit import Action
from survey.operations.records import list_records
from survey.operations.records.store import Origin, add_records
from survey.operations.stakeholders.brokers import brokers_of
from survey.operations.stakeholders.engagement import plan_of
from survey.operations.stakeholders.grid import (
    CAPACITY,
    Band,
    in_cells,
    influence_grid,
    partnership_grid,
    ratings_of,
)
from survey.operations.stakeholders.needs import needs_by_level, needs_of
from survey.operations.stakeholders.network import Network, cut_points_of, network_of, parts_of
from survey.operations.stakeholders.picture import draw
from survey.operations.stakeholders.register import (
    Entry,
    Stakeholder,
    doubts_of,
    read_entries,
    stakeholders_of,
)
from survey.operations.stakeholders.stale import checked, stale_list
from survey.operations.stakeholders.who_what_where import who_what_where, write_who_what_where
from tests.databases import migrated
from tests.survey.recorded import give_places
from tests.survey.staff import Colleague, employ

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "stakeholders.json").read_text())
MAP = read_instrument("stakeholder_map")
HOME = "/desk/projects/1/stakeholders"
PAGES = ("grid", "partnership", "network", "network/picture", "needs", "engagement", "who", "stale")
DAY = date(2026, 6, 1)


def entries(*answers: Mapping[str, str]) -> list[Entry]:
    return [Entry(n, each, frozenset()) for n, each in enumerate(answers, 1)]


def organisations(*answers: Mapping[str, str]) -> dict[str, Stakeholder]:
    return {each.said("record_code"): each for each in stakeholders_of(entries(*answers))}


def tied(pairs: str, kind: str = "coordinates") -> list[dict[str, str]]:
    """Return a record for each letter, with the relations of ``ab bc`` among them."""
    said: dict[str, dict[str, str]] = {
        letter: {"record_code": letter, "organisation": f"Group {letter}"}
        for letter in sorted(set(pairs) - {" "})
    }
    for pair in pairs.split():
        mine = said[pair[0]]
        turn = sum(name.startswith("relation_to") for name in mine) + 1
        mine |= {f"relation_to_{turn}": pair[1:] or "", f"relation_{turn}": kind}
    return list(said.values())


def test_the_map_is_the_one_that_was_worked_out_by_hand() -> None:
    found = organisations(*GOLDEN["records"])
    influence = {each.stakeholder.key: each.cell for each in influence_grid(found.values())}
    partners = {each.stakeholder.key: each.cell for each in partnership_grid(found.values())}
    assert found.keys() == GOLDEN["expected"].keys()
    for code, want in GOLDEN["expected"].items():
        one = found[code]
        for name in ("influence", "interest", "capacity", "willingness"):
            rated = ratings_of(one, name)
            assert [rated.median, rated.iqr, rated.raters] == want[name], (code, name)
        stands = (influence[one.key], partners[one.key], one.risk)
        assert stands == (want["quadrant"], want["partnership"], want["risk"])
    youth = ratings_of(found["Y1"], "willingness")
    assert (youth.disagree, ratings_of(found["P1"], "influence").disagree) == (True, None)
    cells = in_cells(influence_grid(found.values()))
    assert [each.stakeholder.name for each in cells[Band.HIGH, Band.LOW]] == ["Police"]
    assert sum(len(each) for each in cells.values()) == 4  # whom nobody rated stands in no cell


def test_the_desk_and_the_library_place_everybody_alike() -> None:
    drawn = random.Random(5)
    said = []
    for number in range(400):
        points = {name: str(drawn.randint(1, 5)) for name in ("influence", "interest")}
        points |= {name: str(drawn.randint(1, 5)) for name in ("willingness", *CAPACITY)}
        kept = {name: each for name, each in points.items() if drawn.random() < 0.8}
        said.append({"record_code": f"c{number % 120:03}", "organisation": "x"} | kept)
    columns: dict[str, list[float]] = {
        name: [float(each.get(name, "nan")) for each in said]
        for name in ("influence", "interest", "willingness")
    }
    columns["capacity"] = []
    for each in said:
        parts = [float(each[name]) for name in CAPACITY if name in each]
        columns["capacity"].append(sum(parts) / len(parts) if len(parts) > 1 else float("nan"))
    keys = [(each["record_code"],) for each in said]
    library = {each.key[0]: each for each in map_stakeholders(keys, columns)}
    mine = organisations(*said)
    assert len(mine) == len(library) == 120
    for code, one in mine.items():
        (quadrant,), (partner,) = influence_grid([one]), partnership_grid([one])
        theirs = library[code]
        assert (quadrant.cell, partner.cell) == (theirs.quadrant or "", theirs.partnership or "")
        for name in ("influence", "interest", "willingness", "capacity"):
            rated, want = ratings_of(one, name), getattr(theirs, name)
            assert (rated.median, rated.iqr) == pytest.approx((want.median, want.iqr), nan_ok=True)
            assert (rated.raters, rated.disagree) == (want.raters, want.disagree)


def test_records_of_one_organisation_come_together_and_doubts_are_named() -> None:
    said = entries(
        {"record_code": "A1", "organisation": "Youth  Centre", "topic": "return"},
        {"organisation": "youth centre", "topic": "return"},  # no code: the same name has one
        {"record_code": "A1", "organisation": "Youth club", "topic": "return"},
        {"record_code": "B1", "organisation": "Bakery", "contact_risk": "none"},
        {"record_code": "B2", "organisation": "bakery", "contact_risk": "high"},
        {"topic": "return"},
    )
    found = stakeholders_of(said)
    assert sorted(len(each.entries) for each in found) == [1, 1, 3]
    assert {each.risk for each in found if "akery" in each.name} == {"high"}  # twins share it
    assert [each.record_id for each in doubts_of(said)] == [1, 3, 4, 5, 6]


def between(net: Network) -> dict[str, tuple[float, int]]:
    found = brokers_of(net)
    return {net.names[each.key][-1]: (round(100 * each.share, 1), each.cut_off) for each in found}


def test_an_activity_that_ends_before_it_begins_is_named() -> None:
    first = {"organisation": "A", "activity_1": "jobs", "activity_start_1": "2026-01"}
    second = {"activity_2": "cash", "activity_start_2": "2026-05", "activity_end_2": "2026-04"}
    (doubt,) = doubts_of(entries(first | {"activity_end_1": "2026-01"}, first | second))
    assert (doubt.record_id, doubt.words.split(".")[0]) == (2, "An activity ends before it begins")


def test_isolates_brokers_and_parts_follow_from_the_ties() -> None:
    said = [*tied("ab bc cd de ca xy z"), *tied("yz", "conflict")[:1]]
    net = network_of(list(organisations(*said).values()))
    # Of the 14 ways with two ends among the others, 8 lead through c and 6 through d.
    assert between(net) == {"c": (57.1, 2), "d": (42.9, 1)}
    assert [net.names[key] for key in net.isolates] == ["Group z"]  # a conflict is no tie
    assert [len(each) for each in parts_of(net)] == [5, 2, 1]
    star = network_of(list(organisations(*tied("ha hb hc hd")).values()))
    assert between(star) == {"h": (100, 3)}
    first = network_of(list(organisations(*tied("ab ac ad")).values()))
    assert cut_points_of(first) == {"code a": 2}  # wherever the walk begins
    alone = network_of(list(organisations(*tied("ab cd")).values()))
    assert brokers_of(alone) == []


def test_a_broker_need_not_hold_anybody_alone() -> None:
    ring = network_of(list(organisations(*tied("ab bc cd da")).values()))
    assert between(ring) == dict.fromkeys("abcd", (16.7, 0))  # half of one of three pairs
    # Two groups that two organisations link: each carries half of what goes across.
    net = network_of(list(organisations(*tied("ab ac bc mb mc nb nc mx my nx ny xy")).values()))
    found = between(net)
    assert found["m"] == found["n"]
    assert found["m"][0] == by_hand(net, "code m")
    assert found["b"][0] == by_hand(net, "code b")


def by_hand(net: Network, key: str) -> float:
    """Return the share of shortest ways through `key`, by writing every way down."""
    others = [each for each in net.names if each != key]
    pairs = [(one, other) for one in others for other in others if one < other]
    ways = [shortest(net, *pair) for pair in pairs]
    return round(
        100 * sum(sum(key in way for way in each) / len(each) for each in ways) / len(ways), 1
    )


def shortest(net: Network, start: str, end: str) -> list[list[str]]:
    ways = [[start]]
    while not (found := [way for way in ways if way[-1] == end]):
        ways = [[*way, one] for way in ways for one in net.neighbours[way[-1]] if one not in way]
    return found


def test_a_relation_that_leads_nowhere_is_named_and_not_drawn() -> None:
    said = [each for each in tied("aa aq ab") if each["record_code"] != "q"]
    said[1] |= {"relation_to_1": "a"}  # without a kind
    net = network_of(list(organisations(*said).values()))
    assert [(each.source, each.target) for each in net.relations] == [("code a", "code b")]
    assert [each.words.split(".")[0] for each in net.doubts] == [
        "A relation names the organisation itself",
        "A relation names a code that no record here has",
        "A relation does not say of what kind it is",
    ]


def test_what_several_raters_say_of_one_relation_is_one_line() -> None:
    one = {"record_code": "a", "relation_to_1": "B", "relation_1": "funds"}
    other = {"record_code": "b", "organisation": "B"}
    said = [one | {"relation_strength_1": strength} for strength in ("1", "3", "3")]
    net = network_of(list(organisations(*said, other).values()))
    assert [(each.kind, each.strength) for each in net.relations] == [("funds", 3)]
    assert [bool(lines) for lines in draw(net).ties.values()] == [False, False, True]


def test_needs_are_counted_by_level_and_lacks_by_the_median() -> None:
    found = stakeholders_of(
        entries(
            {"organisation": "A", "level": "local", "needs": "training money"},
            {"organisation": "A", "level": "local", "needs": "money", "capacity_staff": "2"},
            {"organisation": "B", "level": "national", "needs": "none", "capacity_staff": "4"},
            {"organisation": "C", "needs": "money", "needs_line": "A room"},
        )
    )
    needs = needs_of(found)
    assert [(each.stakeholder.name, each.needs, each.lacks) for each in needs] == [
        ("A", {"training": 1, "money": 2}, ("capacity_staff",)),
        ("C", {"money": 1}, ()),
    ]
    assert needs_by_level(needs)["money"] == [1, 0, 0, 0, 2]


def test_stale_is_what_nobody_checked_for_ninety_days() -> None:
    found = organisations(
        {"record_code": "new", "verified_in": "2026-03"},
        {"record_code": "old", "verified_in": "2026-02"},
        {"record_code": "old", "verified_in": "2025-02"},
        {"record_code": "ahead", "verified_in": "2026-09"},
        {"record_code": "never"},
    )
    assert [checked(found[name], DAY).days for name in ("new", "old", "ahead")] == [62, 93, None]
    listed = [each.stakeholder.name for each in stale_list(found.values(), DAY)]
    assert listed == ["ahead", "never", "old"]
    (plan,) = plan_of([found["old"]], DAY)
    assert (plan.record_id, plan.lacks) == (2, ("owner", "channel", "next_step"))


def test_what_could_harm_leaves_in_no_file(tmp_path: Path) -> None:
    doing = {"activity_1": "jobs", "activity_for_1": "women youth", "activity_start_1": "2025-01"}
    places = {"covers_1": "L1", "covers_2": "L2"}
    found = stakeholders_of(
        entries(
            {"organisation": "=Centre", "topic": "return", "contact_risk": "none"} | doing | places,
            {"organisation": "Police", "topic": "return", "contact_risk": "high"} | doing,
            {"organisation": "Police", "topic": "cohesion", "contact_risk": "none"} | doing,
            {"organisation": "Unsaid", "topic": "return", "owner": "Field post"} | doing,
            {"organisation": "Ministry", "contact_risk": "some", "level": "national"} | doing,
        )
    )
    rows = who_what_where(found)
    assert len(rows) == 6
    written = write_who_what_where(rows, lambda _name, code: code.upper(), tmp_path).decode()
    table = list(csv.reader(StringIO(written)))
    assert table[1][0] == "#org+name"
    assert [(row[0], row[8]) for row in table[2:]] == [
        ("'=Centre", "L1"),
        ("'=Centre", "L2"),
        ("Ministry", ""),
    ]
    assert table[2][7] == "WOMEN YOUTH"
    # Read by its tags, as whoever gets the file does, each line is one of what the page shows.
    read = [dict(zip(table[1], row, strict=True)) for row in table[2:]]
    told = {
        (each["#org+name"].lstrip("'"), each["#activity+code"], each["#adm2+code"]) for each in read
    }
    shown = {(row.stakeholder.name, row.activity, row.place) for row in rows}
    assert told == {each for each in shown if each[0] in {"=Centre", "Ministry"}}
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    """A project with the golden records and a record with relations and activities."""
    folder = tmp_path_factory.mktemp("stakeholders")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    employ(database, "eni@example.org", Role.ENUMERATOR, "Valley")
    employ(database, "rea@example.org", Role.READER, "Valley")
    with database.writing() as session:
        give_places(session, session.get_one(Project, 1))
        for number, said in enumerate(GOLDEN["records"]):
            rater = ("field", "programme", "research")[number % 3]
            add_records(session, Origin(1, None, 1), "stakeholder_map", [filed(said, rater)], DAY)
        session.commit()
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


def filed(said: Mapping[str, str], rater: str) -> dict[str, dict[str, str]]:
    """Return answers as a record keeps them, by the section of each."""
    document: dict[str, dict[str, str]] = {}
    more = {"rater": rater, "activity_1": "jobs", "covers_1": "L1", "owner": "Field post"}
    if said["record_code"] == "Y1":
        more |= {"relation_1": "funds", "relation_to_1": "M1", "relation_strength_1": "2"}
    for name, answer in (dict(said) | more).items():
        document.setdefault(MAP.item(name).section, {})[name] = answer
    return document


@pytest.fixture(scope="module")
def ana(site: tuple[Flask, Database]) -> Colleague:
    found = Colleague(site[0])
    assert found.sign_in("ana@example.org").status_code == 303
    return found


def test_what_is_read_quickly_is_what_the_pages_of_records_read(
    site: tuple[Flask, Database],
) -> None:
    with site[1].reading() as session:
        quick = {each.id: each for each in read_entries(session, 1)}
        whole = list_records(session, 1, "stakeholder_map")
    assert len(quick) == len(whole) == len(GOLDEN["records"])
    for record in whole:
        said = {name: record.said(name) for name in record.answers if record.said(name)}
        assert quick[record.id].answers == said


def test_the_pages_show_the_map_and_mark_whom_contact_could_harm(ana: Colleague) -> None:
    shown = {name: ana.get(f"{HOME}/{name}").text for name in PAGES}
    assert "raters differ by 2.0 points" in shown["partnership"]
    assert "one view only" in shown["grid"]
    assert "Contact only through:" in shown["engagement"]
    assert "only through the owner" in shown["engagement"]
    drawn = shown["network/picture"].split("<svg")[1].split("</svg>")[0]
    assert "Ministry" in drawn
    assert "Police" not in drawn
    assert "never checked" in shown["stale"]
    local = ana.get(f"{HOME}/grid?level=local").text
    assert "Youth centre" in local
    assert "Ministry" not in local
    assert "No organisation fits" in ana.get(f"{HOME}/grid?topic=justice").text
    assert ana.get(f"{HOME}/grid?page=99999&topic=%00").status_code in {200, 400}


def test_the_file_for_others_is_noted_in_the_log(
    ana: Colleague, site: tuple[Flask, Database]
) -> None:
    reply = ana.post(f"{HOME}/who", topic="return", level="", place="")
    assert reply.status_code == 200
    table = list(csv.reader(StringIO(reply.text)))
    assert {row[0] for row in table[2:]} == {"Ministry", "Youth centre", "Bakery"}
    with site[1].reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert last is not None
        assert (last.action, last.thing) == (Action.RECORDS_EXPORTED, "stakeholder_map 3W")


@pytest.mark.parametrize("email", ["eni@example.org", "rea@example.org"])
def test_only_the_team_sees_the_map(site: tuple[Flask, Database], email: str) -> None:
    other = Colleague(site[0])
    other.sign_in(email)
    for name in PAGES:
        reply = other.get(f"{HOME}/{name}")
        assert reply.status_code == 403
        assert "Ministry" not in reply.text


def test_the_map_needs_no_numpy_where_participants_are_served() -> None:
    folder = Path(read_entries.__code__.co_filename).parent
    names = sorted(each.stem for each in folder.glob("[a-z]*.py"))
    program = (
        "import sys\n"
        f"for name in {names}: __import__('survey.operations.stakeholders.' + name)\n"
        "assert not {'numpy', 'scipy', 'analysis'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_two_thousand_organisations_each_have_a_place_in_the_picture() -> None:
    drawn = random.Random(3)
    said = [
        {"record_code": f"r{number}", "organisation": f"Group {number}", "influence": "4"}
        | {f"relation_to_{turn}": f"r{drawn.randrange(2000)}" for turn in range(1, 6)}
        | {f"relation_{turn}": "coordinates" for turn in range(1, 6)}
        for number in range(2000)
    ]
    net = network_of(stakeholders_of(entries(*said)))
    picture = draw(net)
    assert len(brokers_of(net)) >= 20
    assert len(picture.dots) == 2000
    assert len({(each.x, each.y) for each in picture.dots}) == 2000
    assert len(net.relations) > 9_900


def test_a_risk_follows_every_name_and_code_that_one_organisation_goes_by() -> None:
    found = stakeholders_of(
        entries(
            {"record_code": "A", "organisation": "North", "contact_risk": "high"},
            {"record_code": "B", "organisation": "North", "contact_risk": "none"},
            {"record_code": "B", "organisation": "South", "topic": "food", "contact_risk": "none"},
            {"organisation": "East", "contact_risk": "none"},
        )
    )
    assert [each.key for each in found if each.may_leave] == ["name east"]
    assert len(found) == 4
