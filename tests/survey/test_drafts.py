"""A round is planned at the desk, by several people, half filled as often as not, and opened."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.desk.step_fields import doors_fields
from survey.errors import RefusedError
from survey.models import AuditEntry, ProjectRound, Role, RoundDraft, Wave
from survey.models.wave import Sampling
from survey.operations.draft_documents import round_document, sampling_of
from survey.operations.drafts import change_draft, make_draft, open_draft
from survey.operations.readiness import gaps_of
from survey.operations.round_files import check_round, read_round
from survey.operations.round_writing import round_text
from survey.operations.waves import find_wave, localities_of
from survey.site import today
from tests.databases import migrated
from tests.survey.planned import PLACES, Planner, steps
from tests.survey.staff import Colleague, employ


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    """An installation with a project of Ana, who owns it, and Ben, and one of Cem."""
    folder = tmp_path_factory.mktemp("drafts")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    employ(database, "ben@example.org", Role.RESEARCHER, "Valley")
    employ(database, "cem@example.org", Role.OWNER, "Coast")
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


@pytest.fixture(scope="module")
def ana(site: tuple[Flask, Database]) -> Planner:
    return planner(site[0], "ana@example.org")


@pytest.fixture(scope="module")
def ben(site: tuple[Flask, Database]) -> Planner:
    return planner(site[0], "ben@example.org")


def planner(app: Flask, email: str) -> Planner:
    browser = Colleague(app)
    assert browser.sign_in(email).status_code == 303
    return Planner(browser)


def missing(page: str) -> list[str]:
    """Return the titles of the steps that lack something."""
    return re.findall(r'<li class="open"><a [^>]+>([^<]+)</a>', page)


def test_a_new_draft_lacks_everything_and_says_so(ana: Planner) -> None:
    page = ana.browser.get(ana.begin("Empty")).text
    found = missing(page)
    assert [found[0], found[-1]] == ["Questionnaire", "Do no harm"]
    assert "Opening freezes everything" not in page
    assert ana.browser.post(f"{ana.draft}/open", sure="yes").status_code == 422
    assert "something is still missing" in ana.browser.reply.text


def test_a_complete_draft_opens_and_everything_of_it_is_frozen(
    ana: Planner, ben: Planner, site: tuple[Flask, Database]
) -> None:
    ana.plan(link="frozen-one")
    assert missing(ana.browser.get(ana.draft).text) == []
    assert ana.browser.post(f"{ana.draft}/open").status_code == 422  # the box was not ticked
    ben.draft = ana.draft
    reply = ben.browser.post(f"{ben.draft}/open", sure="yes")
    assert (reply.status_code, reply.location) == (303, "/desk/rounds/frozen-one")
    with site[1].reading() as session:
        wave = find_wave(session, "frozen-one")
        assert session.get_one(ProjectRound, wave.id).project_id == 1
        assert (wave.form, wave.languages, wave.breakdowns) == ("short", ["en", "ar"], ["D2", "D3"])
        assert [each.code for each in localities_of(session, wave)] == ["L1", "L2", "L3"]
        assert wave.facts["ar"]["help"] == ["Health centre, room 4", "Helpline"]
    assert ana.save("days", steps("another")["days"], "99") == 422
    assert "has opened" in ana.browser.reply.text
    assert ana.keep(PLACES) == 422
    assert ana.browser.post(f"{ana.draft}/gate/sign").status_code == 422
    assert ana.browser.post(f"{ana.draft}/discard", sure="yes").status_code == 422
    assert ana.browser.post(f"{ana.draft}/open", sure="yes").status_code == 422
    assert ana.browser.get("/s/frozen-one").status_code == 200
    assert "What this round was opened with" in ana.browser.get("/desk/rounds/frozen-one").text


def test_the_round_file_of_a_draft_opens_the_same_round(
    ana: Planner, site: tuple[Flask, Database], tmp_path: Path
) -> None:
    ana.plan(link="by-file")
    reply = ana.browser.get(f"{ana.draft}/round.toml")
    assert 'filename="by-file.toml"' in reply.headers["Content-Disposition"]
    file = tmp_path / "by-file.toml"
    file.write_bytes(reply.data)
    with site[1].reading() as session:
        draft = session.get_one(RoundDraft, int(ana.draft.rpartition("/")[2]))
        assert read_round(file) == check_round(round_document(draft.document), "draft")


@pytest.mark.parametrize(
    "said",
    ['say "no" \\ now', "tab\tand\nline", "عربي", "\x7f", "=[]{}#'", "name.with dots"],
    ids=["quotes", "lines", "arabic", "delete", "signs", "dots"],
)
def test_a_round_file_keeps_every_sign(said: str) -> None:
    document = {"title": said, "facts": {"en": {"help": [said]}}, "locality": [{"code": said}]}
    assert tomllib.loads(round_text(document)) == document


def test_half_a_form_keeps_what_was_typed_and_names_the_rest(ana: Planner) -> None:
    ana.begin("Half")
    assert ana.save("days", {"link": "??", "opens_on": "2031-05-01", "closes_on": "soon"}) == 303
    page = ana.browser.get(f"{ana.draft}/days").text
    for typed in ("??", "2031-05-01", "soon"):
        assert f'value="{typed}"' in page
    assert page.count('class="missing"') == 3
    assert 'href="#keep_until"' in page


def test_two_people_edit_one_step_and_nothing_is_lost(
    ana: Planner, ben: Planner, site: tuple[Flask, Database]
) -> None:
    ana.begin("Together")
    ben.draft = ana.draft
    version = ana.version()
    assert ana.save("days", {"link": "from-ana", "opens_on": "2031-01-01"}, version) == 303
    assert ben.save("doors", {"doors": ["paper"]}, version) == 303  # another step: no clash
    assert ben.save("days", {"link": "from-ben", "opens_on": "2031-01-01"}, version) == 409
    page = ben.browser.reply.text
    assert "ana@example.org" in page
    assert "from-ana" in page
    assert "from-ben" in page
    assert "2031-01-01" not in re.findall(r"<section.*?</section>", page, re.DOTALL)[0]
    with site[1].reading() as session:
        draft = session.get_one(RoundDraft, int(ana.draft.rpartition("/")[2]))
        assert draft.document["days"]["link"] == "from-ana"
    newer = page.split('name="version" value="')[1].split('"')[0]
    assert ben.save("days", {"link": "from-ben", "opens_on": "2031-01-01"}, newer) == 303
    assert 'value="from-ben"' in ana.browser.get(f"{ana.draft}/days").text


def test_the_same_words_from_two_people_are_no_clash(ana: Planner, ben: Planner) -> None:
    ana.begin("Agreed")
    ben.draft = ana.draft
    version = ana.version()
    assert ana.save("doors", {"doors": ["paper"]}, version) == 303
    assert ben.save("doors", {"doors": ["paper"]}, version) == 303


def test_a_draft_of_another_team_is_no_page(ana: Planner, site: tuple[Flask, Database]) -> None:
    ana.begin("Ours")
    number = ana.draft.rpartition("/")[2]
    cem = planner(site[0], "cem@example.org")
    for path in (ana.draft, f"{ana.draft}/days", f"/desk/projects/2/drafts/{number}/days"):
        assert cem.browser.get(path).status_code == 404
    theirs = f"/desk/projects/2/drafts/{number}"
    for page in ("days", "open", "discard", "gate/sign", "sample/draw", "places/keep"):
        reply = cem.browser.post(f"{theirs}/{page}", sure="yes", clusters="1")
        assert reply.status_code in {404, 422}
    assert ana.browser.get(ana.draft).status_code == 200


def test_throwing_a_draft_away_is_asked_for_twice(ana: Planner) -> None:
    ana.begin("Superfluous")
    assert "Superfluous" in ana.browser.get(f"{ana.draft}/discard").text
    assert ana.browser.post(f"{ana.draft}/discard").status_code == 422
    assert ana.browser.get(ana.draft).status_code == 200
    assert ana.browser.post(f"{ana.draft}/discard", sure="yes").status_code == 303
    assert ana.browser.get(ana.draft).status_code == 404


@pytest.mark.parametrize("name", ["", " ", "x" * 81], ids=["empty", "blank", "long"])
def test_a_draft_needs_a_name(ana: Planner, name: str) -> None:
    reply = ana.browser.post("/desk/projects/1/drafts", name=name)
    assert (reply.status_code, "1 to 80 characters" in reply.text) == (422, True)


def test_an_open_link_is_a_convenience_sample_whatever_is_wished(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    document = {"doors": {"doors": ["open", "paper"]}, "sample": {"design": "probability"}}
    assert sampling_of(document) is Sampling.CONVENIENCE
    assert sampling_of({**document, "doors": {"doors": ["codes"]}}) is Sampling.PROBABILITY
    ana.begin("Open")
    for step, typed in {**steps("open-one"), "sample": {"design": "probability"}}.items():
        ana.save(step, typed)
    assert "this is a convenience sample" in ana.browser.get(f"{ana.draft}/sample").text
    assert "Sample" in missing(ana.browser.get(ana.draft).text)


@pytest.mark.parametrize("door", ["kiosk", "codes", "paper"])
def test_a_way_in_that_knows_no_drawn_cluster_makes_a_convenience_sample_and_is_told(
    database: Database, door: str
) -> None:
    drawn = {"clusters": [{"cluster": "C1"}]}
    document = {**steps("by-chance"), "sample": {"design": "probability"}}
    document["doors"] = {"doors": [door, "enumerator"]}
    told = {
        each.value: each.note for each in doors_fields(document | {"draw": drawn}, "en")[0].options
    }
    assert not told.pop("enumerator")
    assert all("knows no drawn cluster" in note for note in told.values())
    assert not any(each.note for each in doors_fields(document, "en")[0].options)
    assert sampling_of(document) is Sampling.PROBABILITY
    assert sampling_of(document | {"draw": drawn}) is Sampling.CONVENIENCE
    seeing = document | {"draw": drawn, "doors": {"doors": ["enumerator"]}}
    assert sampling_of(seeing) is Sampling.PROBABILITY
    with database.reading() as session:
        for parts, lacks in ((document, False), (document | {"draw": drawn}, True)):
            draft = RoundDraft(id=0, wave_id=0, project_id=0, name="By chance", document=parts)
            gaps = gaps_of(session, draft, today())["sample"]
            assert any("in which drawn cluster" in gap.words for gap in gaps) == lacks


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("questionnaire", {"choice": "no_such/short/"}, "questionnaire"),
    ("languages", {"languages": ["xx"]}, "languages"),
    ("groups", {"breakdowns": ["T1"]}, "groups"),
    ("doors", {"doors": ["open", "codes"]}, "doors"),
    ("doors", {"doors": []}, "doors"),
    ("days", {"link": "x"}, "days"),
    ("days", {"opens_on": "2026-02-30"}, "days"),
    ("days", {"closes_on": "2020-01-01"}, "days"),
    ("protection", {"protection": "sealed", "recipients": ""}, "protection"),
    ("protection", {"protection": "open", "recipients": "age1nothing"}, "protection"),
    ("consent", {"ar-help": "  \n "}, "consent"),
    ("sample", {"design": "magic"}, "sample"),
    ("gate", {"whole-who": " "}, "gate"),
]


@pytest.mark.both_databases
def test_each_step_names_what_it_lacks_and_nothing_opens(database: Database) -> None:
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    with database.writing() as session:
        draft = make_draft(session, 1, "Spring")
        whole = {**steps("wrong-one")}
        for step, typed, named in WRONG:
            part = dict(whole[step]) | dict(typed)
            change_draft(session, draft, step, part, 10_000)
            gaps = gaps_of(session, draft, today())
            assert gaps[named], (step, typed)
            with pytest.raises(RefusedError, match="still missing"):
                open_draft(session, draft, today())
            session.rollback()
            change_draft(session, draft, step, whole[step], 10_000)
        assert session.scalars(select(Wave)).all() == []


def test_the_log_says_who_began_and_who_threw_away(
    ana: Planner, site: tuple[Flask, Database]
) -> None:
    ana.begin("Logged")
    ana.browser.post(f"{ana.draft}/discard", sure="yes")
    with site[1].reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.thing == "Logged"))
        acts = [(entry.actor, entry.action) for entry in entries]
    assert acts == [("ana@example.org", "draft made"), ("ana@example.org", "draft discarded")]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_of_a_draft_speak_and_run_as_the_reader_does(ana: Planner, language: str) -> None:
    ana.begin("Languages")
    ana.save("questionnaire", steps()["questionnaire"])
    ana.save("languages", steps()["languages"])
    page = ana.browser.get(f"{ana.draft}/consent").text
    assert "It takes about 5 minutes." in page  # the words of the questionnaire beside our facts
    assert '<div lang="ar" dir="rtl">' in page
    ana.browser.post("/account/language", language=language, back="/desk/")
    try:
        for page in ("", "/questionnaire", "/groups", "/consent", "/gate", "/places", "/sample"):
            reply = ana.browser.get(f"{ana.draft}{page}")
            assert reply.status_code == 200
            assert f'<html lang="{language}"' in reply.text
    finally:
        ana.browser.post("/account/language", language="en", back="/desk/")
