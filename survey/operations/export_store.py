"""The folder in which files of answers wait for a day to be fetched."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import rmtree

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.models import Job

FOLDER = "exports"
#: The job that makes a file.
JOB = "export"
#: How the folder is called in which a worker makes a file.
DRAFT = "draft-"
#: Seconds for which a file can be fetched.
KEPT = 24 * 60 * 60


def is_kept(file: Path, now: float | None = None) -> bool:
    """Tell whether a file, or a folder in which one is made, is there and its day not over."""
    moment = time.time() if now is None else now
    return file.exists() and file.stat().st_mtime >= moment - KEPT


def forgotten(settings: Settings, now: float | None = None) -> list[Path]:
    """Return the files whose day is over, and the folders of unfinished ones so old."""
    folder = settings.instance / FOLDER
    made = [*folder.glob("*.zip"), *folder.glob(f"{DRAFT}*")]
    return [each for each in made if not is_kept(each, now)]


def forget_exports(settings: Settings, now: float | None = None) -> int:
    """Remove the files whose day is over, and unfinished ones so old; return how many there were.

    What is unfinished is left behind by a worker that was killed.
    """
    over = forgotten(settings, now)
    for each in over:
        if each.is_dir():
            rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
    return len(over)


def remove_exports(session: Session, settings: Settings, link: str) -> None:
    """Remove every file of a round at once, because its answers are erased."""
    folder = settings.instance / FOLDER
    for job in session.scalars(select(Job).where(Job.name == JOB)):
        if job.subject["round"] == link:
            for draft in folder.glob(f"{DRAFT}{job.id}-*"):
                rmtree(draft, ignore_errors=True)
            for file in folder.glob(f"{job.id}-*.zip"):
                file.unlink(missing_ok=True)
