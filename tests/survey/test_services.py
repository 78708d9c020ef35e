"""The service map says what is there and what is not, and hides what must not be seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.languages import LANGUAGES, words
from survey.models import Project, Record, Role
from survey.operations.desk_papers import directory_report
from survey.operations.records.store import delete_record
from survey.operations.services import KINDS_OF_SERVICE, list_services
from survey.operations.services.barriers import BARRIERS, barriers
from survey.operations.services.coverage import coverage
from survey.operations.services.directory import directory
from survey.operations.services.recheck import Reason, recheck
from tests.databases import migrated
from tests.survey.mapped import DAY, document, keep, service
from tests.survey.recorded import found, give_places
from tests.survey.staff import Colleague, employ
from tests.survey.test_record_files import send

GOLDEN = Path(__file__).parents[1] / "golden" / "coverage.json"
HOME = "/desk/projects/1/services"
REGISTER = "/desk/projects/1/records/service_map"


def test_coverage_is_what_was_worked_out_by_hand() -> None:
    register = [
        service(1, places_month="20"),
        service(2, places_month="15", status=""),
        service(3),
        service(4, place="L2", places_month="0"),
        service(5, service_type="jobs", online="only", places_month="100"),
        service(6, service_type="jobs", place="L2", online="also"),
        service(7, status="paused", places_month="9"),
        service(8, status="closed"),
        service(9, place=""),
        service(10, service_type="", publish="internal"),
        service(11, service_type="gbv", publish="internal", places_month="4"),
    ]
    matrix = json.loads(json.dumps(asdict(coverage(register, ["L1", "L2"]))))
    known = {"rows": [row for row in matrix["rows"] if row["all"]["services"]]}
    assert matrix | known == json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert [row["kind"] for row in matrix["rows"]] == list(KINDS_OF_SERVICE)


def test_a_project_without_places_or_services_has_gaps_alone() -> None:
    assert coverage([], []).gaps == ()
    assert coverage([], ["L1"]).gaps == (len(KINDS_OF_SERVICE),)
    assert all(row.is_gap for row in coverage([], ["L1"]).rows)


@pytest.mark.parametrize("kind", ["gbv", "probation_exit", "legal"])
def test_what_can_put_people_at_risk_is_never_public(kind: str) -> None:
    for publish in ("", "internal", "partners", "public"):
        each = service(service_type=kind, publish=publish)
        assert directory([each], {}, "public", with_closed=True).services == ()
        assert directory([each], {}, "partners").services == ()
        told = directory([each], {}, "partners", with_closed=True).services
        assert bool(told) == (publish == "partners")


def test_a_directory_shows_only_what_its_record_opens() -> None:
    register = [
        service(1),
        service(2, publish="partners"),
        service(3, publish="internal"),
        service(4, publish=""),
        service(5, status="paused"),
        service(6, status="closed"),
    ]
    public = directory(register, {}).services
    assert [each.id for each in public] == [1]
    assert [each.id for each in directory(register, {}, "partners").services] == [1, 2]
    assert directory(register, {}, "whoever").services == public


def test_a_directory_fits_a_person_and_says_how_many_do_not_tell() -> None:
    register = [
        service(1, for_sex="women", for_age="18-29 30-59", languages="sq ar", accessible="sign"),
        service(2, for_sex="all", for_age="all", languages="en", accessible="none"),
        service(3, for_sex="men", for_age="60+", languages="ar", accessible="step_free remote"),
        service(4, for_sex="", service_type="jobs"),
    ]

    def fitting(**wished: str) -> tuple[list[int], int]:
        answer = directory(register, wished)
        return [each.id for each in answer.services], answer.silent

    assert fitting(sex="women") == ([1, 2], 1)
    assert fitting(age="60+") == ([2, 3], 1)
    assert fitting(spoken="ar") == ([1, 3], 1)
    assert fitting(access="remote") == ([3], 1)
    assert fitting(need="jobs") == ([4], 0)
    assert fitting(place="L2") == ([], 0)
    assert fitting(need="health", sex="men", spoken="ar") == ([3], 0)


def test_barriers_are_counted_among_those_that_speak_of_them() -> None:
    register = [
        service(1, cost="full", risk_seen="2", papers="identity family", shares_security="dk"),
        service(2, cost="free", risk_seen="0", papers="none", accessible="sign"),
        service(3, place="L2", cost="small", waiting="closed"),
        service(4, status="closed", cost="full"),
    ]
    (row,) = barriers(register, KINDS_OF_SERVICE, "kind")
    cells = dict(zip(BARRIERS, row.cells, strict=True))
    told = {name: (each.count, each.known, each.shade) for name, each in cells.items()}
    assert row.services == 3
    assert told["cost"] == (2, 3, 3)
    assert told["seen"] == told["papers"] == (1, 2, 2)
    assert told["steps"] == told["waiting"] == (1, 1, 4)
    assert told["going"] == (0, 0, 0)
    assert [each.code for each in barriers(register, ["L2", "L1", "L3"], "place")] == ["L2", "L1"]


def test_what_nobody_checked_for_ninety_days_is_listed() -> None:
    today = date(2026, 6, 15)
    register = [
        service(1, verified_in="2026-05", next_check="2026-08"),
        service(2, verified_in="2026-03"),
        service(3),
        service(4, verified_in="2026-05", next_check="2026-04"),
        service(5, verified_in="2026-05", next_check="2026-06", funded_until="2026-05"),
        service(6, verified_in="2025-01", status="closed"),
        service(7, verified_in="2026-05", funded_until="2026-06"),
    ]
    listed = recheck(register, today)
    assert [each.service.id for each in listed] == [3, 2, 4, 5]
    reasons = {each.service.id: each.reasons for each in listed}
    assert reasons[3] == (Reason.NEVER,)
    assert reasons[2] == (Reason.OLD,)
    assert reasons[4] == (Reason.REVERSED,)
    assert reasons[5] == (Reason.DUE, Reason.UNFUNDED)
    assert listed[1].days == 106
    edge = [service(1, verified_in="2026-03")]
    assert recheck(edge, date(2026, 5, 30)) == []  # the ninetieth day after the first of March
    assert len(recheck(edge, date(2026, 5, 31))) == 1


@pytest.mark.both_databases
def test_the_register_is_read_as_it_is_stored(database: Database) -> None:
    with database.writing() as session:
        project, _person = found(session)
        other, _person = found(session, "Hills")
        keep(session, project, "service_map", document(service="Clinic", places_month="dk"))
        keep(session, project, "service_map", document(service="Far", place="L9"))
        half = keep(session, project, "service_map", {"identity": {"service": "Half"}})
        gone = keep(session, project, "service_map", document(service="Gone"))
        delete_record(session, session.get_one(Record, gone), DAY)
        keep(session, other, "service_map", document(service="Theirs"))
        half_public = {"identity": document()["identity"], "control": {"publish": "public"}}
        keep(session, project, "service_map", half_public)
    with database.reading() as session:
        read = list_services(session, project, ["L1", "L2"])
    assert [each.name for each in read] == ["Clinic", "Far", "Half", ""]
    assert [each.audience for each in read] == ["public", *["internal"] * 3]
    assert [each.is_counted for each in read] == [True, False, False, True]
    assert read[0].filed.number("places_month") is None
    assert read[2].id == half


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("services")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    employ(database, "ben@example.org", Role.RESEARCHER, "Valley")
    with database.writing() as session:
        give_places(session, session.get_one(Project, 1))
        session.commit()
        for given in (
            {"service": "Clinic", "languages": "ar", "for_sex": "all"},
            {"service": "Night shelter", "service_type": "gbv", "publish": "partners"},
            {"service": "Secret door", "publish": "internal"},
        ):
            keep(session, 1, "service_map", document(**given))
    database.dispose()
    app = create_app(settings)
    yield app
    app.extensions["sixfold"].database.dispose()


@pytest.fixture(scope="module")
def ana(site: Flask) -> Colleague:
    return browser(site, "ana")


def browser(site: Flask, name: str) -> Colleague:
    person = Colleague(site)
    assert person.sign_in(f"{name}@example.org").status_code == 303
    return person


def test_only_an_owner_who_asks_shows_partners_the_closed_kinds(
    site: Flask, ana: Colleague
) -> None:
    ben = browser(site, "ben")
    page = ana.get(f"{HOME}/directory").text
    assert "Clinic" in page
    assert "Night shelter" not in page
    assert "Secret door" not in page
    asking = "audience=partners&closed=yes"
    assert "Night shelter" in ana.get(f"{HOME}/directory?{asking}").text
    assert "Night shelter" not in ben.get(f"{HOME}/directory?{asking}").text
    assert "Night shelter" not in ana.get(f"{HOME}/directory?audience=public&closed=yes").text
    for person, told in ((ana, True), (ben, False)):
        paper = person.get(f"{HOME}/directory/paper/ar?{asking}").text
        assert ("Night shelter" in paper) == told
        assert "Secret door" not in paper


def test_the_directory_comes_as_a_file_as_well(site: Flask, ana: Colleague) -> None:
    asking = "audience=partners&closed=yes"
    files = [
        each.get(f"{HOME}/directory/paper/ar/pdf?{asking}") for each in (ana, browser(site, "ben"))
    ]
    assert {(each.data[:4], each.mimetype) for each in files} == {(b"%PDF", "application/pdf")}
    assert len(files[0].data) > len(files[1].data)  # an owner asked for the closed kinds
    assert ana.get(f"{HOME}/directory/paper/xx/pdf").status_code == 404
    listed = [("Clinic", "Health · Upper village", [("What does it cost?", "Nothing")])]
    inner, outer = (directory_report(listed, each, words("ar")) for each in ("partners", "public"))
    assert outer.direction == "rtl"
    assert len(inner.blocks) == len(outer.blocks) + 1  # the warning not to hand it on
    assert "What does it cost? Nothing" in repr(outer)


def test_the_paper_speaks_its_language_from_right_to_left(ana: Colleague) -> None:
    paper = ana.get(f"{HOME}/directory/paper/ar?spoken=ar").text
    assert '<html lang="ar" dir="rtl">' in paper
    assert "القرية العليا" in paper
    assert "Clinic" in paper
    assert "<script" not in paper
    assert ana.get(f"{HOME}/directory/paper/xx").status_code == 404
    for tongue in LANGUAGES:
        assert f'<html lang="{tongue}"' in ana.get(f"{HOME}/directory/paper/{tongue}").text


def test_every_page_teaches_what_it_is_for_and_works_without_a_service(
    site: Flask, ana: Colleague
) -> None:
    employ(site.extensions["sixfold"].database, "eve@example.org", Role.OWNER, "Empty")
    eve = browser(site, "eve")
    for path in ("", "/directory", "/barriers?by=place", "/quality", "/check-again"):
        assert ana.get(f"{HOME}{path}").status_code == 200
        bare = eve.get(f"/desk/projects/2/services{path}")
        assert bare.status_code == 200
        assert 'class="card empty"' in bare.text
    assert "No report of a community profile is published" in ana.get(f"{HOME}/quality").text
    assert "none known" in ana.get(HOME).text
    assert HOME in ana.get("/desk/projects/1").text
    assert HOME in ana.get(REGISTER).text


def test_wrong_rows_and_twins_of_a_file_are_named(ana: Colleague) -> None:
    rows = (
        "service,service_type,place,provider,places_month,publish,verified_in\n"
        "Clinic,health,L1,,5,public,2026-01\n"
        "School,education,L2,S1,many,public,2026-01\n"
        "Court,legal,L2,,5,public,2026-13\n"
        "Bus,transport,L2,,5,public,2026-01\n"
        "bus,transport,L2,,7,public,2026-02\n"
    )
    file = FileStorage(BytesIO(rows.encode()), "services.csv")
    status, page = send(ana, f"{REGISTER}/files", {"file": file})
    assert status == 200
    named = re.findall(r"<tr><td>(\d+)</td><td><bdi>([^<]+)</bdi>", page)
    assert {("3", "places_month"), ("4", "verified_in")} <= set(named)
    assert {number for number, _column in named} == {"2", "3", "4", "6"}
    assert "Bus" not in ana.get(f"{HOME}/check-again").text
