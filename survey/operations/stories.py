"""Stories that may be quoted: those whose writer said yes, and that a person has read and ticked.

What people write in their own words is sealed in every round, so nothing here works without a key,
and the server keeps no word of a story that is not quoted. The way: `write_stories` puts what may
be quoted into a file; a person reads each, writes ``yes`` beside those to quote and ``[…]`` for
words by which somebody could be recognised; `read_ticks` gives those to a release.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from pyrage.x25519 import Identity
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import PROGRAMME
from survey.cells import plain
from survey.errors import SurveyError
from survey.keys import write_new
from survey.models import Response, Wave
from survey.operations.opening import check_key, fielded, open_rows

#: The items of a story and of the consent to quote it.
STORY, CONSENT = "BM19", "BM19_quote"
#: What stands for words that were taken out.
GAP = "[…]"
_COLUMNS = ("number", "quote", "story")
_YES = "yes"


def quotable(session: Session, wave: Wave, identities: Sequence[Identity]) -> dict[str, str]:
    """Return the stories of `wave` that their writers allow to be quoted, by number.

    A number follows from the words, and so does their order: neither tells who came first.

    Raises
    ------
    SurveyError
        If the round asks for no stories, or too few people are in it for one to stand among.
    SealError
        If no key is given, or none of this round.
    """
    asked = fielded(session, wave)
    names = {item.name for item in asked.instrument.asked(asked.form)}
    if not {STORY, CONSENT} <= names:
        raise SurveyError(f"the round '{wave.link}' asks for no story with consent to quote it")
    check_key(wave.recipients, identities)
    mine = select(Response.__table__).where(Response.wave_id == wave.id)
    rows = [dict(row) for row in session.execute(mine).mappings()]
    opened = open_rows(rows, asked, identities).responses
    if len(opened) < PROGRAMME.smallest:
        raise SurveyError(
            f"fewer than {PROGRAMME.smallest} answers can be read, and a story among so few tells "
            "who wrote it; wait until more are sealed"
        )
    answers = (each.answers for each in opened)
    told = {each[STORY] for each in answers if each.get(CONSENT) == _YES and each.get(STORY)}
    return dict(sorted((_number(story), story) for story in told))


def write_stories(session: Session, wave: Wave, file: Path, identities: Sequence[Identity]) -> int:
    """Write the stories that may be quoted into a new file; return how many there are.

    Raises
    ------
    SurveyError, SealError
        As `quotable`, or if the file is there already.
    """
    found = quotable(session, wave, identities)
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(_COLUMNS)
    table.writerows([number, "", plain(story)] for number, story in found.items())
    write_new(file, stream.getvalue().encode("utf-8-sig"))
    return len(found)


def read_ticks(
    session: Session, wave: Wave, file: Path, identities: Sequence[Identity]
) -> tuple[str, ...]:
    """Return the stories that were ticked in `file`, as they may be printed.

    Raises
    ------
    SurveyError
        If the file cannot be read, or a story in it is none that may be quoted, or says more or
        something else than its writer did.
    SealError
        As `quotable`.
    """
    known = quotable(session, wave, identities)
    chosen = {}
    for line in _lines(file):
        if (line["quote"] or "").strip().lower() != _YES:
            continue
        number, words = (line["number"] or "").strip(), (line["story"] or "").strip()
        story = known.get(number, "")
        if plain(story) != story:
            words = words.removeprefix("'")  # it kept a spreadsheet from taking it for a formula
        if not words or not _is_cut_of(words, story):
            raise SurveyError(
                f"{file.name}: story {number} is not as its writer allowed it to be quoted; leave "
                f"the words as they are, and write {GAP} for those that you take out"
            )
        chosen[number] = words
    return tuple(chosen[number] for number in sorted(chosen))


def _lines(file: Path) -> list[dict[str, str]]:
    try:
        lines = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SurveyError(f"{file.name} cannot be read: {type(error).__name__}") from None
    if any(not set(_COLUMNS) <= line.keys() for line in lines):
        raise SurveyError(f"{file.name} needs the columns {', '.join(_COLUMNS)}; begin from a new")
    return lines


def _is_cut_of(words: str, story: str) -> bool:
    """Tell whether `words` are those of `story` in their order, with gaps for what is left out."""
    at, pieces = 0, [piece.strip() for piece in words.split(GAP)]
    if len(pieces) == 1:
        return words == story.strip()
    for piece in pieces:
        found = story.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return any(pieces)


def _number(story: str) -> str:
    return hashlib.sha256(story.encode()).hexdigest()[:12]
