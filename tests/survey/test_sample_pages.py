"""The sample is planned on pages of the desk: how many, where, which clusters, by which seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.models import Role, RoundDraft
from survey.operations.planning import Answers, plan_size
from survey.operations.sample_plans import draw, expected, reckon, share_out
from survey.operations.sampling_frames import plan_draw
from tests.databases import migrated
from tests.survey.planned import PLACES, Planner
from tests.survey.staff import Colleague, employ


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    folder = tmp_path_factory.mktemp("sample")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


@pytest.fixture
def ana(site: tuple[Flask, Database]) -> Planner:
    """Ana, before a draft with three localities."""
    browser = Colleague(site[0])
    assert browser.sign_in("ana@example.org").status_code == 303
    planner = Planner(browser)
    planner.begin()
    assert planner.keep(PLACES) == 303
    return planner


def document(site: tuple[Flask, Database], planner: Planner) -> dict[str, object]:
    with site[1].reading() as session:
        return session.get_one(RoundDraft, int(planner.draft.rpartition("/")[2])).document


def refusal(planner: Planner) -> str:
    found = re.search(r'role="alert" dir="auto">([^<]+)', planner.browser.reply.text)
    assert found
    return found[1]


def test_the_page_reckons_what_the_command_reckons(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    typed = {"margin": "5", "cluster_size": "15", "rho": "0,064", "response": "70"}
    assert ana.save("sample/size", typed) == 303
    size = plan_size(5, Answers(cluster_size=15, rho=0.064), response=0.7)
    page = ana.browser.get(f"{ana.draft}/sample").text
    assert f"<dd>{size.respondents}</dd>" in page
    assert f"<dd>{size.invited}</dd>" in page
    assert 'value="0,064"' in page  # what was typed stays


def test_a_change_and_a_number_of_people_are_reckoned_as_well() -> None:
    change = reckon({"change": "5", "power": "90"})
    assert change["kind"] == "change"
    assert change["power"] == pytest.approx(90)
    found = reckon({"respondents": str(change["respondents"]), "change": "5"})
    assert float(found["power"]) >= 90
    assert reckon({"respondents": "100"})["margin"] == pytest.approx(3.92, abs=0.01)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "write a margin"),
        ({"margin": "much"}, "Margin wanted, in points"),
        ({"margin": "nan"}, "is no number"),
        ({"respondents": "inf"}, "is no number"),
        ({"margin": "5", "sd": "20", "percent": "50"}, "not both"),
        ({"margin": "-1"}, "margin"),
        ({"margin": "5", "response": "0.0001"}, ""),
        ({"margin": "5", "level": "99.99999999999999"}, "level is"),
        ({"change": "5", "level": "99.99999999999999"}, "level is"),
        ({"margin": "1e-200"}, "is 1e-200; give a number of at least 1e-15"),
        ({"margin": "1e-200", "population": "1500"}, "is 1e-200; give a number of at least 1e-15"),
        ({"change": "1e-200"}, "is 1e-200; give a number of at least 1e-15"),
        ({"respondents": "1200.5"}, "is no number"),
        ({"respondents": "0.125"}, "is no number"),
        ({"margin": "5", "population": "9" * 5000}, "is no number"),
    ],
    ids=[
        "nothing",
        "word",
        "nan",
        "infinite",
        "both",
        "negative",
        "silence",
        "sure",
        "sure-change",
        "exact",
        "exact-few",
        "exact-change",
        "half",
        "fraction",
        "digits",
    ],
)
def test_a_number_that_makes_no_sense_is_said_and_stays_typed(
    ana: Planner, typed: dict[str, str], said: str
) -> None:
    status = ana.save("sample/size", typed)
    assert status in {303, 422}
    if said:
        assert status == 422
        assert said in refusal(ana)
        for each in typed.values():
            assert f'value="{each}"' in ana.browser.reply.text


@pytest.mark.parametrize("people", ["1200", "1,200", "1.200", "1 200", "1\u202f200"])
def test_signs_between_thousands_are_no_decimal_point(
    ana: Planner, site: tuple[Flask, Database], people: str
) -> None:
    assert reckon({"respondents": people})["respondents"] == 1200
    assert reckon({"respondents": people, "change": "5"})["respondents"] == 1200
    small = reckon({"margin": "5", "population": "1200"})
    assert reckon({"margin": "5", "population": people}) == small
    assert reckon({"margin": "1,200"})["margin"] == pytest.approx(1.2, rel=0.01)
    assert (
        ana.save("sample/allocation", {"total": people, "method": "equal", "minimum": "1"}) == 303
    )
    assert sum(expected(document(site, ana)).values()) == 1200
    typed = {"clusters": "2", "method": "pps", "minimum": "1", "seed": people}
    assert draw(document(site, ana), typed)["seed"] == 1200


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("allocation", "total"), ("allocation", "minimum"),
        ("draw", "clusters"), ("draw", "minimum"), ("draw", "seed"),
    ],
)  # fmt: skip
def test_half_a_person_or_cluster_is_asked_again(ana: Planner, form: str, field: str) -> None:
    typed = {"allocation": {"total": "100"}, "draw": {"clusters": "2", "minimum": "1"}}[form]
    assert ana.save(f"sample/{form}", {**typed, field: "1.5"}) == 422
    assert "is no number" in refusal(ana)


def test_every_seed_that_is_made_can_be_typed_again(
    ana: Planner, site: tuple[Flask, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda below: below - 1)
    drawn = draw(document(site, ana), {"clusters": "2", "minimum": "1"})
    again = draw(document(site, ana), {"clusters": "2", "minimum": "1", "seed": str(drawn["seed"])})
    assert again == drawn


def test_people_are_shared_out_over_the_strata_of_the_localities(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    typed = {"total": "300", "method": "proportional", "minimum": "60"}
    assert ana.save("sample/allocation", typed) == 303
    wanted = expected(document(site, ana))
    assert wanted["hills"] == 60
    assert sum(wanted.values()) == 300
    assert ana.save("sample/quotas", {"quota-0": "75", "quota-1": ""}) == 303
    assert expected(document(site, ana)) == {"hills": 75, "valley": 240}
    assert ana.save("sample/quotas", {"quota-0": "some"}) == 422
    assert 'value="some"' in ana.browser.reply.text


def test_the_same_seed_draws_the_same_clusters_and_every_seed_is_kept(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    typed = {"clusters": "2", "method": "pps", "minimum": "1", "seed": "7"}
    assert ana.save("sample/draw", typed) == 303
    first = document(site, ana)["draw"]
    assert isinstance(first, dict)
    again = draw(document(site, ana), typed)
    assert again["clusters"] == first["clusters"]
    assert again["frame_sha256"] == first["frame_sha256"]
    assert ana.save("sample/draw", {**typed, "seed": ""}) == 303
    second = document(site, ana)["draw"]
    assert isinstance(second, dict)
    assert second["earlier"] == [7]
    assert str(second["seed"]) in ana.browser.get(f"{ana.draft}/sample").text


def test_clusters_are_drawn_from_a_frame_of_ones_own(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    frame = "cluster,size\n" + "".join(f"c{number},{10 + number}\n" for number in range(20))
    files = {"frame": ("any name.csv", frame)}
    assert ana.upload("sample/draw", files, clusters="5", method="systematic", seed="3") == 303
    drawn = document(site, ana)["draw"]
    assert isinstance(drawn, dict)
    assert len(drawn["clusters"]) == 5
    assert {each["probability"] for each in drawn["clusters"]} == {0.25}
    assert ana.upload("sample/draw", {"frame": ("f.csv", "a\n1\n")}, clusters="5") == 422
    assert "no column cluster" in refusal(ana)


def test_a_frame_is_text_that_can_be_read(ana: Planner, site: tuple[Flask, Database]) -> None:
    typed = {"clusters": "2", "method": "systematic", "seed": "3"}
    latin = "cluster,size\nČair,10\nŠuto,20\n".encode("cp1250")
    assert ana.upload("sample/draw", {"frame": ("f.csv", latin)}, **typed) == 422
    assert "save it as CSV in UTF-8" in refusal(ana)
    hidden = "cluster,size\n\x00Čair,10\n\u202eŠuto,20\n"
    assert ana.upload("sample/draw", {"frame": ("f.csv", hidden)}, **typed) == 303
    drawn = document(site, ana)["draw"]
    assert isinstance(drawn, dict)
    assert [each["cluster"] for each in drawn["clusters"]] == ["Čair", "Šuto"]


def test_strata_are_told_apart_whatever_signs_are_in_their_names() -> None:
    names = ['"hills', "valley", 'east"', "two\nlines", "a\ttab"]
    rows = [
        {"code": f"L{number}", "names": {}, "population": 1000, "stratum": name}
        for number, name in enumerate(names)
    ]
    places = {"places": {"rows": rows}}
    shared = share_out(places, {"total": "500"})
    assert [(each["stratum"], each["n"]) for each in shared] == [(name, 100) for name in names]
    drawn = draw(places, {"clusters": "5", "minimum": "1", "seed": "1"})["clusters"]
    assert {each["stratum"] for each in drawn} == {*names}


def test_the_frame_of_the_localities_has_the_hash_that_the_command_gives_it(
    ana: Planner, site: tuple[Flask, Database], tmp_path: Path
) -> None:
    frame = "cluster,size,stratum\nL1,420,hills\nL2,610,valley\nL3,1500,valley\n"
    typed = {"clusters": "2", "minimum": "1", "seed": "7"}
    (file := tmp_path / "frame.csv").write_text(frame, encoding="utf-8")
    drawn = draw(document(site, ana), typed)
    assert drawn["frame_sha256"] == plan_draw(file, 2, "pps", 7, minimum=1).frame_sha256
    assert drawn == draw(document(site, ana), typed, frame)


def test_without_populations_nothing_is_shared_out(ana: Planner) -> None:
    assert ana.keep("code,name_en\nL1,Upper\n") == 303
    assert ana.save("sample/allocation", {"total": "10", "method": "equal"}) == 422
    assert "L1" in refusal(ana)


def test_somebody_elses_draw_is_not_overwritten(ana: Planner, site: tuple[Flask, Database]) -> None:
    version = ana.version()
    typed = {"clusters": "2", "method": "pps", "minimum": "1"}
    assert ana.save("sample/draw", {**typed, "seed": "1"}, version) == 303
    assert ana.save("sample/draw", {**typed, "seed": "2"}, version) == 409
    assert 'value="2"' in ana.browser.reply.text
    drawn = document(site, ana)["draw"]
    assert isinstance(drawn, dict)
    assert drawn["seed"] == 1


@pytest.mark.parametrize("field", ["cluster_size", "weights", "level", "response"])
def test_a_typed_zero_is_judged_and_not_taken_for_an_empty_field(field: str) -> None:
    with pytest.raises(SurveyError, match="0"):
        reckon({"margin": "5", field: "0"})
