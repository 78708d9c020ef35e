"""Every promise has a test that exists, and every line of the checklist an answer."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey.languages import LANGUAGES, words
from survey.promises import LIMITS, TO_PARTICIPANTS, TO_PROGRAMMES, TO_RESEARCHERS
from tests.survey.participant import Page

TESTS = Path(__file__).parents[1]
CHECKLIST = TESTS.parent / "docs" / "security-checklist.md"
PROMISES = (*TO_PARTICIPANTS, *TO_RESEARCHERS, *TO_PROGRAMMES)
COUNTS = {"P": 16, "S": 12, "R": 11, "A": 11, "I": 14, "O": 5}
IDS = [f"{block}{number}" for block, last in COUNTS.items() for number in range(1, last + 1)]
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_there(file: str, name: str) -> bool:
    return (TESTS / file).is_file() and name in functions(file)


def rows() -> dict[str, str]:
    """Return the lines of the checklist by their id."""
    found = re.findall(r"^\| ([PSRAIO]\d+) \| (.*)$", CHECKLIST.read_text("utf-8"), re.MULTILINE)
    assert len(found) == len(dict(found)), "an id stands twice"
    return dict(found)


def test_every_promise_names_tests_that_exist() -> None:
    named = [test for promise in PROMISES for test in promise.tests]
    assert [test for test in named if not is_there(*test.split("::"))] == []
    assert all(promise.tests and promise.ids for promise in PROMISES)


def test_the_checklist_has_every_id_and_each_has_a_test_or_a_reason() -> None:
    assert sorted(rows()) == sorted(IDS)
    silent = [
        name for name, text in rows().items() if not _TEST.search(text) and "Deviation" not in text
    ]
    assert silent == []


def test_every_test_that_the_checklist_names_exists() -> None:
    named = _TEST.findall(CHECKLIST.read_text(encoding="utf-8"))
    assert len(named) >= 60
    assert [test for test in named if not is_there(*test)] == []


def test_what_is_promised_stands_in_the_checklist_with_one_of_its_tests() -> None:
    known = rows()
    for promise in PROMISES:
        names = {test.split("::")[1] for test in promise.tests}
        assert any(name in known[each] for each in promise.ids for name in names), promise.sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_every_promise_and_every_limit(client: FlaskClient, language: str) -> None:
    reply = client.get(f"/privacy/{language}")
    page = Page(reply.text)
    assert (reply.status_code, page.language[0]) == (200, language)
    shown = " ".join(page.text.split())
    for sentence in (*(promise.sentence for promise in PROMISES), *LIMITS):
        assert " ".join(words(language).gettext(sentence).split()) in shown


def test_the_page_is_reached_from_the_first_page_and_from_the_last(client: FlaskClient) -> None:
    assert client.get("/privacy", headers={"Accept-Language": "ar"}).text.count('dir="rtl"') == 1
    assert 'href="/privacy/ar"' in client.get("/privacy/en").text
    for path in ("/", "/nowhere"):
        assert 'href="/privacy/en"' in client.get(path).text


@pytest.mark.usefixtures("wave")
def test_consent_leads_to_the_promises(client: FlaskClient) -> None:
    assert 'href="/privacy/ar"' in client.get("/s/round-one/ar").text
