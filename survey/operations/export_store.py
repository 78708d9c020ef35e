"""The folder in which files of answers wait for a day to be fetched."""

from __future__ import annotations

import time

from survey.config import Settings

FOLDER = "exports"
#: Seconds for which a file can be fetched.
KEPT = 24 * 60 * 60


def forget_exports(settings: Settings, now: float | None = None) -> int:
    """Remove the files whose day is over; return how many there were."""
    moment = time.time() if now is None else now
    over = [
        file
        for file in (settings.instance / FOLDER).glob("*.zip")
        if file.stat().st_mtime < moment - KEPT
    ]
    for file in over:
        file.unlink(missing_ok=True)
    return len(over)
