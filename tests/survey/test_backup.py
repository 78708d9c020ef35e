"""A backup under load is whole, restores on either kind of database, and brings no order back."""

from __future__ import annotations

import json
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import OperationalError

from questionnaires import Instrument
from survey.cli import main
from survey.db import Database
from survey.errors import BackupError, SealError
from survey.keys import new_identity, public_key, write_identity
from survey.migrate import is_current, migrate
from survey.models import Attempt, Base, Response, Role, Wave
from survey.operations.backup_files import Manifest
from survey.operations.backups import back_up, restore
from survey.operations.checks import CHECKS
from survey.operations.jobs import ask
from survey.operations.members import add_staff
from survey.operations.placing import Receipt
from survey.operations.staff import find_staff, invited, may_try
from survey.operations.staff_sessions import find_session, keep_session
from survey.operations.waves import find_wave
from survey.site import today
from tests.conftest import record
from tests.survey.test_durability import failing_at, given, kept, name

pytestmark = pytest.mark.both_databases


#: So many have answered: a batch, and three who wait.
ANSWERED = 23


@pytest.fixture
def filled(database: Database, wave: Wave, cohesion: Instrument) -> Database:
    """A database with sealed batches, waiting answers, spent nonces and a job."""
    for number in range(ANSWERED):
        record(database, wave, given(cohesion, number), bytes([number]) * 16)
    with database.writing() as session:
        ask(session, "retention", {"é": [1, None]})
    return database


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.dispose()


