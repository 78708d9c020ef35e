"""Sources beside the households: key informants, groups and walks; shown apart, never pooled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.chapters.measure import NOTHING
from analysis.disclosure.kinds import Chapter, Row, Statistic, Topic
from analysis.estimate import Estimate
from analysis.frame import Frame
from analysis.profile import Measured
from analysis.stages import FloatArray
from analysis.votes import pooled_votes
from questionnaires import Nonanswer

#: What a walk sees of a need: the check, and the answers by which something is missing.
_SEEN = {
    "water": "condition_water",
    "waste": "condition_waste",
    "roads": "getting_about_paths",
}
_MISSING = ("part", "no")


@dataclass(frozen=True, eq=False)
class Source:
    """The records of one source.

    Attributes
    ----------
    instrument : str
        Name of the instrument, which decides what is read.
    frame : Frame
        Its records.
    """

    instrument: str
    frame: Frame


@dataclass(frozen=True)
class _Counted:
    """A percentage (0-1) of so many people or walks; none when nobody said anything."""

    share: float | None
    n: int


def source_topics(instruments: Sequence[str], needs: Topic | None) -> list[Topic]:
    """Return a topic for each source that tells something of the needs of `needs`."""
    if needs is None:
        return []
    items: Mapping[str, Callable[[str], str]] = {
        "key_informant": lambda code: "gaps",
        "focus_group": lambda code: "needs_vote",
        "observation": lambda code: _SEEN.get(code, ""),
    }
    return [
        Topic(
            name,
            Chapter.SOURCES,
            Statistic.SHARE,
            tuple(
                Row(row.code, (item(row.code),), (row.code,), row.sensitive)
                for row in needs.rows
                if item(row.code)
            ),
        )
        for name, item in items.items()
        if name in instruments
    ]


def triangulate(sources: Sequence[Source], topics: Sequence[Topic]) -> list[Measured]:
    """Measure what each source says of each need: shares without an error, as nobody was drawn."""
    frames = {each.instrument: each.frame for each in sources}
    return [
        _measured(topic.measure(row), row, _READ[topic.name](frames[topic.name], row))
        for topic in topics
        if topic.chapter is Chapter.SOURCES and topic.name in frames
        for row in topic.rows
    ]


def _informants(frame: Frame, row: Row) -> _Counted:
    cells = [set(str(cell).split(" ")) - {"", *Nonanswer} for cell in frame.codes(row.items[0])]
    given = [each for each in cells if each]
    return _Counted(_mean([row.code in each for each in given]), len(given))


def _groups(frame: Frame, row: Row) -> _Counted:
    """Return the share of tokens, as of the people who voted: nobody has more than another."""
    voted = ~np.isin(frame.codes(row.items[0]), list(map(str, Nonanswer)))
    voters: FloatArray = np.where(voted, np.nan_to_num(frame.measured("voters")), 0.0)
    share = pooled_votes(frame, row.items[0])[row.code]
    return _Counted(None if share is None else share / 100, int(voters.sum()))


def _walks(frame: Frame, row: Row) -> _Counted:
    seen = [str(cell) for cell in frame.codes(row.items[0])]
    known = [each for each in seen if each not in set(Nonanswer) and each]
    return _Counted(_mean([each in _MISSING for each in known]), len(known))


_READ: Mapping[str, Callable[[Frame, Row], _Counted]] = {
    "key_informant": _informants,
    "focus_group": _groups,
    "observation": _walks,
}


def _mean(holds: Sequence[bool]) -> float | None:
    return sum(holds) / len(holds) if holds else None


def _measured(name: str, row: Row, counted: _Counted) -> Measured:
    share = counted.share
    n = counted.n if share is not None else 0
    # That all said the same of a sensitive need is what each of them said.
    variance = share * (1 - share) if row.sensitive and share is not None else None
    return Measured(
        dimension=name,
        domain=(),
        mean=Estimate(share, None, None, None, n),
        lowest=NOTHING,
        highest=NOTHING,
        variance=variance,
        people=n,
        heaviest=1 / n if n else 0.0,
        effective_n=float(n),
    )
