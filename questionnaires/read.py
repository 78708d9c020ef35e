"""From a folder, or from the canonical JSON of an opened wave, to an Instrument.

A folder holds ``instrument.toml`` (structure) and ``text/<language>.toml`` (words). Both become
one plain document, and one road leads from a document to an `Instrument`, so the frozen copy of
a wave is read exactly as its files were. Every problem is collected; they are raised once.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from questionnaires.build import STRUCTURE, build_instrument, text_file
from questionnaires.errors import InstrumentError, Problem
from questionnaires.model import Instrument

LIBRARY = Path(__file__).parent / "library"


def read_instrument(source: str | Path) -> Instrument:
    """Read an instrument from its folder, or from the library by its name.

    Raises
    ------
    InstrumentError
        With every problem found, when there is at least one.
    """
    folder = LIBRARY / source if isinstance(source, str) and "/" not in source else Path(source)
    problems: list[Problem] = []
    structure = _load(folder / STRUCTURE, STRUCTURE, problems)
    if not structure:
        raise InstrumentError(problems)
    languages = structure.get("languages")
    known = (
        [code for code in languages if isinstance(code, str)] if isinstance(languages, list) else []
    )
    texts = {code: _load(folder / text_file(code), text_file(code), problems) for code in known}
    document = {
        "instrument": structure,
        "text": {code: text for code, text in texts.items() if text},
    }
    try:
        instrument = build_instrument(document)
    except InstrumentError as error:
        raise InstrumentError([*problems, *error.problems]) from None
    if problems:
        raise InstrumentError(problems)
    return instrument


def thaw_instrument(canonical: str) -> Instrument:
    """Return the instrument that a wave froze as canonical JSON."""
    return build_instrument(json.loads(canonical))


def library_names() -> tuple[str, ...]:
    """Return the names of the library's instruments, sorted."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob(f"*/{STRUCTURE}")))


def _load(path: Path, name: str, problems: list[Problem]) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = "the file does not exist; add it, or take its language out of `languages`"
        problems.append(Problem(name, "", "missing-file", remedy))
    except OSError as error:
        remedy = f"the file cannot be read ({error.strerror}); check its permissions"
        problems.append(Problem(name, "", "unreadable-file", remedy))
    except UnicodeDecodeError as error:
        remedy = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        problems.append(Problem(name, "", "not-utf8", remedy))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(name, "", "bad-toml", f"mend the TOML: {error}"))
    return {}
