"""Indicators fill themselves from published releases, round after round, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Release as Published
from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.errors import RefusedError
from survey.models import AuditEntry, Indicator, ProjectRound, Release, Role, Wave
from survey.models.release import ReleaseState
from survey.operations.monitoring.bindings import fill_from, offer_of
from survey.operations.monitoring.entries import add_entry, change_entry
from survey.operations.monitoring.progress import Standing
from survey.operations.monitoring.registers import INDICATORS
from survey.operations.monitoring.values import (
    Point,
    Worth,
    latest,
    note_value,
    points_of,
    progress_at,
)
from survey.operations.release_states import withdraw
from survey.operations.releases import publish, supersede
from survey.operations.waves import open_wave
from survey.site import today
from tests.conftest import localities, plan, sqlite_url
from tests.databases import migrated
from tests.survey.monitored import INDICATOR
from tests.survey.staff import employ
from tests.survey.test_governance_rounds import opened, planned, rate
from tests.survey.test_governance_rounds import released as assess
from tests.survey.test_releases import answer, sign

#: By code: what each indicator is bound to.
BOUND = {
    "ALL": {"measure": "social_cohesion/TR"},
    "P1": {"measure": "social_cohesion/TR", "domain": "D1=P1"},
    "P3": {"measure": "social_cohesion/TR", "domain": "D1=P3"},
    "ELSEWHERE": {"measure": "community_profile/TR"},
    "GONE": {"measure": "social_cohesion/XX"},
    "HAND": {},
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, cohesion: Instrument) -> Iterator[Database]:
    """An installation with bound indicators, and a round whose release was published then."""
    folder: Path = tmp_path_factory.mktemp("bound")
    database = migrated(Settings(folder, sqlite_url(folder), "s" * 48).database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(), localities())
        later = plan(link="round-two", opens_on=today())
        open_wave(session, cohesion, later, localities())
        for code, binding in BOUND.items():
            kept = add_entry(session, INDICATORS, 1, INDICATOR | {"code": code} | binding, today())
            assert not kept.gaps
    answer(database, wave, cohesion, {"P1": 40, "P2": 31, "P3": 9})
    with database.writing() as session:
        publish(session, session.merge(wave), sign())
    yield database
    database.dispose()


def points(database: Database, code: str) -> list[Point]:
    with database.reading() as session:
        number = list(BOUND).index(code) + 1
        return points_of(session, [number])[number]


def released(database: Database) -> tuple[Release, Published]:
    with database.reading() as session:
        release = session.scalars(select(Release).order_by(Release.id)).first()
        assert release is not None
        return release, Published.from_json(release.document)


def test_a_publication_fills_what_is_bound_to_it(database: Database) -> None:
    release, published = released(database)
    for code, domain in (("ALL", ()), ("P1", (("D1", "P1"),))):
        (point,) = points(database, code)
        cell = published.programme.cell("TR", domain)
        assert (point.value.told, point.value.low, point.value.high) == (
            str(cell.mean), cell.low, cell.high
        )  # fmt: skip
        assert (point.value.release_id, point.worth) == (release.id, Worth.COUNTS)
        assert point.value.day <= release.made_on
    assert points(database, "ELSEWHERE") == points(database, "GONE") == []
    assert points(database, "HAND") == []
    with database.reading() as session:
        acts = list(session.scalars(select(AuditEntry.action)))
    assert acts[-2:] == ["release published", "values filled"]


def test_what_a_release_withholds_is_no_value(database: Database) -> None:
    _release, published = released(database)
    assert published.programme.cell("TR", (("D1", "P3"),)).withheld
    (point,) = points(database, "P3")
    assert (point.value.told, point.number, point.value.low) == ("withheld", None, None)
    progress = progress_at(INDICATOR, [point])
    assert (progress.standing, progress.percent) == (Standing.WITHHELD, None)


def test_scores_and_shares_and_groups_can_be_chosen(database: Database) -> None:
    with database.reading() as session:
        offer = offer_of(session, 1, "en")
        arabic = offer_of(session, 1, "ar")
    measures, domains = dict(offer.measures), dict(offer.domains)
    assert measures["social_cohesion/TR"] == "Round (en): Trust"
    assert domains["D1=P3"].endswith("Place 3")
    assert dict(arabic.domains)["D1=P3"].endswith("مكان 3")


def test_a_bound_indicator_takes_no_value_by_hand(database: Database) -> None:
    with database.writing() as session:
        bound = session.get_one(Indicator, 1)
        with pytest.raises(RefusedError, match="fills itself"):
            note_value(session, bound, {"value": "99", "day": "2026-01-01"})


def copy(session: Session, link: str, days: int, corrects: int | None = None) -> Release:
    """Publish the first release once more, in this round and so many days later."""
    first = session.get_one(Release, 1)
    made = Release(
        wave_id=session.scalars(select(Wave.id).where(Wave.link == link)).one(),
        token=f"{link} {days}",
        made_on=first.made_on + timedelta(days=days),
        through_batch=9,
        sha256="0",
        document=first.document,
        figures={},
        state=ReleaseState.PUBLISHED,
        corrects=corrects,
    )
    session.add(made)
    supersede(session, made)
    fill_from(session, made)
    session.commit()
    return made


def worths(session: Session) -> list[Worth]:
    return [each.worth for each in points_of(session, [1])[1]]


def test_rounds_make_a_line_and_only_what_stands_counts(database: Database) -> None:
    with database.writing() as session:
        second, third = copy(session, "round-two", 100), copy(session, "round-two", 120)
        assert worths(session) == [Worth.COUNTS, Worth.FOLLOWED, Worth.COUNTS]
        withdraw(session, third, "It was wrong.")
        assert worths(session) == [Worth.COUNTS, Worth.COUNTS, Worth.WITHDRAWN]
        last = latest(points_of(session, [1])[1])
        assert last is not None
        assert last.release == second
        copy(session, "round-two", 140, corrects=second.id)
        stands = [Worth.COUNTS, Worth.CORRECTED, Worth.WITHDRAWN, Worth.COUNTS]
        assert worths(session) == stands


def test_a_deleted_round_fills_nothing_until_it_is_taken_back(database: Database) -> None:
    with database.writing() as session:
        kept = worths(session)
        assert kept
        for place in session.scalars(select(ProjectRound)):
            place.deleted_on = today()
        session.flush()
        assert worths(session) == []
        assert offer_of(session, 1, "en").measures == []
        session.rollback()
    with database.reading() as session:
        assert worths(session) == kept


def test_bound_to_another_number_it_is_filled_anew(database: Database) -> None:
    _release, published = released(database)
    with database.writing() as session:
        indicator = session.get_one(Indicator, 1)
        typed = INDICATOR | {"code": "ALL"} | BOUND["P1"]
        change_entry(session, INDICATORS, indicator, typed, seen=indicator.version, today=today())
        filled = points_of(session, [1])[1]
        cell = published.programme.cell("TR", (("D1", "P1"),))
        assert {each.value.told for each in filled} == {str(cell.mean)}
        loose = INDICATOR | {"code": "ALL"}
        change_entry(session, INDICATORS, indicator, loose, seen=indicator.version, today=today())
        assert points_of(session, [1])[1] == []


def test_a_section_that_bodies_rated_fills_an_indicator(database: Database) -> None:
    bound = {"A": ("G1", ""), "B": ("G2", ""), "C": ("G1", "D1=P1"), "D": ("G0", "")}
    numbers = {}
    with database.writing() as session:
        for code, (section, domain) in bound.items():
            binding = {"measure": f"reintegration_governance/{section}", "domain": domain}
            typed = INDICATOR | {"code": f"GOVERNED-{code}"} | binding
            kept = add_entry(session, INDICATORS, 1, typed, today())
            assert isinstance(kept.entry, Indicator)
            numbers[code] = kept.entry.id
    wave = opened(database, planned(link="governed"))
    rate(database, wave, "cso", "police", "ministry")
    assess(database, wave)
    with database.reading() as session:
        found = points_of(session, list(numbers.values()))
    told = {
        code: [(each.value.told, each.value.low) for each in found[number]]
        for code, number in numbers.items()
    }
    assert told == {"A": [("50", None)], "B": [("withheld", None)], "C": [], "D": []}