def rows(database: Database) -> dict[str, Counter[str]]:
    """Return the multiset of rows of every table."""
    with database.engine.connect() as connection:
        return {
            table.name: Counter(map(repr, connection.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }


def made(database: Database, file: Path, *recipients: str) -> Manifest:
    with database.reading() as session:
        return back_up(session, file, today(), recipients)


def test_a_restored_installation_is_the_one_that_was_backed_up(
    filled: Database, empty: Database, tmp_path: Path, cohesion: Instrument
) -> None:
    file = tmp_path / "all.backup"
    manifest = made(filled, file)
    restore(empty, file)
    assert rows(empty) == rows(filled)
    assert is_current(empty)
    assert {name: member.rows for name, member in manifest.tables.items()} == {
        name: found.total() for name, found in rows(filled).items()
    }
    assert file.stat().st_mode & 0o777 == 0o600
    with empty.reading() as session:
        wave = find_wave(session, "round-one")
    assert (
        record(empty, wave, given(cohesion, ANSWERED - 1), bytes([ANSWERED - 1]) * 16)
        is Receipt.ALREADY_STORED
    )
    assert record(empty, wave, given(cohesion, ANSWERED)) is Receipt.STORED


def test_new_rounds_are_numbered_after_those_restored(
    filled: Database, empty: Database, tmp_path: Path
) -> None:
    made(filled, tmp_path / "all.backup")
    restore(empty, tmp_path / "all.backup")
    with empty.writing() as session:
        assert ask(session, "retention", {}) == 2


def test_the_order_of_rows_in_a_backup_is_that_of_their_keys(
    filled: Database, tmp_path: Path
) -> None:
    made(filled, tmp_path / "all.backup")
    with zipfile.ZipFile(tmp_path / "all.backup") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for table in ("inbox", "response", "spent_nonce"):
            names, *lines = map(json.loads, archive.read(f"{table}.jsonl").splitlines())
            keys = [line[names.index("id")] for line in lines]
            with filled.reading() as session:
                ordered = session.scalars(text(f"SELECT id FROM {table} ORDER BY id"))  # noqa: S608
                assert len(keys) == len(ordered.all()) > 0
            assert len(set(keys)) == len(keys)


def test_a_backup_under_load_is_one_moment_and_delays_nobody(
    filled: Database, empty: Database, tmp_path: Path, wave: Wave, cohesion: Instrument
) -> None:
    stop = threading.Event()
    acknowledged = [name(number) for number in range(ANSWERED)]
    before: list[list[str]] = []

    def send() -> None:
        number = ANSWERED
        while not stop.is_set():
            record(filled, wave, given(cohesion, number))
            acknowledged.append(name(number))
            number += 1

    sender = threading.Thread(target=send)
    sender.start()
    for turn in range(3):
        before.append(list(acknowledged))
        made(filled, tmp_path / f"{turn}.backup")
    stop.set()
    sender.join()
    assert len(acknowledged) > len(before[-1]) >= ANSWERED
    restore(empty, tmp_path / "2.backup")
    found = kept(empty)
    assert set(found.values()) == {1}
    assert set(before[-1]) <= found.keys() <= {*acknowledged, name(len(acknowledged))}
    with empty.reading() as session:
        batches = Counter(session.scalars(select(Response.batch)))
    assert set(batches.values()) == {20}


def test_a_sealed_backup_is_opened_by_each_of_its_keys_and_by_no_other(
    filled: Database, empty: Database, tmp_path: Path
) -> None:
    ours, other, stranger = (new_identity() for _ in range(3))
    file = tmp_path / "sealed.backup"
    made(filled, file, public_key(ours), public_key(other))
    assert b'"T1"' not in file.read_bytes()
    assert not zipfile.is_zipfile(file)
    for wrong in ([], [stranger]):
        with pytest.raises(BackupError, match=r"sealed|not opened by this key"):
            restore(empty, file, wrong)
    restore(empty, file, [other])
    assert rows(empty) == rows(filled)


def spoiled(file: Path, kind: str) -> None:
    """Spoil a backup in one of the ways in which files go bad."""
    whole = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    described = json.loads(members["manifest.json"])
    match kind:
        case "cut off":
            file.write_bytes(whole[: len(whole) // 2])
            return
        case "no backup":
            file.write_bytes(b"a letter, not a backup" * 50)
            return
        case "format":
            described["version"] = 99
        case "schema":
            described["revision"] = "9999"
        case "changed":
            members["response.jsonl"] = members["response.jsonl"].replace(b'"5"', b'"1"')
        case "lacking":
            del members["wave.jsonl"]
    members["manifest.json"] = json.dumps(described).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("cut off", "cut off; copy it again"),
        ("no backup", "no backup of Sixfold"),
        ("format", "newer version of Sixfold"),
        ("schema", "newer version of Sixfold"),
        ("changed", "'response' is not as it was written"),
        ("lacking", "'wave' is not as it was written"),
    ],
)
@pytest.mark.only_on("sqlite")
def test_a_bad_backup_is_named_and_nothing_is_written(
    kind: str, words: str, filled: Database, empty: Database, tmp_path: Path
) -> None:
    file = tmp_path / "all.backup"
    made(filled, file)
    spoiled(file, kind)
    with pytest.raises(BackupError, match=words) as error:
        restore(empty, file)
    assert str(file) in str(error.value)
    with empty.engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
    assert list(found.tables) == []


@pytest.mark.only_on("sqlite")
def test_a_backup_cut_anywhere_is_refused(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "all.backup"
    made(filled, file)
    whole = file.read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        file.write_bytes(whole[:at])
        with pytest.raises(BackupError, match=r"cut off|no backup"):
            restore(filled, file)


@pytest.mark.only_on("sqlite")
def test_a_sealed_backup_cut_anywhere_is_refused(
    filled: Database, empty: Database, tmp_path: Path
) -> None:
    ours = new_identity()
    file = tmp_path / "sealed.backup"
    made(filled, file, public_key(ours))
    whole = file.read_bytes()
    for at in [*range(0, len(whole), len(whole) // 20), len(whole) - 1]:
        file.write_bytes(whole[:at])
        with pytest.raises((BackupError, SealError)):
            restore(empty, file, [ours])
    with empty.engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
    assert list(found.tables) == []


def test_nothing_is_overwritten(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "all.backup"
    made(filled, file)
    before, written = rows(filled), file.read_bytes()
    with pytest.raises(BackupError, match="holds an installation already"):
        restore(filled, file)
    with pytest.raises(BackupError, match="is there already"):
        made(filled, file)
    assert (rows(filled), file.read_bytes()) == (before, written)


def test_an_empty_installation_that_was_set_up_can_be_filled(
    filled: Database, empty: Database, tmp_path: Path
) -> None:
    made(filled, tmp_path / "all.backup")
    migrate(empty)
    restore(empty, tmp_path / "all.backup")
    assert rows(empty) == rows(filled)


def test_a_restore_that_fails_anywhere_leaves_nothing_and_can_be_done_again(
    filled: Database, empty: Database, tmp_path: Path
) -> None:
    made(filled, tmp_path / "all.backup")
    for call in [*range(1, 400, 23), 10_000]:
        succeeded = False
        with failing_at(empty, call) as calls, suppress(OperationalError):
            restore(empty, tmp_path / "all.backup")
            succeeded = True
        with empty.engine.begin() as connection:
            found = MetaData()
            found.reflect(connection)
            assert bool(found.tables) == succeeded
            if calls[0] < call:
                break
            found.drop_all(connection)  # the library asked again by itself
    assert rows(empty) == rows(filled)


def test_a_backup_that_fails_anywhere_leaves_no_file_and_can_be_made_again(
    filled: Database, tmp_path: Path
) -> None:
    file = tmp_path / "all.backup"
    for call in range(1, 80):
        with failing_at(filled, call) as calls, suppress(OperationalError):
            made(filled, file)
        if calls[0] < call:
            break
        assert [path.name for path in tmp_path.glob("all*")] == []
    assert zipfile.is_zipfile(file)
    assert [path.name for path in tmp_path.glob("all*")] == ["all.backup"]


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    """Run the command; return how it ended and what it said."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    printed = capsys.readouterr()
    return ended.value.code, printed.out + printed.err


@pytest.mark.only_on("sqlite")
def test_the_commands_move_an_installation_to_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, key = str(tmp_path / "all.backup"), new_identity()
    write_identity(tmp_path / "key", key)
    monkeypatch.setenv("SIXFOLD_INSTANCE", str(tmp_path / "one"))
    assert said(["init"], capsys)[0] == 0
    assert said(["backup", file], capsys)[1].endswith("Seal it with --to.\n")
    assert said(["backup", f"{file}.age", "--to", public_key(key)], capsys)[0] == 0
    assert said(["backup", file], capsys) == (
        1, f"{file} is there already and is left as it is; choose another name\n",
    )  # fmt: skip
    monkeypatch.setenv("SIXFOLD_INSTANCE", str(tmp_path / "two"))
    assert "--identity KEYFILE" in said(["restore", f"{file}.age"], capsys)[1]
    assert said(["restore", f"{file}.age", "--identity", str(tmp_path / "key")], capsys)[0] == 0
    code, findings = said(["check"], capsys)
    assert (code, findings.count("ok  ")) == (0, len(CHECKS))
    assert said(["work", "--once"], capsys) == (0, "1 jobs came to an end.\n")
    assert said(["work", "--list"], capsys) == (0, "")
    (tmp_path / "two" / "config.toml").write_text('secret_key = "short"\n')
    assert said(["check"], capsys)[0] == 1


def test_what_opened_a_door_when_the_backup_was_made_opens_none_after_a_restore(
    database: Database, empty: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        _project, token = add_staff(session, "ana@example.org", Role.OWNER, None, 1)
        keep_session(session, "word", {"language": "ar"}, 1, 1, is_new=True)
        may_try(session, b"k" * 32, "sign-in ana@example.org", 1)
    made(database, tmp_path / "one.backup")
    restore(empty, tmp_path / "one.backup")
    assert token is not None
    with empty.writing() as session:
        assert invited(session, token, 2) is None
        assert find_session(session, "word", 2) is None
        assert session.scalars(select(Attempt)).all() == []
        assert find_staff(session, "ana@example.org") is not None
