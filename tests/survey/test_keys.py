"""Keys of a team: made, split and joined offline, tested before a round opens, never repeated."""

from __future__ import annotations

import itertools
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from questionnaires import Instrument
from survey import bech32
from survey.cli import main, sixfold
from survey.db import Database
from survey.errors import SealError, SurveyError, WaveNotOpenError
from survey.keys import (
    needs_passphrase,
    new_identity,
    parse_identity,
    public_key,
    read_identity,
    read_recipient,
    seal_to,
    unseal,
    write_identity,
)
from survey.models import Wave
from survey.operations.keys import forget_keys, make_test, pass_test
from survey.operations.waves import open_wave
from survey.shares import join_shares, needed, read_words, share_sheet, split_identity
from tests.conftest import KEY, answers, localities, plan
from tests.survey.sealed import FIRST, RECIPIENTS, SECOND, STRANGER, sealing_wave, send, word_of
from tests.survey.test_cli import ROUND, Ran

Run = Callable[..., Ran]
PASSPHRASE = "five words that have nothing"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SIXFOLD_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


def public_in(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("age1"))


@given(content=st.binary(min_size=1, max_size=40))
def test_letters_of_a_key_come_back_as_the_bytes_they_were(content: bytes) -> None:
    assert bech32.decode("age", bech32.encode("age", content)) == content


@given(place=st.integers(0, 57), letter=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_one_wrong_letter_of_a_key_is_noticed(place: int, letter: str) -> None:
    right = bech32.encode("age", bytes(range(32)))
    wrong = right[: 4 + place] + letter + right[5 + place :]
    if wrong != right:
        with pytest.raises(ValueError, match="letter of the key is wrong"):
            bech32.decode("age", wrong)


def test_letters_are_those_that_age_itself_writes() -> None:
    for _ in range(50):
        spelled = str(new_identity())
        secret = bech32.decode("age-secret-key-", spelled)
        assert len(secret) == 32
        assert bech32.encode("age-secret-key-", secret).upper() == spelled


def test_a_key_file_is_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    write_identity(tmp_path / "key", FIRST)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    with pytest.raises(SealError, match="left as it is"):
        write_identity(tmp_path / "key", SECOND)
    assert str(read_identity(tmp_path / "key")) == str(FIRST)


def test_a_key_file_locked_with_a_passphrase_opens_with_it_alone(tmp_path: Path) -> None:
    file = tmp_path / "key"
    write_identity(file, FIRST, PASSPHRASE)
    assert needs_passphrase(file)
    assert b"AGE-SECRET-KEY" not in file.read_bytes()
    assert str(read_identity(file, PASSPHRASE)) == str(FIRST)
    with pytest.raises(SealError, match="passphrase does not open") as error:
        read_identity(file, "something else here")
    assert "something" not in str(error.value)


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="fewer than 12"):
        write_identity(tmp_path / "key", FIRST, "short")
    assert not (tmp_path / "key").exists()


def test_every_sufficient_set_of_shares_rebuilds_the_key_and_no_smaller_one() -> None:
    shares = split_identity(FIRST, 5, 3)
    assert {needed(each) for each in shares} == {3}
    for chosen in itertools.permutations(shares, 3):
        assert str(join_shares(chosen)) == str(FIRST)
    for few in itertools.combinations(shares, 2):
        with pytest.raises(SealError, match="2 different shares were given and 3 are needed"):
            join_shares(few)
    with pytest.raises(SealError, match="are needed"):
        join_shares([shares[0], shares[0], shares[1]])


def test_a_printed_sheet_can_be_read_back_as_it_is_and_as_it_is_typed() -> None:
    words = split_identity(FIRST, 2, 2)[0]
    assert read_words(share_sheet(words, 0, 2, 2, FIRST)) == words
    assert read_words(f"  {words.upper()}\n") == words
    assert read_words("\n".join(f"{n}. {w}" for n, w in enumerate(words.split(), 1))) == words


