"""People with accounts, for the tests: they come by a link, sign in, fill in forms."""

from __future__ import annotations

import re
import time
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from survey.db import Database
from survey.models import Project, Role, Staff
from survey.operations.members import add_staff, make_project
from survey.operations.passwords import CONTEXT
from survey.operations.staff import make_staff

PASSWORD = "four plain words here"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@cache
def password_hash() -> str:
    return str(CONTEXT.hash(PASSWORD))


def employ(
    database: Database, email: str, role: Role, project: str | None = None, *, factor: bool = False
) -> None:
    """Give somebody an account with `PASSWORD` and a role; a new project when it has none."""
    with database.writing() as session:
        staff = make_staff(session, email, factor_required=factor)
        known = session.query(Project).filter_by(name=project).one_or_none()
        if project is not None and known is None:
            make_project(session, project, staff)
            session.commit()
        else:
            add_staff(session, email, role, project, int(time.time()))
        session.execute(
            update(Staff)
            .where(Staff.id == staff.id)
            .values(password=password_hash(), factor_required=factor)
        )
        session.commit()


class Colleague:
    """A browser of somebody with an account; it repeats the hidden token of forms."""

    def __init__(self, app: Flask, base: str = "http://localhost") -> None:
        self.client: FlaskClient = app.test_client()
        self.base = base
        self.headers: dict[str, str] = {}
        self.reply: TestResponse

    def get(self, path: str, **more: Any) -> TestResponse:
        self.reply = self.client.get(path, base_url=self.base, **more)
        return self.reply

    def post(self, path: str, **fields: str) -> TestResponse:
        """Fill in a form, with the hidden token of the account's page."""
        sent = {"csrf_token": self.token()} | fields
        headers = {"Referer": f"{self.base}/desk/"} | self.headers
        self.reply = self.client.post(path, data=sent, base_url=self.base, headers=headers)
        return self.reply

    def token(self) -> str:
        page = self.client.get("/account/", base_url=self.base, follow_redirects=True).text
        found = _TOKEN.search(page)
        assert found
        return found[1]

    def sign_in(self, email: str, password: str = PASSWORD, path: str = "") -> TestResponse:
        return self.post(path or "/account/sign-in", email=email, password=password)

    @property
    def cookie(self) -> str:
        for name in ("sixfold", "__Host-sixfold"):
            found = self.client.get_cookie(name)
            if found:
                return found.value
        return ""
