"""A file of localities is looked at, its wrong rows are named, and nothing is stored unasked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.desk.localities import LARGEST
from survey.errors import RefusedError
from survey.models import Role, RoundDraft
from survey.operations.csv_tables import read_table
from survey.operations.draft_documents import places_of
from survey.operations.localities_files import LocalitiesFile, read_localities_file
from tests.databases import migrated
from tests.survey.planned import PLACES, Planner
from tests.survey.staff import Colleague, employ

HEADER = "code,name_en,name_ar,stratum,population,women,men\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    folder = tmp_path_factory.mktemp("localities")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


@pytest.fixture
def ana(site: tuple[Flask, Database]) -> Planner:
    browser = Colleague(site[0])
    assert browser.sign_in("ana@example.org").status_code == 303
    planner = Planner(browser)
    planner.begin()
    return planner


def stored(site: tuple[Flask, Database], planner: Planner) -> list[str]:
    """Return the codes of the localities that a draft holds."""
    with site[1].reading() as session:
        draft = session.get_one(RoundDraft, int(planner.draft.rpartition("/")[2]))
        return [row["code"] for row in places_of(draft.document)]


def thousand(wrong: int = 37) -> tuple[str, list[int]]:
    """Return a file of 1,000 rows and the numbers of those that are wrong, all in other ways."""
    rows: list[str] = []
    bad: list[int] = []
    for number in range(2, 1002):
        row = [f"P{number}", f"Place {number}", f"مكان {number}", "all", "100", "50", "50"]
        if number % 27 == 0 and len(bad) < wrong:
            bad.append(number)
            column, cell = [(0, ""), (0, "a b"), (0, "P2"), (4, "many"), (4, "-3"), (5, "99")][
                len(bad) % 6
            ]
            row[column] = cell
        rows.append(",".join(row))
    return HEADER + "\n".join(rows), bad


def test_of_a_thousand_rows_the_37_wrong_ones_are_named_and_none_is_stored(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    content, bad = thousand()
    assert len(bad) == 37
    page = ana.look(content)
    assert [int(each) for each in re.findall(r"<tr><td>(\d+)</td><td><bdi>\w+</bdi>", page)] == bad
    assert "<dd>963</dd>" in page
    assert "<dd>37</dd>" in page
    assert "Nothing is stored yet." in page
    assert stored(site, ana) == []
    assert ana.keep(content) == 303  # somebody has confirmed
    assert len(stored(site, ana)) == 963
    assert f"P{bad[0]}" not in stored(site, ana)


def test_a_new_file_takes_the_place_of_the_old_one_only_when_confirmed(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    assert ana.keep(PLACES) == 303
    page = ana.look(HEADER + "N1,New,جديد,,,,\n")
    assert "takes the place of the localities that are there now: 3" in page
    assert stored(site, ana) == ["L1", "L2", "L3"]
    assert ana.keep(HEADER + "N1,New,جديد,,,,\n") == 303
    assert stored(site, ana) == ["N1"]


def test_two_people_with_two_files_lose_neither(ana: Planner, site: tuple[Flask, Database]) -> None:
    version = ana.version()
    assert ana.keep(PLACES, version=version) == 303
    assert ana.keep(HEADER + "N1,New,جديد,,,,\n", version=version) == 409
    assert "changed the localities meanwhile" in ana.browser.reply.text
    assert stored(site, ana) == ["L1", "L2", "L3"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no rows"),
        (HEADER, "no rows"),
        ("name_en\nPlace\n", "no column code"),
        ("code\nP1\n", "no column with names"),
        ("code,p_code,name_en\nP1,P1,x\n", "two columns mean code"),
        ("code,name_en,population,population \nP1,x,1,2\n", "two columns mean population"),
        ('{"type": "Feature"}', "no GeoJSON"),
        ('{"features": [1]}', "no GeoJSON"),
        ("{" * 5000, "no GeoJSON"),
    ],
    ids=["empty", "header", "no-code", "no-name", "two", "twice", "feature", "number", "deep"],
)
def test_a_file_that_is_none_says_how_to_mend_it(content: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        read_localities_file("places.csv", content)


def test_a_file_that_is_no_text_is_refused_in_words(ana: Planner) -> None:
    browser = ana.browser
    assert ana.upload("places", {}) == 422
    assert "choose a file first" in browser.reply.text
    assert "save it as CSV in UTF-8" in ana.look("\x00\x01") or browser.reply.status_code == 422


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_spreadsheets_of_every_country_are_read(delimiter: str) -> None:
    content = "\ufeff" + PLACES.replace(",", delimiter)
    found = read_localities_file("places.csv", content)
    assert found.problems == []
    assert found.languages == ["ar", "en"]
    assert found.rows[0] == {
        "code": "L1",
        "names": {"en": "Upper village", "ar": "القرية العليا"},
        "stratum": "hills",
        "population": 420,
        "women": 216,
        "men": 204,
        "ages": {"18_29": 95},
    }


def test_borders_and_p_codes_come_as_geojson() -> None:
    border = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    features = [
        {
            "type": "Feature",
            "properties": {
                "ADM3_PCODE": "XX0101", "ADM3_EN": "Upper", "ADM3_AR": "العليا",
                "ADM2_PCODE": "XX01", "ADM2_EN": "North", "population": 420.0, "note": "x",
            },
            "geometry": border,
        },
        {
            "type": "Feature",
            "properties": {"ADM3_PCODE": "XX0102", "ADM3_EN": "Lower"},
            "geometry": {"type": "LineString", "coordinates": []},
        },
    ]  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": features})
    found = read_localities_file("places.geojson", content)
    (row,) = found.rows
    assert (row["code"], row["names"]) == ("XX0101", {"en": "Upper", "ar": "العليا"})
    assert (row["population"], row["geometry"]) == (420, border)
    assert found.unused == ["ADM2_PCODE", "ADM2_EN", "note"]
    assert [(each.row, each.column) for each in found.problems] == [(2, "geometry")]


def of_shape(shape: object) -> LocalitiesFile:
    """Return what a file with one locality says, whose border is `shape`."""
    properties = {"code": "P1", "name_en": "Place"}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    return read_localities_file("a.geojson", json.dumps({"features": [feature]}))


def nested(depth: int) -> object:
    found: object = 1
    for _ in range(depth):
        found = [found]
    return found


RING = [[0, 0], [1, 0], [1, 1], [0, 0]]


@pytest.mark.parametrize(
    "shape",
    [
        [1, 2],
        "Point",
        {"coordinates": [1, 2]},
        {"type": ["Point"], "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[None]]},
        {"type": "Polygon", "coordinates": RING},
        {"type": "Polygon", "coordinates": [[[0, "a"]]]},
        {"type": "MultiPolygon", "coordinates": [RING]},
        {"type": "MultiPolygon", "coordinates": nested(400)},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": [1, float("nan")]},
        {"type": "Point", "coordinates": [1, float("inf")]},
        {"type": "Point", "coordinates": [True, 1]},
        {"type": "Point", "coordinates": [1, 10**400]},
        {"type": "GeometryCollection", "geometries": []},
    ],
    ids=[
        "list", "text", "no-type", "type-list", "null", "empty", "null-deep", "shallow", "word",
        "too-shallow", "deep", "half", "nan", "infinite", "truth", "huge", "collection",
    ],
)  # fmt: skip
def test_a_border_that_is_none_is_a_problem_of_its_row(shape: object) -> None:
    found = of_shape(shape)
    assert found.rows == []
    assert [(each.row, each.column) for each in found.problems] == [(1, "geometry")]


@pytest.mark.parametrize(
    ("shape", "kept"),
    [
        ({"type": "Point", "coordinates": [1.5, 2, 340]}, [1.5, 2]),
        ({"type": "Polygon", "coordinates": [RING]}, [RING]),
        ({"type": "MultiPolygon", "coordinates": [[RING], [RING]]}, [[RING], [RING]]),
    ],
    ids=["point", "area", "areas"],
)
def test_of_a_border_only_what_is_drawn_is_kept(shape: dict[str, object], kept: object) -> None:
    (row,) = of_shape(shape | {"note": "a name", "bbox": [0, 0, 1, 1]}).rows
    assert row["geometry"] == {"type": shape["type"], "coordinates": kept}


def test_a_locality_without_a_border_is_one() -> None:
    (row,) = of_shape(None).rows
    assert "geometry" not in row


def test_a_file_that_is_too_long_is_not_cut(ana: Planner) -> None:
    row = "P1,Place,x,,,,\n"
    long = HEADER + row * (LARGEST // len(row) + 1)
    assert ana.upload("places", {"file": ("places.csv", long)}) == 413


AREAS = "code,name_en,parent\nN,North,\nN1,Upper,N\nN2,Lower,N\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("N3,Far,M", "no row of the file"),
        ("N3,Far,", "lies in no area"),
        ("N3,Far,N\nN4,Farther,N3", "lies in another"),
    ],
    ids=["unknown", "none", "levels"],
)
def test_areas_hold_every_locality_and_lie_in_none(row: str, said: str) -> None:
    assert read_localities_file("a.csv", AREAS).problems == []
    problems = read_localities_file("a.csv", f"{AREAS}{row}\n").problems
    assert any(said in each.gap.words for each in problems)


def test_what_stands_in_a_cell_is_never_repeated() -> None:
    found = read_localities_file("a.csv", HEADER + "P1,Secret place,x,,lots of people,,\n")
    assert found.rows == []
    assert all("lots" not in str(each) and "Secret" not in str(each) for each in found.problems)


def test_a_file_with_borders_may_be_longer_than_a_form_and_never_touches_the_disk(
    ana: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/no/such/folder")
    border = {"type": "Polygon", "coordinates": [[[n / 7, n / 3] for n in range(9000)]]}
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"P{number}", "name_en": f"Place {number}"},
            "geometry": border,
        }
        for number in range(3)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    assert len(content) > 800_000
    assert "<dd>3</dd>" in ana.look(content, "places.geojson")
    assert ana.keep(content, "places.geojson") == 303
    assert ana.upload("discard", {"x": ("x.csv", content)}) == 413


@pytest.mark.parametrize(
    "table",
    [",".join(map(str, range(700))) + "\na", "a,b\n" + "x\n" * 20_001],
    ids=["wide", "long"],
)
def test_a_table_too_large_to_hold_is_read_no_further(table: str) -> None:
    with pytest.raises(RefusedError, match="more than"):
        read_table(table)


def test_a_number_with_a_comma_is_not_cut_at_it() -> None:
    content = 'code,name_en,population\nP1,Upper,1,500\nP2,Lower,"1,500"\nP3,Old,300\n'
    found = read_localities_file("a.csv", content)
    assert [(row["code"], row["population"]) for row in found.rows] == [("P2", 1500), ("P3", 300)]
    ((row, column, words),) = [(each.row, each.column, each.gap.words) for each in found.problems]
    assert (row, column) == (2, "population")
    assert words.startswith("has more cells than the header")


def test_a_file_of_nothing_but_cut_numbers_is_not_called_empty() -> None:
    # Neither a heading without a name nor an empty cell at the end makes room for half a number.
    for content in (
        "code,name_en,population,\nP1,Upper,1,500\n",
        "code,name_en,population,women\nP1,Upper,1,500,\n",
    ):
        found = read_localities_file("a.csv", content)
        assert (found.rows, found.wrong_rows) == ([], 1)


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("1500", 1500), ("1,500", 1500), ("1.500", 1500), ("1 500", 1500), ("1\u202f500", 1500),
        ("1,234,567", 1_234_567), ("0", 0), ("١٥٠٠", 1500),
        ("0.125", None), ("1234.567", None), ("1.234,567", None), ("1.5", None), ("-3", None),
        ("1,500,", None), ("1_500", None), ("1e3", None), ("1234567890", None), ("9" * 119, None),
    ],
)  # fmt: skip
def test_people_are_counted_in_whole_numbers(written: str, people: int | None) -> None:
    found = read_localities_file("a.csv", f"code;name_en;population\nP1;Upper;{written}\n")
    assert [row["population"] for row in found.rows] == ([] if people is None else [people])
    assert [each.column for each in found.problems] == (["population"] if people is None else [])


@pytest.mark.parametrize("people", [420.125, 0.5, 1e-7, 1e300, float("inf")])
def test_a_fraction_of_geojson_is_no_number_of_people(people: float) -> None:
    properties = {"code": "P1", "name_en": 1.5, "population": people}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    found = read_localities_file("a.geojson", json.dumps({"features": [feature]}))
    assert [(each.row, each.column) for each in found.problems] == [(1, "population")]


def test_rows_are_numbered_as_a_spreadsheet_counts_whatever_is_empty() -> None:
    content = 'code,name_en,population\nP1,"Upper\nvillage",1\n\n\nP2,Lower,many\n,,\nP3,Old,few\n'
    problems = read_localities_file("a.csv", content).problems
    assert [each.row for each in problems] == [5, 7]
    late = read_localities_file("a.csv", "\n" + content)
    assert [each.row for each in late.problems] == [6, 8]


@pytest.mark.parametrize("hint", ["sep=;\n", "\ufeffSEP=;\r\n", '"sep=;"\n'])
def test_what_excel_is_told_of_the_sign_between_cells_is_no_row(hint: str) -> None:
    # Excel does not show the hint, so the header is row 1 with it as without it.
    found = read_localities_file("a.csv", hint + "code;name_en;population\nP1;Upper, east;many\n")
    assert [(each.row, each.column) for each in found.problems] == [(2, "population")]
