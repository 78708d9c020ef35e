"""Files that phones hand over: every parcel once, and a reason for each that is not taken."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from questionnaires import Instrument
from survey.cli import main, sixfold
from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.forms import BODY_LIMIT
from survey.models import Wave
from survey.site import today
from tests.survey.sealed import kept, sealing_wave
from tests.survey.test_sync import opened, parcel


@pytest.fixture
def wave(database: Database, cohesion: Instrument) -> Wave:
    return sealing_wave(database, cohesion)


def receive(settings: Settings, *files: Path) -> Result:
    environment = {
        "SIXFOLD_INSTANCE": str(settings.instance),
        "SIXFOLD_DATABASE_URL": settings.database_url,
        "SIXFOLD_SECRET_KEY": settings.secret_key,
    }
    return CliRunner().invoke(sixfold, ["round", "receive", *map(str, files)], env=environment)


def written(folder: Path, *parcels: Any, name: str = "parcels.sixfold") -> Path:
    file = folder / name
    lines = (each if isinstance(each, str) else json.dumps(each) for each in parcels)
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


@pytest.mark.both_databases
def test_a_file_is_stored_once_however_often_it_is_received(
    settings: Settings, database: Database, wave: Wave, tmp_path: Path
) -> None:
    sent = [parcel(wave, {"D1": "P1", "T1": str(number)}) for number in range(1, 4)]
    first = receive(settings, written(tmp_path, *sent))
    assert (first.exit_code, first.stdout) == (
        0, "3 responses stored, 0 were stored already.\n"
    )  # fmt: skip
    both = receive(settings, written(tmp_path, *sent), written(tmp_path, sent[0], name="again"))
    assert both.stdout == "0 responses stored, 4 were stored already.\n"
    responses, left_out = opened(database, wave)
    assert (sorted(each.answers["T1"] for each in responses), left_out) == (["1", "2", "3"], {})


def test_what_is_not_taken_is_named_by_its_line_and_never_shown(
    settings: Settings, database: Database, cohesion: Instrument, wave: Wave, tmp_path: Path
) -> None:
    good = parcel(wave, {"D1": "P1"})
    over = sealing_wave(
        database, cohesion, link="over",
        opens_on=today() - timedelta(days=50), closes_on=today() - timedelta(days=31),
    )  # fmt: skip
    early = sealing_wave(database, cohesion, link="early", opens_on=today() + timedelta(days=2))
    file = written(
        tmp_path, good, "no json", "", parcel(wave, {}, round="nowhere"),
        parcel(over, {"D1": "P1"}), parcel(early, {"D1": "P1"}),
        parcel(wave, {"D1": "P2"}, token=good["token"]),
        parcel(wave, {}, instrument_sha256="0" * 64), "x" * (BODY_LIMIT + 500),
    )  # fmt: skip
    done = receive(settings, file)
    assert done.stdout == "1 responses stored, 0 were stored already.\n"
    said = [line.removeprefix("parcels.sixfold:") for line in done.stderr.splitlines()]
    assert [line.split(":")[0] for line in said] == ["2", "4", "5", "6", "7", "8", "9"]
    assert "no round has this link" in said[1]
    assert "over" in said[2]
    assert "not open yet" in said[3]
    assert "other answers" in said[4]
    assert good["token"] not in done.output
    assert good["sealed"] not in done.output
    assert isinstance(done.exception, SurveyError)
    assert len(kept(database)) == 1


def test_a_file_that_is_not_there_is_said_before_anything_is_stored(
    settings: Settings, database: Database, wave: Wave, tmp_path: Path
) -> None:
    file = written(tmp_path, parcel(wave, {"D1": "P1"}))
    done = receive(settings, file, tmp_path / "nothing")
    assert "there is no such file" in str(done.exception)
    assert kept(database) == []


def test_it_ends_with_1_when_something_was_not_stored(
    settings: Settings, wave: Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wave.recipients
    monkeypatch.setenv("SIXFOLD_INSTANCE", str(settings.instance))
    monkeypatch.setenv("SIXFOLD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SIXFOLD_SECRET_KEY", settings.secret_key)
    with pytest.raises(SystemExit) as ended:
        main(["round", "receive", str(written(tmp_path, "no parcel"))])
    assert ended.value.code == 1
