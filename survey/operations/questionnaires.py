"""The questionnaires of an installation: those of the library, and its own beside the database."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from questionnaires import Instrument, library_names, read_instrument
from questionnaires.formats.toml import write_folder
from questionnaires.ledger import STRUCTURE
from questionnaires.read import LIBRARY
from survey.config import read_settings
from survey.errors import SurveyError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_NAME_LINE = re.compile(r"^name\s*=.*$", re.MULTILINE)


def own_folder() -> Path:
    """Return the folder in which the questionnaires of this installation lie."""
    return read_settings().instance / "questionnaires"


def own_names() -> tuple[str, ...]:
    """Return the names of the installation's own questionnaires, sorted."""
    return tuple(sorted(path.parent.name for path in own_folder().glob(f"*/{STRUCTURE}")))


def is_name(name: str) -> bool:
    """Tell whether a questionnaire of this installation can have a name."""
    return _NAME.fullmatch(name) is not None


def publish_instrument(document: Mapping[str, Any]) -> Path:
    """Write a version of a questionnaire as ``<name>@<version>``, which never changes again.

    Raises
    ------
    FormatError
        If that version is there already.
    """
    tables = document["instrument"]
    folder = own_folder() / f"{tables['name']}@{tables['version']}"
    write_folder(document, folder)
    for file in folder.rglob("*.toml"):
        file.chmod(0o444)  # whoever edits a published version by mistake is stopped
    return folder


def find_instrument(source: str) -> Instrument:
    """Read an instrument by its name, of the library or of this installation, or by its folder.

    Raises
    ------
    SurveyError
        If the installation has a questionnaire under the name of one of the library.
    InstrumentError
        With every problem found, when there is at least one.
    """
    return read_instrument(_source(source))


def copy_instrument(name: str, source: str) -> Path:
    """Copy the instrument `source` as a questionnaire of this installation, under a new name.

    Raises
    ------
    SurveyError
        If the name cannot be used or is taken.
    InstrumentError
        With every problem of the copy, which is then not kept.
    """
    folder = _free_folder(name)
    found = _source(source)
    origin = LIBRARY / found if isinstance(found, str) and "/" not in found else Path(found)
    read_instrument(found)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".") as made:
        copy = shutil.copytree(origin, Path(made) / name, copy_function=shutil.copyfile)
        structure = copy / STRUCTURE
        written = structure.read_text(encoding="utf-8-sig")
        renamed = _NAME_LINE.sub(f'name = "{name}"', written, count=1)
        structure.write_text(renamed, encoding="utf-8")
        read_instrument(copy)
        copy.rename(folder)
    return folder


def add_instrument(document: Mapping[str, Any], name: str = "", folder: Path | None = None) -> Path:
    """Write the document of an instrument as a questionnaire of this installation.

    Parameters
    ----------
    document : mapping
        What `build_instrument` takes.
    name : str
        Its name; the one of the document unless told.
    folder : Path or None
        Another folder to write, which must not be there yet.

    Raises
    ------
    SurveyError
        If the name cannot be used or is taken.
    FormatError
        If the folder is there.
    """
    own = json.loads(json.dumps(document))
    own["instrument"]["name"] = name or own["instrument"]["name"]
    target = folder or _free_folder(own["instrument"]["name"])
    write_folder(own, target)
    return target


def _source(source: str) -> str | Path:
    """Return what `read_instrument` reads for a name or a folder."""
    if "/" in source:
        return source
    own = own_folder() / source
    if not (own / STRUCTURE).exists():
        return source
    if source in library_names():
        raise SurveyError(f"{own}: the library has a questionnaire of this name; rename the folder")
    return own


def _free_folder(name: str) -> Path:
    if not is_name(name):
        raise SurveyError(
            f"'{name}' is no name; use up to 64 letters, digits and _, a letter first"
        )
    if name in library_names():
        raise SurveyError(f"the library has a questionnaire '{name}'; choose another name")
    folder = own_folder() / name
    if folder.exists():
        raise SurveyError(f"{folder} is there already; choose another name, or move it away")
    return folder
