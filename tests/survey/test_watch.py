"""Watching a round: whole batches, no small count, one thing to do next."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from questionnaires import Instrument
from survey.db import Database
from survey.models import Response, Role, Tally, Wave
from survey.operations.batches import BATCH_SIZE
from survey.operations.members import place_round
from survey.operations.tallies import LOCALITY, SIGNS, bring_forward, is_behind
from survey.operations.watching import FEWEST, shown, watch
from survey.operations.waves import close_wave, erase_wave, find_wave
from tests.conftest import answers, record
from tests.survey.staff import Colleague, employ

EMAIL = "ana@example.org"


def seal(database: Database, wave: Wave, batch: int, people: list[dict[str, str]]) -> None:
    with database.writing() as session:
        rows: list[dict[str, Any]] = [
            {
                "id": secrets.token_bytes(16), "wave_id": wave.id, "batch": batch,
                "language": "en", "mode": "self-web", "locality": each["D1"],
                "stratum": each["D1"], "weight": 1_000_000, "answers": each,
            }
            for each in people
        ]  # fmt: skip
        session.execute(insert(Response), rows)
        session.commit()


def counted(database: Database, wave: Wave) -> Tally:
    with database.writing() as session:
        return bring_forward(session, find_wave(session, wave.link))


@pytest.mark.both_databases
def test_batches_are_counted_once_and_come_to_the_same(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    people = [answers(cohesion, D1=f"P{n % 2 + 1}", T1="dk") for n in range(40)]
    seal(database, wave, 1, people[:20])
    counted(database, wave)
    seal(database, wave, 2, people[20:])
    twice = counted(database, wave)
    assert (twice.people, twice.through_batch) == (40, 2)
    assert twice.counts[LOCALITY] == {"P1": 20, "P2": 20}
    with database.writing() as session:
        session.delete(session.get_one(Tally, wave.id))
        session.commit()
    at_once = counted(database, wave)
    assert at_once.counts == twice.counts
    with database.reading() as session:
        assert not is_behind(session, find_wave(session, wave.link))


def test_answers_that_wait_are_nobodys(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(BATCH_SIZE - 1):
        record(database, wave, answers(cohesion))
    assert counted(database, wave).people == 0
    record(database, wave, answers(cohesion))
    assert counted(database, wave).people == BATCH_SIZE


def test_hurry_is_counted_and_nobody_is_left_out(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    same = {item.name: "5" for item in cohesion.asked("long") if item.scale == "EXT5"}
    seal(database, wave, 1, [answers(cohesion, **same)] * 12 + [answers(cohesion)] * 8)
    tally = counted(database, wave)
    assert tally.people == 20
    assert tally.counts[SIGNS]["missing"] == 20


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)))
def test_no_small_count_is_shown_or_found_from_the_sum(counts: dict[str, int]) -> None:
    told = shown(counts)
    hidden = [code for code, count in told.items() if count is None]
    assert all(count == 0 or count >= FEWEST for count in told.values() if count is not None)
    assert len(hidden) != 1 or all(counts[c] == 0 for c in counts if c not in hidden)


def test_the_page_says_what_to_do_next(
    app: Flask, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    employ(database, EMAIL, Role.OWNER)
    with database.writing() as session:
        place_round(session, find_wave(session, wave.link), None)
        session.commit()
    ana = Colleague(app)
    ana.sign_in(EMAIL)
    first = ana.get("/desk/rounds/round-one/watch")
    assert "Hand out the address" in first.text
    mark = first.headers["ETag"]
    assert (
        ana.get("/desk/rounds/round-one/watch", headers={"If-None-Match": mark}).status_code == 304
    )
    unsure = [answers(cohesion, D1="P1", D2="woman", T1="dk")] * 21
    seal(database, wave, 1, [*unsure, *[answers(cohesion, D1="P2", D2="man")] * 9])
    changed = ana.get("/desk/rounds/round-one/watch", headers={"If-None-Match": mark})
    assert changed.status_code == 200
    assert "More than a fifth do not know" in changed.text
    assert "too few to show" in changed.text
    assert ">9<" not in changed.text
    with database.writing() as session:
        close_wave(session, find_wave(session, wave.link))
    assert "Weigh the answers" in ana.get("/desk/rounds/round-one/watch").text


def test_a_sealed_round_is_only_counted(database: Database, wave: Wave) -> None:
    with database.writing() as session:
        row = {"id": secrets.token_bytes(16), "wave_id": wave.id, "batch": 1, "sealed": b"x"}
        session.execute(insert(Response), [row])
        session.commit()
    tally = counted(database, wave)
    assert (tally.people, tally.counts) == (1, {})
    with database.reading() as session:
        found = watch(session, find_wave(session, wave.link), tally, "ar")
    assert found.silences == ()


def test_counts_are_erased_with_the_answers(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    seal(database, wave, 1, [answers(cohesion)] * 20)
    counted(database, wave)
    with database.writing() as session:
        kept = find_wave(session, wave.link)
        assert (
            erase_wave(session, kept, kept.keep_until.replace(year=kept.keep_until.year + 1)) == 20
        )
        assert session.get(Tally, wave.id) is None
