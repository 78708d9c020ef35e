"""The text of the demo's report, kept in a file a language and compared word by word.

After a change that is meant, look at ``git diff tests/golden`` of what this writes anew::

    SIXFOLD_INSTANCE=DEMO python -m tests.golden.demo_report

where DEMO is the instance folder of a demo that was just made.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from sqlalchemy import select

from survey.app import create_app
from survey.config import read_settings
from survey.db import Database
from survey.models import Release

LANGUAGES = ("en", "ar")

_UNREAD = re.compile(r"<(style|script|svg|head)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_DAY = re.compile(r"\b\d{1,2} \w+ \d{4}\b")
_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def golden_report(language: str) -> str:
    """Return the text that is kept."""
    return _file(language).read_text(encoding="utf-8")


def as_read(page: str) -> str:
    """Return what a reader reads of a page, line by line, without the days and fingerprints."""
    parts = _TAG.sub("\n", _UNREAD.sub("", page)).split("\n")
    lines = (" ".join(unescape(part).split()) for part in parts)
    text = "".join(f"{line}\n" for line in lines if line)
    return _HASH.sub("<fingerprint>", _DAY.sub("<day>", text))


def _file(language: str) -> Path:
    return Path(__file__).parent / f"demo_report.{language}.txt"


def _write() -> None:
    settings = read_settings()
    database = Database(settings.database_url)
    with database.reading() as session:
        stored = session.scalars(select(Release).order_by(Release.id)).all()[1]
    client = create_app(settings).test_client()
    for language in LANGUAGES:
        page = client.get(f"/reports/{stored.token}/{language}").text
        _file(language).write_text(as_read(page), encoding="utf-8")


if __name__ == "__main__":
    _write()
