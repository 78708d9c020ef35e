"""Sealed rounds: the server cannot read an answer, the team's keys can, and nothing is lost."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from analysis.disclosure import Release as Published
from questionnaires import Instrument, Level
from questionnaires.types.single import Single
from survey.config import Settings
from survey.db import Database
from survey.errors import NonceSpentError, ReleaseError, SealError
from survey.keys import seal_to, unseal, write_identity
from survey.models import Inbox, Response, SpentNonce, Wave
from survey.operations.batches import BATCH_SIZE
from survey.operations.opening import read_responses
from survey.operations.placing import Receipt
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.sealed_files import export_sealed, open_file
from survey.operations.sealing import SMALLEST, padded, sealed_items, seals
from survey.operations.waves import close_wave, erase_wave, open_wave
from survey.site import today
from tests.conftest import answers, localities, plan
from tests.survey.disk import content_of
from tests.survey.participant import Page, Participant
from tests.survey.sealed import (
    FIRST,
    RECIPIENTS,
    SECOND,
    STRANGER,
    kept,
    sealing_wave,
    send,
)
from tests.survey.test_cli import Ran
from tests.survey.test_keys import run

__all__ = ["run"]

#: As an answer is spelled in a row; no questionnaire and no page says it so.
CANARY = "trust attitudes"


@pytest.fixture
def wave(database: Database, cohesion: Instrument) -> Wave:
    return sealing_wave(database, cohesion)


def people(cohesion: Instrument, count: int) -> list[dict[str, str]]:
    """Return answers of people of two places, different enough to be told apart."""
    return [
        answers(
            cohesion,
            D1=f"P{number % 2 + 1}",
            D2="woman" if number % 2 else "man",
            **{
                item.name: item.codes[(number + place) % len(item.codes)]
                for place, item in enumerate(cohesion.items)
                if item.dimension
            },
        )
        for number in range(count)
    ]


def fill(database: Database, wave: Wave, given: list[dict[str, str]]) -> None:
    for each in given:
        send(database, wave, each)


@pytest.mark.both_databases
def test_an_answer_is_in_no_byte_on_disk_and_each_recipient_opens_it(
    settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    given = answers(cohesion, Q2=CANARY, T1="5")
    for _ in range(BATCH_SIZE + 1):
        send(database, wave, given, psu="canary-psu")
    everything = content_of(settings.instance)
    everything += json.dumps([{**row} for row in kept(database)], default=repr).encode()
    for mark in (CANARY, "canary-psu", "self-web"):
        assert mark.encode() not in everything
    for row in kept(database):
        telling = {name for name, value in row.items() if value is not None}
        assert telling <= {"id", "wave_id", "batch", "sealed", "body_hash"}
        for identity in (FIRST, SECOND):
            document = json.loads(unseal(row["sealed"], [identity]))
            assert (document["answers"], document["psu"]) == (given, "canary-psu")
    with database.reading() as session:
        for identity in (FIRST, SECOND):
            found = read_responses(session, wave, [identity]).responses
            assert [each.answers for each in found] == [given] * BATCH_SIZE


@pytest.mark.both_databases
def test_a_row_is_readable_as_a_whole_or_not_at_all(database: Database, wave: Wave) -> None:
    for known in ({"sealed": b"x", "language": "en"}, {}):
        row = Inbox(id=b"n" * 16, wave_id=wave.id, **known)
        with database.writing() as session:
            session.add(row)
            with pytest.raises(IntegrityError):
                session.commit()


def test_another_key_is_told_whose_key_is_needed_and_nothing_changes(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave, people(cohesion, BATCH_SIZE))
    before = kept(database)
    with database.reading() as session:
        with pytest.raises(SealError, match=f"needs the secret key of {RECIPIENTS[0]}"):
            read_responses(session, wave, [STRANGER])
        with pytest.raises(SealError, match="20 responses of the round 'round-one' are sealed"):
            read_responses(session, wave)
    assert kept(database) == before


@pytest.mark.both_databases
def test_the_same_submission_again_is_stored_once_and_another_is_refused(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    nonce = b"n" * 16
    receipts = [send(database, wave, answers(cohesion, T1="5"), nonce) for _ in range(2)]
    assert receipts == [Receipt.STORED, Receipt.ALREADY_STORED]
    with pytest.raises(NonceSpentError):
        send(database, wave, answers(cohesion, T1="4"), nonce)
    assert len(kept(database)) == 1
    fill(database, wave, people(cohesion, BATCH_SIZE))
    assert send(database, wave, answers(cohesion, T1="5"), nonce) is Receipt.ALREADY_STORED
    assert len(kept(database)) == BATCH_SIZE + 1


def test_what_is_compared_cannot_be_found_by_trying_answers_out(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    hashes = set()
    for _ in range(3):
        send(database, wave, answers(cohesion))
    with database.reading() as session:
        hashes = set(session.scalars(select(Inbox.body_hash)))
    assert len(hashes) == 3  # the same answers under other nonces: another hash each time
    assert "body_hash" not in Response.__table__.columns


def test_the_length_of_what_is_sealed_does_not_tell_how_much_was_answered(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    send(database, wave, answers(cohesion))
    send(database, wave, people(cohesion, 1)[0] | {"Q2": CANARY})
    # age adds a line of random length of its own.
    lengths = {len(unseal(row["sealed"], [FIRST])) for row in kept(database)}
    assert len(lengths) == 1
    for length, size in ((2, 1), (SMALLEST, 1), (SMALLEST + 1, 2), (5 * SMALLEST, 8)):
        assert len(padded(b"x" * length)) == size * SMALLEST


@pytest.mark.both_databases
def test_a_batch_moves_what_is_sealed_as_it_is(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave, people(cohesion, BATCH_SIZE - 1))
    before = {row["sealed"] for row in kept(database)}
    send(database, wave, answers(cohesion))
    with database.reading() as session:
        assert before < set(session.scalars(select(Response.sealed)))
        assert session.scalars(select(Inbox.id)).all() == []


def spoil(database: Database, change: Callable[[bytes], bytes]) -> None:
    """Change what one response has sealed."""
    with database.writing() as session:
        key = session.scalars(select(Response.id).order_by(Response.id)).first()
        sealed = session.get_one(Response, key).sealed or b""
        session.execute(update(Response).where(Response.id == key).values(sealed=change(sealed)))
        session.commit()


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
        lambda sealed: sealed[:-40],
        lambda _: b"",
        lambda _: b"age-encryption.org/v1\n",
    ],
)
def test_a_response_that_was_changed_is_left_out_counted_and_kept(
    database: Database, wave: Wave, cohesion: Instrument, change: Callable[[bytes], bytes]
) -> None:
    fill(database, wave, people(cohesion, BATCH_SIZE))
    spoil(database, change)
    with database.reading() as session:
        opening = read_responses(session, wave, [FIRST])
    assert (len(opening.responses), opening.left_out) == (BATCH_SIZE - 1, {"locked": 1})
    assert len(kept(database)) == BATCH_SIZE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"weight": 0}, "damaged"),
        ({"weight": True}, "damaged"),
        ({"weight": 2**63}, "damaged"),
        ({"language": "xx"}, "damaged"),
        ({"psu": 5}, "damaged"),
        ({"answers": ["P1"]}, "damaged"),
        ({"answers": {"D1": "P1"}}, "unfit"),
        ({}, ""),
    ],
)
def test_a_row_that_this_server_could_not_have_sealed_is_left_out(
    database: Database,
    wave: Wave,
    cohesion: Instrument,
    change: dict[str, object],
    reason: str,
) -> None:
    fill(database, wave, people(cohesion, BATCH_SIZE))

    def forged(sealed: bytes) -> bytes:
        return seal_to(
            json.dumps(json.loads(unseal(sealed, [FIRST])) | change).encode(), RECIPIENTS
        )

    spoil(database, forged)
    with database.reading() as session:
        assert read_responses(session, wave, [FIRST]).left_out == ({reason: 1} if reason else {})


def signed() -> SignOff:
    return SignOff("A. Reviewer", "researcher", today())


@pytest.mark.both_databases
def test_a_release_of_a_sealed_round_says_what_one_of_an_open_round_says(
    settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    given = people(cohesion, 60)
    fill(database, wave, given)
    plain = sealing_wave(database, cohesion, link="plain", protection="open")
    fill(database, plain, given)
    with database.writing() as session:
        with pytest.raises(SealError, match="--identity"):
            publish(session, session.merge(wave), signed())
        sealed = publish(session, session.merge(wave), signed(), [SECOND])
        clear = publish(session, session.merge(plain), signed())
        told, plainly = (Published.from_json(each.document) for each in (sealed, clear))
        assert replace(told, facts=replace(told.facts, wave="plain")) == plainly
        assert sealed.left_out == {}
    for row in kept(database):
        assert (row["sealed"] is None) == (row["wave_id"] == plain.id)


def test_opening_writes_nothing_back(
    settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave, [each | {"Q2": CANARY} for each in people(cohesion, 40)])
    before = kept(database)
    with database.writing() as session:
        publish(session, session.merge(wave), signed(), [FIRST])
    assert kept(database) == before
    everything = content_of(settings.instance)
    for mark in (CANARY, "AGE-SECRET-KEY", str(FIRST)[20:40]):
        assert mark.encode() not in everything


def test_a_release_counts_what_it_left_out(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave, people(cohesion, 40))
    spoil(database, lambda sealed: sealed[:-1])
    with database.writing() as session:
        assert publish(session, session.merge(wave), signed(), [FIRST]).left_out == {"locked": 1}
        session.execute(update(Response).values(sealed=b"gone"))
        with pytest.raises(ReleaseError, match="no response can be used"):
            publish(session, session.merge(wave), signed(), [FIRST])


def test_what_opens_only_after_a_release_cannot_be_told_from_the_next_one(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave, people(cohesion, 40))
    with database.writing() as session:
        whole = session.scalars(select(Response)).first()
        assert whole is not None
        key, sealed = whole.id, whole.sealed
        session.execute(update(Response).where(Response.id == key).values(sealed=b"away"))
        assert publish(session, session.merge(wave), signed(), [FIRST]).left_out == {"locked": 1}
        session.execute(update(Response).where(Response.id == key).values(sealed=sealed))
        session.commit()
        with pytest.raises(ReleaseError, match="1 responses that an earlier release left out"):
            publish(session, session.merge(wave), signed(), [FIRST])


def test_what_opens_no_more_after_a_release_cannot_be_told_from_the_next_one(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave, people(cohesion, 40))
    with database.writing() as session:
        assert publish(session, session.merge(wave), signed(), [FIRST]).left_out == {}
    spoil(database, lambda sealed: sealed[:-1])
    used = pytest.raises(ReleaseError, match="1 responses that an earlier release used cannot")
    with database.writing() as session, used:
        publish(session, session.merge(wave), signed(), [FIRST])


def test_an_export_opens_offline_into_what_was_answered(
    database: Database, wave: Wave, cohesion: Instrument, tmp_path: Path, run: Callable[..., Ran]
) -> None:
    given = people(cohesion, 40)
    fill(database, wave, given)
    out = tmp_path / "away"
    out.mkdir()
    with database.reading() as session:
        assert export_sealed(session, wave, out / "sealed.jsonl") == 40
    write_identity(out / "key", SECOND)
    database.dispose()
    (tmp_path / "sixfold.sqlite3").unlink()  # no server, no database
    clear = out / "clear.csv"
    opened = run("key", "open", out / "sealed.jsonl", "--identity", out / "key", "-o", clear)
    assert (opened.code, opened.err) == (0, "")
    assert "CLEAR TEXT" in opened.out
    assert clear.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(clear.read_text().splitlines()))
    assert sorted(row["T1"] + row["D1"] for row in rows) == sorted(
        each["T1"] + each["D1"] for each in given
    )
    assert {row["stratum"] for row in rows} == {"P1", "P2"}
    scored = run("score", clear, "--instrument", "social_cohesion")
    assert (scored.code, scored.out.count("\n")) == (0, 41)


@pytest.mark.both_databases
def test_an_export_is_sealed_and_opens_with_a_key_of_the_round_alone(
    database: Database, wave: Wave, cohesion: Instrument, tmp_path: Path
) -> None:
    fill(database, wave, [each | {"Q2": CANARY} for each in people(cohesion, 40)])
    file = tmp_path / "sealed.jsonl"
    with database.reading() as session:
        export_sealed(session, wave, file)
        with pytest.raises(SealError, match="left as it is"):
            export_sealed(session, wave, file)
    assert CANARY not in file.read_text()
    with pytest.raises(SealError, match="not one of this round"):
        open_file(file, [STRANGER])
    lines = file.read_text().splitlines()
    file.write_text(
        "\n".join([*lines[:-1], lines[-1].replace('"sealed": "YWdl', '"sealed": "YWdm')])
    )
    content, opening = open_file(file, [FIRST])
    assert (opening.left_out, content.count(b"\n")) == ({"locked": 1}, 40)
    file.write_text("\n".join(lines[:12]))
    with pytest.raises(SealError, match=r"holds 11 of 40 responses.*copy the file again"):
        open_file(file, [FIRST])
    changed = lines[0].replace("B1", "B9")
    for broken in ("", "{}", "[1]", "\n".join([*lines[:-1], "{"]), changed):
        file.write_text(broken)
        with pytest.raises(SealError, match=r"sealed\.jsonl"):
            open_file(file, [FIRST])


@pytest.mark.parametrize("psu", ["=1+1", "+SUM(A1)", "-A1", "@x", "＝1"])
def test_no_opened_cell_is_a_formula(
    database: Database, wave: Wave, cohesion: Instrument, tmp_path: Path, psu: str
) -> None:
    for _ in range(BATCH_SIZE):
        send(database, wave, answers(cohesion), psu=psu)
    with database.reading() as session:
        export_sealed(session, wave, tmp_path / "sealed.jsonl")
    content, _ = open_file(tmp_path / "sealed.jsonl", [FIRST])
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert {row["psu"] for row in rows} == {f"'{psu}"}


def test_opened_answers_are_never_written_into_the_folder_of_the_server(
    database: Database, wave: Wave, cohesion: Instrument, tmp_path: Path, run: Callable[..., Ran]
) -> None:
    fill(database, wave, people(cohesion, 40))
    with database.reading() as session:
        export_sealed(session, wave, tmp_path / "sealed.jsonl")
    write_identity(tmp_path / "key", FIRST)
    (tmp_path / "instance").mkdir()
    inside = tmp_path / "instance" / "clear.csv"
    words = ("key", "open", tmp_path / "sealed.jsonl", "--identity", tmp_path / "key")
    refused = run(*words, "-o", inside)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert not inside.exists()


@pytest.mark.both_databases
def test_free_text_of_an_open_round_is_sealed_and_nothing_else_is(
    settings: Settings,
    database: Database,
    cohesion: Instrument,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Single, "level", Level.TEXT)  # what counts is the level, not the type
    names = sealed_items(cohesion, "long")
    assert "D2" in names
    assert seals(cohesion, "long", "open")
    with pytest.raises(Exception, match="no recipients"):
        sealing_wave(database, cohesion, protection="open", recipients=(), breakdowns=())
    wave = sealing_wave(database, cohesion, protection="open", breakdowns=())
    given = [answers(cohesion, D2="woman", T1="5") for _ in range(BATCH_SIZE)]
    fill(database, wave, given)
    for row in kept(database):
        assert "woman" not in str(row)
        assert row["answers"] == {
            name: code for name, code in given[0].items() if name not in names
        }
        assert json.loads(unseal(row["sealed"], [FIRST])) == {
            "answers": {name: given[0][name] for name in names}
        }
    with database.reading() as session:
        found = read_responses(session, wave).responses
        assert {each.answers.get("D2") for each in found} == {None}
        export_sealed(session, wave, settings.instance / "export")
    content, _ = open_file(settings.instance / "export", [SECOND])
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert [(row["D2"], row["T1"]) for row in rows] == [("woman", "5")] * BATCH_SIZE


def test_a_participant_answers_a_sealed_round_and_reads_how_it_is_protected(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    assert (
        "Only the research team's key opens them" in Page(client.get("/s/round-one/en").text).text
    )
    assert "مفتاح فريق البحث" in client.get("/s/round-one/ar").text
    participant = Participant(client).begin().answer_all({"D1": "P1", "T1": "5"})
    assert "Only the research team's key opens them" in participant.page.text
    participant.send(action="next")
    assert participant.page.is_received
    (row,) = kept(database)
    assert json.loads(unseal(row["sealed"], [FIRST]))["answers"]["T1"] == "5"
    assert wave.link == "round-one"


@pytest.mark.parametrize("protection", ["open", "text"])
def test_the_pages_of_another_round_say_what_the_server_can_read(
    client: FlaskClient,
    database: Database,
    cohesion: Instrument,
    monkeypatch: pytest.MonkeyPatch,
    protection: str,
) -> None:
    if protection == "text":
        monkeypatch.setattr(Single, "level", Level.TEXT)
    sealing_wave(database, cohesion, protection="open", breakdowns=())
    first = client.get("/s/round-one/en").text
    review = Participant(client).begin().answer_all({"D1": "P1"}).page.text
    for page in (first, review):
        assert ("What you write in your own words is locked" in page) == (protection == "text")
        assert "server of the research team can read" in page
        assert "unreadable" not in page


def test_the_page_of_a_round_that_awaits_its_test_is_not_open_yet(
    client: FlaskClient, database: Database, cohesion: Instrument
) -> None:
    decided = plan(link="waiting", protection="sealed", recipients=RECIPIENTS)
    with database.writing() as session:
        open_wave(session, cohesion, decided, localities())
    assert client.get("/s/waiting").status_code == 403


@pytest.mark.both_databases
def test_an_erased_round_leaves_neither_rows_nor_keys(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    fill(database, wave, people(cohesion, BATCH_SIZE + 2))
    with database.writing() as session:
        merged = session.merge(wave)
        close_wave(session, merged)
        # Phones may still send what they keep: a late retry must be known.
        assert session.query(SpentNonce).count() == BATCH_SIZE + 2
        erase_wave(session, merged, wave.keep_until.replace(year=wave.keep_until.year + 1))
        assert (session.query(SpentNonce).count(), kept(database)) == (0, [])
        assert session.get_one(Wave, wave.id).recipients == []
