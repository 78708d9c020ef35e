"""Find published releases for the audit from outside: in an instance folder, or in files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlalchemy import select

from analysis.disclosure import Exposure, audit
from analysis.disclosure import Release as Published
from survey.config import CONFIG, Settings, read_settings
from survey.db import Database
from survey.errors import ReleaseError
from survey.migrate import is_current
from survey.models import Release
from survey.models.release import PUBLIC

#: What every release has, however old.
_PARTS = {"facts", "outline", "programme", "community"}
#: What reading or attacking a document ends in that no release ever was.
_DAMAGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True)
class Outcome:
    """What the audit of several releases found.

    Attributes
    ----------
    releases, rounds : int
        How many releases of how many rounds were read.
    exposures : tuple of Exposure
        Every withheld number that can be bounded more tightly than its rule.
    """

    releases: int
    rounds: int
    exposures: tuple[Exposure, ...]


def audit_paths(paths: Iterable[Path]) -> Outcome:
    """Attack all releases that `paths` hold, those of one round together.

    Raises
    ------
    ReleaseError
        With one line for each path that holds no release, or that was changed since.
    """
    documents: dict[str, Path] = {}  # a folder and a file may hold the same one
    problems: list[str] = []
    for path in paths:
        try:
            documents |= _in_folder(path) if path.is_dir() else _in_file(path)
        except ReleaseError as error:
            problems.append(str(error))
    if problems:
        raise ReleaseError("\n".join(problems))
    rounds: dict[object, dict[Path, list[Published]]] = {}
    for document, path in documents.items():
        with _naming([path]):
            release = Published.from_json(document)
            same = rounds.setdefault(_round_of(release), {})
            same.setdefault(path, []).append(release)
    found: list[Exposure] = []
    for files in rounds.values():
        with _naming(files):
            found += audit(sorted(chain.from_iterable(files.values()), key=_age))
    read = sum(len(releases) for files in rounds.values() for releases in files.values())
    return Outcome(read, len(rounds), tuple(found))


@contextmanager
def _naming(paths: Iterable[Path]) -> Iterator[None]:
    """Name the files whose parts do not fit one another, however that comes out."""
    try:
        yield
    except _DAMAGE:
        raise ReleaseError(
            f"{', '.join(map(str, paths))}: changed since the release was made; give the JSON "
            "that a report offers for download"
        ) from None


def _round_of(release: Published) -> object:
    """Return what tells the round of a release from all others."""
    facts = release.facts
    return facts.wave, facts.instrument_sha256, facts.fieldwork_from, tuple(facts.title.items())


def _age(release: Published) -> tuple[object, ...]:
    """Return what puts releases of one round in order: their day, then how many had answered."""
    return release.facts.made_on, release.programme.people or 0, release.facts.data_sha256


def _in_file(path: Path) -> dict[str, Path]:
    """Return the release in a file, with the file."""
    try:
        document = path.read_text(encoding="utf-8")
        if not set(json.loads(document)) >= _PARTS:
            raise ValueError  # said below, like every other way of being none
        return {Published.from_json(document).to_json(): path}
    except OSError as error:
        raise ReleaseError(f"{path}: cannot be read ({error.strerror})") from None
    except _DAMAGE:
        raise ReleaseError(
            f"{path}: is no release; give the JSON that a report offers for download"
        ) from None


def _in_folder(path: Path) -> dict[str, Path]:
    """Return the releases in the files of a folder, or those an installation ever gave out.

    Each comes with the file or the installation that it is from.
    """
    if not (path / CONFIG).exists():
        files = sorted(path.glob("*.json"))
        if not files:
            raise ReleaseError(
                f"{path}: holds no release; give the folder of an installation, or JSON files"
            )
        return {document: each for each in files for document in _in_file(each)}
    database = Database(_settings(path).database_url)
    try:
        if not is_current(database):
            raise ReleaseError(
                f"{path}: its database is of another version; run `sixfold migrate` there"
            )
        with database.reading() as session:
            found = select(Release.document).where(Release.state.in_(PUBLIC)).order_by(Release.id)
            return dict.fromkeys(session.scalars(found), path)
    finally:
        database.dispose()


def _settings(path: Path) -> Settings:
    """Return the settings of the installation in `path`; the environment speaks of one only."""
    ours = read_settings()
    if ours.instance == path.absolute():
        return ours
    return read_settings({"SIXFOLD_INSTANCE": str(path)})
