"""The demo: whole line, command to report, with a truth that the report can be held against."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from analysis import Frame, Row, design_of, needs
from analysis.disclosure import Release as Published
from analysis.disclosure.kinds import Chapter
from analysis.simulate import Simulation
from questionnaires.governance import EARLIEST
from survey.app import create_app
from survey.config import Settings, read_settings
from survey.db import Database
from survey.models import Release, Response, Wave
from survey.operations.complaints import complaints_of
from survey.operations.demo import households_of, people_of
from survey.operations.demo_support import supported_of
from survey.operations.demo_words import STORIES
from survey.operations.monitoring.bindings import offer_of
from survey.operations.monitoring.values import points_of
from survey.operations.opening import read_responses
from survey.operations.protocol import protocol_gaps
from survey.operations.records.reading import place_codes
from survey.operations.services import list_services
from survey.operations.services.quality_gap import quality_gap
from survey.operations.services.recheck import recheck
from survey.operations.situation import situation
from survey.operations.stakeholders.grid import (
    PARTNERSHIPS,
    QUADRANTS,
    influence_grid,
    partnership_grid,
)
from survey.operations.stakeholders.network import network_of
from survey.operations.stakeholders.register import doubts_of, read_entries, stakeholders_of
from survey.operations.stories import STORY
from survey.operations.waves import fielded_instrument, find_wave, localities_of
from survey.site import today
from tests.golden.demo_report import as_read, golden_report

SEED, RESPONSES = 6, 2400


def sixfold(instance: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SIXFOLD_INSTANCE": str(instance)}
    command = [sys.executable, "-c", "from survey.cli import main; main()", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "instance"


@pytest.fixture(scope="module")
def printed(instance: Path) -> dict[str, Any]:
    made = sixfold(instance, "demo", "--no-serve", "--json")
    assert made.returncode == 0, made.stderr
    found: dict[str, Any] = json.loads(made.stdout)
    return found


@pytest.fixture(scope="module")
def settings(instance: Path, printed: dict[str, Any]) -> Settings:
    assert printed
    return read_settings({"SIXFOLD_INSTANCE": str(instance)})


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def releases(database: Database) -> list[Published]:
    with database.reading() as session:
        stored = session.scalars(select(Release.document).order_by(Release.id)).all()
    return [Published.from_json(document) for document in stored]


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return people_of(SEED, RESPONSES)


@pytest.fixture(scope="module")
def households() -> Simulation:
    return households_of(SEED, RESPONSES)


@pytest.fixture(scope="module")
def reader(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings)
    yield app.test_client()
    app.extensions["sixfold"].database.dispose()


def test_it_prints_one_object_with_addresses(printed: dict[str, Any]) -> None:
    assert set(printed) == {"participant", "desk", "report", "community", "accounts"}
    assert printed["desk"] == "http://127.0.0.1:5000/desk/"
    roles = [account["role"] for account in printed["accounts"]]
    assert roles == ["owner", "researcher", "enumerator", "reader"]
    assert len({account["password"] for account in printed["accounts"]}) == len(roles)
    for name in ("participant", "report", "community"):
        assert printed[name].startswith("http://127.0.0.1:5000/")


def test_all_rounds_hold_all_responses_in_sealed_batches(database: Database) -> None:
    with database.reading() as session:
        per_wave = select(func.count(), func.count(Response.batch.distinct()))
        grouped = per_wave.group_by(Response.wave_id).order_by(Response.wave_id)
        sizes = (RESPONSES, RESPONSES, RESPONSES // 4, RESPONSES // 10, 12)
        assert session.execute(grouped).all() == [(size, max(1, size // 20)) for size in sizes]


def test_the_last_round_is_open_to_visitors(reader: FlaskClient, printed: dict[str, Any]) -> None:
    path = printed["participant"].removeprefix("http://127.0.0.1:5000")
    assert reader.get(path).status_code == 200
    assert reader.get("/s/demo-1").status_code == 410


def test_the_intervals_cover_the_truth_at_about_their_rate(
    releases: list[Published], simulation: Simulation, households: Simulation
) -> None:
    supported = supported_of(SEED, RESPONSES // 10).truth(1)
    truths = (simulation.truth(1), simulation.truth(2), households.truth(1), supported)
    hits = [
        cell.low <= truth[cell.dimension, cell.domain] <= cell.high
        for truth, release in zip(truths, releases[:4], strict=True)
        for cell in release.programme.cells
        if cell.low is not None
        and cell.high is not None
        and (cell.dimension, cell.domain) in truth  # shares, acts and crossings are not simulated
    ]
    assert len(hits) > 350
    assert 0.91 <= sum(hits) / len(hits) <= 0.99


def test_the_profile_is_a_baseline_in_the_same_places(database: Database) -> None:
    with database.reading() as session:
        first, profile = find_wave(session, "demo-1"), find_wave(session, "demo-needs")
        assert profile.is_closed
        assert profile.closes_on < first.opens_on
        places = [
            [(place.code, place.names, place.population) for place in localities_of(session, wave)]
            for wave in (first, profile)
        ]
    assert len(places[0]) == 12
    assert places[0] == places[1]


def test_the_true_severities_of_the_profile_lie_in_their_intervals(
    database: Database, households: Simulation
) -> None:
    with database.reading() as session:
        wave = find_wave(session, "demo-needs")
        stored = read_responses(session, wave).responses
        rows = [Row(r.answers, r.weight, r.stratum, r.psu, r.language, r.mode) for r in stored]
        frame = Frame.from_answers(fielded_instrument(wave), rows)
    found = needs(frame, design_of(frame))
    truth = households.truth(1)
    inside = []
    for each in found.sectors:
        low, high = each.severity.interval(0.99)
        assert low is not None
        assert high is not None
        inside.append(low <= truth[f"needs_{each.sector}", ()] <= high)
    assert len(inside) == 15
    assert sum(inside) >= 14
    assert found.priorities is not None
    assert found.priorities.invalid == 0
    assert any(each.is_apart for each in found.gaps)


def test_the_needs_stand_beside_what_informants_groups_and_walks_say(
    releases: list[Published],
) -> None:
    profile = releases[2]
    assert set(profile.facts.sources) == {"key_informant", "focus_group", "observation"}
    topics = [each for each in profile.outline.topics if each.chapter is Chapter.SOURCES]
    assert [each.name for each in topics] == ["key_informant", "focus_group", "observation"]
    for topic in topics:
        cells = [
            profile.programme.cell(topic.measure(row)) for row in topic.rows if not row.sensitive
        ]
        assert len(cells) >= 3
        assert all(cell.share for cell in cells), topic.name


def test_those_who_get_support_are_quoted_only_where_they_agreed(
    releases: list[Published], database: Database
) -> None:
    release = releases[3]
    told = [each for stories in STORIES.values() for each in stories]
    quoted = release.stories or ()
    assert set(quoted) == {story for story, consent in told if consent == "yes"}
    assert len(quoted) < len(told)
    shown = {cell.dimension for cell in release.programme.cells if cell.mean is not None}
    assert {"access", "quality", "inclusion"} <= shown
    assert {"RS_economic", "RS_social", "RS_psychosocial"} <= shown
    with database.reading() as session:
        kept = session.scalars(select(Response.answers)).all()
    assert not any(STORY in (each or {}) for each in kept)


def test_bodies_assess_the_programme_once_it_is_old_enough(releases: list[Published]) -> None:
    assessment = releases[4].assessment
    assert assessment is not None
    assert assessment.months >= EARLIEST
    assert assessment.early == ""
    assert len(assessment.sections) == 9
    for each in assessment.sections:
        assert each.score is not None, each.name
        assert None not in (each.lowest, each.highest, each.evidence), each.name
        assert (each.lowest or 0) < (each.highest or 0), each.name
        assert 0 < (each.evidence or 0) < 100, each.name
    assert [each.name for each in assessment.headline] == ["G7"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_two_numbers_that_an_indicator_can_be_bound_to_have_the_same_name(
    database: Database, language: str
) -> None:
    with database.reading() as session:
        offer = offer_of(session, 1, language)
    names = [words for _measure, words in offer.measures]
    assert len(names) > 400
    assert len(set(names)) == len(names)
    measures = dict(offer.measures)
    assert "reintegration_governance/G7" in measures
    assert "beneficiary_monitoring/support_asked.BM15" in measures


def test_every_page_of_the_situation_has_something_to_show(database: Database) -> None:
    with database.reading() as session:
        places = place_codes(session, 1)
        entries = read_entries(session, 1)
        services = list_services(session, 1, places)
        shown = situation(session, 1, places, "en")
        gaps = quality_gap(services, shown.profile)
        filled = points_of(session, range(1, 6))
        assert len(complaints_of(session, 1)) == 3
        assert protocol_gaps(session, 1, today()) == []
    assert all(len(points) == (2 if number < 3 else 1) for number, points in filled.items())
    known = stakeholders_of(entries)
    assert doubts_of(entries) == []
    assert {each.cell for each in influence_grid(known)} >= {*QUADRANTS.values()}
    assert {each.cell for each in partnership_grid(known)} >= {*PARTNERSHIPS.values()}
    assert [each.stakeholder.name for each in partnership_grid(known) if each.disagree] == [
        "Police station A",
        "Primary school B",
    ]
    net = network_of(known)
    assert len(net.isolates) == 2
    assert net.doubts == ()
    assert all(place.needs and place.cohesion and place.actors for place in shown.localities)
    assert sum(bool(place.services) for place in shown.localities) == 10
    assert shown.risky == 4
    assert sum(each.gap is not None for each in gaps) >= 5
    assert recheck(services, today())


def test_nobody_answers_what_was_not_asked_of_them(database: Database) -> None:
    with database.reading() as session:
        wave = find_wave(session, "demo-needs")
        answers = session.scalars(select(Response.answers).where(Response.wave_id == wave.id)).all()
    alone = [each for each in answers if each and each["household_size"] == "1"]
    assert alone
    assert {each["children"] for each in alone} == {"not_shown"}


def test_the_published_numbers_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    first = published(tmp_path / "first", seed=3)
    assert first == published(tmp_path / "second", seed=3)
    assert first != published(tmp_path / "third", seed=4)


def published(instance: Path, seed: int) -> list[str]:
    made = sixfold(
        instance, "demo", "--no-serve", "--json", "--responses", "60", "--seed", f"{seed}"
    )
    assert made.returncode == 0, made.stderr
    database = Database(read_settings({"SIXFOLD_INSTANCE": str(instance)}).database_url)
    with database.reading() as session:
        documents = list(session.scalars(select(Release.document).order_by(Release.id)))
    database.dispose()
    return documents


def test_the_same_demo_is_reused_and_another_is_an_error(
    instance: Path, printed: dict[str, Any]
) -> None:
    again = sixfold(instance, "demo", "--no-serve", "--json")
    assert json.loads(again.stdout) == printed
    other = sixfold(instance, "demo", "--no-serve", "--json", "--seed", "7")
    assert (other.returncode, other.stdout) == (1, "")
    assert "holds a demo with seed 6" in other.stderr
    assert "Traceback" not in other.stderr


def test_the_report_shows_what_it_must(reader: FlaskClient, printed: dict[str, Any]) -> None:
    path = printed["report"].removeprefix("http://127.0.0.1:5000")
    page = reader.get(path).text
    for words in ("Trust", "Belonging", "Civic engagement", "withheld", "does not say"):
        assert words in page
    assert page.count("<svg") >= 2
    assert reader.get(f"{path}/ar").text.count('dir="rtl"') >= 1


def test_the_community_page_is_light_and_open_to_everybody(
    reader: FlaskClient, printed: dict[str, Any]
) -> None:
    path = printed["community"].removeprefix("http://127.0.0.1:5000")
    for language in ("en", "ar"):
        reply = reader.get(f"{path}/{language}")
        assert reply.status_code == 200
        assert len(reply.data) <= 60_000


def test_an_unknown_report_is_404(reader: FlaskClient) -> None:
    assert reader.get("/reports/unknown").status_code == 404
    assert reader.get("/community/unknown").status_code == 404


def test_a_release_holds_the_hashes_it_was_made_from(
    database: Database, releases: list[Published]
) -> None:
    with database.reading() as session:
        waves = session.scalars(select(Wave.instrument_sha256).order_by(Wave.id)).all()
    assert [release.facts.instrument_sha256 for release in releases] == waves
    assert all(len(release.facts.data_sha256) == 64 for release in releases)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_report_reads_as_it_was_kept(
    reader: FlaskClient, printed: dict[str, Any], language: str
) -> None:
    page = reader.get(f"{urlsplit(printed['report']).path}/{language}").text
    assert as_read(page) == golden_report(language)
