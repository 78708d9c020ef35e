"""Every address says who may use it, and keeps everybody else out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.errors import ConfigurationError
from survey.models import Complaint, Project, Role, Staff
from survey.operations.drafts import make_draft
from survey.operations.members import enlist
from survey.operations.monitoring.entries import add_entry
from survey.operations.monitoring.registers import INDICATORS
from survey.operations.records.store import Origin, add_record
from survey.operations.waves import open_wave
from survey.operations.workshop.drafts import begin_from
from survey.policy import check_policies
from survey.site import today
from tests.conftest import localities, plan
from tests.databases import migrated
from tests.survey.monitored import INDICATOR
from tests.survey.staff import Colleague, employ

ACTORS = ("anonymous", "reader", "enumerator", "researcher", "owner", "other team")
EVERYBODY = frozenset(ACTORS)
SIGNED_IN = EVERYBODY - {"anonymous"}
TEAM = frozenset({"researcher", "owner"})
OWNER = frozenset({"owner"})

#: Who may use each endpoint. A route that is not here, or is gone, fails the walk.
ALLOWED: dict[str, frozenset[str]] = {
    "healthz": EVERYBODY,
    "front_door": EVERYBODY,
    "leave": EVERYBODY,
    "privacy": EVERYBODY,
    "respond.visit": EVERYBODY,
    "sync.receive": EVERYBODY,
    "field.front": EVERYBODY,
    "field.page": EVERYBODY,
    "field.part": EVERYBODY,
    "reports.report": EVERYBODY,
    "reports.download": EVERYBODY,
    "reports.explain": EVERYBODY,
    "reports.community": EVERYBODY,
    "front": EVERYBODY,
    "account_front": EVERYBODY,
    "account.sign_in": EVERYBODY,
    "account.try_sign_in": EVERYBODY,
    "account.second_factor": EVERYBODY,
    "account.try_second_factor": EVERYBODY,
    "account.join": EVERYBODY,
    "account.set_password": EVERYBODY,
    "account.language": EVERYBODY,
    "account.confirm": SIGNED_IN,
    "account.try_confirm": SIGNED_IN,
    "account.sign_out": SIGNED_IN,
    "own.page": SIGNED_IN,
    "own.password": SIGNED_IN,
    "own.authenticator": SIGNED_IN,
    "own.set_authenticator": SIGNED_IN,
    "own.remove_authenticator": SIGNED_IN,
    "own.passkey": SIGNED_IN,
    "own.set_passkey": SIGNED_IN,
    "own.forget_passkey": SIGNED_IN,
    "own.recovery_codes": SIGNED_IN,
    "own.sign_out_everywhere": SIGNED_IN,
    "desk.start": SIGNED_IN,
    "desk.new_project": frozenset({"owner", "other team"}),
    "projects.project": TEAM,
    "projects.invite": OWNER,
    "projects.reset_link": OWNER,
    "projects.remove": OWNER,
    "projects.log": OWNER,
    "projects.ask_delete": OWNER,
    "projects.delete": OWNER,
    "projects.take_back": OWNER,
    "drafts.make": TEAM,
    "drafts.checklist": TEAM,
    "drafts.step": TEAM,
    "drafts.save": TEAM,
    "drafts.round_file": TEAM,
    "drafts.ask_discard": TEAM,
    "drafts.discard": TEAM,
    "drafts.open_round": TEAM,
    "localities.places": TEAM,
    "localities.look": TEAM,
    "localities.keep": TEAM,
    "sample.plan": TEAM,
    "sample.save": TEAM,
    "sample.size": TEAM,
    "sample.allocation": TEAM,
    "sample.draw_clusters": TEAM,
    "sample.quotas": TEAM,
    "protocol.protocol": TEAM,
    "protocol.paper": TEAM,
    "protocol.paper_pdf": TEAM,
    "protocol.save": TEAM,
    "protocol.sign": TEAM,
    "protocol.review": TEAM,
    "monitoring.framework": TEAM | {"reader"},
    "monitoring.table": TEAM,
    "monitoring.new": TEAM,
    "monitoring.make": TEAM,
    "monitoring.one": TEAM,
    "monitoring.save": TEAM,
    "monitoring.ask_remove": TEAM,
    "monitoring.remove": TEAM,
    "indicator_values.note": TEAM,
    "indicator_values.remove": TEAM,
    "register_files.fetch": TEAM,
    "register_files.choose": TEAM,
    "register_files.look": TEAM,
    "register_files.keep": TEAM,
    "safety.plan": TEAM,
    "safety.save": TEAM,
    "gate.gate": TEAM,
    "gate.save": TEAM,
    "gate.sign": OWNER,
    "workshop.overview": TEAM,
    "workshop.begin": TEAM,
    "workshop.look": TEAM,
    "workshop.keep": TEAM,
    "workshop.draft_page": TEAM,
    "workshop.add": TEAM,
    "workshop.move": TEAM,
    "workshop.remove": TEAM,
    "workshop.bring_back": TEAM,
    "workshop.export": TEAM,
    "workshop.ask_discard": TEAM,
    "workshop.discard": TEAM,
    "workshop_things.edit": TEAM,
    "workshop_things.save": TEAM,
    "workshop_things.note": TEAM,
    "workshop_things.drop": TEAM,
    "workshop_words.words_page": TEAM,
    "workshop_words.save": TEAM,
    "workshop_words.sign": TEAM,
    "workshop_versions.compare": TEAM,
    "workshop_versions.ask_publish": OWNER,
    "workshop_versions.publish_version": OWNER,
    "workshop_preview.one": TEAM,
    "workshop_preview.screens": TEAM,
    "workshop_preview.screen": TEAM,
    "complain.complain": EVERYBODY,
    "complain.complain_at_kiosk": EVERYBODY,
    "complaints.listed": OWNER,
    "complaints.one": OWNER,
    "complaints.change": OWNER,
    "complaints.fetch": OWNER,
    "rounds.round_page": TEAM,
    "records.choose": TEAM | {"enumerator"},
    "records.listing": TEAM | {"enumerator"},
    "records.new": TEAM | {"enumerator"},
    "records.begin": TEAM | {"enumerator"},
    "records.record": TEAM | {"enumerator"},
    "records.part": TEAM | {"enumerator"},
    "records.save": TEAM | {"enumerator"},
    "records.ask_delete": TEAM | {"enumerator"},
    "records.delete": TEAM | {"enumerator"},
    "records.take_back": TEAM | {"enumerator"},
    "record_files.files": TEAM,
    "record_files.look": TEAM,
    "record_files.keep": TEAM,
    "record_files.fetch": TEAM,
    "stakeholders.grid": TEAM,
    "stakeholders.partnership": TEAM,
    "stakeholders.network": TEAM,
    "stakeholders.picture": TEAM,
    "stakeholders.needs": TEAM,
    "stakeholders.engagement": TEAM,
    "stakeholders.who": TEAM,
    "stakeholders.fetch_who": TEAM,
    "stakeholders.stale": TEAM,
    "services.covered": TEAM,
    "services.listed": TEAM,
    "services.paper": TEAM,
    "services.paper_pdf": TEAM,
    "services.hindered": TEAM,
    "services.rated": TEAM,
    "services.due": TEAM,
    "situation.joined": TEAM,
    "situation.as_pdf": TEAM,
    "situation.walk": TEAM,
    "situation.as_word": TEAM,
    "exports.exports": TEAM,
    "exports.make": TEAM,
    "exports.fetch": TEAM,
    "watch.watch_page": TEAM,
    "weights.weights_page": TEAM,
    "weights.localities": TEAM,
    "weights.look": TEAM,
    "weights.save": TEAM,
    "weights.off": TEAM,
    "material.material_page": TEAM,
    "material.paper": TEAM,
    "rounds.close": TEAM,
    "rounds.ask_delete": OWNER,
    "rounds.delete": OWNER,
    "rounds.take_back": OWNER,
    "doors.coded": EVERYBODY,
    "doors.kiosk": EVERYBODY,
    "doors.interview": EVERYBODY,
    "codes.codes_page": TEAM,
    "codes.make": TEAM,
    "codes.void": TEAM,
    "interview.interview": TEAM | {"enumerator"},
    "entry.enter": TEAM,
    "entry.send": TEAM,
    "releases.published": SIGNED_IN,
    "releases.of_round": TEAM,
    "releases.make_draft": TEAM,
    "releases.one": TEAM,
    "releases.preview": TEAM,
    "releases.check": TEAM,
    "releases.comment": TEAM,
    "releases.sign_off": TEAM,
    "releases.withdraw": TEAM,
    "releases.discard": TEAM,
}
#: Views that end the session, or slow the account down, come last.
LAST = ("account.try_confirm", "own.password", "account.sign_out", "own.sign_out_everywhere")
#: An owner of one project may not make another's things; here refusal is a sentence with 422.
REFUSED_IN_WORDS = {"desk.new_project"}
EMAILS = {actor: f"{actor.split()[0]}@example.org" for actor in ACTORS[1:]}
VALUES: dict[str, Any] = {
    "link": "round-one",
    "language": "en",
    "token": "no-such-token",
    "membership": 9999,
    "code": "0000-0000-0000-0000",
    "ticket": "no-such-ticket",
    "file": "app.js",
    "number": 0,
    "suffix": "json",
    "project_id": 1,
    "draft_id": 1,
    "step": "days",
    "instrument": "observation",
    "record_id": 1,
    "section": "life",
    "register": "indicators",
    "entry_id": 1,
    "value_id": 1,
    "layout": "csv",
    "kind": "item",
    "name": "T1",
    "complaint": "00" * 16,
    "tongue": "en",
}


@dataclass
class World:
    """An installation with two teams, and a browser of everybody."""

    app: Flask
    browsers: dict[str, Colleague]

    @property
    def staff_app(self) -> Flask:
        staff: Flask = self.app.wsgi_app.staff  # type: ignore[attr-defined]
        return staff


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("policy")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "owner@example.org", Role.OWNER, "Ours")
    for role in (Role.RESEARCHER, Role.ENUMERATOR, Role.READER):
        employ(database, f"{role}@example.org", role, "Ours")
    employ(database, "other@example.org", Role.OWNER, "Theirs")
    with database.writing() as session:
        wave = open_wave(session, read_instrument("social_cohesion"), plan(), localities())
        enlist(session, wave, session.get_one(Project, VALUES["project_id"]))
        session.commit()
        make_draft(session, VALUES["project_id"], "Spring")
        enumerator = session.scalars(select(Staff.id).filter_by(email=EMAILS["enumerator"])).one()
        origin = Origin(VALUES["project_id"], None, enumerator)
        add_record(session, origin, "observation", {"walk": {}}, date(2026, 3, 1))
        add_entry(session, INDICATORS, VALUES["project_id"], INDICATOR, today())
        begin_from(session, VALUES["project_id"], "our_town", read_instrument("social_cohesion"))
        came = {"id": bytes(16), "day": wave.opens_on, "text": "Words", "body_hash": bytes(16)}
        session.add(Complaint(wave_id=wave.id, **came))
        session.commit()
    database.dispose()
    app = create_app(settings)
    browsers = {actor: Colleague(app) for actor in ACTORS}
    for actor, email in EMAILS.items():
        assert browsers[actor].sign_in(email).status_code == 303
    yield World(app, browsers)
    app.extensions["sixfold"].database.dispose()


def routes(app: Flask) -> list[tuple[Rule, str]]:
    """Return every address with every method that does something."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if not rule.build_only
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    order = {endpoint: number for number, endpoint in enumerate(LAST, 1)}
    return sorted(found, key=lambda each: (order.get(each[0].endpoint, 0), each[0].rule, each[1]))


