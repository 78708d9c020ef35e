"""What readers get: pages and files of a release, and what becomes of them when it is replaced."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from analysis.disclosure import Release as Published
from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.models import Release
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.wave_plans import Locality
from survey.operations.waves import open_wave
from survey.site import today
from tests.bench.staff import children, memory, workers
from tests.conftest import plan, sqlite_url
from tests.databases import migrated
from tests.survey.server import Server
from tests.survey.test_releases import answer

SUFFIXES = ("csv", "docx", "html", "hxl.csv", "json", "pdf", "xlsx")
LINK = "round-one"
HEAVY = {"numpy", "scipy", "matplotlib", "typst"}


def places() -> list[Locality]:
    """Return three places beside one another, with their borders."""
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    return [
        Locality(
            f"P{number}",
            {"en": f"Place {number}", "ar": f"المكان {number}"},
            population=400,
            geometry={"type": "Polygon", "coordinates": [[[x + number, y] for x, y in corners]]},
        )
        for number in (1, 2, 3)
    ]


@dataclass
class Reader:
    """Somebody who was given the address of a release."""

    client: FlaskClient
    database: Database
    stored: Release

    def get(self, path: str = "", status: int = 200) -> str:
        reply = self.client.get(f"/reports/{self.stored.token}{path}")
        assert reply.status_code == status, path
        return reply.get_data(as_text=True)

    def change(self, **values: object) -> None:
        """Change the row of the release, as its workflow would."""
        settings = ", ".join(f"{name} = :{name}" for name in values)
        with self.database.engine.begin() as connection:
            connection.execute(
                text(f"UPDATE release SET {settings} WHERE id = :id"),  # noqa: S608 - our names
                {**values, "id": self.stored.id},
            )


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[FlaskClient, Database, Release]]:
    folder = tmp_path_factory.mktemp("reports")
    database = migrated(sqlite_url(folder))
    cohesion = read_instrument("social_cohesion")
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(breakdowns=("D2",)), places())
    answer(database, wave, cohesion, {"P1": 40, "P2": 40, "P3": 40})
    with database.writing() as session:
        signed = SignOff("A. Reviewer", "researcher", today())
        stored = publish(session, session.merge(wave), signed)
    app = create_app(Settings(folder, sqlite_url(folder), "s" * 48))
    yield app.test_client(), database, stored
    app.extensions["sixfold"].database.dispose()
    database.dispose()


@pytest.fixture
def reader(installation: tuple[FlaskClient, Database, Release]) -> Iterator[Reader]:
    reader = Reader(*installation)
    yield reader
    reader.change(state="published", reason="", corrects=None, changes="")


@pytest.mark.slow
def test_what_reports_need_is_never_loaded_where_participants_are_answered(
    installation: tuple[FlaskClient, Database, Release],
) -> None:
    _client, database, stored = installation
    folder = Path(str(database.engine.url.database)).parent
    server = Server(Settings(folder, sqlite_url(folder), "s" * 48), has_team=True).start()
    pages = [f"/reports/{stored.token}", "/community/round-one", "/account/sign-in"]
    try:
        assert [server.ask_team(page)[0] for page in pages] == [200] * 3
        assert [server.get(page)[0] for page in (*pages, "/desk/")] == [404] * 4
        for _ in range(40):
            assert server.get("/s/round-one/ar")[0] == 200
        assert loaded(*workers(server)) & HEAVY == set()
        assert memory(server) < 150
        assert loaded(*grandchildren(server)) & HEAVY  # the report was made in another process
    finally:
        server.stop()


def grandchildren(server: Server) -> list[str]:
    return [each for child in children(str(server.pid)) for each in children(child)]


def loaded(*processes: str) -> set[str]:
    """Return the names of the libraries whose files are part of the memory of processes."""
    files = "\n".join(Path(f"/proc/{each}/maps").read_text(encoding="utf-8") for each in processes)
    return set(re.findall(r"site-packages/([a-z_]+)", files))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_report_can_be_had_as_a_file_whose_name_says_nothing(
    reader: Reader, suffix: str
) -> None:
    reply = reader.client.get(f"/reports/{reader.stored.token}/en.{suffix}")
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"] == f'attachment; filename="report-en.{suffix}"'
    assert reply.headers["Cache-Control"] == "no-store"
    assert len(reply.data) > 1000


def test_the_page_offers_every_file_and_each_address_answers(reader: Reader) -> None:
    page = reader.get("/ar")
    for suffix in SUFFIXES:
        assert f'href="/reports/{reader.stored.token}/ar.{suffix}"' in page


def test_files_are_of_their_kind(reader: Reader) -> None:
    def file(suffix: str) -> bytes:
        found: bytes = reader.client.get(f"/reports/{reader.stored.token}/ar.{suffix}").data
        return found

    assert file("pdf").startswith(b"%PDF-")
    assert "word/document.xml" in ZipFile(io.BytesIO(file("docx"))).namelist()
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(file("xlsx"))).namelist()
    assert json.loads(file("json"))["facts"]["instrument"] == "social_cohesion"
    assert Published.from_json(file("json").decode()).to_json() == reader.stored.document


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_number_of_the_page_leads_to_a_page_that_explains_it(
    reader: Reader, language: str
) -> None:
    address = f"/reports/{reader.stored.token}/{language}/explain/"
    numbers = re.findall(f'href="{address}(\\d+)"', reader.get(f"/{language}"))
    cells = Published.from_json(reader.stored.document).programme.cells
    assert len(set(numbers)) > len(cells) / 2
    shown = next(n for n, cell in enumerate(cells) if cell.domain and not cell.withheld)
    page = reader.get(f"/{language}/explain/{shown}")
    assert str(cells[shown].mean) in page
    assert f'href="/reports/{reader.stored.token}/{language}"' in page
    hidden = next(n for n, cell in enumerate(cells) if cell.withheld)
    assert "<table" not in reader.get(f"/{language}/explain/{hidden}")
    for path in (f"/{language}/explain/{len(cells)}", "/xx/explain/0", "/en/explain/-1"):
        reader.get(path, 404)
    reader.change(state="withdrawn")
    reader.get(f"/{language}/explain/{shown}", 410)
    reader.change(state="draft")
    reader.get(f"/{language}/explain/{shown}", 404)


@pytest.mark.parametrize("path", ["/en.exe", "/xx.pdf", "/en.", "/../secret.pdf", "/en.pdf.exe"])
def test_there_is_no_other_file(reader: Reader, path: str) -> None:
    reader.get(path, 404)


def test_maps_show_the_places_of_the_round(reader: Reader) -> None:
    assert 'id="map-TR-title"' in reader.get("/en")
    assert "map.TR" in reader.stored.figures["ar"]


@pytest.mark.parametrize("state", ["draft", "checked"])
def test_nobody_reads_a_release_before_it_is_signed_off(reader: Reader, state: str) -> None:
    reader.change(state=state)
    reader.get("/en", 404)
    reader.get("/en.json", 404)
    assert reader.client.get(f"/community/{LINK}").status_code == 404


def test_a_withdrawn_release_says_so_and_shows_none_of_its_numbers(reader: Reader) -> None:
    before = reader.get("/en")
    reader.change(state="withdrawn", reason="A place was entered twice <b>.")
    community = reader.client.get(f"/community/{LINK}/en").get_data(as_text=True)
    for page in (reader.get("/en"), community):
        assert "These results were withdrawn." in page
        assert "A place was entered twice &lt;b&gt;." in page
        assert "<table" not in page
        assert "<svg" not in page
    for suffix in SUFFIXES:
        reader.get(f"/en.{suffix}", 410)
    reader.change(state="published")
    assert reader.get("/en") == before


def test_a_corrected_release_says_so_and_leads_to_the_one_that_took_its_place(
    reader: Reader,
) -> None:
    reader.change(state="corrected")
    columns = "wave_id, made_on, through_batch, sha256, document, figures, left_out"
    with reader.database.engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO release ({columns}, token, corrects, changes) "  # noqa: S608
                f"SELECT {columns}, 'the-next', id, 'Weights were mended.' FROM release"
            )
        )
    try:
        page = reader.get("/en")
        assert "These results were corrected." in page
        assert "Weights were mended." in page
        assert 'href="/reports/the-next/en"' in page
        assert "<table" in page
        following = reader.client.get("/reports/the-next/en").get_data(as_text=True)
        assert "were corrected" not in following
        assert "/the-next/en.pdf" in following
    finally:
        with reader.database.engine.begin() as connection:
            connection.execute(text("DELETE FROM release WHERE token = 'the-next'"))


def test_only_the_last_files_are_kept_ready(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.reports.render.KEPT_FILES", 2)
    for suffix in ("json", "csv", "hxl.csv"):
        reader.get(f"/en.{suffix}")
    kept = reader.client.application.extensions["sixfold"].built["report files"]
    assert [key[0] for key in kept] == ["csv", "hxl"]
    reader.get("/en.csv")
    assert [key[0] for key in kept] == ["hxl", "csv"]


def test_the_community_page_is_light_and_says_what_follows_and_how_to_object(
    reader: Reader,
) -> None:
    for language, words in (("en", "Questions and objections"), ("ar", "ما")):
        reply = reader.client.get(
            f"/community/{LINK}/{language}", headers={"Accept-Encoding": "gzip"}
        )
        assert len(reply.data) < 60_000
        page = reader.client.get(f"/community/{LINK}/{language}").get_data(as_text=True)
        assert words in page
        assert "<script" not in page


def test_the_report_is_light_on_the_wire(reader: Reader) -> None:
    for language in ("en", "ar"):
        reply = reader.client.get(
            f"/reports/{reader.stored.token}/{language}", headers={"Accept-Encoding": "gzip"}
        )
        assert reply.headers["Content-Encoding"] == "gzip"
        assert len(reply.data) < 400_000
