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


PLACE = ROUND[ROUND.index("[[locality]]") :]


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


def test_what_an_installation_writes_is_for_its_owner_alone(run: Run, instance: Path) -> None:
    run("init")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (instance, *instance.iterdir())}
    assert modes <= {0o700, 0o600}


def test_the_example_configuration_can_be_followed(run: Run, instance: Path) -> None:
    instance.mkdir()
    example = Path(__file__).parents[2] / "instance" / "config.example.toml"
    (instance / "config.toml").write_text(example.read_text())
    assert (run("init").code, run("migrate").code) == (0, 0)


def test_a_database_that_cannot_be_opened_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIXFOLD_DATABASE_URL", "sqlite:////no/such/folder/x.sqlite3")
    refused = run("init")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "database cannot be used" in refused.err


def test_too_few_people_for_a_demo_is_exit_1(run: Run) -> None:
    refused = run("demo", "--responses", "5", "--no-serve")
    assert (refused.code, refused.err.count("\n")) == (1, 1)


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
        "social_cohesion 1.0: long, short; en (draft), sq (draft), "
        in run("instrument", "list").out
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
    opened = run("round", "open", tmp_path / "round.toml")
    assert ("/s/spring" in opened.out, "Margins of error" in opened.err) == (True, False)
    assert "belongs to another round" in run("round", "open", tmp_path / "round.toml").err
    assert run("round", "close", "spring").code == 0
    drawn = 'link = "autumn"\nsampling = "probability"'
    (tmp_path / "drawn.toml").write_text(ROUND.replace('link = "spring"', drawn))
    told = run("round", "open", tmp_path / "drawn.toml").err
    assert "open link" in told
    assert "Margins of error" in told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('link = "spring"', 'link = "a b"'), "'link' must be 3 to 64 letters"),
        (("closes_on = 2999-01-01", "closes_on = 2019-01-01"), "must follow each other"),
        (("opens_on = 2020-01-01", 'opens_on = "soon"'), "'opens_on' must be a day"),
        (
            ('contact = "Office"', ""),
            "round.toml:en: missing-key",
        ),
        (('help = ["Helpline"]', 'help = "Helpline"'), "'help' must be a list of lines"),
        (('code = "P1"', ""), "a locality needs 'code'"),
        (('code = "P1"', 'code = "skip"'), "'code' must be a code"),
        (("names = {en = ", "population = -4\nnames = {en = "), "'population' must be"),
        (('names = {en = "Place 1"}', "names = {}"), "'names' must be"),
        ((PLACE, PLACE + PLACE), "duplicate-locality"),
        (('form = "short"', 'frm = "short"'), "has no key 'frm'"),
        (('["D2"]', '["D2", "D2"]'), "named twice"),
        (('["D2"]', '["T1"]'), "no breakdown 'T1'"),
        (('form = "short"', 'form = "tiny"'), "no form 'tiny'"),
        (('breakdowns = ["D2"]', 'breakdowns = ["D99"]'), "no breakdown 'D99'"),
        (('languages = ["en"]', "languages = []"), "'languages' must be a list"),
        (("[[locality]]", "[[elsewhere]]"), "the round needs 'locality'"),
        (("social_cohesion", "no_such_thing"), "missing-file"),
        (('form = "short"', 'form = "short"\nvariant = "host"'), "no variant 'host'"),
        (('code = "P1"', 'code = "P1"\nparent = "N"'), "no locality 'N' to lie in"),
        (('code = "P1"', 'code = "P1"\nparent = "P1"'), "lies in another area"),
        (('code = "P1"', 'code = "P1"\nparent = "a b"'), "'parent' must be"),
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


def test_a_file_without_any_item_is_refused(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    table.write_text("id,t1,t2\n3.0,1,2\n")
    refused = run("score", table, "--instrument", "social_cohesion")
    assert (refused.code, refused.out) == (1, "")
    assert "no column is called like an item" in refused.err


def test_the_id_of_a_file_comes_back_as_it_was(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    table.write_text("id,T1,weight\n3.0,1.0,2\n")
    assert "\n3.0," in run("score", table, "--instrument", "social_cohesion").out


def test_an_absurd_weight_is_named(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    table.write_text("T1,weight\n1,1e300\n")
    assert "column weight" in run("score", table, "--instrument", "social_cohesion").err


def test_a_file_that_does_not_exist_is_exit_1(run: Run, tmp_path: Path) -> None:
    refused = run("score", tmp_path / "none.csv", "--instrument", "social_cohesion")
    assert (refused.code, refused.out) == (1, "")
    assert "none.csv" in refused.err


def test_a_release_of_an_unknown_round_is_one_line(run: Run) -> None:
    run("init")
    refused = run("release", "publish", "nowhere", "--signed-by", "A. Reviewer")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "nowhere" in refused.err