def test_the_table_names_every_address_and_no_other(world: World) -> None:
    found = {rule.endpoint for app in (world.app, world.staff_app) for rule, _ in routes(app)}
    assert found == ALLOWED.keys()


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_comes_further_than_the_table_says(world: World, actor: str) -> None:
    browser = world.browsers[actor]
    wrong = []
    for app in (world.app, world.staff_app):
        for rule, method in routes(app):
            values = {name: VALUES[name] for name in rule.arguments}
            with app.test_request_context():
                path = rule.build(values)[1]  # type: ignore[index]
            reply = browser.get(path) if method == "GET" else browser.post(path)
            to_sign_in = reply.status_code == 303 and "/account/sign-in?next=" in reply.location
            refused = to_sign_in or reply.status_code in {401, 403}
            hidden = reply.status_code == 404 and "no such page for you" in reply.text
            in_words = rule.endpoint in REFUSED_IN_WORDS and "only the owner" in reply.text
            if rule.endpoint == "account.sign_out" and actor != "anonymous":
                browser.sign_in(EMAILS[actor])  # for the last of the walk
            came_in = not (refused or hidden or in_words)
            assert reply.status_code < 500, (rule.rule, method, reply.text)
            if came_in != (actor in ALLOWED[rule.endpoint]):
                wrong.append((actor, method, path, reply.status_code))
    assert wrong == []


def test_another_team_is_told_that_there_is_no_such_page(world: World) -> None:
    other = Colleague(world.app)
    other.sign_in("other@example.org")
    for path in ("/desk/projects/1", "/desk/projects/1/log", "/desk/rounds/round-one"):
        theirs, nobodys = other.get(path), other.get(path.replace("1", "77").replace("one", "no"))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)


def test_an_application_with_a_silent_route_does_not_start(app: Flask) -> None:
    check_policies(app)
    app.add_url_rule("/planted", "planted", lambda: "in")
    with pytest.raises(ConfigurationError, match=r"/planted .* does not say who may use it"):
        check_policies(app)


def test_a_silent_route_that_got_in_all_the_same_stays_shut(app: Flask) -> None:
    staff_app: Flask = app.wsgi_app.staff  # type: ignore[attr-defined]
    staff_app.add_url_rule("/desk/planted", "planted", lambda: "in")
    assert Colleague(app).get("/desk/planted").status_code == 404
