"""What makes pages cheap gives the same bytes, the same answers and the same errors."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError

from survey.db import Database
from survey.models import Wave
from survey.shells import HOLE, Shell

_OF_LINK = select(Wave.id, Wave.link).where(Wave.link == bindparam("link"))


@settings(deadline=None)
@given(before=st.text(), field=st.text(), after=st.text())
def test_a_packed_page_is_the_page(before: str, field: str, after: str) -> None:
    before, after = before.replace(HOLE, ""), after.replace(HOLE, "")
    shell = Shell(f"{before}{HOLE}{after}")
    assert shell.fill(field) == f"{before}{field}{after}".encode()
    assert gzip.decompress(shell.fill_packed(field)) == shell.fill(field)


def test_a_page_is_the_same_packed_or_not(app: Flask, wave: Wave) -> None:
    client = app.test_client()
    plain = client.get(f"/s/{wave.link}/en")
    packed = client.get(f"/s/{wave.link}/en", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers


@pytest.mark.both_databases
def test_a_glance_sees_what_a_session_sees(database: Database, wave: Wave) -> None:
    with database.reading() as session:
        expected = session.execute(_OF_LINK, {"link": wave.link}).one()
    assert tuple(database.glance(_OF_LINK, link=wave.link) or ()) == tuple(expected)
    assert database.glance(_OF_LINK, link="x' OR '1'='1") is None


@pytest.mark.both_databases
def test_a_glance_at_what_is_gone_fails_as_a_session_does(database: Database, wave: Wave) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wave RENAME TO away"))
    with pytest.raises(DBAPIError) as caught:
        database.glance(_OF_LINK, link=wave.link)
    assert wave.link not in str(caught.value)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO wave"))
    assert database.glance(_OF_LINK, link=wave.link)
