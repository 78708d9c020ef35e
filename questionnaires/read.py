"""From a folder, or from the canonical JSON of an opened wave, to an Instrument.

A folder holds ``instrument.toml`` (structure) and ``text/<language>.toml`` (words). Both become
one plain document, in which each language has all of its words, also one that is like another.
One road leads from a document to an `Instrument`, so the frozen copy of a wave is read exactly as
its files were. Every problem is collected; they are raised once.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from questionnaires.build import build_instrument
from questionnaires.errors import InstrumentError, Problem
from questionnaires.forms import COLUMNS
from questionnaires.ledger import STRUCTURE
from questionnaires.likeness import complete_text
from questionnaires.model import Instrument
from questionnaires.plain_lines import read_lines
from questionnaires.schema import INSTRUMENT
from questionnaires.wording import text_file

LIBRARY = Path(__file__).parent / "library"

#: What was no problem in instruments that are frozen: the item and the code of each.
_GRANTED = frozenset(
    {("answer.exclusive", "missing-words"), *((name, "reserved-name") for name in COLUMNS)}
)


def read_instrument(source: str | Path) -> Instrument:
    """Read an instrument from its folder, or from the library by its name.

    Raises
    ------
    InstrumentError
        With every problem found, when there is at least one.
    """
    folder = LIBRARY / source if isinstance(source, str) and "/" not in source else Path(source)
    problems: list[Problem] = []
    structure = _load(folder, STRUCTURE, problems)
    if structure is None:
        raise InstrumentError(problems)
    languages = structure.get("languages", [])
    listed = languages if INSTRUMENT.keys["languages"].accepts(languages) else []
    words = cache(lambda code: _load(folder, text_file(code), problems))
    texts = {code: complete_text(code, words, problems) for code in listed}
    document = {
        "instrument": structure,
        "text": {code: text for code, text in texts.items() if text is not None},
    }
    try:
        return build_instrument(document)
    except InstrumentError as error:
        unread = {problem.file for problem in problems}
        others = [problem for problem in error.problems if problem.file not in unread]
        raise InstrumentError([*problems, *others]) from None


def thaw_instrument(canonical: str) -> Instrument:
    """Return the instrument that a wave froze as canonical JSON.

    Nobody can mend it any more, so what is asked of instruments only since then is let pass.
    """
    return build_instrument(json.loads(canonical), _GRANTED)


def library_names() -> tuple[str, ...]:
    """Return the names of the library's instruments, sorted."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob(f"*/{STRUCTURE}")))


def _load(folder: Path, name: str, problems: list[Problem]) -> Mapping[str, Any] | None:
    """Return what a file of `folder` holds, or None with the problem that kept it unread."""
    try:
        # Windows editors begin UTF-8 with a byte order mark, which TOML does not know.
        text = (folder / name).read_text(encoding="utf-8-sig")
        return read_lines(text) or tomllib.loads(text)
    except FileNotFoundError:
        remedy = f"'{folder.name}' has no file {name}; add it, or check the name"
        if name != STRUCTURE:
            remedy = f"there is no {name}; add it, or take its language out of `languages`"
        problems.append(Problem(name, "", "missing-file", remedy))
    except OSError as error:
        remedy = f"the file cannot be read ({error.strerror}); check its permissions"
        problems.append(Problem(name, "", "unreadable-file", remedy))
    except UnicodeDecodeError as error:
        remedy = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        problems.append(Problem(name, "", "not-utf8", remedy))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(name, "", "bad-toml", f"mend the TOML: {error}"))
    return None
