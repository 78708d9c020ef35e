"""Give a round's answers to its team: ask for a file, make it, keep it for a day.

Only closed rounds are exported, so every file of a round is made of the same answers, and all
keep the same key variables: two files that keep different ones could be laid side by side.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.errors import RefusedError
from survey.formats import Table, format_of
from survey.languages import words
from survey.messages import _
from survey.models import Job, Wave
from survey.models.job import JobState
from survey.models.wave import Protection
from survey.operations.audit import Action
from survey.operations.export_store import DRAFT, FOLDER, JOB, is_kept
from survey.operations.jobs import Task, ask
from survey.operations.members import note_round
from survey.operations.waves import fielded_instrument, find_wave

if TYPE_CHECKING:
    from survey.operations.export_tables import Choice


@dataclass(frozen=True)
class Wish:
    """What somebody wants: a format, the language of its words, the key variables to keep."""

    format: str
    language: str
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """A file that was asked for: how far it is, and where it lies once it is done."""

    number: int
    state: JobState
    format: str
    done: int
    total: int
    problem: str | None
    file: Path | None

    @property
    def is_over(self) -> bool:
        """Tell whether there was a file, which is not kept any more."""
        return self.state == JobState.DONE and self.file is None


def check_exportable(wave: Wave) -> None:
    """Make sure that the answers of `wave` can be given to its team.

    Raises
    ------
    RefusedError
        If it is still open, or the server cannot read its answers.
    """
    if wave.protection == Protection.SEALED:
        raise RefusedError(
            _(
                "The server cannot read the answers of this round. Fetch them with `sixfold round "
                "export`, and open them on your own machine with the key of the team."
            )
        )
    if not wave.is_closed:
        raise RefusedError(
            _("Answers are given out once the round is closed, so that no two files differ.")
        )


def settled_keys(session: Session, wave: Wave) -> tuple[str, ...] | None:
    """Return the key variables that every file of `wave` keeps; None before the first file."""
    for job in _jobs(session, wave):
        if job.state != JobState.FAILED:
            return tuple(job.subject["kept"])
    return None


def ask_for_export(session: Session, wave: Wave, wish: Wish, choice: Choice) -> int:
    """Ask for a file, write it into the log, and return its number; commits.

    Parameters
    ----------
    session : Session
        A writing session.
    wave, wish : Wave, Wish
        Of which round, and what is wished.
    choice : Choice
        How well people hide in that file, judged before anybody had to wait for it.

    Raises
    ------
    RefusedError
        If the round cannot be exported, people would stand out in the file, or an earlier file
        keeps other key variables.
    """
    check_exportable(wave)
    settled = settled_keys(session, wave)
    if settled is not None and settled != wish.kept:
        raise RefusedError(
            _("A file of this round was made already; every other one keeps the same answers.")
        )
    if choice.kept != wish.kept or not choice.hiding.is_safe:
        raise RefusedError(
            _("People would stand out in this file. Choose one that keeps fewer answers.")
        )
    format_of(wish.format)
    note_round(session, Action.EXPORTED, wave)
    subject = {"round": wave.link, **{key: getattr(wish, key) for key in ("format", "language")}}
    number = ask(session, JOB, subject | {"kept": list(wish.kept)})
    assert number is not None  # only a job with `once` can be there already  # noqa: S101
    return number


def exports_of(session: Session, settings: Settings, wave: Wave) -> list[Export]:
    """Return the files of `wave`, the newest first."""
    return [_export(job, settings) for job in reversed(_jobs(session, wave))]


def find_export(session: Session, settings: Settings, wave: Wave, number: int) -> Export | None:
    """Return the file of `wave` with this number; None if there is none."""
    return next(
        (each for each in exports_of(session, settings, wave) if each.number == number), None
    )


def note_fetched(session: Session, wave: Wave) -> None:
    """Write into the log that a file of a round is fetched; commits, before it is sent."""
    note_round(session, Action.EXPORT_FETCHED, wave)
    session.commit()


def write_export(task: Task) -> str:
    """Write the file that a job asks for, and return its name; doing it again does no harm."""
    from survey.operations.export_tables import choice_of, table_of  # noqa: PLC0415  # loads numpy

    wish = Wish(task.subject["format"], task.subject["language"], tuple(task.subject["kept"]))
    folder = task.settings.instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    # Named with its holder: a worker that lost its lease takes nothing from the next one.
    draft = folder / f"{DRAFT}{task.id}-{task.holder}"
    draft.mkdir(mode=0o700)
    try:
        with task.database.reading() as session:
            wave = find_wave(session, task.subject["round"])
            table = table_of(session, wave, wish.language, wish.kept)
            parts = _parts(task, wave, table, wish, draft)
            choice = choice_of(session, wave, wish.kept)
        (draft / "README.txt").write_text(_read_me(table, choice, wish.language), "utf-8")
        name = f"{task.id}-{secrets.token_hex(8)}.zip"
        _pack(folder / name, [*parts, draft / "README.txt"])
    finally:
        rmtree(draft, ignore_errors=True)
    task.progress(table.count, table.count)
    return name


def _jobs(session: Session, wave: Wave) -> list[Job]:
    jobs = session.scalars(select(Job).where(Job.name == JOB).order_by(Job.id))
    return [job for job in jobs if job.subject["round"] == wave.link]


def _export(job: Job, settings: Settings) -> Export:
    file = settings.instance / FOLDER / job.result if job.result else None
    there = file if file and is_kept(file) else None
    return Export(
        job.id, JobState(job.state), job.subject["format"], job.done, job.total, job.problem, there
    )


def _parts(task: Task, wave: Wave, table: Table, wish: Wish, draft: Path) -> list[Path]:
    """Write the answers, and the instrument they answer, into the folder `draft`."""
    from questionnaires.formats import ddi  # noqa: PLC0415  # loads XML

    kind = format_of(wish.format)
    answers = draft / f"{wave.link}{kind.suffix}"
    task.progress(0, table.count)
    kind.write(table, answers, lambda done: task.progress(done, table.count))
    instrument = fielded_instrument(wave)
    described = ddi.Described(
        answers.name,
        table.names,
        table.count,
        {each.name: each.label for each in table.variables},
        items={each.name: each.item for each in table.variables if each.item},
    )
    codebook, questions = draft / "codebook.xml", draft / "questionnaire.json"
    codebook.write_bytes(ddi.write(instrument, wish.language, described))
    pretty = json.dumps(json.loads(instrument.canonical), ensure_ascii=False, indent=1)
    questions.write_text(pretty, "utf-8")
    return [answers, codebook, questions]


def _read_me(table: Table, choice: Choice, language: str) -> str:
    say = words(language).gettext
    kept = ", ".join(choice.kept) or "-"
    lines = [
        table.title,
        say(
            _("Answers: %(count)s. Their order was drawn by lot for this file."), count=table.count
        ),
        *_left_out(table, language),
        *([say(_UNWEIGHED)] if table.is_unweighed else ()),
        say(
            _("Answers that others may know of a person, and that are kept: %(names)s."), names=kept
        ),
        say(
            _("People for whom these are withheld, because too few share them: %(percent)s%%."),
            percent=round(100 * choice.hiding.share_withheld),
        ),
        say(_("What people wrote in their own words is not in this file.")),
        say(_("These are answers of people who were promised that nobody is identified.")),
        say(_("Keep the file safe, give it to nobody, and delete it when your work is done.")),
    ]
    return "".join(f"{line}\n" for line in lines)


_UNWEIGHED = _(
    "The weights that agree with the population are not in this file: they would tell answers "
    "that it does not keep, or none can be made."
)


def _left_out(table: Table, language: str) -> list[str]:
    if not table.left_out:
        return []
    words_of = _(
        "Answers that only a key of the team opens, and that are not in this file: %(count)s."
    )
    return [words(language).gettext(words_of, count=table.left_out)]


def _pack(file: Path, parts: Iterable[Path]) -> None:
    """Pack files that only the owner of the server can read."""
    file.touch(mode=0o600)
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as pack:
        for part in parts:
            pack.write(part, part.name)
