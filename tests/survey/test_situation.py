"""The situation joins what is published with what may be named, place by place, and no more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask import Flask

from analysis.disclosure import Cell, Withheld
from analysis.disclosure import Release as Published
from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.desk.situation_steps import STEPS
from survey.models import Project, Release, Role, Wave
from survey.models.release import ReleaseState
from survey.operations.demo_mark import MARK
from survey.operations.members import enlist
from survey.operations.released import Source, latest_release
from survey.operations.services.quality_gap import quality_gap
from survey.operations.situation import TOP, Situation, situation
from survey.operations.wave_plans import Locality
from survey.operations.waves import open_wave
from tests.analysis.rounds import cohesion, households, released
from tests.conftest import plan
from tests.databases import migrated
from tests.survey.mapped import document, keep, service
from tests.survey.staff import Colleague, employ

HOME = "/desk/projects/1/situation"
HERE, THERE = "TV01", "TV02"
ORGANISATIONS = (
    ("Centre", "none", {"covers_1": HERE, "covers_2": THERE}),
    ("Hidden office", "high", {"covers_1": HERE}),
    ("Unsure office", "", {"covers_1": HERE}),
    ("Watched office", "some", {"covers_2": THERE}),
)


@dataclass(frozen=True)
class Joined:
    """An installation with two releases and three registers."""

    app: Flask
    database: Database
    profile: Published
    waves: tuple[int, int]


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joined]:
    folder = tmp_path_factory.mktemp("situation")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    by_place: dict[str, Any] = {"by": ("D1",), "groups": ()}
    asked = replace(households(), **by_place)
    profile = _with_withheld(released(asked, checked=False))
    together = released(replace(cohesion()[1], **by_place), checked=False)
    named = [Locality(code, dict(names)) for code, names in asked.places.items()]
    waves = tuple(_publish(database, each, named) for each in (profile, together))
    with database.writing() as session:
        keep(session, 1, "service_map", document(service="Clinic", place=HERE))
        keep(session, 1, "service_map", document(service="Inner", place=HERE, publish="internal"))
        law = {"service": "Law desk", "service_type": "legal", "publish": "partners"}
        keep(session, 1, "service_map", document(place=HERE, **law))
        for name, risk, covers in ORGANISATIONS:
            about = {"organisation": name, "topic": "cohesion", "level": "local"}
            written = {"organisation": about, "coverage": covers, "part": {"contact_risk": risk}}
            keep(session, 1, "stakeholder_map", written)
    app = create_app(settings)
    yield Joined(app, database, profile, (waves[0], waves[1]))
    app.extensions["sixfold"].database.dispose()
    database.dispose()


def _with_withheld(made: Published) -> Published:
    """Return a release in which two numbers are withheld."""
    hidden = {("service_quality.jobs", ()), ("in_need.water", (("D1", HERE),))}
    cells = tuple(
        Cell(each.dimension, each.domain, withheld=Withheld.FEW)
        if (each.dimension, each.domain) in hidden
        else each
        for each in made.programme.cells
    )
    return replace(made, programme=replace(made.programme, cells=cells))


def _publish(database: Database, made: Published, places: list[Locality]) -> int:
    name = made.facts.instrument
    with database.writing() as session:
        decided = plan(link=name.replace("_", "-"), breakdowns=())
        wave = open_wave(session, read_instrument(name), decided, places)
        enlist(session, wave, session.get_one(Project, 1))
        text = made.to_json()
        session.add(
            Release(
                wave_id=wave.id,
                token=name,
                made_on=made.facts.made_on,
                through_batch=1,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                document=text,
                figures={},
                state=ReleaseState.PUBLISHED,
            )
        )
        session.commit()
        return wave.id


def found(joined: Joined, language: str = "en") -> Situation:
    with joined.database.reading() as session:
        return situation(session, 1, [HERE, THERE], language)


def test_a_place_has_its_needs_its_services_its_actors_and_its_dimensions(joined: Joined) -> None:
    here, there = found(joined).localities
    edition = joined.profile.programme
    shown = [edition.cell(f"in_need.{code}", (("D1", HERE),)) for code in _needs(joined)]
    shares = sorted((int(each.share or 0) for each in shown if not each.withheld), reverse=True)
    assert [int(each.cell.share or 0) for each in here.needs] == [
        each for each in shares if each >= shares[TOP - 1]
    ]
    assert edition.cell("in_need.water", (("D1", HERE),)).withheld
    assert here.needs_withheld == sum(each.withheld is not None for each in shown)
    assert [each.name for each in here.services] == ["Clinic"]
    assert "health" in there.gaps
    assert "health" not in here.gaps
    assert not {"legal", "gbv", "probation_exit"} & {*here.gaps, *there.gaps}
    assert [each.organisation for each in here.actors] == ["Centre"]
    assert [each.organisation for each in there.actors] == ["Centre"]
    assert found(joined).risky == 3
    assert len(here.cohesion) == 6
    assert all(each.cell.domain == (("D1", HERE),) for each in here.cohesion)


def _needs(joined: Joined) -> list[str]:
    topic = joined.profile.outline.topic("in_need")
    assert topic
    return [row.code for row in topic.rows]


def test_users_speak_through_releases_alone_and_what_is_withheld_stays_so(joined: Joined) -> None:
    rated = [
        service(1, quality_provider="5", quality_users="1", quality_users_n="40"),
        service(2, quality_provider="3"),
        service(3, service_type="jobs", quality_provider="4"),
        service(4, service_type="finance", quality_provider="2"),
    ]
    with joined.database.reading() as session:
        source = latest_release(session, 1, "community_profile")
        assert latest_release(session, 1, "beneficiary_monitoring") is None
        assert latest_release(session, 2, "community_profile") is None
    assert source
    rows = {each.kind: each for each in quality_gap(rated, source)}
    published = joined.profile.programme.cell("service_quality.health").mean
    assert published is not None
    assert (rows["health"].providers, rows["health"].users) == (75.0, published)
    assert rows["health"].gap == 75 - published
    assert rows["jobs"].is_withheld
    assert (rows["jobs"].users, rows["jobs"].gap) == (None, None)
    assert rows["finance"].users is None
    assert not rows["finance"].is_withheld
    assert all(each.users is None for each in quality_gap(rated, None))


def test_a_withdrawn_release_is_not_used_any_more(joined: Joined) -> None:
    with joined.database.writing() as session:
        (row,) = session.query(Release).filter_by(wave_id=joined.waves[0])
        row.state = ReleaseState.WITHDRAWN
        session.flush()
        assert latest_release(session, 1, "community_profile") is None
        told = situation(session, 1, [HERE], "en")
        assert (told.profile, told.localities[0].needs) == (None, ())
        session.rollback()
    with joined.database.reading() as session:
        assert isinstance(latest_release(session, 1, "community_profile"), Source)
        assert session.get_one(Wave, joined.waves[0]).link == "community-profile"


def test_page_pdf_and_word_say_the_same(joined: Joined) -> None:
    ana = Colleague(joined.app)
    assert ana.sign_in("ana@example.org").status_code == 303
    page = ana.get(HOME).text
    pdf, word = ana.get(f"{HOME}/pdf"), ana.get(f"{HOME}/word")
    assert pdf.data.startswith(b"%PDF")
    assert 'filename="situation.pdf"' in pdf.headers["Content-Disposition"]
    document = Document(BytesIO(word.data))
    said = "\n".join(each.text for each in document.paragraphs)
    for words in ("Velmora", "Clinic", "Centre", "What is needed", "Who could act"):
        assert words in page
        assert words in said
    for hidden in ("Inner", "Law desk", "Hidden office", "Unsure office"):
        assert hidden not in page
        assert hidden not in said
    here = found(joined).localities[0]
    need = here.needs[0]
    assert f"{need.words}: {need.cell.share} % ({need.interval})" in said
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert here.cohesion[0].words in cells
    assert "cohesion index" not in page


def test_only_a_demo_leads_a_newcomer_through_a_place(joined: Joined) -> None:
    ana = Colleague(joined.app)
    assert ana.sign_in("ana@example.org").status_code == 303
    away = ana.get(f"{HOME}/walk/1")
    assert (away.status_code, away.location) == (303, HOME)
    assert "/walk/1" not in ana.get(HOME).text
    mark = joined.app.extensions["sixfold"].settings.instance / MARK
    mark.write_text("{}", encoding="utf-8")
    try:
        assert "/walk/1" in ana.get(HOME).text
        pages = [ana.get(f"{HOME}/walk/{number}").text for number in range(1, len(STEPS) + 1)]
        assert ana.get(f"{HOME}/walk/{len(STEPS) + 1}").status_code == 303
    finally:
        mark.unlink()
    here = found(joined).localities[0]
    shown = (here.needs[0].words, here.cohesion[0].words, "Centre", "Clinic", "Education")
    for number, (page, words) in enumerate(zip(pages, shown, strict=True), 1):
        assert words in page
        assert (f"walk/{number + 1}" in page) == (number < len(STEPS))
        assert "<script" not in page
    assert "Unsure office" not in "".join(pages)
