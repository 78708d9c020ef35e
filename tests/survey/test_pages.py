"""Every page of a visit: the first, the last, those that end it, and what goes wrong."""

from __future__ import annotations

import json
import re
import zlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous.encoding import base64_encode
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from questionnaires import Instrument, InstrumentError, read_instrument
from questionnaires.check.readability import FORMULAS
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.languages import LANGUAGES, words
from survey.models import Inbox, Wave
from survey.operations.round_files import read_round
from survey.operations.waves import close_wave, open_wave
from survey.respond import questionnaire as asking
from survey.respond.visit import Seal
from survey.site import today
from tests.conftest import FACTS, localities, plan
from tests.survey.participant import Page, Participant
from tests.survey.test_cli import ROUND

HELP = "Helpline (en)"
FORM = "application/x-www-form-urlencoded"


def opened(database: Database, **changes: Any) -> Wave:
    with database.writing() as session:
        return open_wave(session, read_instrument("social_cohesion"), plan(**changes), localities())


def stored(database: Database) -> list[dict[str, str]]:
    with database.reading() as session:
        return [row.answers or {} for row in session.scalars(select(Inbox))]


# The first page

OWN = {
    "about": "We ask about the new bridge.",
    "minutes": "It takes about 3 minutes.",
    "risks": "Some questions are about money.",
    "complaints": "Complain to the council.",
    "age": "These questions are for people who are 16 or older.",
    "agree": "I am 16 or older and want to take part.",
}


def own_facts(**changes: str) -> dict[str, dict[str, Any]]:
    own = {language: FACTS[language] | OWN for language in FACTS}
    own["ar"] |= {"age": "١٦ سنة أو أكثر"} | changes
    return own


def test_a_round_may_say_the_first_page_in_its_own_words(
    client: FlaskClient, database: Database
) -> None:
    opened(database, facts=own_facts())
    shown = Participant(client).page.text
    assert all(line in shown for line in OWN.values())
    assert "12 minutes" not in shown
    assert "18 or older" not in shown


def test_without_words_of_its_own_a_round_says_those_of_its_instrument(
    client: FlaskClient, wave: Wave, cohesion: Instrument
) -> None:
    for language in wave.languages:
        shown = client.get(f"/s/{wave.link}/{language}").text
        written = cohesion.texts[language]
        for part in ("about", "voluntary", "anonymous", "use", "final", "care", "agree"):
            assert written[f"consent.{part}"] in shown


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"en": FACTS["en"] | {"contact": ""}}, "where questions and complaints go"),
        ({"en": FACTS["en"] | {"help": []}}, "where people find help"),
        ({"en": {}}, "who is asking"),
        (own_facts(about=""), "in ar: 'about'"),
        (own_facts(agree=""), "in ar: 'age' and 'agree' together"),
        (own_facts(age="old enough"), "in ar: a number in 'age'"),
    ],
    ids=["contact", "help", "asking", "language", "agree", "number"],
)
def test_a_round_whose_first_page_lacks_something_does_not_open(
    database: Database, facts: dict[str, Any], missing: str
) -> None:
    with pytest.raises(SurveyError, match=missing):
        opened(database, facts=facts, languages=tuple(facts))


def test_a_round_file_is_told_what_its_first_page_lacks(tmp_path: Path) -> None:
    own = 'age = "These questions are for people of 16 or older"\nhelp ='
    (tmp_path / "round.toml").write_text(ROUND.replace("help =", own), encoding="utf-8")
    with pytest.raises(InstrumentError, match="say 'age' and 'agree' together"):
        read_round(tmp_path / "round.toml")
    whole = f'agree = "I am 16 or older and want to take part"\n{own}'
    (tmp_path / "round.toml").write_text(ROUND.replace("help =", whole), encoding="utf-8")
    _, decided, _ = read_round(tmp_path / "round.toml")
    assert decided.facts["en"]["age"].endswith("16 or older")