def test_a_share_copied_wrongly_says_so_and_repeats_no_word() -> None:
    words = split_identity(FIRST, 2, 2)[0].split()
    swapped = [*words[:5], words[6], words[5], *words[7:]] if words[5] != words[6] else words[:-1]
    for wrong in (swapped, words[:-1], [*words[:3], "sixfold", *words[4:]]):
        with pytest.raises(SealError) as error:
            needed(" ".join(wrong))
        assert not {*words[:8], "sixfold"} & set(str(error.value).replace(",", " ").split()) - {
            "share", "one", "number",
        }  # fmt: skip


def test_shares_of_two_keys_do_not_mix() -> None:
    ours, theirs = split_identity(FIRST, 2, 2), split_identity(SECOND, 2, 2)
    with pytest.raises(SealError, match="do not belong together"):
        join_shares([ours[0], theirs[1]])


@pytest.mark.parametrize(("shares", "need"), [(3, 1), (1, 1), (2, 3), (17, 2), (0, 0)])
def test_a_split_that_protects_nothing_is_refused(shares: int, need: int) -> None:
    with pytest.raises(SealError, match="cannot be made"):
        split_identity(FIRST, shares, need)


def test_a_secret_key_given_for_a_public_one_is_named_and_not_repeated() -> None:
    with pytest.raises(SealError, match="SECRET") as error:
        read_recipient(str(FIRST).lower())
    assert str(FIRST)[20:].lower() not in str(error.value).lower()
    with pytest.raises(SealError, match="no public key"):
        read_recipient("age1notakey")
    with pytest.raises(SealError, match="damaged"):
        parse_identity(str(FIRST)[:-1], "key.txt")


def test_what_is_sealed_opens_with_any_recipient_and_with_nobody_else() -> None:
    sealed = seal_to(b"hello", RECIPIENTS)
    assert [unseal(sealed, [each]) for each in (FIRST, SECOND)] == [b"hello"] * 2
    with pytest.raises(SealError, match="nothing is lost"):
        unseal(sealed, [STRANGER])


@pytest.mark.both_databases
def test_a_sealed_round_takes_no_answers_before_its_test(
    database: Database, cohesion: Instrument
) -> None:
    decided = plan(protection="sealed", recipients=RECIPIENTS)
    with database.writing() as session:
        wave = open_wave(session, cohesion, decided, localities())
    with pytest.raises(WaveNotOpenError):
        send(database, wave, answers(cohesion))
    with database.writing() as session:
        again = session.merge(wave)
        first, second = make_test(session, again, KEY), make_test(session, again, KEY)
        for wrong in (word_of(first, SECOND), "", "sixfold"):
            with pytest.raises(SealError, match="not the word of the last test"):
                pass_test(session, again, wrong, KEY)
        pass_test(session, again, f" {word_of(second, SECOND).upper()}", KEY)
        with pytest.raises(SealError, match="not the word"):
            pass_test(session, again, word_of(second, SECOND), KEY)
    send(database, wave, answers(cohesion))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"protection": "sealed"}, "has no recipients"),
        ({"protection": "sealed", "recipients": RECIPIENTS[:1] * 2}, "named twice"),
        ({"protection": "sealed", "recipients": ("age1nothing",)}, "no public key"),
    ],
)
def test_a_sealed_round_without_sound_keys_does_not_open(
    database: Database, cohesion: Instrument, changes: dict[str, object], said: str
) -> None:
    with database.writing() as session, pytest.raises(SurveyError, match=said):
        open_wave(session, cohesion, plan(**changes), localities())
    with database.reading() as session:
        assert session.query(Wave).count() == 0


@pytest.mark.both_databases
def test_the_keys_of_a_round_are_forgotten(database: Database, cohesion: Instrument) -> None:
    wave = sealing_wave(database, cohesion)
    with database.writing() as session:
        forget_keys(session, session.merge(wave))
        session.commit()
    with database.reading() as session:
        found = session.get_one(Wave, wave.id)
        assert (found.recipients, found.test_hash) == ([], None)


