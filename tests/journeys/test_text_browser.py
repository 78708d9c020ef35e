"""A whole visit in a browser that shows text only, by the keyboard."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from survey.db import Database
from survey.models import Inbox
from tests.journeys.test_visit import SHORT, here, installation
from tests.survey.server import Server

__all__ = ["here", "installation"]
pytestmark = pytest.mark.browser

LYNX = shutil.which("lynx")
#: To the last field of a page, back to the one before, and press it: "Continue" before "Back".
GO_ON = ["End", "Up Arrow", "^J"]
PLACE = ["/", *"Choose", "^J", "^J", "Down Arrow", "^J"]


def test_lynx_leads_from_the_first_page_to_the_last(
    installation: tuple[Server, Database], tmp_path: Path
) -> None:
    server, database = installation
    if LYNX is None:
        missing = "no Lynx: the journey in a text browser was left out (apt-get install lynx)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with database.reading() as session:
        before = len(session.scalars(select(Inbox.id)).all())
    keys = ["/", *"Continue", "^J", "^J", *PLACE, *GO_ON * 11, "q", "y"]
    script = tmp_path / "keys"
    script.write_text("".join(f"key {key}\n" for key in keys), encoding="ascii")
    shown = subprocess.run(
        [LYNX, "-nopause", "-nocolor", f"-cmd_script={script}", f"{server.address}/s/{SHORT}/en"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"TERM": "vt100", "LINES": "60", "COLUMNS": "100", "HOME": str(tmp_path)},
    ).stdout
    assert "Received. Thank you." in shown
    with database.reading() as session:
        kept = session.scalars(select(Inbox)).all()
    assert len(kept) == before + 1
    assert all((row.answers or {}).get("D1") for row in kept)
