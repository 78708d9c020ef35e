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
from survey.models.wave import Protection
from survey.operations.batches import BATCH_SIZE
from survey.operations.members import place_round
from survey.operations.small_counts import FEWEST, shown, shown_places
from survey.operations.tallies import LOCALITY, MODE, SIGNS, count_forward, is_behind, keep_count
from survey.operations.watching import watch
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
    with database.reading() as session:
        count = count_forward(session, find_wave(session, wave.link))
    with database.writing() as session:
        keep_count(session, find_wave(session, wave.link), count)
        return session.get_one(Tally, wave.id)


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


def test_a_small_last_batch_moves_the_sum_and_no_table(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    seal(database, wave, 1, [answers(cohesion, D1="P1")] * 20)
    seal(database, wave, 2, [answers(cohesion, D1="P2")] * (FEWEST - 1))
    last = counted(database, wave)
    assert (last.people, last.through_batch) == (20 + FEWEST - 1, 2)
    assert last.counts[LOCALITY] == {"P1": 20}
    assert last.counts[MODE] == {"self-web": 20}


def test_two_who_count_at_once_count_nobody_twice(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    seal(database, wave, 1, [answers(cohesion)] * 20)
    with database.reading() as session:
        late = count_forward(session, find_wave(session, wave.link))
    seal(database, wave, 2, [answers(cohesion)] * 20)
    assert counted(database, wave).people == 40
    with database.writing() as session:
        keep_count(session, find_wave(session, wave.link), late)
        kept = session.get_one(Tally, wave.id)
        assert (kept.people, kept.through_batch) == (40, 2)


def test_a_share_that_stands_for_few_is_not_shown(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    people = [answers(cohesion, T1="dk")] * 9 + [answers(cohesion, T2="dk")] * 11
    seal(database, wave, 1, people)
    tally = counted(database, wave)
    with database.reading() as session:
        found = watch(session, find_wave(session, wave.link), tally, "en")
    unsure = {each.name: each.unsure for each in found.silences}
    assert (unsure["T1"], unsure["T2"], unsure["T3"]) == (None, 11 / 20, 0)


def test_a_closed_round_without_answers_hands_nothing_out(database: Database, wave: Wave) -> None:
    with database.writing() as session:
        mine = find_wave(session, wave.link)
        close_wave(session, mine)
        assert "closed" in watch(session, mine, None, "en").advice.words


Counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40))


@given(Counts)
def test_no_small_count_is_shown_or_found_from_the_sum(counts: dict[str, int]) -> None:
    told = shown(counts)
    hidden = [counts[code] for code, count in told.items() if count is None]
    assert all(count == 0 or count >= FEWEST for count in told.values() if count is not None)
    # As far as the sum tells, each of what is hidden could be no small count at all.
    can_hide = any(count >= FEWEST for count in counts.values())
    assert not hidden or not can_hide or sum(hidden) - (len(hidden) - 1) >= FEWEST


@given(Counts, st.lists(st.sampled_from("xyz"), min_size=8, max_size=8))
def test_no_place_is_found_from_the_sum_of_its_stratum(
    counts: dict[str, int], drawn: list[str]
) -> None:
    strata = dict(zip("abcdefgh", drawn, strict=True))
    places = shown_places(counts, strata)
    sums = {
        stratum: sum(n for code, n in counts.items() if strata[code] == stratum)
        for stratum in {strata[code] for code in counts}
    }
    for stratum, total in shown(sums).items():
        inside = {code: n for code, n in places.items() if strata[code] == stratum}
        if total is None:
            assert all(n is None for n in inside.values())
            continue
        hidden = [counts[code] for code, n in inside.items() if n is None]
        can_hide = any(counts[code] >= FEWEST for code in inside)
        assert not hidden or not can_hide or sum(hidden) - (len(hidden) - 1) >= FEWEST


def test_a_stratum_that_is_hidden_hides_its_places() -> None:
    counts = {"a": 3, "b": 12, "c": 11, "d": 40}
    strata = {"a": "small", "b": "middle", "c": "middle", "d": "large"}
    assert shown_places(counts, strata) == {"a": None, "b": None, "c": None, "d": 40}


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
    again = Colleague(app)
    again.sign_in(EMAIL)  # whose forms carry a token of their own
    reply = again.get("/desk/rounds/round-one/watch", headers={"If-None-Match": mark})
    assert reply.status_code == 200
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


@pytest.mark.parametrize("protection", Protection)
def test_few_answers_are_said_to_be_sealed_only_where_they_are(
    app: Flask, database: Database, wave: Wave, cohesion: Instrument, protection: Protection
) -> None:
    employ(database, EMAIL, Role.OWNER)
    for _ in range(3):
        record(database, wave, answers(cohesion))
    with database.writing() as session:
        mine = find_wave(session, wave.link)
        place_round(session, mine, None)
        mine.protection = protection
        close_wave(session, mine)
        session.commit()
    ana = Colleague(app)
    ana.sign_in(EMAIL)
    page = ana.get("/desk/rounds/round-one/watch").text
    is_sealed = protection is Protection.SEALED
    assert ("The server cannot read these answers" in page) is is_sealed
    assert ("too few to show" in page) is not is_sealed


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
