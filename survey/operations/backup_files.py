"""The file of a backup: a zip of one table a member, with a manifest; sealed when keys are given.

``manifest.json`` names the schema's revision and, for each table, its rows and the SHA-256 of its
member. A member holds one JSON array a line, the first with the names of the columns. No member
has a time. The file is the same whichever database it comes from.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from pyrage.x25519 import Identity

from survey.errors import BackupError, SealError
from survey.keys import AGE_HEADER, seal_to, unseal

FORMAT = "sixfold backup"
VERSION = 1
_MANIFEST = "manifest.json"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_LONGEST_MANIFEST = 1_000_000


@dataclass(frozen=True)
class Member:
    """What the manifest says of one table."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    revision: str
    made_on: str
    tables: dict[str, Member]


Row = Sequence[Any]
#: The names of the columns of a table, and its rows.
Content = tuple[Sequence[str], Iterable[Row]]


def write_backup(
    file: Path,
    tables: Iterable[tuple[str, Content]],
    revision: str,
    made_on: str,
    recipients: Sequence[str] = (),
) -> Manifest:
    """Write a backup into a new file, for its owner alone; it is whole, or not there.

    Raises
    ------
    BackupError
        If the file is there already.
    """
    if file.exists():
        raise BackupError(f"{file} is there already and is left as it is; choose another name")
    part = file.with_name(f"{file.name}.part")
    try:
        with _new_file(part) as stream:
            if recipients:
                clear = io.BytesIO()  # never on the disk
                manifest = _write_zip(clear, tables, revision, made_on)
                stream.write(seal_to(clear.getvalue(), recipients))
            else:
                manifest = _write_zip(stream, tables, revision, made_on)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, file)  # unlike a move, it never replaces a file
    except FileExistsError:
        raise BackupError(f"{file} was made by another backup just now; choose another") from None
    finally:
        part.unlink(missing_ok=True)
    _keep_name(file.parent)
    return manifest


class Backup:
    """A backup that was opened and found whole."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._archive = archive

    def read(self, table: str) -> tuple[list[str], Iterator[list[Any]]]:
        """Return the names of the columns of a table, and its rows."""
        with self._archive.open(f"{table}.jsonl") as member:
            columns: list[str] = json.loads(member.readline())
        return columns, self._rows(table)

    def _rows(self, table: str) -> Iterator[list[Any]]:
        with self._archive.open(f"{table}.jsonl") as member:
            member.readline()
            for line in member:
                yield json.loads(line)


@contextmanager
def open_backup(file: Path, identities: Sequence[Identity] = ()) -> Iterator[Backup]:
    """Open a backup once every byte of it has been checked.

    Raises
    ------
    BackupError
        If it is cut off, changed, no backup, of a newer version, or sealed to other keys.
    """
    with file.open("rb") as stream:
        sealed = stream.read(len(AGE_HEADER)) == AGE_HEADER
        stream.seek(0)
        content: IO[bytes] = stream
        if sealed:
            content = io.BytesIO(_unsealed(file, stream.read(), identities))
        try:
            with zipfile.ZipFile(content) as archive:
                backup = Backup(archive, _read_manifest(file, archive))
                _check_members(file, archive, backup.manifest.tables)
                yield backup
        except zipfile.BadZipFile:
            raise BackupError(_reason(file, content)) from None


@contextmanager
def _new_file(part: Path) -> Iterator[IO[bytes]]:
    try:
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupError(
            f"{part} is there: another backup is being made, or was interrupted; "
            "delete it when none is being made"
        ) from None
    with os.fdopen(number, "wb") as stream:
        yield stream


def _keep_name(folder: Path) -> None:
    """Put the name of a new file on the disk as well."""
    number = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # some file systems keep names without being told
        os.fsync(number)
    os.close(number)


def _write_zip(
    stream: IO[bytes], tables: Iterable[tuple[str, Content]], revision: str, made_on: str
) -> Manifest:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        members = {name: _write_member(archive, name, content) for name, content in tables}
        manifest = Manifest(revision, made_on, members)
        described = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
        archive.writestr(_information(_MANIFEST), json.dumps(described, indent=1))
    return manifest


def _write_member(archive: zipfile.ZipFile, table: str, content: Content) -> Member:
    columns, rows = content
    digest = hashlib.sha256()
    number = -1  # the first line is no row
    with archive.open(_information(f"{table}.jsonl"), "w", force_zip64=True) as member:
        for number, row in enumerate(_lines(columns, rows), start=-1):  # noqa: B007 - counted
            digest.update(row)
            member.write(row)
    return Member(number + 1, digest.hexdigest())


def _lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    yield json.dumps(list(columns)).encode() + b"\n"
    for row in rows:
        yield json.dumps(list(row), ensure_ascii=False).encode() + b"\n"


def _information(name: str) -> zipfile.ZipInfo:
    information = zipfile.ZipInfo(name, _NO_TIME)
    information.compress_type = zipfile.ZIP_DEFLATED
    information.external_attr = 0o600 << 16
    return information


def _unsealed(file: Path, content: bytes, identities: Sequence[Identity]) -> bytes:
    if not identities:
        raise BackupError(f"{file} is sealed; give a key that opens it with --identity KEYFILE")
    try:
        return unseal(content, identities)
    except SealError:
        raise BackupError(
            f"{file} is not opened by this key, or was cut off or changed; "
            "try the key of another recipient, then another copy of the file"
        ) from None


def _read_manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(_MANIFEST) as member:
            written = json.loads(member.read(_LONGEST_MANIFEST))
        if written["format"] != FORMAT:
            raise BackupError(_foreign(file))
        if written["version"] > VERSION:
            raise BackupError(newer(file, f"format {written['version']}"))
        tables = {name: Member(**each) for name, each in written["tables"].items()}
        return Manifest(written["revision"], written["made_on"], tables)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise BackupError(_foreign(file)) from None


def _check_members(file: Path, archive: zipfile.ZipFile, tables: Mapping[str, Member]) -> None:
    for table, described in tables.items():
        digest = hashlib.sha256()
        try:
            with archive.open(f"{table}.jsonl") as member:
                while block := member.read(1 << 20):
                    digest.update(block)
            found = digest.hexdigest()
        except (
            KeyError,
            ValueError,
            EOFError,
            OSError,
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
        ):
            found = ""
        if found != described.sha256:
            raise BackupError(
                f"{file}: the table '{table}' is not as it was written; "
                "the file was changed or damaged: take another copy"
            )


def _reason(file: Path, content: IO[bytes]) -> str:
    content.seek(0)
    if content.read(4) == b"PK\x03\x04":
        return f"{file} is cut off; copy it again from where it was made"
    return _foreign(file)


def _foreign(file: Path) -> str:
    return f"{file} is no backup of Sixfold; give a file that `sixfold backup` has written"


def newer(file: Path, what: str) -> str:
    """Return the message for a backup of a version that this one does not know."""
    return (
        f"{file} was made by a newer version of Sixfold ({what}); "
        "install that version here, then restore"
    )