def test_a_team_goes_from_no_key_to_an_open_round_with_printed_shares(
    run: Run, tmp_path: Path
) -> None:
    made = run("key", "new", "-o", "team.txt")
    assert (made.code, made.err) == (0, "")
    public = public_in(made.out)
    assert public == public_key(read_identity(tmp_path / "team.txt"))
    assert run("key", "split", "team.txt", "-o", "sheets").code == 0
    run("init")
    sealed = f'protection = "sealed"\nrecipients = ["{public}"]\n'
    (tmp_path / "round.toml").write_text(ROUND.replace("[facts.en]", f"{sealed}\n[facts.en]"))
    opened = run("round", "open", "round.toml")
    assert "sixfold key test --round spring" in opened.out
    assert "two recipients are safer" in opened.err
    assert run("key", "test", "--round", "spring", "-o", "message.age").code == 0
    shares = ["--share", "sheets/share-3.txt", "--share", "sheets/share-1.txt"]
    answered = run("key", "test", "message.age", *shares).out.split()
    assert run(*answered[answered.index("key") :]).code == 0
    few = run("key", "test", "message.age", "--share", "sheets/share-1.txt")
    assert (few.code, few.err.count("\n")) == (1, 1)
    assert "2 are needed" in few.err


def test_a_lost_key_comes_back_from_shares_and_opens_what_it_opened(
    run: Run, tmp_path: Path
) -> None:
    public = public_in(run("key", "new", "-o", "team.txt").out)
    run("key", "split", "team.txt", "--shares", 4, "--need", 3, "-o", "sheets")
    sealed = seal_to(b"hello", [public])
    (tmp_path / "team.txt").unlink()
    shares = [word for n in (4, 2, 1) for word in ("--share", f"sheets/share-{n}.txt")]
    assert run("key", "join", *shares, "-o", "again.txt").code == 0
    assert unseal(sealed, [read_identity(tmp_path / "again.txt")]) == b"hello"


def test_shares_can_be_typed_in_and_a_passphrase_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keyboard = CliRunner()
    typed = f"{PASSPHRASE}\n{PASSPHRASE}\n"
    made = keyboard.invoke(sixfold, ["key", "new", "--passphrase"], input=typed)
    assert made.exit_code == 0
    split = ["key", "split", "team-key.txt", "--shares", "2"]
    sheets = keyboard.invoke(sixfold, split, input=f"{PASSPHRASE}\n").output.split("\f")
    words = [read_words(sheet) for sheet in sheets]
    joined = keyboard.invoke(
        sixfold, ["key", "join", "-o", "again.txt"], input="".join(f"{each}\n" for each in words)
    )
    assert joined.exit_code == 0
    assert public_in(made.output) in joined.output
    assert words[0] not in joined.output


def test_the_server_never_loads_what_rebuilds_a_key() -> None:
    program = "import sys, survey.app, survey.operations.retention as _;"
    program += "assert not {'shamir_mnemonic', 'survey.shares'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('recipients = "age1"', "'recipients' must be a list of public keys"),
        ('recipients = ["age1x"]', "round.toml:recipients 1: bad-key"),
        pytest.param(f'recipients = ["{FIRST}"]', "SECRET key", id="a secret key"),
        ('protection = "closed"', "'protection' must be one of open, sealed"),
        ('protection = "sealed"', "has no recipients"),
    ],
)
def test_a_mistake_in_the_keys_of_a_round_file_is_named(
    run: Run, tmp_path: Path, change: str, said: str
) -> None:
    run("init")
    (tmp_path / "round.toml").write_text(ROUND.replace("[facts.en]", f"{change}\n\n[facts.en]"))
    refused = run("round", "open", "round.toml")
    assert refused.code == 1
    assert said in refused.err
    assert str(FIRST) not in refused.err
    assert "Traceback" not in refused.err


def test_every_mistake_with_a_key_is_one_line_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"\xff\x00 no key here")
    (tmp_path / "message").write_bytes(pyrage.encrypt(b"hello", [FIRST.to_public()]))
    before = sorted(path.name for path in tmp_path.iterdir())
    for words in (
        ("split", "none.txt"),
        ("split", "noise"),
        ("join", "--share", "noise"),
        ("join", "--share", "none.txt"),
        ("test",),
        ("test", "noise", "--round", "x"),
        ("test", "message", "--share", "noise"),
        ("test", "--round", "nowhere"),
        ("open", "noise", "--share", "noise", "-o", "out"),
        ("open", "message", "--identity", "noise", "-o", "out"),
    ):
        refused = run("key", *words)
        assert (refused.code, refused.err.count("\n"), refused.out) == (1, 1, ""), words
    assert sorted(path.name for path in tmp_path.iterdir()) == before
