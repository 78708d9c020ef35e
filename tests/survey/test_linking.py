"""A code of one's own puts two rounds beside each other; nobody without both secrets can try it."""

from __future__ import annotations

import secrets

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.keys import new_identity, public_key
from survey.models import Inbox, Project, Role, Wave
from survey.models.wave import Door, Protection
from survey.operations.codes import make_pack
from survey.operations.linking import link_of, own_code
from survey.operations.opening import read_responses
from survey.operations.placing import Submission
from survey.operations.projects import GRACE, delete_project, purge_projects
from survey.operations.responses import record_response
from survey.operations.waves import close_wave, open_wave
from survey.site import today
from tests.conftest import KEY, answers, localities, plan
from tests.survey.disk import content_of
from tests.survey.participant import Participant
from tests.survey.staff import employ
from tests.survey.test_durability import locked

OWN = {"own_1": "Ar", "own_2": "Ši", "own_3": " lo", "own_4": "47"}


@pytest.fixture
def team(database: Database) -> None:
    employ(database, "owner@example.org", Role.OWNER)


def linking(database: Database, instrument: Instrument, link: str, **more: object) -> Wave:
    chosen = plan(form="short", link=link, linking=True, **more)
    with database.writing() as session:
        return open_wave(session, instrument, chosen, localities())


@pytest.fixture
def linked(team: None, database: Database, cohesion: Instrument) -> Wave:
    return linking(database, cohesion, "round-one")


def links(database: Database) -> list[str | None]:
    with database.reading() as session:
        return list(session.scalars(select(Inbox.link)))


def submit(database: Database, wave: Wave, instrument: Instrument, code: str) -> None:
    given = answers(instrument, "short")
    sent = Submission(given, "en", "self-web", secrets.token_bytes(16), own_code=code)
    with database.writing() as session:
        record_response(session, wave, sent, KEY, today())


def at_the_offer(client: FlaskClient) -> Participant:
    person = Participant(client)
    person.begin().answer_all({"D1": "P1", "T1": "5"}).send(action="next")
    assert set(person.page.offered) == set(OWN)
    return person


def test_who_makes_a_code_is_asked_once_and_received(
    client: FlaskClient, database: Database, linked: Wave
) -> None:
    person = at_the_offer(client)
    person.send(action="next", **OWN)
    assert person.page.is_received
    kept = links(database)
    assert len(kept) == 1
    assert len(str(kept[0])) == 32
    again = client.post(person.address, data=person.sent)
    assert "data-received" in again.text
    assert links(database) == kept


def test_who_makes_none_leaves_nothing(
    client: FlaskClient, database: Database, linked: Wave
) -> None:
    person = at_the_offer(client)
    person.send(action="without", own_1="Ar")
    assert person.page.is_received
    assert links(database) == [None]


def test_half_a_code_is_asked_for_again_with_what_was_written(
    client: FlaskClient, database: Database, linked: Wave
) -> None:
    person = at_the_offer(client)
    person.send(action="next", **(OWN | {"own_3": " - "}))
    assert person.reply.status_code == 422
    assert 'value="47"' in person.reply.text
    assert links(database) == []
    person.send(action="next", **OWN)
    assert person.page.is_received


def test_a_code_that_was_made_is_sent_again_with_answers_that_could_not_be_stored(
    client: FlaskClient, database: Database, linked: Wave
) -> None:
    person = at_the_offer(client)
    with locked(database):
        person.send(action="next", **(OWN | {"own_1": '"><b>'}))
    assert person.reply.status_code == 503
    assert {name: person.page.hidden[name] for name in OWN} == OWN | {"own_1": '"><b>'}
    person.send(action="next")
    assert person.page.is_received
    assert len(str(links(database)[0])) == 32


