"""What all pages of the desk share: how they are shown, and in whose name they write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Response, redirect, render_template
from sqlalchemy.orm import Session

from survey.account import entry
from survey.desk.wording import MEANINGS, ROLES, state_of
from survey.errors import RefusedError, SurveyError
from survey.models import Role
from survey.site import site, today

TEAM = (Role.OWNER, Role.RESEARCHER)
#: Whoever deletes, or lets somebody in, has proved who they are within so many minutes.
FRESH = 10


@contextmanager
def writing() -> Iterator[Session]:
    """Open a session that writes in the name of the person who is signed in."""
    with site().database.writing() as session:
        session.info["actor"] = entry.staff().email
        yield session


def page(template: str, **shown: Any) -> str:  # noqa: ANN401 - whatever the template shows
    """Return a page of the desk."""
    return render_template(
        f"desk/{template}.html",
        words_of_roles=ROLES,
        meanings=MEANINGS,
        state_of=state_of,
        today=today(),
        **shown,
    )


def pdf_reply(written: bytes, name: str) -> Response:
    """Hand out a PDF as a file of this name."""
    reply = Response(written, mimetype="application/pdf")
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return reply


def refused(problem: SurveyError) -> tuple[str, int]:
    """Say why something was not done, in the reader's language where it is said in it."""
    return page("refused", problem=problem, is_spoken=isinstance(problem, RefusedError)), 422


def to(address: str) -> Response:
    """Lead the browser on after something was done."""
    return cast("Response", redirect(address, 303))
