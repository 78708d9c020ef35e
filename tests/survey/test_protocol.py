"""The information-sharing protocol: six steps, signed by all partners, reviewed every 3 months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.db import Database
from survey.errors import RefusedError
from survey.languages import words
from survey.models import ProtocolReview, Role
from survey.operations.desk_papers import Agreed, protocol_report
from survey.operations.editing import save_part
from survey.operations.protocol import (
    STEPS,
    Signature,
    fingerprint,
    is_overdue,
    keep_protocol,
    months_later,
    next_review,
    note_review,
    protocol_gaps,
    protocol_of,
    sign_protocol,
    signatures_of,
)
from tests.survey.planned import PROTOCOL
from tests.survey.staff import Colleague, employ

DAY = date(2026, 1, 31)
PARTNERS = PROTOCOL["partners"].splitlines()

Write = Callable[..., None]


@pytest.fixture
def write(database: Database) -> Write:
    """Write the steps of the protocol of the only project, and sign when partners are named."""
    employ(database, "ana@example.org", Role.OWNER, "Valley")

    def written(*signing: str, day: date = DAY, **steps: str) -> None:
        with database.writing() as session:
            protocol = keep_protocol(session, 1)
            save_part(session, protocol, "steps", {**PROTOCOL, **steps}, protocol.version)
            for partner in signing:
                sign_protocol(session, 1, partner, "The head", seen=seen(session), today=day)

    return written


def seen(session: Session) -> str:
    return fingerprint(protocol_of(session, 1).document)


def gaps(database: Database, today: date = DAY) -> list[str]:
    with database.reading() as session:
        return [gap.words % gap.values for gap in protocol_gaps(session, 1, today)]


@pytest.mark.parametrize("step", STEPS)
def test_each_of_the_steps_must_be_written(database: Database, write: Write, step: str) -> None:
    write(**{step: " "})
    with database.writing() as session:
        assert [gap.field for gap in protocol_gaps(session, 1, DAY)] == [step]
        with pytest.raises(RefusedError, match="every step"):
            sign_protocol(session, 1, PARTNERS[0], "The head", seen=seen(session), today=DAY)


@pytest.mark.both_databases
def test_it_is_complete_when_every_partner_has_signed(database: Database, write: Write) -> None:
    write(PARTNERS[0])
    assert gaps(database) == ["A signature is missing: Health centre"]
    write(PARTNERS[1])
    assert gaps(database) == []


def test_a_signature_holds_for_the_text_it_was_given_for(database: Database, write: Write) -> None:
    write(*PARTNERS)
    write(type="Names as well")
    assert len(gaps(database)) == 2
    assert gaps(database)[0].endswith("sign again: Office of the valley")
    write()  # the old words again
    assert gaps(database) == []


@pytest.mark.parametrize(
    ("partner", "person"),
    [("Somebody else", "The head"), (PARTNERS[0], " "), (PARTNERS[0], "x" * 121)],
    ids=["stranger", "nobody", "long"],
)
def test_only_a_named_person_of_a_partner_signs(
    database: Database, write: Write, partner: str, person: str
) -> None:
    write()
    with database.writing() as session, pytest.raises(RefusedError):
        sign_protocol(session, 1, partner, person, seen=seen(session), today=DAY)


def test_nobody_signs_a_text_that_was_changed_meanwhile(
    app: Flask, database: Database, write: Write
) -> None:
    write()
    ana = Colleague(app)
    ana.sign_in("ana@example.org")
    page = ana.get("/desk/projects/1/protocol").text
    before = page.split('name="seen" value="')[1].split('"')[0]
    write(type="Names as well")
    signing = {"partner": PARTNERS[0], "person": "The head"}
    late = ana.post("/desk/projects/1/protocol/sign", seen=before, **signing)
    assert (late.status_code, "load the page again" in late.text) == (422, True)
    assert ana.post("/desk/projects/1/protocol/sign", **signing).status_code == 422
    with database.reading() as session:
        now = seen(session)
    assert ana.post("/desk/projects/1/protocol/sign", seen=now, **signing).status_code == 303


def test_after_three_months_it_must_be_reviewed(database: Database, write: Write) -> None:
    write(*PARTNERS)
    due = date(2026, 4, 30)  # the last of April: January has 31 days
    with database.reading() as session:
        assert next_review(session, 1) == due
        assert not is_overdue(session, 1, date(2026, 4, 29))
        assert is_overdue(session, 1, due)
    assert gaps(database, date(2026, 4, 29)) == []
    assert "Three months are over" in gaps(database, due)[0]
    with database.writing() as session:
        session.info["actor"] = "ana@example.org"
        note_review(session, 1, "It stays as it is", due)
        (review,) = session.query(ProtocolReview)
        assert (review.day, review.reviewer) == (due, "ana@example.org")
        assert next_review(session, 1) == date(2026, 7, 30)
    assert gaps(database, due) == []


def test_a_review_without_an_outcome_is_none(database: Database, write: Write) -> None:
    write(*PARTNERS)
    with database.writing() as session, pytest.raises(RefusedError, match="what came of"):
        note_review(session, 1, "  ", DAY)


def test_the_desk_reminds_those_who_can_review(
    app: Flask, database: Database, write: Write
) -> None:
    write(*PARTNERS, day=date(2020, 1, 1))
    employ(database, "eva@example.org", Role.ENUMERATOR, "Valley")
    ana, eva = Colleague(app), Colleague(app)
    ana.sign_in("ana@example.org")
    eva.sign_in("eva@example.org")
    assert "is due since" in ana.get("/desk/").text
    assert "is due since" in ana.get("/desk/projects/1").text
    assert "is due since" not in eva.get("/desk/").text
    ana.post("/desk/projects/1/protocol/review", outcome="It stays")
    assert "It stays" in ana.get("/desk/projects/1/protocol").text
    assert "is due since" not in ana.get("/desk/").text


def test_it_is_printed_whole_with_room_for_signatures_and_nothing_of_the_desk(
    app: Flask, database: Database, write: Write
) -> None:
    write(PARTNERS[0])
    ana = Colleague(app)
    ana.sign_in("ana@example.org")
    ana.post("/desk/projects/1/protocol/review", outcome="It stays as it is")
    page = ana.get("/desk/projects/1/protocol/paper").text
    for said in (*PROTOCOL["tasks"].splitlines(), *PARTNERS, "The head", "It stays as it is"):
        assert said in page
    assert page.count('class="signing"') == len(PARTNERS)
    assert "<header" not in page
    assert "<form" not in page
    assert "/protocol/paper" in ana.get("/desk/projects/1/protocol").text
    file = ana.get("/desk/projects/1/protocol/paper/pdf")
    assert (file.data[:4], file.mimetype) == (b"%PDF", "application/pdf")
    assert 'filename="protocol.pdf"' in file.headers["Content-Disposition"]


def test_its_file_says_what_the_page_says() -> None:
    signed = Signature("Health office", "The head", date(2026, 3, 1), holds=True)
    void = Signature("School", "The teacher", date(2026, 3, 1))
    steps = [("1. Why", "To help.\nNot to watch."), ("6. How it is looked at", "")]
    reviews = [(date(2026, 5, 1), "It stays")]
    agreed = Agreed("Valley", steps, [signed, void], date(2026, 8, 1), reviews, "abc123")
    said = repr(protocol_report(agreed, words("en"), date(2026, 6, 1)))
    for part in ("To help.", "Not to watch.", "The head", "It stays", "abc123", "Not written yet"):
        assert part in said
    assert "The teacher" not in said  # a signature of another text holds for nothing
    assert "void: something was changed since" in said


def test_two_people_who_write_it_see_both_versions(
    app: Flask, database: Database, write: Write
) -> None:
    write()
    ana = Colleague(app)
    ana.sign_in("ana@example.org")
    with database.reading() as session:
        version = str(protocol_of(session, 1).version)
    first = PROTOCOL | {"why": "To act together"}
    second = PROTOCOL | {"why": "To learn together"}
    assert ana.post("/desk/projects/1/protocol", version=version, **first).status_code == 303
    reply = ana.post("/desk/projects/1/protocol", version=version, **second)
    assert reply.status_code == 409
    assert "To act together" in reply.text
    assert "To learn together" in reply.text
    with database.reading() as session:
        kept = protocol_of(session, 1).document
        assert kept["steps"]["why"] == "To act together"
        assert [each.partner for each in signatures_of(kept)] == PARTNERS


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 12, 15), date(2027, 3, 15)),
    ],
)
def test_three_months_later_is_the_same_day_or_the_last(day: date, later: date) -> None:
    assert months_later(day, 3) == later
