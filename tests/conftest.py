"""What the tests of all rooms share: an installation of its own, a round, and people who answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as settings_of_claims

from questionnaires import Instrument, read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.models import Wave
from survey.operations.placing import Receipt, Submission
from survey.operations.responses import record_response
from survey.operations.wave_plans import Locality, WavePlan
from survey.operations.waves import open_wave
from survey.site import today
from tests.databases import migrated
from tests.postgres import Postgres
from tests.templates import compile_once

KEY = b"k" * 32

# A slow machine is no flaw of the code: what a claim costs is measured by the benchmarks.
settings_of_claims.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings_of_claims.load_profile("unhurried")
compile_once()

FACTS: dict[str, dict[str, Any]] = {
    language: {
        "title": f"Round ({language})",
        "organisation": f"A research team ({language})",
        "contact": f"Office 12 ({language})",
        "help": [f"Health centre ({language})", f"Helpline ({language})"],
        "results": f"On the notice board ({language})",
        "next_steps": f"A meeting ({language})",
    }
    for language in ("en", "ar")
}


@pytest.fixture(scope="session")
def cohesion() -> Instrument:
    return read_instrument("social_cohesion")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started when the first test asks for it."""
    with Postgres.running() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of a new installation: on SQLite, or on both in turn (`both_databases`)."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return Settings(tmp_path, sqlite_url(tmp_path), "s" * 48)
    return Settings(tmp_path, request.getfixturevalue("postgres").new_database(), "s" * 48)


@pytest.fixture
def empty_url(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a second, empty database: on SQLite, or on both in turn."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path / 'second.sqlite3'}"
    url: str = request.getfixturevalue("postgres").new_database(migrated=False)
    return url


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = migrated(settings.database_url)
    yield database
    database.dispose()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'sixfold.sqlite3'}"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "only_on(kind): runs on this kind of database alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that is marked `both_databases` and has a database on both kinds."""
    only = metafunc.definition.get_closest_marker("only_on")
    if only or metafunc.definition.get_closest_marker("both_databases"):
        kinds = only.args if only else ("sqlite", "postgresql")
        for name in sorted({"settings", "empty_url"} & set(metafunc.fixturenames)):
            metafunc.parametrize(name, kinds, indirect=True)


def localities(count: int = 3) -> list[Locality]:
    return [
        Locality(f"P{number}", {"en": f"Place {number}", "ar": f"مكان {number}"})
        for number in range(1, count + 1)
    ]


def plan(**changes: Any) -> WavePlan:
    decided: dict[str, Any] = {
        "link": "round-one",
        "form": "long",
        "languages": ("en", "ar"),
        "breakdowns": ("D2", "D3", "D10"),
        "facts": FACTS,
        "opens_on": today() - timedelta(days=1),
        "closes_on": today() + timedelta(days=30),
        "keep_until": today() + timedelta(days=365),
    }
    return WavePlan(**(decided | changes))


@pytest.fixture
def wave(database: Database, cohesion: Instrument) -> Wave:
    with database.writing() as session:
        return open_wave(session, cohesion, plan(), localities())


@pytest.fixture
def app(settings: Settings, database: Database) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    app.extensions["sixfold"].database.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def answers(instrument: Instrument, form: str = "long", **given: str) -> dict[str, str]:
    """Return complete answers: the place, and a skip for whatever is not `given`."""
    skipped = {item.name: "skip" for item in instrument.asked(form)}
    return skipped | {"D1": "P1"} | given


def record(
    database: Database,
    wave: Wave,
    given: dict[str, str],
    nonce: bytes | None = None,
    day: date | None = None,
) -> Receipt:
    """Store `given` as one respondent's answers."""
    submission = Submission(given, "en", "self-web", nonce or secrets.token_bytes(16))
    with database.writing() as session:
        return record_response(session, wave, submission, KEY, day or today())
