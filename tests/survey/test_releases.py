"""A release is signed, immutable, and refused when it would give somebody away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from analysis.disclosure import Cell, Withheld
from analysis.disclosure import Release as Published
from questionnaires import Instrument
from survey.db import Database
from survey.errors import ReleaseError
from survey.models import Place, Release, Wave
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.wave_plans import breakdowns_of
from survey.operations.waves import close_wave, open_wave
from survey.site import today
from tests.conftest import answers, localities, plan, record


def sign(name: str = "A. Reviewer") -> SignOff:
    return SignOff(name, "researcher", today())


def released(database: Database, wave: Wave) -> Release:
    with database.writing() as session:
        return publish(session, session.merge(wave), sign())


def answer(database: Database, wave: Wave, cohesion: Instrument, people: dict[str, int]) -> None:
    """Let people of each place answer: number of people by place."""
    for place, count in people.items():
        for number in range(count):
            scored = {
                item.name: item.codes[(number + position) % len(item.codes)]
                for position, item in enumerate(cohesion.items)
                if item.dimension
            }
            gender = "woman" if number % 2 else "man"
            age = "30-39" if number % 4 < 2 else "40-49"
            given = answers(cohesion, D1=place, D2=gender, D3=age, D10="no", **scored)
            record(database, wave, given)


def test_without_sealed_answers_there_is_nothing_to_release(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 19})
    with pytest.raises(ReleaseError, match="sealed"):
        released(database, wave)


def test_a_place_that_is_known_as_a_point_has_no_shape_on_the_map(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        for place in session.query(Place).filter_by(wave_id=wave.id):
            place.geometry = {"type": "Point", "coordinates": [1.5, 2.5]}
        session.commit()
    answer(database, wave, cohesion, {"P1": 40, "P2": 31, "P3": 9})
    assert released(database, wave).figures


def test_a_small_locality_is_withheld_with_another_to_protect_it(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 31, "P3": 9})
    programme = Published.from_json(released(database, wave).document).programme
    places = {code: programme.cell("TR", (("D1", code),)) for code in ("P1", "P2", "P3")}
    assert places["P3"] == Cell("TR", (("D1", "P3"),), withheld=Withheld.FEW)
    assert places["P2"] == Cell("TR", (("D1", "P2"),), withheld=Withheld.PROTECTS)
    assert places["P1"].n == 40


def test_a_few_new_answers_are_not_released_because_the_difference_would_show_them(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    released(database, wave)
    with pytest.raises(ReleaseError, match="nothing"):
        released(database, wave)
    answer(database, wave, cohesion, {"P1": 15, "P2": 5})
    with pytest.raises(ReleaseError, match="fewer than 10"):
        released(database, wave)
    answer(database, wave, cohesion, {"P1": 20, "P2": 20})
    assert released(database, wave).through_batch == 7


def test_what_was_released_does_not_change_when_more_people_answer(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    token = released(database, wave).token
    before = client.get(f"/reports/{token}/en").text
    answer(database, wave, cohesion, {"P1": 20})
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    assert client.get(f"/reports/{token}/en").text == before


def test_the_release_can_be_read_when_all_answers_are_gone(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40})
    token = released(database, wave).token
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE response"))
        connection.execute(text("DROP TABLE inbox"))
    assert client.get(f"/reports/{token}/en").status_code == 200
    assert client.get("/community/round-one/ar").status_code == 200


def test_an_open_link_round_gives_no_margin_of_error(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    stored = released(database, wave)
    cells = Published.from_json(stored.document).programme.cells
    assert {cell.low for cell in cells} == {None}
    assert "among the people who answered" in client.get(f"/reports/{stored.token}/en").text.lower()


def test_a_sign_off_is_printed_and_the_document_is_sealed_by_its_hash(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    stored = released(database, wave)
    assert "A. Reviewer" in client.get(f"/reports/{stored.token}/en").text
    with database.reading() as session:
        kept = session.scalars(select(Release)).one()
    assert (kept.sha256, kept.document) == (stored.sha256, stored.document)


def test_readers_pages_are_not_cached_and_load_nothing(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    reply = client.get(f"/reports/{released(database, wave).token}")
    assert reply.headers["Cache-Control"] == "no-store"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in reply.text


def test_the_smallest_release_can_be_read(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 12, "P2": 8})
    stored = released(database, wave)
    assert Published.from_json(stored.document).to_json() == stored.document
    assert client.get(f"/reports/{stored.token}/en").status_code == 200
    assert client.get("/community/round-one/ar").status_code == 200


def test_one_more_person_in_one_number_is_not_released(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    released(database, wave)
    silent = {item.name: "skip" for item in cohesion.items if item.dimension == "AT"}
    for number in range(40):
        spoken = {"T1": "3", "T2": "3", "T5": "3", "T6": "3", "B1": "2", "B2": "2", "B3": "2"}
        attitude = {f"A{each}": "5" for each in range(1, 8)} if number == 0 else silent
        place = f"P{1 + number % 2}"
        record(database, wave, answers(cohesion, D1=place, D2="woman", **spoken, **attitude))
    with pytest.raises(ReleaseError, match="fewer than 10"):
        released(database, wave)


def test_nobody_is_left_behind_when_a_round_is_over(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 27, "P2": 12})
    day_after = wave.closes_on + timedelta(days=1)
    with database.writing() as session:
        merged = session.merge(wave)
        stored = publish(session, merged, SignOff("A. Reviewer", "researcher", day_after))
        assert merged.is_closed
    assert Published.from_json(stored.document).programme.people == 40


def test_a_document_that_was_changed_after_sign_off_is_not_shown(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    token = released(database, wave).token
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE release SET document = replace(document, '40', '45')"))
    assert client.get(f"/reports/{token}/en").status_code == 500


def test_every_breakdown_that_a_round_may_have_can_be_released(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    assert wave.link == "round-one"
    every = breakdowns_of(cohesion, "long")
    assert {"D2", "D3", "D4", "D9", "D10", "D13"} <= set(every)
    with database.writing() as session:
        wide = open_wave(
            session, cohesion, plan(link="wide", breakdowns=tuple(every)), localities()
        )
    answer(database, wide, cohesion, {"P1": 40, "P2": 40})
    assert released(database, wide).document