def test_who_is_too_young_is_thanked_and_told_where_help_is(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    participant = Participant(client)
    assert participant.page.offered["consent"] == ["yes", "no", "young"]
    assert participant.send(consent="young").status_code == 200
    assert "You did nothing wrong" in participant.page.text
    assert HELP in participant.page.text
    assert stored(database) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_says_once_that_nobody_is_alerted(
    client: FlaskClient, database: Database, language: str
) -> None:
    instrument = read_instrument("beneficiary_monitoring")
    told = plan(breakdowns=(), languages=(language,), facts={language: FACTS["en"]})
    with database.writing() as session:
        open_wave(session, instrument, told, localities())
    alert = words(language).gettext("Your answers alert nobody: if you need help, use this list.")
    assert Participant(client).page.text.count(alert.partition(":")[0].strip()) == 1


# Pages that end a visit


@pytest.mark.parametrize(
    ("days", "status"), [((1, 9), 403), ((-9, -1), 410)], ids=["not open yet", "over"]
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_round_that_takes_no_answers_says_where_help_is(
    client: FlaskClient, database: Database, days: tuple[int, int], status: int, language: str
) -> None:
    opens_on, closes_on = (today() + timedelta(days=day) for day in days)
    opened(database, opens_on=opens_on, closes_on=closes_on)
    reply = client.get(f"/s/round-one/{language}")
    assert (reply.status_code, Page(reply.text).language[0]) == (status, language)
    facts = FACTS[language]
    assert all(line in reply.text for line in (*facts["help"], facts["contact"]))
    assert (facts["results"] in reply.text) is (status == 410)
    other = {"en": "ar", "ar": "en"}[language]
    assert f'href="/s/round-one/{other}"' in reply.text


def test_an_unknown_round_tells_of_no_other(client: FlaskClient, wave: Wave) -> None:
    reply = client.get("/s/nowhere/ar")
    assert reply.status_code == 404
    assert not any(line in reply.text for line in FACTS["ar"]["help"])
    assert 'href="/s/nowhere/en"' in reply.text


def test_a_round_that_closes_under_way_says_where_help_is(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    participant = Participant(client).begin().answer_all({"D1": "P1"})
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    assert participant.send(action="next").status_code == 410
    assert HELP in participant.page.text


def test_a_database_that_is_gone_still_leaves_the_lines_for_help(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    participant = Participant(client).begin()
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wave RENAME TO away"))
    assert participant.send(D1="P1").status_code == 503
    assert HELP in participant.page.text
    assert participant.page.hidden["D1"] == "P1"


# Leaving


def test_every_page_has_a_way_out_and_a_title_that_tells_nothing(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    participant = Participant(client)
    pages = [participant.page, Page(client.get("/s/nowhere").text), Page(client.get("/").text)]
    pages.append(Page(client.post("/s/round-one", data={"consent": "no"}).text))
    pages.append(Page(client.post("/s/round-one", data=b"%").text))
    participant.begin()
    while not participant.page.is_received:
        pages.append(participant.page)
        participant.send(D1="P1")
    pages.append(participant.page)
    for page in pages:
        ways_out = "erase" in page.buttons or 'href="/leave/en"' in page.html
        assert ways_out, page.html
        assert "<title>Form</title>" in page.html or "<title>Error: Form</title>" in page.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_after_leaving_says_nothing_of_the_one_before(
    client: FlaskClient, wave: Wave, language: str
) -> None:
    reply = client.get(f"/leave/{language}")
    page = Page(reply.text)
    assert (reply.status_code, page.language[0]) == (200, language)
    assert reply.headers["Clear-Site-Data"] == '"cache"'
    assert page.text.split() == ["Form", *page.text.split()[1:]] or language != "en"
    assert not page.hidden
    assert not [tag for tag, _ in page.tags if tag in {"form", "button", "nav"}]


# A page that was open for very long: nobody vouches for it any more


def at_review(client: FlaskClient) -> Participant:
    return Participant(client).begin().answer_all({"D1": "P2", "T1": "5", "B1": "dk"})


def newer_key(settings: Settings) -> FlaskClient:
    """Return a client of the same installation under a key that knows nothing of the old one."""
    changed = Settings(settings.instance, settings.database_url, "n" * 48)
    return create_app(changed).test_client()


def test_a_page_older_than_the_key_is_sent_again_with_one_click(
    client: FlaskClient, settings: Settings, database: Database, wave: Wave
) -> None:
    participant = at_review(client)
    participant.client = newer_key(settings)
    assert participant.send(action="next").status_code == 422
    assert "Your answers are kept in this page" in participant.page.text
    assert HELP in participant.page.text
    assert stored(database) == []
    assert participant.send(action="next").status_code == 200
    assert participant.page.is_received
    (row,) = stored(database)
    assert (row["D1"], row["T1"], row["B1"], row["T2"]) == ("P2", "5", "dk", "skip")


def test_a_page_older_than_the_key_goes_on_where_it_stands(
    client: FlaskClient, settings: Settings, wave: Wave
) -> None:
    participant = Participant(client).begin()
    participant.send(D1="P2")
    participant.client = newer_key(settings)
    assert participant.send(B1="4", B2="77").status_code == 422
    assert participant.page.chosen == {"B1": ["4"]}
    participant.send(B1="4", action="back")
    assert participant.page.chosen["D1"] == ["P2"]


def forged(content: object) -> str:
    return base64_encode(json.dumps(content)).decode() + ".x"


@pytest.mark.parametrize(
    "state",
    [
        forged(["en", 1, {"D1": "P9", "B1": "77", "nothing": "1"}, "0" * 32]),
        forged(["en", 99, {}, "0" * 32]),
        forged(["xx", 1, {}, "0" * 32]),
        forged(["en", 1, {"B1": 4}, "0" * 32]),
        forged(["en", 1, {}, "nonce"]),
        forged("[" * 3000),
        "[" * 3000 + ".x",
        "." + base64_encode(zlib.compress(b"[" * 30_000_000, 9)).decode() + ".x",
    ],
    ids=["answers", "screen", "language", "number", "nonce", "text", "brackets", "bomb"],
)
def test_what_nobody_vouches_for_is_checked_word_by_word(
    client: FlaskClient, database: Database, wave: Wave, state: str
) -> None:
    participant = Participant(client)
    participant.reply = client.post(participant.address, data={"state": state, "action": "next"})
    assert participant.reply.status_code == 422
    assert Seal("s" * 48, "round-one").open(participant.page.hidden["state"]).answers == {}
    participant.send(action="language:en")
    assert {"consent", "D1"} & participant.page.offered.keys()
    assert not participant.page.chosen
    assert stored(database) == []


@pytest.mark.parametrize(
    "content",
    [
        ["en", 1, {}, "0" * 32, {"door": "open", "code": "\ud800"}],
        ["en", 1, {}, "0" * 32, {"door": "open", "code": "x" * 65}],
        ["en", 1, {"B1": "\ud800"}, "0" * 32],
    ],
    ids=["code", "long", "answer"],
)
def test_what_no_page_of_ours_could_hold_is_no_visit(content: object) -> None:
    assert Seal("s" * 48, "round-one").read(forged(content)) is None


def test_a_kiosk_is_the_only_way_in_that_needs_no_signature() -> None:
    seal = Seal("s" * 48, "round-one")
    for door, found in (("kiosk", "kiosk"), ("enumerator", "open"), ("nowhere", "open")):
        came = {"door": door, "code": "", "made": 5}
        visit = seal.read(forged(["en", 1, {}, "0" * 32, came]))
        assert visit is not None
        assert visit.door == found


# Erasing when something is wrong


def is_empty(reply: TestResponse) -> bool:
    page = Page(reply.text)
    return (reply.status_code, page.hidden) == (200, {}) and "Clear-Site-Data" in reply.headers


def test_erase_and_leave_erases_whatever_is_wrong(
    client: FlaskClient, database: Database, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = Participant(client).begin().page.hidden["state"]
    address = f"/s/{wave.link}/en"
    sent = {"state": state, "D1": "P1", "action": "erase"}
    erased = client.post(address, data=sent | {"state": state[:-3] + "abc"})
    assert "Nothing was kept." in erased.text
    assert "P1" not in erased.text
    unclean = f"state={state}&action=next&T9=%00&action=erase"
    assert is_empty(client.post(address, data=unclean.encode(), content_type=FORM))
    pressed = f"state={state}&action=erase&T9=%00&action=next"
    assert not is_empty(client.post(address, data=pressed.encode(), content_type=FORM))
    with monkeypatch.context() as clock:
        clock.setattr(asking, "today", lambda: date(1970, 1, 1))
        assert is_empty(client.post(address, data=sent))
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wave RENAME TO away"))
    assert is_empty(client.post(address, data=sent))


def test_a_message_is_shown_while_other_threads_build(
    app: Flask, client: FlaskClient, database: Database, wave: Wave
) -> None:
    assert Participant(client).reply.status_code == 200
    built = app.extensions["sixfold"].built
    ours = built.pop(wave.id)

    class Other:
        """A wave of another link; while it is looked at, something else is built."""

        @property
        def link(self) -> str:
            built["more"] = None
            return "other"

    built[0], built[wave.id] = (Other(), None), ours
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wave RENAME TO away"))
    reply = client.get("/s/round-one/en")
    assert (reply.status_code, HELP in reply.text) == (503, True)


# Clocks, tabs, and other ways to be late


def test_a_server_whose_clock_stands_in_1970_loses_no_page(
    client: FlaskClient, database: Database, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant = at_review(client)
    with monkeypatch.context() as clock:
        clock.setattr(asking, "today", lambda: date(1970, 1, 1))
        assert client.get("/s/round-one").status_code == 403
        assert participant.send(action="next").status_code == 403
        assert "what you sent is kept" in participant.page.text
    assert participant.send().status_code == 200
    assert participant.page.is_received
    assert len(stored(database)) == 1


def test_two_tabs_of_one_visit_are_stored_once(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    first = at_review(client)
    second = Participant(client)
    second.reply = first.reply
    assert first.send(action="next").status_code == 200
    assert second.send(action="next").status_code == 200
    assert (first.page.is_received, second.page.is_received) == (True, True)
    assert len(stored(database)) == 1


def test_a_clock_of_the_visitor_is_never_asked(app: Flask, wave: Wave) -> None:
    long_ago = {"Date": "Thu, 01 Jan 1970 00:00:00 GMT", "If-Modified-Since": "0"}
    reply = app.test_client().get("/s/round-one", headers=long_ago)
    assert reply.status_code == 200


# Words


def said_in_english() -> list[str]:
    """Return every message of the pages of a visit, and the words of the first page."""
    root = Path(__file__).parents[2] / "survey"
    options: dict[str, Any] = {"keywords": {"_": None}}
    found = [str(each[1]) for each in extract_from_file("python", root / "failures.py", **options)]
    for template in sorted((root / "templates" / "respond").glob("*.html")):
        found += [str(each[1]) for each in extract_from_file("jinja2", template, **options)]
    written = read_instrument("social_cohesion").texts["en"]
    parts = ("about", "voluntary", "anonymous", "use", "final", "care", "agree")
    return found + [written[f"consent.{part}"] for part in parts]


def test_pages_read_like_a_text_for_the_eighth_grade_at_most() -> None:
    whole = " ".join(each if each[-1] in ".!?" else f"{each}." for each in said_in_english())
    grade = FORMULAS["en"].of(whole)
    assert grade is not None
    assert grade <= 8


def test_no_page_blames_who_reads_it() -> None:
    blame = re.compile(r"invalid|illegal|incorrect|forbidden|you (?:must|failed|forgot)", re.I)
    assert [each for each in said_in_english() if blame.search(each)] == []
