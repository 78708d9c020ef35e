"""What staff write down is kept part by part, lost to nobody, and stands beside the residents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.errors import RefusedError
from survey.models import AuditEntry, Project, Record, Role, Staff, Wave
from survey.operations.audit import Action
from survey.operations.editing import Clash
from survey.operations.members import enlist
from survey.operations.neighbours import further_sources
from survey.operations.projects import GRACE, delete_project
from survey.operations.records import instrument_of, list_records, reading
from survey.operations.records.reading import Counted, count_records
from survey.operations.records.sources import record_sources
from survey.operations.records.store import (
    Kept,
    Origin,
    Twin,
    add_record,
    change_record,
    delete_record,
    purge_records,
    take_back_record,
)
from survey.operations.release_material import frame_of
from survey.operations.staff import make_staff
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.databases import migrated
from tests.survey.recorded import DAY, WALK, found, give_places
from tests.survey.staff import Colleague, employ

ORGANISATION = {"organisation": "Youth  Centre", "topic": "cohesion", "record_code": "Y1"}


def kept(database: Database, origin: Origin, instrument: str, document: object) -> int:
    """Store a record that must be taken; return its number."""
    with database.writing() as session:
        made = add_record(session, origin, instrument, document, DAY)  # type: ignore[arg-type]
        assert isinstance(made, Kept)
        return made.id


@pytest.mark.both_databases
def test_a_record_is_begun_changed_deleted_and_taken_back(database: Database) -> None:
    with database.writing() as session:
        project, person = found(session)
        session.info["actor"] = "valley@example.org"
        origin = Origin(project, None, person)
        made = add_record(session, origin, "observation", {"walk": WALK["walk"]}, DAY)
        assert isinstance(made, Kept)
    with database.reading() as session:
        (half,) = list_records(session, project, "observation")
        assert [each.section for each in half.missing] == ["getting_about", "condition", "life"]
        assert count_records(session, project, "observation") == Counted(1, 1)
    later = DAY + timedelta(days=3)
    with database.writing() as session:
        for section in ("getting_about", "condition", "life"):
            row = session.get_one(Record, made.id)
            assert change_record(session, row, (section, WALK[section]), 9, later) is None
    with database.reading() as session:
        (whole,) = list_records(session, project, "observation")
        assert whole.is_complete
        assert count_records(session, project, "observation") == Counted(1, 0)
        assert {len(each) for each in reading._JUDGED} == {16}  # digests, and no word of a record
        assert (whole.created_on, whole.changed_on) == (DAY, later)
        assert whole.said("condition_water") == "no"
        assert whole.said("life_police") == ""
    with database.writing() as session:
        assert delete_record(session, session.get_one(Record, made.id), DAY) == DAY + GRACE
    with database.writing() as session:
        assert list_records(session, project, "observation") == []
        row = session.get_one(Record, made.id)
        with pytest.raises(RefusedError, match="was deleted"):
            change_record(session, row, ("life", {}), 9, DAY)
        with pytest.raises(RefusedError, match="days to take this record back"):
            take_back_record(session, row, DAY + GRACE + timedelta(days=1))
        assert take_back_record(session, row, DAY) is None
        assert len(list_records(session, project, "observation")) == 1
        acts = session.scalars(
            select(AuditEntry.action).where(AuditEntry.thing.startswith("observation"))
        )
        assert list(acts) == [
            Action.RECORD_ADDED,
            *[Action.RECORD_CHANGED] * 3,
            Action.RECORD_DELETED,
            Action.RECORD_TAKEN_BACK,
        ]


@pytest.mark.both_databases
def test_two_people_write_one_record_and_nobody_loses_a_word(database: Database) -> None:
    with database.writing() as session:
        project, person = found(session)
    number = kept(database, Origin(project, None, person), "observation", WALK)
    with database.writing() as session:
        session.info["actor"] = "first@example.org"
        row = session.get_one(Record, number)
        changed = WALK["life"] | {"life_police": "yes"}
        assert change_record(session, row, ("life", changed), 1, DAY) is None
    with database.writing() as session:
        row = session.get_one(Record, number)
        other = WALK["condition"] | {"condition_water": "part"}
        assert change_record(session, row, ("condition", other), 1, DAY) is None  # another part
    with database.writing() as session:
        row = session.get_one(Record, number)
        clash = change_record(session, row, ("life", WALK["life"]), 1, DAY)
        assert isinstance(clash, Clash)
        assert (clash.theirs, clash.author) == (changed, "first@example.org")
    with database.reading() as session:
        (view,) = list_records(session, project, "observation")
        assert (view.said("life_police"), view.said("condition_water")) == ("yes", "part")


@pytest.mark.both_databases
def test_one_organisation_topic_and_rater_have_one_record(database: Database) -> None:
    with database.writing() as session:
        project, person = found(session)
        colleague = make_staff(session, "colleague@example.org", factor_required=False).id
        session.commit()
    origin = Origin(project, None, person)
    number = kept(database, origin, "stakeholder_map", {"organisation": ORGANISATION})
    again = {"organisation": ORGANISATION | {"organisation": "youth centre", "record_code": "Z"}}
    other = {"organisation": ORGANISATION | {"topic": "justice"}}
    with database.writing() as session:
        assert add_record(session, origin, "stakeholder_map", again, DAY) == Twin(number)
        assert session.scalar(select(func.count()).select_from(Record)) == 1
    rated = kept(database, Origin(project, None, colleague), "stakeholder_map", again)
    second = kept(database, origin, "stakeholder_map", other)
    with database.writing() as session:
        row = session.get_one(Record, second)
        part = ("organisation", again["organisation"])
        assert change_record(session, row, part, 9, DAY) == Twin(number)
    with database.writing() as session:
        assert session.get_one(Record, second).document == other
        delete_record(session, session.get_one(Record, number), DAY)
        row = session.get_one(Record, second)
        assert change_record(session, row, part, 9, DAY) is None
        assert take_back_record(session, session.get_one(Record, number), DAY) == Twin(second)
    assert rated not in {number, second}


@pytest.mark.both_databases
def test_what_was_deleted_is_erased_after_its_days_with_its_project(database: Database) -> None:
    with database.writing() as session:
        project, person = found(session)
        other, _person = found(session, "Hills")
    origin = Origin(project, None, person)
    first, second = (kept(database, origin, "observation", WALK) for _ in range(2))
    theirs = kept(database, Origin(other, None, None), "observation", WALK)
    over = DAY + GRACE + timedelta(days=1)
    with database.writing() as session:
        delete_record(session, session.get_one(Record, first), DAY)
        assert purge_records(session, over - timedelta(days=1)) == 0
        assert purge_records(session, over) == 1
        delete_project(session, session.get_one(Project, other), DAY)
        with pytest.raises(RefusedError, match="project was deleted"):
            add_record(session, Origin(other, None, None), "observation", WALK, DAY)
        assert purge_records(session, over) == 1
        assert session.scalars(select(Record.id)).all() == [second]
        assert theirs != second


def test_only_finished_records_of_the_round_stand_beside_the_residents(database: Database) -> None:
    asked = read_instrument("community_profile")
    with database.writing() as session:
        project, person = found(session)
        waves = []
        for link in ("first", "second"):
            decided: dict[str, Any] = {"link": link, "form": asked.forms[0], "breakdowns": []}
            wave = open_wave(session, asked, plan(**decided), localities())
            enlist(session, wave, session.get_one(Project, project))
            session.commit()
            waves.append(wave.id)
    one, two = waves
    for wave_id in (None, one, two):
        kept(database, Origin(project, wave_id, person), "observation", WALK)
    kept(database, Origin(project, one, person), "observation", {"walk": WALK["walk"]})
    with database.reading() as session:
        wave = session.get_one(Wave, one)
        (source,) = further_sources(session, wave, ())
        assert (source.link, len(source.responses)) == ("observation", 2)
        codes = frame_of(source.instrument, source.responses).codes("condition_water")
        assert list(codes) == ["no", "no"]
        assert record_sources(session, wave).keys() == {"observation"}


def test_a_record_says_what_does_not_go_together(database: Database) -> None:
    with database.writing() as session:
        project, person = found(session)
    document = {
        "start": {"place": "L9", "women_18_29": "4", "group_kind": "women"},
        "say_first": {"informed": "yes"},
        "vote": {"voters": "5", "needs_vote": "water:40"},
    }
    kept(database, Origin(project, None, person), "focus_group", document)
    with database.reading() as session:
        (view,) = list_records(session, project, "focus_group")
    at = {each.item: each.words for each in view.missing if each.item}
    assert "not offered any more" in at["place"]  # no place of the project
    assert "does not go together" in at["voters"]  # five voters of four who were there
    assert {each.section for each in view.missing} >= {"resources", "circles", "harm"}
    assert "quotations" not in {each.section for each in view.missing}


def test_an_instrument_of_participants_is_no_record() -> None:
    with pytest.raises(RefusedError, match="no such records"):
        instrument_of("social_cohesion")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    folder = tmp_path_factory.mktemp("records")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    for name in ("ben", "dee"):
        employ(database, f"{name}@example.org", Role.ENUMERATOR, "Valley")
    with database.writing() as session:
        give_places(session, session.get_one(Project, 1))
        session.commit()
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


def browser(site: tuple[Flask, Database], name: str) -> Colleague:
    found = Colleague(site[0])
    assert found.sign_in(f"{name}@example.org").status_code == 303
    return found


HOME = "/desk/projects/1/records"


def begun(person: Colleague, instrument: str, **typed: str) -> str:
    """Fill in the first part; return the address of the record."""
    reply = person.post(f"{HOME}/{instrument}/new", **typed)
    assert reply.status_code == 303, reply.text
    return str(reply.location)


def version_of(page: str) -> str:
    return page.split('name="version" value="')[1].split('"', maxsplit=1)[0]


def test_a_group_talk_is_written_part_by_part_with_turns_and_votes(
    site: tuple[Flask, Database],
) -> None:
    ana = browser(site, "ana")
    page = ana.get(f"{HOME}/focus_group").text
    assert "No record yet" in page
    assert "Never write the name" in ana.get(f"{HOME}/focus_group/new").text
    record = begun(ana, "focus_group", place="L2", group_kind="women", women_18_29="6")
    assert "is not finished" in ana.get(record).text
    ana.post(f"{record}/part/say_first", informed="yes")
    turns = {"resource_1": "school", "resource_use_1": "all", "resource_3": "park"}
    assert ana.post(f"{record}/part/resources", **turns).status_code == 303
    refused = ana.post(
        f"{record}/part/vote", voters="6", needs_vote_water="50", needs_vote_food="20"
    )
    assert refused.status_code == 422
    assert "Nothing is stored yet" in refused.text
    assert re.search(r'name="needs_vote_water"[^>]*value="50"', refused.text)
    right = {"voters": "6", "needs_vote_water": "50", "needs_vote_food": "10"}
    saved = ana.post(f"{record}/part/vote", onward="yes", **right)
    assert saved.location.endswith("/part/causes")
    with site[1].reading() as session:
        (view,) = list_records(session, 1, "focus_group")
    assert view.said("needs_vote") == "water:50 food:10"
    assert [view.answers[f"resource_{turn}_more"] for turn in (1, 2, 3)] == ["yes", "yes", "skip"]
    assert view.answers["resource_4"] == "not_shown"
    assert view.said("resource_3") == "park"


@pytest.mark.parametrize(
    ("instrument", "typed"),
    [
        ("observation", {"walked_in_month": "3", "walked_in_year": "2026", "walked_in": "dk"}),
        ("reintegration_governance", {"months": ["3", "dk"]}),
    ],
)
def test_a_box_and_a_way_out_exclude_each_other_on_the_desk(
    site: tuple[Flask, Database], instrument: str, typed: dict[str, Any]
) -> None:
    reply = browser(site, "ana").post(f"{HOME}/{instrument}/new", **typed)
    assert reply.status_code == 422
    assert "This answer stands alone" in reply.text


def test_the_desk_refuses_a_second_record_and_leads_to_the_first(
    site: tuple[Flask, Database],
) -> None:
    ana = browser(site, "ana")
    typed = {"organisation": "Centre", "topic": "cohesion", "kind": "cso"}
    record = begun(ana, "stakeholder_map", **typed)
    again = ana.post(f"{HOME}/stakeholder_map/new", **typed)
    assert again.status_code == 422
    assert f'href="{record}"' in again.text
    assert 'value="Centre"' in again.text
    assert "Centre" in ana.get(f"{HOME}/stakeholder_map?words=CENT&kind=cso").text
    assert "No record fits" in ana.get(f"{HOME}/stakeholder_map?kind=media").text


def test_the_desk_shows_both_versions_of_a_part(site: tuple[Flask, Database]) -> None:
    ana = browser(site, "ana")
    record = begun(ana, "observation", place="L1")
    version = version_of(ana.get(f"{record}/part/walk").text)
    ana.post(f"{record}/part/walk", place="L2", version=version)
    clash = ana.post(f"{record}/part/walk", place="L1", daytime="evening", version=version)
    assert clash.status_code == 409
    assert "Lower village" in clash.text
    assert "Upper village" in clash.text
    mine = ana.post(
        f"{record}/part/walk", place="L1", daytime="evening", version=version_of(clash.text)
    )
    assert mine.status_code == 303


def test_an_enumerator_writes_field_records_and_sees_their_own_alone(
    site: tuple[Flask, Database],
) -> None:
    ana, ben, dee = (browser(site, name) for name in ("ana", "ben", "dee"))
    record = begun(ben, "key_informant", place="L1", role="school")
    assert record in ben.get(f"{HOME}/key_informant").text
    assert record in ana.get(f"{HOME}/key_informant").text
    assert record not in dee.get(f"{HOME}/key_informant").text
    for path in (record, f"{record}/part/start", f"{record}/delete"):
        assert dee.get(path).status_code == 404
    assert dee.post(f"{record}/delete", sure="yes").status_code == 404
    assert dee.post(f"{record}/part/start", place="L2").status_code == 404
    for register in ("stakeholder_map", "service_map", "reintegration_governance"):
        assert ben.get(f"{HOME}/{register}").status_code == 404
        assert ben.post(f"{HOME}/{register}/new").status_code == 404
    assert HOME in ben.get("/desk/").text
    with site[1].reading() as session:
        me = session.scalars(select(Staff.id).filter_by(email="ben@example.org")).one()
        assert [each.entered_by for each in list_records(session, 1, "key_informant")] == [me]


def test_a_record_is_deleted_only_by_somebody_who_means_it(site: tuple[Flask, Database]) -> None:
    ana = browser(site, "ana")
    record = begun(ana, "service_map", service="Clinic", place="L1")
    assert ana.post(f"{record}/delete").status_code == 422
    assert ana.post(f"{record}/delete", sure="yes").status_code == 303
    assert "can be taken back" in ana.get(record).text
    assert record not in ana.get(f"{HOME}/service_map").text
    assert ana.post(f"{record}/take-back").status_code == 303
    assert record in ana.get(f"{HOME}/service_map").text
