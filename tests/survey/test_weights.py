"""Weights of a round: entered or uploaded, kept version after version, used by releases."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from analysis import Design, estimate, rake, score
from analysis.disclosure import Release as Published
from analysis.report.compose import compose
from questionnaires import Instrument, read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.errors import RefusedError, ReleaseError
from survey.models import AuditEntry, Response, Role, Wave, Weighting
from survey.models.wave import Protection
from survey.operations.editing import Clash
from survey.operations.figures import weighed_design
from survey.operations.members import place_round
from survey.operations.opening import read_responses
from survey.operations.release_material import SignOff, frame_of
from survey.operations.releases import publish
from survey.operations.waves import find_wave, open_wave
from survey.operations.weighing import scheme_of, weighed_now, weighed_then, with_effects
from survey.operations.weighting_plans import (
    Offered,
    Typed,
    margins_of,
    read_margins_file,
    small_groups,
)
from survey.operations.weightings import Entry, counts_of, groups_answered, keep, newest, take_off
from survey.site import today
from tests.conftest import answers, localities, plan
from tests.databases import migrated
from tests.survey.staff import Colleague, employ

ANA = "ana@example.org"
WEIGHTS = "/desk/rounds/round-one/weights"
SEX = Offered("D2", "Gender", {"woman": "Woman", "man": "Man", "other_way": "Another way"})
AGE = Offered("D3", "Age", {"18-24": "18-24", "25-29": "25-29", "30-39": "30-39"})
MARGINS = [
    {
        "item": "D2",
        "rows": [
            {"code": "woman", "people": 520.0, "with": ""},
            {"code": "man", "people": 480.0, "with": ""},
            {"code": "other_way", "people": None, "with": ""},
        ],
    }
]
ENTRY = Entry("people", MARGINS, 5.0, {})


def fill(database: Database, link: str, cohesion: Instrument, *, women: int = 90) -> None:
    """Store 120 sealed answers of whom so many are women, whose trust is higher."""
    with database.writing() as session:
        wave = find_wave(session, link)
        rows: list[dict[str, Any]] = []
        for number in range(120):
            sex = "woman" if number < women else "man" if number < 116 else "dk"
            trust = str(3 + number % 3 if sex == "woman" else 1 + number % 3)
            given = answers(
                cohesion,
                D1=f"P{number % 2 + 1}",
                D2=sex,
                D3="18-24" if number % 3 else "25-29",
                D10="no",
                **dict.fromkeys(("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"), trust),
            )
            rows.append(
                {
                    "id": secrets.token_bytes(16), "wave_id": wave.id, "batch": 1,
                    "language": "en", "mode": "self-web", "locality": given["D1"],
                    "stratum": given["D1"], "weight": 1_000_000, "answers": given,
                }
            )  # fmt: skip
        session.execute(insert(Response), rows)
        session.commit()


def test_the_weights_of_a_release_are_those_of_the_analysis(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave.link, cohesion)
    with database.writing() as session:
        session.info["actor"] = ANA
        groups = groups_answered(session, wave, ["D2"])
        assert counts_of(groups, "D2") == {"woman": 90, "man": 26, "dk": 4}
        entry = with_effects(ENTRY, groups)
        assert keep(session, wave.link, entry, 0, today()) is None
    with database.reading() as session:
        responses = read_responses(session, find_wave(session, wave.link)).responses
        weighed = weighed_now(session, wave)
    frame = frame_of(cohesion, responses)
    # The four who did not say keep their share, so the margins are of the other 116.
    sexes = frame.codes("D2")
    shares = {"dk": 1000 * 4 / 120, "woman": 520 * 116 / 120, "man": 480 * 116 / 120}
    plain = Design(frame.weight / 1e6, frame.stratum, None)
    raked = rake(plain, {"sex": (sexes, shares)})
    found = weighed_design(frame, weighed)
    assert found.weight == pytest.approx(raked.weight, rel=1e-9)
    trust = score(frame, "long")["TRH"]
    one, other = (estimate("mean", trust, design) for design in (raked, found))
    assert (other.point, other.standard_error) == pytest.approx((one.point, one.standard_error))

    with database.writing() as session:
        made = publish(session, session.merge(wave), SignOff("A. Maker", "owner", today()))
        published = Published.from_json(made.document)
    facts = published.facts
    assert facts.weighting == "raked"
    assert facts.raked is not None
    assert (facts.raked.items, facts.raked.version, facts.raked.cap) == (("D2",), 1, 5.0)
    mean = published.programme.cell("TRH").mean
    assert mean is not None
    assert float(mean) == pytest.approx(one.point, abs=0.51)
    unweighted = estimate("mean", trust, plain).point
    assert unweighted is not None
    assert abs(unweighted - (one.point or 0)) > 5
    said = str(compose(published, "en", "programme"))
    assert "weighted by raking" in said
    assert "Weights agree with" in said
    # Still whoever came: weights change nothing about that.
    assert "nobody else" in said


@pytest.mark.both_databases
def test_versions_stay_and_the_second_of_two_people_is_asked(
    database: Database, wave: Wave
) -> None:
    with database.writing() as session:
        session.info["actor"] = ANA
        assert keep(session, wave.link, ENTRY, 0, today()) is None
        clash = keep(session, wave.link, ENTRY, 0, today())
        assert isinstance(clash, Clash)
        assert (clash.author, clash.version) == (ANA, 1)
        assert take_off(session, wave.link, 1, today()) is None
        with pytest.raises(RefusedError, match="no weights"):
            take_off(session, wave.link, 2, today())
        now = newest(session, wave)
        assert now is not None
        assert (now.version, now.margins) == (2, [])
        assert weighed_now(session, wave) is None
        then = weighed_then(session, wave, 1)
        assert then is not None
        assert then.scheme == scheme_of("people", MARGINS, 5.0)
        said = list(session.scalars(select(AuditEntry.action)))
    assert said.count("weights changed") == 2


def test_a_release_whose_answers_do_not_fit_the_weights_says_so(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave.link, cohesion, women=116)  # no man among them
    with database.writing() as session:
        keep(session, wave.link, ENTRY, 0, today())
        with pytest.raises(ReleaseError, match="weights of the round do not fit"):
            publish(session, session.merge(wave), SignOff("A. Maker", "owner", today()))


@pytest.mark.both_databases
def test_effects_hide_what_few_people_said(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave.link, cohesion)
    with database.reading() as session:
        groups = groups_answered(session, wave, ["D2"])
    found = with_effects(ENTRY, groups).effects
    # Four did not say; with only one other count hidden they could be reckoned, so men are too.
    assert found["shares"]["D2"] == {"woman": [78, 52], "man": [None, 48]}
    assert found["people"] == 120
    assert found["effective"] < 120
    assert found["deff"] == pytest.approx(120 / found["effective"], abs=0.02)
    with pytest.raises(RefusedError, match="No weights agree"):
        with_effects(Entry("people", MARGINS, 1.0001, {}), [])


PEOPLE = {("D2", "woman"): "520", ("D2", "man"): "480"}
AGES = {("D3", "18-24"): "400", ("D3", "25-29"): "600"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (Typed(), "Write how many people"),
        (Typed(people=PEOPLE | {("D2", "man"): "many"}), "no number above zero"),
        (Typed(people=PEOPLE | {("D2", "man"): "0"}), "no number above zero"),
        (Typed(people=PEOPLE | {("D2", "man"): ""}), "One group alone"),
        (Typed(people=PEOPLE | AGES | {("D3", "25-29"): "500"}), "add up to 900 people"),
        (Typed("percent", people=PEOPLE), "add up to 1000 percent"),
        (Typed(people=PEOPLE, cap="1"), "above 1"),
        (
            Typed(people=PEOPLE, joined={("D2", "other_way"): "man", ("D2", "man"): "woman"}),
            "joined itself",
        ),
    ],
    ids=["empty", "words", "zero", "one", "sums", "percent", "cap", "chain"],
)
def test_what_is_wrong_in_a_form_is_said_at_its_place(typed: Typed, said: str) -> None:
    found = margins_of(typed, [SEX, AGE]).problems
    assert any(said in gap.words % dict(gap.values) for gap in found), found


@pytest.mark.parametrize("number", ["52,5", "52.5", "1 052", "1,052", "52\u00a0000"])
def test_numbers_are_read_as_people_write_them(number: str) -> None:
    read = margins_of(Typed(people=PEOPLE | {("D2", "woman"): number}), [SEX])
    value = {"52,5": 52.5, "52.5": 52.5, "1 052": 1052, "1,052": 1052}.get(number, 52000)
    assert read.margins[0]["rows"][0]["people"] == value
    assert read.problems == []


def test_small_groups_are_asked_to_join_and_then_count_together() -> None:
    joined = {("D3", "30-39"): "25-29"}
    people = {("D3", "18-24"): "400", ("D3", "25-29"): "400", ("D3", "30-39"): "200"}
    counts = {"18-24": 60, "25-29": 9, "30-39": 4}
    alone = margins_of(Typed(people=people), [AGE]).margins[0]
    assert [gap.field for gap in small_groups(alone, counts)] == ["with-D3-25-29", "with-D3-30-39"]
    together = margins_of(Typed(people=people, joined=joined), [AGE]).margins[0]
    assert small_groups(together, counts) == []
    assert scheme_of("people", [together], None).known[0].people == {"18-24": 400, "25-29": 600}


def test_wrong_rows_of_a_file_are_named_and_the_others_used() -> None:
    content = (
        "item;code;population\nD2;woman;520\nD2;man;480\nD2;man;481\nD9;x;1\nD2;boy;3\nD3;18-24;\n"
    )
    typed, problems = read_margins_file(content, [SEX, AGE])
    assert typed.people == PEOPLE
    assert [(each.row, each.column) for each in problems] == [
        (4, "code"), (5, "item"), (6, "code"), (7, "population"),
    ]  # fmt: skip
    with pytest.raises(RefusedError, match="no column"):
        read_margins_file("item,people\nD2,3\n", [SEX])


def test_a_number_that_a_comma_cuts_in_two_is_a_row_to_mend() -> None:
    content = "item,code,population\nD2,woman,1,520\nD2,man,480\n"
    typed, problems = read_margins_file(content, [SEX])
    assert typed.people == {("D2", "man"): "480"}
    assert [(each.row, each.column) for each in problems] == [(2, "population")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    folder: Path = tmp_path_factory.mktemp("weights")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, ANA, Role.OWNER, "Valley")
    cohesion = read_instrument("social_cohesion")
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(), localities())
        place_round(session, wave, None)
        sealed = open_wave(session, cohesion, plan(link="sealed-one"), localities())
        place_round(session, sealed, None)
        sealed.protection = Protection.SEALED
        session.commit()
    fill(database, "round-one", cohesion)
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


def upload(browser: Colleague, content: str) -> str:
    sent: Mapping[str, Any] = {
        "csrf_token": browser.token(),
        "file": FileStorage(BytesIO(content.encode()), "margins.csv"),
    }
    boundary, body = encode_multipart(sent)
    return browser.client.post(
        f"{WEIGHTS}/file",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        base_url=browser.base,
        headers={"Referer": f"{browser.base}/desk/"},
    ).text


def test_a_team_enters_weighs_and_takes_off(desk: tuple[Flask, Database]) -> None:
    app, database = desk
    ana = Colleague(app)
    ana.sign_in(ANA)
    empty = ana.get(WEIGHTS).text
    assert "No weights yet" in empty
    assert "not drawn by chance" in empty
    assert f'href="{WEIGHTS}"' in ana.get("/desk/rounds/round-one").text

    found = upload(ana, "item,code,population\nD2,woman,520\nD2,man,480\nD2,boy,9\n")
    assert "is no answer to this question" in found
    assert re.search(r'name="people-D2-woman" value="520"', found)

    typed = {"people-D2-woman": "520", "people-D2-man": "480", "unit": "people", "cap": "5"}
    few = {"people-D2-other_way": "20"}
    refused = ana.post(WEIGHTS, version="0", **typed, **few)
    assert refused.status_code == 422
    assert "Fewer than 10 people gave this answer" in refused.text
    assert 'value="520"' in refused.text
    assert ana.post(WEIGHTS, version="0", **typed).status_code == 303
    shown = ana.get(WEIGHTS).text
    assert "Design effect of the weights" in shown
    assert "too few to show" in shown
    assert ana.post(WEIGHTS, version="0", **typed).status_code == 409
    assert ana.post(f"{WEIGHTS}/off", version="x").status_code == 400
    assert ana.post(f"{WEIGHTS}/off", version="1").status_code == 303
    assert "none: as drawn" in ana.get(WEIGHTS).text
    assert ana.post(f"{WEIGHTS}/off", version="2").status_code == 422
    with database.reading() as session:
        kept = session.scalars(select(Weighting).order_by(Weighting.version)).all()
    assert [(each.version, each.made_by, bool(each.margins)) for each in kept] == [
        (1, ANA, True), (2, ANA, False),
    ]  # fmt: skip


def test_a_sealed_round_keeps_what_the_server_cannot_try(desk: tuple[Flask, Database]) -> None:
    ana = Colleague(desk[0])
    ana.sign_in(ANA)
    sealed = WEIGHTS.replace("round-one", "sealed-one")
    typed = {"people-D2-woman": "52", "people-D2-man": "48", "unit": "percent", "cap": ""}
    assert ana.post(sealed, version="0", **typed).status_code == 303
    shown = ana.get(sealed).text
    assert "cannot read the answers" in shown
    assert "Design effect of the weights" not in shown
