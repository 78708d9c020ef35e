"""The command: what it prints, how it fails, and that it never shows a traceback."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey.cli import main, sixfold

ROUND = """
link = "spring"
instrument = "social_cohesion"
form = "short"
languages = ["en"]
breakdowns = ["D2"]
opens_on = 2020-01-01
closes_on = 2999-01-01
keep_until = 2999-06-01

[facts.en]
title = "Spring"
organisation = "A team"
contact = "Office"
help = ["Helpline"]
results = "Notice board"
next_steps = "A meeting"

[[locality]]
code = "P1"
names = {en = "Place 1"}
"""


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "instance"
    monkeypatch.setenv("SIXFOLD_INSTANCE", str(folder))
    return folder


@dataclass
class Ran:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], instance: Path) -> Callable[..., Ran]:
    def run(*words: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    assert not instance.exists()
    return run


Run = Callable[..., Ran]


def test_every_command_has_help(run: Run) -> None:
    for command in sixfold.list_commands(None):  # type: ignore[arg-type]
        shown = run(command, "--help")
        assert (shown.code, shown.err) == (0, "")
        assert "Usage: sixfold" in shown.out


def test_an_unknown_option_or_a_missing_argument_is_exit_2(run: Run) -> None:
    assert run("score", "--nonsense").code == 2
    assert run("score").code == 2
    assert run("nonsense").code == 2


def test_init_makes_a_key_for_the_owner_alone(run: Run, instance: Path) -> None:
    assert run("init").code == 0
    mode = stat.S_IMODE((instance / "config.toml").stat().st_mode)
    assert mode == 0o600
    key = (instance / "config.toml").read_text()
    assert run("init").code == 0
    assert (instance / "config.toml").read_text() == key


def test_serve_refuses_without_a_key_or_with_a_debug_flag(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run("serve")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "sixfold init" in refused.err
    run("init")
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert "FLASK_DEBUG" in run("serve").err


def test_a_database_without_tables_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIXFOLD_SECRET_KEY", "k" * 40)
    os.makedirs(os.environ["SIXFOLD_INSTANCE"])  # noqa: PTH103
    assert "sixfold init" in run("serve").err


def test_the_library_is_listed_and_sound(run: Run) -> None:
    assert (
        "social_cohesion 1.0: long, short; en (draft), ar (draft)" in run("instrument", "list").out
    )
    assert run("instrument", "check", "social_cohesion").code == 0


def test_a_broken_instrument_is_one_line_a_problem(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "instrument.toml").write_text('name = "x"\nsize = 3\n')
    checked = run("instrument", "check", tmp_path / "broken")
    assert checked.code == 1
    assert "instrument.toml::" in checked.err
    assert "unknown-key" in checked.err
    assert all(line.count(": ") >= 2 for line in checked.err.splitlines())


def test_a_round_is_opened_from_a_file_and_closed(run: Run, tmp_path: Path) -> None:
    run("init")
    (tmp_path / "round.toml").write_text(ROUND)
    assert "/s/spring" in run("round", "open", tmp_path / "round.toml").out
    assert "belongs to another round" in run("round", "open", tmp_path / "round.toml").err
    assert run("round", "close", "spring").code == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('link = "spring"', 'link = "a b"'), "link:"),
        (("closes_on = 2999-01-01", "closes_on = 2019-01-01"), "must follow each other"),
        (("opens_on = 2020-01-01", 'opens_on = "soon"'), "opens_on: write a day"),
        (('contact = "Office"', ""), "facts.en.contact"),
        (('help = ["Helpline"]', 'help = "Helpline"'), "facts.en.help"),
        (('code = "P1"', ""), "locality 1"),
        (('form = "short"', 'form = "tiny"'), "no form 'tiny'"),
        (('breakdowns = ["D2"]', 'breakdowns = ["D99"]'), "no breakdown 'D99'"),
        (('languages = ["en"]', "languages = []"), "languages:"),
        (("[[locality]]", "[[elsewhere]]"), "locality: add one"),
        (("social_cohesion", "no_such_thing"), "missing-file"),
    ],
)
def test_a_mistake_in_a_round_file_is_named_and_nothing_opens(
    run: Run, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    run("init")
    (tmp_path / "round.toml").write_text(ROUND.replace(*change))
    refused = run("round", "open", tmp_path / "round.toml")
    assert refused.code == 1
    assert said in refused.err
    assert "Traceback" not in refused.err


def test_scores_keep_the_order_of_the_file_and_leave_missing_empty(
    run: Run, tmp_path: Path
) -> None:
    table = tmp_path / "answers.csv"
    table.write_text("id,T1,T2,T3,T4,T5,T6,T7,T8\nb,5,5,5,1,5,5,5,5\na,dk,dk,dk,1,3,3,3,3\n")
    scored = run("score", table, "--instrument", "social_cohesion")
    rows = list(csv.DictReader(io.StringIO(scored.out)))
    assert " ".join(rows[0]) == (
        "id TRH TRV TR BE SI SI_self SI_comm AT AT_dist CN CE "
        "CE_freq CE_community CE_voice CE_bridging"
    )
    assert [(row["id"], row["TR"], row["TRV"], row["BE"]) for row in rows] == [
        ("b", "100.0", "100.0", ""),
        ("a", "", "50.0", ""),
    ]


def test_a_file_of_answers_with_mistakes_writes_nothing(run: Run, tmp_path: Path) -> None:
    table, out = tmp_path / "answers.csv", tmp_path / "scores.csv"
    table.write_text("T1,T2\n9,1\n1,x\n")
    refused = run("score", table, "--instrument", "social_cohesion", "-o", out)
    assert refused.code == 1
    assert "row 2, column T1" in refused.err
    assert "row 3, column T2" in refused.err
    assert not out.exists()


def test_a_file_that_does_not_exist_is_exit_1(run: Run, tmp_path: Path) -> None:
    refused = run("score", tmp_path / "none.csv", "--instrument", "social_cohesion")
    assert (refused.code, refused.out) == (1, "")
    assert "none.csv" in refused.err


def test_a_release_of_an_unknown_round_is_one_line(run: Run) -> None:
    run("init")
    refused = run("release", "publish", "nowhere", "--signed-by", "A. Reviewer")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "nowhere" in refused.err
