"""Count a wave's sealed answers, each batch once: what the page that watches a round shows.

Nothing moves with a single answer, because only whole batches are counted. Of a sealed wave
nothing but the number of answers is known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import Nonanswer
from survey.models import Response, Tally, Wave
from survey.operations.small_counts import FEWEST
from survey.operations.wave_plans import breakdowns_of
from survey.operations.waves import fielded_instrument

#: What is counted beside the codes of an item; an item is counted under its own name.
LOCALITY, STRATUM, LANGUAGE, MODE, SIGNS = ".locality", ".stratum", ".language", ".mode", ".signs"
#: Under this name the nonanswers of every item are counted, as ``T1 dk``.
SILENCE = ".silence"
ASKED = ".asked"

#: Rows that are read at a time.
_PIECE = 2000


@dataclass(frozen=True)
class Count:
    """What was counted: everything up to the batch `through`, when `before` was the last kept."""

    before: int
    through: int
    people: int
    counts: dict[str, dict[str, int]]


def is_behind(session: Session, wave: Wave) -> bool:
    """Tell whether a batch was sealed since the answers were counted."""
    last = select(func.max(Response.batch)).where(Response.wave_id == wave.id)
    kept = session.get(Tally, wave.id)
    return (session.scalar(last) or 0) > (kept.through_batch if kept else 0)


def count_forward(session: Session, wave: Wave) -> Count:
    """Count the batches that were sealed since the last time, and store nothing.

    A batch in which fewer than `FEWEST` can be read, as a closing one, moves the number of people
    and no table: there it could show a person.
    """
    kept = session.get(Tally, wave.id)
    before = kept.through_batch if kept else 0
    later = (Response.wave_id == wave.id, Response.batch > before)
    sizes = session.execute(
        select(Response.batch, func.count(), func.count(Response.weight))
        .where(*later)
        .group_by(Response.batch)
    ).all()
    large = [batch for batch, _all, clear in sizes if clear >= FEWEST]
    counts = {name: Counter(codes) for name, codes in (kept.counts if kept else {}).items()}
    chosen = select(Response.__table__).where(*later, Response.batch.in_(large))
    rows = session.execute(chosen.execution_options(yield_per=_PIECE)).mappings()
    for piece in rows.partitions(_PIECE):
        _count(wave, piece, counts)
    return Count(
        before,
        max([before, *(batch for batch, _all, _clear in sizes)]),
        (kept.people if kept else 0) + sum(people for _batch, people, _clear in sizes),
        {name: dict(codes) for name, codes in counts.items()},
    )


def keep_count(session: Session, wave: Wave, count: Count) -> None:
    """Store what `count_forward` found, unless somebody else was faster, or erased it; commits.

    Parameters
    ----------
    session : Session
        A writing session, open only as long as this takes: counting needs none.
    wave, count : Wave, Count
        Whose answers were counted, and what came of it.
    """
    kept = session.get(Tally, wave.id)
    last = session.scalar(select(func.max(Response.batch)).where(Response.wave_id == wave.id)) or 0
    if (kept.through_batch if kept else 0) == count.before and count.through <= last:
        if kept is None:
            kept = Tally(wave_id=wave.id)
            session.add(kept)
        kept.people, kept.through_batch = count.people, count.through
        kept.counts = count.counts
    session.commit()


def _count(wave: Wave, rows: Iterable[Mapping[Any, Any]], counts: dict[str, Counter[str]]) -> None:
    """Add `rows` to `counts`."""
    clear = [row for row in rows if row["answers"] is not None]
    if not clear:
        return
    instrument = fielded_instrument(wave)
    shown = breakdowns_of(instrument, wave.form)
    items = [item.name for item in instrument.asked(wave.form)]
    for name, column in (
        (LOCALITY, "locality"),
        (STRATUM, "stratum"),
        (LANGUAGE, "language"),
        (MODE, "mode"),
    ):
        counts.setdefault(name, Counter()).update(row[column] for row in clear)
    for name in shown:
        said = Counter(row["answers"].get(name, Nonanswer.SKIPPED) for row in clear)
        counts.setdefault(name, Counter()).update({str(code): n for code, n in said.items()})
    silence, asked = counts.setdefault(SILENCE, Counter()), counts.setdefault(ASKED, Counter())
    for name in items:
        said = Counter(row["answers"].get(name, Nonanswer.SKIPPED) for row in clear)
        asked[name] += len(clear) - said[Nonanswer.NOT_SHOWN]
        for nonanswer in (Nonanswer.UNSURE, Nonanswer.REFUSED, Nonanswer.SKIPPED):
            if said[nonanswer]:
                silence[f"{name} {nonanswer}"] += said[nonanswer]
    counts.setdefault(SIGNS, Counter()).update(_signs(wave, clear))


def _signs(wave: Wave, rows: list[Mapping[Any, Any]]) -> dict[str, int]:
    """Return how many people carry which sign of careless answers (scoring.md C.12)."""
    # Not at the top: the process that serves participants has no need of numpy.
    from analysis import Frame, Row  # noqa: PLC0415
    from analysis.quality import quality  # noqa: PLC0415

    answered = [
        Row(row["answers"], row["weight"], row["stratum"], row["psu"], row["language"], row["mode"])
        for row in rows
    ]
    found = quality(Frame.from_answers(fielded_instrument(wave), answered), wave.form)
    signs = {name: int(who.sum()) for name, who in found.signs.items()}
    return signs | {"doubtful": int(found.doubtful.sum())}
