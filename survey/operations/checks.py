"""Does an installation keep its promises now? One finding for each; a problem has its remedy."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError

from questionnaires import QuestionnaireError, library_names, read_instrument
from survey.config import CONFIG, Settings
from survey.db import Database
from survey.errors import ConfigurationError
from survey.migrate import check_known, newest_revision, revision_of
from survey.models import Wave
from survey.models.wave import Protection
from survey.operations.audit import head, verify
from survey.operations.checks_postgres import durability_of, order_of
from survey.operations.export_store import forgotten
from survey.operations.jobs import LEASE, count_jobs
from survey.operations.retention import overdue
from survey.operations.sealing import sealed_items
from survey.operations.waves import fielded_instrument
from survey.operations.worker import SIGN
from survey.site import today

#: Tables in which a hidden row number would tell the order of arrival.
ORDERLESS = ("inbox", "response", "spent_nonce", "invite_code", "draft")
_ROOM = 200 << 20
_OTHERS = 0o077
_NOTHING = "nothing"


class Problem(Exception):  # noqa: N818 - it is what is found, and nothing went wrong here
    """What is not as it should be, and what to do about it."""


@dataclass(frozen=True)
class Finding:
    """What was found about one promise."""

    promise: str
    is_kept: bool
    words: str

    @property
    def line(self) -> str:
        """The finding as one line."""
        return f"{'ok     ' if self.is_kept else 'PROBLEM'}  {self.promise}: {self.words}"


Check = Callable[[Settings, Database], str]


def check_installation(settings: Settings, database: Database) -> list[Finding]:
    """Return what was found about every promise, in a fixed order."""
    return [_find(promise, check, settings, database) for promise, check in CHECKS.items()]


def _find(promise: str, check: Check, settings: Settings, database: Database) -> Finding:
    try:
        return Finding(promise, is_kept=True, words=check(settings, database))
    except (Problem, ConfigurationError) as problem:
        return Finding(promise, is_kept=False, words=str(problem))
    except (SQLAlchemyError, OSError) as error:
        words = f"cannot be told ({type(error).__name__}); mend the database first"
        return Finding(promise, is_kept=False, words=words)


def _secret_key(settings: Settings, _database: Database) -> str:
    settings.required_key()
    return "there, and long enough"


def _files(settings: Settings, _database: Database) -> str:
    seen = [settings.instance, settings.instance / CONFIG, *settings.instance.glob("*.sqlite3*")]
    there = [path for path in seen if path.exists()]
    bare = [path.name for path in there if path.stat().st_mode & _OTHERS]
    if bare:
        raise Problem(f"others may read {', '.join(bare)}; take that away with chmod go=")
    return "for their owner alone"


def _disk(settings: Settings, _database: Database) -> str:
    free = shutil.disk_usage(settings.instance).free
    if free < _ROOM:
        raise Problem(f"{free >> 20} MiB are free; make room before answers are refused")
    return f"{free >> 20} MiB are free"


def _schema(_settings: Settings, database: Database) -> str:
    with database.engine.connect() as connection:
        check_known(connection)
        revision = revision_of(connection)
    if revision != newest_revision():
        raise Problem("it is empty or of an older version; run `sixfold migrate`")
    return f"reachable, schema {revision}"


def _durability(_settings: Settings, database: Database) -> str:
    with database.engine.connect() as connection:
        problem = _pragmas(connection) if database.is_sqlite else durability_of(connection)
    if problem:
        raise Problem(problem)
    return "on the disk before it is acknowledged"


def _pragmas(connection: Connection) -> str:
    expected = {"synchronous": 2, "journal_mode": "wal", "secure_delete": 1, "quick_check": "ok"}
    for name, value in expected.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        if found != value:
            return f"SQLite's {name} is '{found}', not '{value}'; restore from the last backup"
    return ""


def _order(_settings: Settings, database: Database) -> str:
    with database.engine.connect() as connection:
        problem = _hidden_rows(connection) if database.is_sqlite else order_of(connection)
    if problem:
        raise Problem(problem)
    return "the order in which answers came is not kept"


def _hidden_rows(connection: Connection) -> str:
    made = text("SELECT sql FROM sqlite_master WHERE name = :name")
    for table in ORDERLESS:
        sql = connection.execute(made, {"name": table}).scalar() or ""
        if not sql.rstrip().upper().endswith("WITHOUT ROWID"):
            return f"'{table}' numbers its rows; restore a backup into a new database"
    return ""


def _log(_settings: Settings, database: Database) -> str:
    name = database.engine.url.database
    if not database.is_sqlite or not name:
        return "kept by the server of the database"
    log = Path(f"{name}-wal")
    if log.exists() and log.stat().st_size:
        raise Problem("it holds what came last; the worker empties it in seconds, look again")
    return "empty"


def _staff_log(_settings: Settings, database: Database) -> str:
    with database.reading() as session:
        problems, last = verify(session), head(session)
    if problems:
        raise Problem(problems[0])
    return f"its chain is whole and ends with {last}; note that down, elsewhere"


def _keys(_settings: Settings, database: Database) -> str:
    with database.reading() as session:
        waves = session.scalars(select(Wave).where(Wave.is_closed.is_(False)).order_by(Wave.id))
        found = {wave: _sealed(wave) for wave in waves}
    bare = [wave.link for wave, what in found.items() if what != _NOTHING and not wave.recipients]
    if bare:
        raise Problem(f"{', '.join(bare)} must seal and has no key; close it, open a new one")
    waiting = [wave.link for wave in found if wave.awaits_test and wave.opens_on <= today()]
    if waiting:
        raise Problem(
            f"{', '.join(waiting)} takes no answers before its keys are tested; run "
            "`sixfold key test --round LINK`"
        )
    told = [
        f"{wave.link} {'waits for its key test, then ' if wave.awaits_test else ''}seals {what}"
        for wave, what in found.items()
    ]
    return "; ".join(told) or "no round is open"


def _sealed(wave: Wave) -> str:
    if wave.protection == Protection.SEALED:
        return "all answers"
    return "free text" if sealed_items(fielded_instrument(wave), wave.form) else _NOTHING


def _worker(settings: Settings, database: Database) -> str:
    sign = settings.instance / SIGN
    if not sign.exists():
        return "none was here yet; `sixfold serve` starts one"
    with database.reading() as session:
        jobs = count_jobs(session)
    is_busy = jobs["running"] > jobs["stuck"]  # one that takes long says so in its lease
    silent = time.time() - sign.stat().st_mtime
    if silent > LEASE and not is_busy:
        raise Problem(
            f"it is silent for {silent / 60:.0f} minutes; let `sixfold serve` or `sixfold work` run"
        )
    return "alive"


def _exports(settings: Settings, _database: Database) -> str:
    over = forgotten(settings)
    if over:
        raise Problem(
            f"{len(over)} files of answers lie beyond their day; let `sixfold serve` or "
            "`sixfold work` run"
        )
    return "none is kept beyond its day"


def _retention(_settings: Settings, database: Database) -> str:
    with database.reading() as session:
        links = [wave.link for wave in overdue(session, today())]
    if links:
        raise Problem(
            f"{', '.join(links)} should be erased; let `sixfold serve` or `sixfold work` run"
        )
    return "nothing is kept beyond its day"


def _queue(_settings: Settings, database: Database) -> str:
    with database.reading() as session:
        jobs = count_jobs(session)
    if jobs["failed"] or jobs["stuck"]:
        raise Problem(
            f"{jobs['failed']} jobs failed and {jobs['stuck']} are stuck; see `sixfold work --list`"
        )
    return f"{jobs['waiting']} jobs wait, {jobs['running']} run"


def _instruments(settings: Settings, database: Database) -> str:
    own = sorted((settings.instance / "questionnaires").glob("*/instrument.toml"))
    sources: list[str | Path] = [*library_names(), *(file.parent for file in own)]
    for source in sources:
        try:
            read_instrument(source)
        except QuestionnaireError:
            raise Problem(f"run `sixfold instrument check {source}`") from None
    with database.reading() as session:
        waves = session.scalars(select(Wave)).all()
        for wave in waves:
            fielded_instrument(wave)
    return f"{len(sources)} are sound, and those of {len(waves)} rounds"


#: Every promise, and how it is looked into.
CHECKS: dict[str, Check] = {
    "secret key": _secret_key,
    "files": _files,
    "disk": _disk,
    "database": _schema,
    "durability": _durability,
    "order of arrival": _order,
    "log": _log,
    "staff log": _staff_log,
    "keys": _keys,
    "retention": _retention,
    "files of answers": _exports,
    "worker": _worker,
    "jobs": _queue,
    "instruments": _instruments,
}