def test_a_code_that_was_made_stays_when_that_of_a_slip_opens_nothing(
    team: None,
    client: FlaskClient,
    settings: Settings,
    database: Database,
    cohesion: Instrument,
) -> None:
    wave = linking(database, cohesion, "round-one", doors=(Door.CODES,))
    with database.writing() as session:
        first, second = make_pack(session, wave, 2, settings.lasting_key())
    tabs = [Participant(client), Participant(client)]
    for tab in tabs:
        tab.send(code=first)
        tab.begin().answer_all({"D1": "P1", "T1": "5"}).send(action="next")
    tabs[0].send(action="without")
    tabs[1].send(action="next", **OWN)
    assert tabs[1].reply.status_code == 422
    tabs[1].send(code=second)
    assert tabs[1].page.is_received
    assert sorted(link is None for link in links(database)) == [False, True]


def test_nobody_is_offered_a_code_unless_the_round_says_so(client: FlaskClient, wave: Wave) -> None:
    assert wave.linking is False
    assert Participant(client).finish({"D1": "P1"}).page.is_received


def test_the_same_hints_are_the_same_code_however_they_are_written() -> None:
    spelled = own_code(["ar", "SI", "LO", "٤٧"])
    assert spelled == own_code([*OWN.values()]) == "ar|si|lo|47"
    assert spelled == own_code(["Arboretum", "ši", "L o", "47"])
    assert own_code(["ar", "", "lo", "47"]) == ""


@pytest.mark.both_databases
def test_two_rounds_of_a_project_share_links_and_two_projects_do_not(
    database: Database, cohesion: Instrument, team: None
) -> None:
    first = linking(database, cohesion, "first")
    second = linking(database, cohesion, "second")
    for wave in (first, second):
        submit(database, wave, cohesion, "ar|si|lo|47")
    submit(database, second, cohesion, "other")
    found = links(database)
    assert sorted(found.count(each) for each in set(found)) == [1, 2]
    with database.writing() as session:
        other = Project(name="Other", link_secret=None)
        session.add(other)
        session.commit()
    with database.writing() as session:
        project = session.get_one(Project, 1)
        project.link_secret, kept = secrets.token_bytes(32), project.link_secret
        assert link_of(session, first, "ar|si|lo|47", KEY) not in found
        project.link_secret = kept
        assert link_of(session, first, "ar|si|lo|47", b"x" * 32) not in found
        assert link_of(session, first, "ar|si|lo|47", KEY) in found


def test_a_round_without_a_project_keeps_no_link(database: Database, cohesion: Instrument) -> None:
    wave = linking(database, cohesion, "alone")
    submit(database, wave, cohesion, "ar|si|lo|47")
    assert links(database) == [None]


def test_neither_the_code_nor_its_hints_are_on_disk(
    client: FlaskClient, settings: Settings, database: Database, linked: Wave
) -> None:
    marks = {name: f"canary{name[-1]}{secrets.token_hex(4)}" for name in OWN}
    at_the_offer(client).send(action="next", **marks)
    assert links(database) != [None]
    everything = content_of(settings.instance)
    assert not any(mark.encode() in everything for mark in marks.values())


def test_in_a_sealed_round_the_link_is_sealed_with_the_rest(
    database: Database, cohesion: Instrument, team: None
) -> None:
    key = new_identity()
    sealed = {"protection": Protection.SEALED, "recipients": (public_key(key),)}
    wave = linking(database, cohesion, "sealed", **sealed)
    with database.writing() as session:
        wave = session.get_one(Wave, wave.id)
        wave.awaits_test = False
        session.commit()
    submit(database, wave, cohesion, "ar|si|lo|47")
    assert links(database) == [None]
    with database.writing() as session:
        close_wave(session, session.get_one(Wave, wave.id))
    with database.writing() as session:
        opened = read_responses(session, wave, [key]).responses
        assert [each.link for each in opened] == [link_of(session, wave, "ar|si|lo|47", KEY)]


def test_the_secret_ends_with_its_project(
    database: Database, cohesion: Instrument, linked: Wave
) -> None:
    submit(database, linked, cohesion, "ar|si|lo|47")
    with database.writing() as session:
        assert session.get_one(Project, 1).link_secret is not None
        delete_project(session, session.get_one(Project, 1), today())
    with database.writing() as session:
        purge_projects(session, today() + GRACE)
        assert session.get_one(Project, 1).link_secret is not None
    with database.writing() as session:
        purge_projects(session, today() + GRACE + (today().resolution))
        assert session.get_one(Project, 1).link_secret is None
