"""What a phone is given to work without a network: the kit, its files, their headers."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from questionnaires import Instrument, read_instrument
from survey.db import Database
from survey.field.kit import MODULES
from survey.models import Wave
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.survey.sealed import RECIPIENTS, sealing_wave
from tests.survey.test_every_type import AREAS, FOLDER

FIELD = Path(__file__).parents[2] / "survey" / "static" / "field"
OURS = sorted(FIELD.glob("*.js"))
BASE = "/s/round-one/field/"


@pytest.fixture
def offered(database: Database, cohesion: Instrument) -> Wave:
    return sealing_wave(database, cohesion)


@pytest.fixture
def phone(app: Flask, offered: Wave) -> FlaskClient:
    assert offered.recipients
    return app.test_client()


def kit(phone: FlaskClient, base: str = BASE) -> dict[str, object]:
    """Return what the module of a round says of it."""
    found = re.search(r"^export const kit = (.*);$", phone.get(f"{base}kit.js").text, re.MULTILINE)
    assert found
    content: dict[str, object] = json.loads(found[1])
    return content


def test_the_page_and_every_file_it_needs_are_there(phone: FlaskClient) -> None:
    assert phone.get("/s/round-one/field").headers["Location"] == BASE
    page = phone.get(BASE)
    needed = re.findall(r'(?:src|href)="([^"/#:]+)"', page.text)
    assert (page.status_code, sorted(needed)) == (200, ["boot.js", "form.webmanifest"])
    kept = json.loads(phone.get(f"{BASE}worker.js").text.split("= ", 1)[1].split(";\n", 1)[0])[1]
    assert set(kept) == {"./", "kit.js", "form.webmanifest", *MODULES}
    for file in kept:
        assert phone.get(BASE + file.removeprefix("./")).status_code == 200
    imported = {
        name
        for file in kept
        if file.endswith(".js")
        for name in re.findall(r'(?:from|import\() ?"\./([^"]+)"', phone.get(BASE + file).text)
    }
    assert imported <= set(kept)


def test_nothing_is_allowed_but_what_is_ours(phone: FlaskClient) -> None:
    for file in ("", "kit.js", "worker.js", "app.js", "vendor/age.js"):
        allows_ours_alone(phone.get(BASE + file).headers)


def allows_ours_alone(headers: Headers) -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    for kind in ("script-src", "connect-src", "worker-src", "manifest-src"):
        assert policy[kind] == "'self'"
    assert policy["default-src"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["style-src"].startswith("'sha256-")
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers
    assert not {"ETag", "Last-Modified", "Service-Worker-Allowed"} & set(headers.keys())


def test_pages_of_participants_still_allow_no_script(phone: FlaskClient) -> None:
    page = phone.get("/s/round-one/en")
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


def test_no_other_file_can_be_asked_for(phone: FlaskClient) -> None:
    for file in ("nothing.js", "../respond.css", "vendor/README.md", "vendor/entry.mjs"):
        assert phone.get(BASE + file).status_code == 404


def test_the_kit_is_of_the_frozen_questionnaire(phone: FlaskClient, offered: Wave) -> None:
    found = kit(phone)
    assert found["round"] == offered.link
    assert found["sha256"] == offered.instrument_sha256
    assert found["recipients"] == list(RECIPIENTS)
    assert list(found["languages"]) == offered.languages  # type: ignore[call-overload]


def test_the_kit_is_the_same_for_everybody(app: Flask, offered: Wave) -> None:
    assert offered.recipients
    kits, workers = set(), set()
    for _ in range(2):
        app.extensions["sixfold"].built.clear()
        for language in ("en", "ar"):
            asking = {"Accept-Language": language}
            kits.add(app.test_client().get(f"{BASE}kit.js", headers=asking).data)
            workers.add(app.test_client().get(f"{BASE}worker.js", headers=asking).data)
    assert (len(kits), len(workers)) == (1, 1)
    assert b'name="state"' not in kits.pop()


def test_the_screens_of_the_kit_ask_every_item_in_every_language(
    app: Flask, database: Database
) -> None:
    every = read_instrument(FOLDER)
    sealing_wave(database, every, places=AREAS, protection="open", link="every", breakdowns=())
    found = kit(app.test_client(), "/s/every/field/")
    for pieces in found["languages"].values():  # type: ignore[attr-defined]
        for names, screen in zip(found["screens"], pieces["screens"], strict=True):  # type: ignore[call-overload]
            for name in names:
                fields = found["items"][name]["fields"]  # type: ignore[index]
                assert any(f'name="{field}"' in screen for field in fields)


def test_a_new_version_of_a_file_is_a_new_worker(
    phone: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = phone.get(f"{BASE}worker.js").data
    app.extensions["sixfold"].built.clear()
    monkeypatch.setattr("survey.field.kit.MODULES", MODULES[:-1])
    assert phone.get(f"{BASE}worker.js").data != before


def test_a_round_that_phones_cannot_answer_says_so(
    app: Flask, database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        open_wave(session, cohesion, plan(link="keyless"), localities())
    sealing_wave(database, cohesion, link="coded", doors=("codes",))
    sealing_wave(database, cohesion, link="papery", doors=("paper",))
    phone = app.test_client()
    for link in ("keyless", "coded", "papery"):
        for file in ("", "kit.js", "app.js"):
            reply = phone.get(f"/s/{link}/field/{file}")
            assert (reply.status_code, "needs a connection" in reply.text) == (404, True)
    assert phone.get("/s/nowhere/field/").status_code == 404


@pytest.mark.parametrize("doors", [("kiosk",), ("open", "enumerator")])
def test_only_a_kiosk_forgets_those_who_walk_away(
    app: Flask, database: Database, cohesion: Instrument, doors: tuple[str, ...]
) -> None:
    sealing_wave(database, cohesion, doors=doors)
    assert bool(kit(app.test_client())["idleSeconds"]) is ("kiosk" in doors)


# Our modules, as text


@pytest.mark.parametrize("module", OURS, ids=lambda path: path.name)
def test_a_module_is_small_and_documented_and_does_nothing_it_should_not(module: Path) -> None:
    text = module.read_text()
    lines = text.splitlines()
    assert len(lines) < 200
    assert max(map(len, lines)) <= 110
    assert text.startswith("/**")
    forbidden = (
        r"eval\(|new Function|localStorage|sessionStorage|document\.cookie|console\.|https?:"
    )
    assert not re.search(forbidden, text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text) or (
        module.name == "screen.js" and text.count("innerHTML") == 1
    )
    for before, line in zip(["", *lines], lines, strict=False):
        if re.match(r"export (?:async )?(?:function|class|const) (?!CONSENT)", line):
            assert before.endswith("*/"), line


def test_the_library_is_the_one_that_its_page_describes() -> None:
    page = (FIELD / "vendor" / "README.md").read_text()
    library = (FIELD / "vendor" / "age.js").read_bytes()
    assert sha256(library).hexdigest() in page
    assert not re.search(rb"https?://|\beval\(|new Function", library)
    for licence in (FIELD / "vendor" / "licences").iterdir():
        assert "Copyright" in licence.read_text()
        assert licence.name in page


def test_the_first_page_leads_to_the_one_for_phones_only_where_it_works(
    app: Flask, database: Database, offered: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        open_wave(session, cohesion, plan(link="keyless"), localities())
    client = app.test_client()
    assert f'href="{BASE}"' in client.get(f"/s/{offered.link}/en").text
    assert "/field/" not in client.get("/s/keyless/en").text
    assert BASE not in client.get(f"{BASE}kit.js").text  # the phone is there already
