"""One language in two alphabets: a participant reads the one that the browser asks for."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from questionnaires import Instrument
from survey.db import Database
from survey.operations.waves import open_wave
from tests.conftest import FACTS, localities, plan
from tests.survey.participant import Page, Participant


@pytest.fixture(autouse=True)
def serbian(database: Database, cohesion: Instrument) -> None:
    languages = ("sr-Latn", "sr-Cyrl")
    facts = dict.fromkeys(languages, FACTS["en"])
    with database.writing() as session:
        open_wave(session, cohesion, plan(languages=languages, facts=facts), localities())


@pytest.mark.parametrize(
    ("accepted", "language", "words"),
    [
        ("sr-RS,sr;q=0.9", "sr-Latn", ("Pre nego što počnete", "Nastavi")),
        ("sr-Cyrl-RS", "sr-Cyrl", ("Пре него што почнете", "Настави")),
    ],
)
def test_the_consent_is_in_the_alphabet_of_the_browser(
    client: FlaskClient, accepted: str, language: str, words: tuple[str, ...]
) -> None:
    page = Page(client.get("/s/round-one", headers={"Accept-Language": accepted}).text)
    assert page.language == (language, "ltr")
    assert [each for each in words if each not in page.text] == []


def test_answers_stay_when_the_alphabet_changes(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    assert "Gde živite?" in participant.page.text
    participant.send(action="language:sr-Cyrl", D2="woman")
    assert "Где живите?" in participant.page.text
    assert participant.page.chosen == {"D2": ["woman"]}
