"""What a phone that will ask without a network loads at its first visit, compressed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.migrate import migrate
from tests.survey.sealed import sealing_wave

Row = tuple[str, str, str, str]
_COMPRESSED = {"Accept-Encoding": "gzip"}


def rows() -> list[Row]:
    """Measure the kit of a round, and everything together; what, measured, limit, peer."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), f"sqlite:///{folder}/sixfold.sqlite3", "s" * 48)
        database = Database(settings.database_url)
        migrate(database)
        sealing_wave(database, read_instrument("social_cohesion"))
        database.dispose()
        app = create_app(settings)
        phone, base = app.test_client(), "/s/round-one/field/"
        worker = phone.get(f"{base}worker.js").text
        kept = json.loads(worker.partition("= ")[2].partition(";\n")[0])[1]
        # The page and what starts it come once more, past the worker.
        files = ["", "boot.js", "worker.js", *(each.removeprefix("./") for each in kept)]
        sizes = [len(phone.get(base + file, headers=_COMPRESSED).data) for file in files]
        kit = sizes[files.index("kit.js")]
        app.extensions["sixfold"].database.dispose()
    return [
        ("kit of a round, long form, 2 languages", f"{kit:,} bytes", "", ""),
        ("first visit of a phone", f"{sum(sizes):,} bytes in {len(sizes)} requests", "", ""),
    ]


if __name__ == "__main__":
    for each in rows():
        print(*each, sep="  ")
