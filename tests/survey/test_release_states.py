"""The way of a release: draft, check, sign-off by a second person, correction, withdrawal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from analysis.disclosure import Release as Published
from questionnaires import Instrument
from survey.cli.release import release as command
from survey.db import Database
from survey.errors import RefusedError, ReleaseError
from survey.models import AuditEntry, Release, ReleaseComment, Role, Wave
from survey.models.release import ReleaseState
from survey.operations.release_files import audit_paths
from survey.operations.release_lists import find_release
from survey.operations.release_making import Options
from survey.operations.release_material import SignOff
from survey.operations.release_states import (
    check,
    comment,
    correctable,
    discard,
    sign_off,
    withdraw,
)
from survey.operations.releases import draft, publish, supersede
from survey.operations.waves import open_wave
from survey.reports.render import Shown
from survey.site import today
from tests.conftest import localities, plan
from tests.survey.staff import Colleague, employ
from tests.survey.test_releases import answer

ANA, BEN = "ana@example.org", "ben@example.org"
LIST = "/desk/rounds/round-one/releases"


@pytest.fixture
def ours(database: Database, cohesion: Instrument) -> Wave:
    """A round of the project of Ana and Ben, which eighty people have answered."""
    employ(database, ANA, Role.OWNER)
    employ(database, BEN, Role.RESEARCHER)
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(), localities())
    answer(database, wave, cohesion, {"P1": 40, "P2": 40})
    return wave


def drafted(database: Database, wave: Wave) -> int:
    """Let Ana make a draft; return its number."""
    with database.writing() as session:
        session.info["actor"] = ANA
        return draft(session, session.merge(wave), today()).id


def state(database: Database, number: int) -> str:
    with database.reading() as session:
        return session.get_one(Release, number).state


def test_a_draft_is_published_by_a_second_person_and_by_no_other(
    app: Flask, client: FlaskClient, database: Database, ours: Wave
) -> None:
    ana, ben = Colleague(app), Colleague(app)
    assert (ana.sign_in(ANA).status_code, ben.sign_in(BEN).status_code) == (303, 303)
    one = ana.post(LIST, smallest="15").location
    number = int(one.rpartition("/")[2])
    with database.reading() as session:
        made = session.get_one(Release, number)
    assert (made.state, made.made_by) == (ReleaseState.DRAFT, ANA)
    assert Published.from_json(made.document).programme.policy.smallest == 15
    assert client.get(f"/reports/{made.token}/en").status_code == 404
    assert "Trust" in ana.get(f"{one}/preview/en").text

    assert ana.post(f"{one}/sign-off", name="A. Maker").status_code == 422
    assert ana.post(f"{one}/check").status_code == 303
    assert "No withheld number can be worked out" in ana.get(one).text
    assert "cannot sign it off" in ana.post(f"{one}/sign-off", name="A. Maker").text
    assert state(database, number) == ReleaseState.CHECKED

    ben.post(f"{one}/comments", text="P3 is small; say so.")
    assert "P3 is small" in ana.get(one).text
    assert ben.post(f"{one}/sign-off", name="B. Second").status_code == 303
    with database.reading() as session:
        signed = session.get_one(Release, number)
        acts = list(session.scalars(select(AuditEntry.action)))
    assert (signed.state, signed.signed_by) == (ReleaseState.PUBLISHED, BEN)
    assert signed.token != made.token
    assert "B. Second" in client.get(f"/reports/{signed.token}/en").text
    preview = ana.get(f"{one}/preview/en")
    assert (preview.status_code, preview.location) == (303, f"/reports/{signed.token}/en")
    assert Shown(signed, "en", {"a": "/1"}).key != Shown(signed, "en", {"a": "/2"}).key
    assert f"{one}/withdraw" in ana.get(one).text
    with database.writing() as session:
        session.get_one(Release, number).state = ReleaseState.CORRECTED
        session.commit()
    assert f"{one}/withdraw" in ana.get(one).text
    assert acts[-3:] == ["release drafted", "release checked", "release published"]
    assert f"/reports/{signed.token}" in ben.get("/desk/releases").text


def test_a_sign_off_changes_nothing_but_itself(database: Database, ours: Wave) -> None:
    number = drafted(database, ours)
    with database.writing() as session:
        session.info["actor"] = BEN
        release = session.get_one(Release, number)
        before = Published.from_json(release.document)
        assert check(session, release) == []
        sign_off(session, release, SignOff("B. Second", "researcher", today()))
        after = Published.from_json(release.document)
    assert (after.programme, after.community) == (before.programme, before.community)
    assert (after.outline, after.checks) == (before.outline, before.checks)
    assert (before.facts.signed_by, after.facts.signed_by) == ("", "B. Second")


def test_a_correction_says_what_changed_and_takes_the_place_of_the_first(
    database: Database, ours: Wave, tmp_path: Path
) -> None:
    with database.writing() as session:
        first = publish(session, session.merge(ours), SignOff("A", "owner", today()))
        with pytest.raises(ReleaseError, match="nothing new"):
            publish(session, session.merge(ours), SignOff("A", "owner", today()))
        options = Options(corrects=first.id, changes="The title named another month.")
        second = publish(
            session, session.merge(ours), SignOff("A", "owner", today()), options=options
        )
        assert (first.state, second.state) == (ReleaseState.CORRECTED, ReleaseState.PUBLISHED)
        assert (second.corrects, second.changes) == (first.id, "The title named another month.")
        with pytest.raises(RefusedError, match="another release has taken the place"):
            correctable(session, session.merge(ours), first.id, "The title again.")
        withdraw(session, first, "It is wrong.")
        supersede(session, second)
        assert (first.state, first.reason) == (ReleaseState.WITHDRAWN, "It is wrong.")
        withdraw(session, second, "The sample was drawn wrongly.")
        assert (second.state, second.reason) == ("withdrawn", "The sample was drawn wrongly.")
        for number, each in enumerate((first, second)):
            (tmp_path / f"{number}.json").write_text(each.document, encoding="utf-8")
    outcome = audit_paths([tmp_path, tmp_path / "0.json"])
    # Both say the same but for nothing: one document.
    assert (outcome.rounds, outcome.exposures) == (1, ())


@pytest.mark.parametrize("corrects", ["9" * 9, "9" * 30, "9" * 5000])
def test_no_number_of_a_release_is_too_long_to_be_answered(
    app: Flask, ours: Wave, corrects: str
) -> None:
    ana = Colleague(app)
    ana.sign_in(ANA)
    assert ana.post(LIST, corrects=corrects, changes="x").status_code in {303, 422}


def test_one_draft_waits_at_a_time_and_can_be_thrown_away(database: Database, ours: Wave) -> None:
    number = drafted(database, ours)
    with pytest.raises(RefusedError, match="a draft of the round 'round-one' waits"):
        drafted(database, ours)
    with database.writing() as session:
        release = session.get_one(Release, number)
        with pytest.raises(RefusedError, match="write a sentence"):
            comment(session, release, " ", today())
        comment(session, release, "Too early.", today())
        discard(session, release)
    with database.reading() as session:
        assert session.get(Release, number) is None
        assert find_release(session, ours, 2**63) is None
        assert session.scalar(select(func.count()).select_from(ReleaseComment)) == 0


def test_a_draft_that_another_release_overtook_is_not_signed(
    database: Database, ours: Wave, cohesion: Instrument
) -> None:
    number = drafted(database, ours)
    with database.writing() as session:
        assert check(session, session.get_one(Release, number)) == []
    answer(database, ours, cohesion, {"P1": 20, "P2": 20})
    with database.writing() as session:
        publish(session, session.merge(ours), SignOff("A", "owner", today()))
        session.info["actor"] = BEN
        with pytest.raises(RefusedError, match="since this draft was made"):
            sign_off(session, session.get_one(Release, number), SignOff("B", "owner", today()))


def test_small_gains_are_named_or_withheld(
    database: Database, ours: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        publish(session, session.merge(ours), SignOff("A", "owner", today()))
    answer(database, ours, cohesion, {"P1": 15, "P2": 5})
    with database.writing() as session:
        with pytest.raises(ReleaseError, match=r"AT of D3=40-49.* or withhold them"):
            publish(session, session.merge(ours), SignOff("A", "owner", today()))
        session.rollback()
        made = publish(
            session,
            session.merge(ours),
            SignOff("A", "owner", today()),
            options=Options(withhold_small_gains=True),
        )
        programme = Published.from_json(made.document).programme
        assert programme.cell("AT", (("D3", "40-49"),)).withheld


def test_the_audit_from_outside_tells_and_fails(tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    run = CliRunner().invoke(command, ["audit", str(tmp_path / "no.json")])
    assert isinstance(run.exception, ReleaseError)
    assert "is no release" in str(run.exception)
    assert CliRunner().invoke(command, ["audit"]).exit_code == 2


def test_the_audit_from_outside_names_a_damaged_file(
    database: Database, ours: Wave, tmp_path: Path
) -> None:
    with database.writing() as session:
        document = publish(session, session.merge(ours), SignOff("A", "owner", today())).document
    file = tmp_path / "damaged.json"
    for change in ("renamed", "no number", "no domain", "no round"):
        damaged = json.loads(document)
        cell = next(each for each in damaged["programme"]["cells"] if each["domain"])
        match change:
            case "renamed":
                cell["domain"][0][1] = "elsewhere"
            case "no number":
                cell["n"] = []
            case "no domain":
                cell["domain"][0][1] = {}
            case "no round":
                damaged["facts"]["wave"] = []
        file.write_text(json.dumps(damaged), encoding="utf-8")
        with pytest.raises(
            ReleaseError, match=r"damaged\.json: changed since the release was made"
        ):
            audit_paths([tmp_path])
    file.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"damaged\.json: is no release"):
        audit_paths([file])
