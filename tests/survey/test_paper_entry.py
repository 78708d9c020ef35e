"""Sheets of paper are entered through the same checks as pages, twice if the team likes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from questionnaires import Instrument, read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.desk.sheet import Sheet
from survey.errors import RefusedError
from survey.models import Draft, Inbox, Role, Wave
from survey.models.wave import Door
from survey.operations.sheets import keep_draft, open_draft
from survey.operations.waves import close_wave, open_wave
from tests.conftest import FACTS, KEY, answers, localities, plan
from tests.databases import migrated
from tests.survey.disk import content_of
from tests.survey.participant import Page
from tests.survey.staff import Colleague, employ

PATH = "/desk/rounds/round-one/paper/en"
LANGUAGES = ("en", "sq", "bs", "mk", "ar", "fr")
PLACES = [("P1", "Place 1"), ("P2", "Place 2"), ("P3", "Place 3")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Colleague]]:
    """A round with a door for paper, and a researcher who has signed in."""
    folder = tmp_path_factory.mktemp("paper")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "owner@example.org", Role.OWNER)
    employ(database, "rita@example.org", Role.RESEARCHER)
    with database.writing() as session:
        facts = {language: FACTS.get(language, FACTS["en"]) for language in LANGUAGES}
        doors = (Door.OPEN, Door.PAPER)
        chosen = plan(form="short", doors=doors, languages=LANGUAGES, facts=facts)
        open_wave(session, read_instrument("social_cohesion"), chosen, localities())
    app: Flask = create_app(settings)
    rita = Colleague(app)
    assert rita.sign_in("rita@example.org").status_code == 303
    yield database, rita
    database.dispose()
    app.extensions["sixfold"].database.dispose()


def count(database: Database, table: type[Inbox] | type[Draft]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def fresh(rita: Colleague) -> dict[str, str]:
    """Return the hidden fields of an empty sheet."""
    page = Page(rita.get(PATH).text)
    return {"nonce": page.hidden["nonce"]}


def typed(**given: str) -> dict[str, str]:
    return {f"q_{name}": written for name, written in given.items()}


def sheet(instrument: Instrument, form: str = "short") -> Sheet:
    return Sheet(instrument, form, "en", PLACES)


def test_the_sheet_asks_in_the_order_and_with_the_numbers_of_the_paper(
    cohesion: Instrument,
) -> None:
    numbers = [each.number for each in sheet(cohesion, "long").questions]
    assert numbers[0] == "1"
    order = [tuple(map(int, number.split("."))) for number in numbers]
    assert order == sorted(order)


def test_keys_are_the_digits_that_are_printed_or_places_in_the_list(cohesion: Instrument) -> None:
    blanks = {each.item.name: each.blanks for each in sheet(cohesion).questions}
    keys = {key.typed: key.code for key in blanks["T1"][0].keys}
    assert keys == {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "?": "dk", "-": "pnta"}
    places = {key.typed: key.code for key in blanks["D1"][0].keys}
    assert places == {"1": "P1", "2": "P2", "3": "P3"}
    for found in blanks.values():
        for blank in found:
            assert len({key.typed for key in blank.keys}) == len(blank.keys)


def test_every_library_questionnaire_can_be_typed() -> None:
    for name in ("social_cohesion", "beneficiary_monitoring", "community_profile"):
        instrument = read_instrument(name)
        for form in instrument.forms:
            read = sheet(instrument, form).read(typed(D1="1"))
            assert set(read.errors) <= {
                item.name for item in instrument.asked(form) if item.required
            }


def test_what_is_typed_is_what_a_page_would_have_sent(cohesion: Instrument) -> None:
    read = sheet(cohesion, "long").read(typed(D1="2", T1="٥", T2="?", T3=" - "))
    assert read.errors == {}
    assert [read.answers[name] for name in ("D1", "T1", "T2", "T3")] == ["P2", "5", "dk", "pnta"]
    assert read.answers == answers(cohesion, "long", D1="P2", T1="5", T2="dk", T3="pnta") | {
        name: answer for name, answer in read.answers.items() if answer == "not_shown"
    }


@pytest.mark.parametrize("wrong", ["6", "x", "1 2", "?-"])
def test_what_is_no_key_is_refused_beside_its_box(cohesion: Instrument, wrong: str) -> None:
    assert set(sheet(cohesion).read(typed(D1="1", T1=wrong)).errors) == {"T1"}


def test_a_sheet_without_a_place_is_not_stored_and_keeps_what_was_typed(
    desk: tuple[Database, Colleague],
) -> None:
    database, rita = desk
    before = count(database, Inbox)
    reply = rita.post(PATH, action="store", **fresh(rita), **typed(T1="9", T2="4"))
    assert reply.status_code == 422
    assert 'name="q_T2"' in reply.text
    assert re.search(r'name="q_T2"[^>]*value="4"', reply.text)
    assert re.search(r'name="q_T1"[^>]*aria-invalid="true"', reply.text)
    assert count(database, Inbox) == before


def test_enter_without_a_script_checks_and_stores_nothing(
    desk: tuple[Database, Colleague],
) -> None:
    database, rita = desk
    page = rita.get(PATH).text
    form = page[page.index('id="entry"') :]
    assert re.search(r'<button[^>]* value="(\w+)"', form)[1] == "check"  # type: ignore[index]
    before = count(database, Inbox)
    reply = rita.post(PATH, action="check", **fresh(rita), **typed(D1="1"))
    assert (reply.status_code, count(database, Inbox)) == (200, before)
    assert "not stored yet" in reply.text


def test_a_sheet_is_stored_once_as_paper_however_often_it_is_sent(
    desk: tuple[Database, Colleague],
) -> None:
    database, rita = desk
    before = count(database, Inbox)
    sent = fresh(rita) | typed(D1="3", T1="4")
    for _ in range(2):
        assert "The sheet is stored" in rita.post(PATH, action="store", **sent).text
    assert count(database, Inbox) == before + 1
    with database.reading() as session:
        rows = session.scalars(select(Inbox).where(Inbox.locality == "P3")).all()
    assert [(row.mode, row.language, row.answers["T1"]) for row in rows if row.answers] == [
        ("paper", "en", "4")
    ]


def test_another_sheet_under_a_spent_nonce_is_refused(desk: tuple[Database, Colleague]) -> None:
    database, rita = desk
    sent = fresh(rita) | typed(D1="3", T1="4")
    assert "The sheet is stored" in rita.post(PATH, action="store", **sent).text
    before = count(database, Inbox), count(database, Draft)
    other, wrong = sent | typed(T1="5"), sent | typed(T1="9")
    for action, again in (
        ("store", other),
        ("compare", other),
        ("decide", other),
        ("store", wrong),
        ("keep", sent),
        ("check", sent),
    ):
        reply = rita.post(PATH, action=action, **again)
        assert reply.status_code == 422
        assert "sent before with other answers" in reply.text
    assert "The sheet is stored" in rita.post(PATH, action="store", **sent).text
    assert (count(database, Inbox), count(database, Draft)) == before


def test_a_first_entry_is_kept_once_however_often_it_is_sent(
    desk: tuple[Database, Colleague],
) -> None:
    database, rita = desk
    before, drafts = count(database, Inbox), count(database, Draft)
    sent = fresh(rita) | typed(D1="2", T1="1")
    pages = {rita.post(PATH, action="keep", **sent).text for _ in range(2)}
    numbers = {re.search(r'id="number">([^<]+)<', page)[1] for page in pages}  # type: ignore[index]
    assert (len(numbers), count(database, Draft)) == (1, drafts + 1)
    other = rita.post(PATH, action="keep", **sent | typed(T1="2"))
    assert (other.status_code, "sent before" in other.text) == (422, True)
    assert "The sheet is stored" in rita.post(PATH, action="store", **sent).text
    assert (count(database, Inbox), count(database, Draft)) == (before + 1, drafts)


def first_entry(rita: Colleague, **given: str) -> str:
    page = rita.post(PATH, action="keep", **fresh(rita), **typed(**given)).text
    return re.search(r'id="number">([0-9A-Z]{4}-[0-9A-Z]{4})<', page)[1]  # type: ignore[index]


def test_two_entries_alike_are_stored_once_and_the_draft_is_gone(
    desk: tuple[Database, Colleague],
) -> None:
    database, rita = desk
    before, drafts = count(database, Inbox), count(database, Draft)
    number = first_entry(rita, D1="1", T1="2")
    assert (count(database, Inbox), count(database, Draft)) == (before, drafts + 1)
    same = typed(D1="1", T1="2") | {"number": number.lower()}
    assert "The sheet is stored" in rita.post(PATH, action="compare", **fresh(rita), **same).text
    assert (count(database, Inbox), count(database, Draft)) == (before + 1, drafts)
    again = rita.post(PATH, action="compare", **fresh(rita), **same)
    assert again.status_code == 422
    assert count(database, Inbox) == before + 1


def test_two_entries_that_differ_are_listed_and_decided(desk: tuple[Database, Colleague]) -> None:
    database, rita = desk
    before, drafts = count(database, Inbox), count(database, Draft)
    number = first_entry(rita, D1="2", T1="2", T2="3")
    second = typed(D1="2", T1="5", T2="3") | {"number": number}
    reply = rita.post(PATH, action="compare", **fresh(rita), **second)
    assert reply.status_code == 422
    listed = reply.text[reply.text.index('id="differences"') :].split("</table>")[0]
    assert listed.count("<tr>") == 2
    assert (count(database, Inbox), count(database, Draft)) == (before, drafts + 1)
    sent = fresh(rita) | second
    for _ in range(2):
        assert "The sheet is stored" in rita.post(PATH, action="decide", **sent).text
    assert (count(database, Inbox), count(database, Draft)) == (before + 1, drafts)


def test_a_number_that_no_sheet_has_stores_nothing(desk: tuple[Database, Colleague]) -> None:
    database, rita = desk
    before = count(database, Inbox)
    for action in ("compare", "decide", "store"):
        sent = typed(D1="1") | {"number": "0000-0000"}
        reply = rita.post(PATH, action=action, **fresh(rita), **sent)
        assert reply.status_code == 422
        assert "no sheet of this round waits" in reply.text
    assert count(database, Inbox) == before


def test_no_draft_can_be_read_from_disk(
    settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    given = answers(cohesion, D1="P2", T1="5", T2="4", T3="3")
    with database.writing() as session:
        number = keep_draft(session, wave, given, b"n" * 16, KEY)
    everything = content_of(settings.instance)
    for mark in (b'"T1": "5"', number.encode(), number.replace("-", "").encode()):
        assert mark not in everything
    with database.reading() as session:
        assert open_draft(session, wave, number.lower(), KEY)[1] == given
        for wrong, key in ((number[:-1] + "~", KEY), (number, b"x" * 32)):
            with pytest.raises(RefusedError, match="no sheet of this round"):
                open_draft(session, wave, wrong, key)


def test_drafts_end_with_their_round(database: Database, wave: Wave, cohesion: Instrument) -> None:
    with database.writing() as session:
        keep_draft(session, wave, answers(cohesion), b"n" * 16, KEY)
        close_wave(session, session.get_one(Wave, wave.id))
    assert count(database, Draft) == 0


def test_a_round_without_paper_takes_no_sheet(
    app: Flask, database: Database, cohesion: Instrument
) -> None:
    employ(database, "owner@example.org", Role.OWNER)
    with database.writing() as session:
        open_wave(session, cohesion, plan(form="short"), localities())
    ana = Colleague(app)
    ana.sign_in("owner@example.org")
    assert "takes no sheets" in ana.get(PATH).text
    assert ana.post(PATH, action="store", nonce="0" * 32, q_D1="1").status_code == 422
    assert count(database, Inbox) == 0
