"""Static analysis: what can be known about a sound instrument before anybody is asked.

Each file here is one check, a function from an instrument to what it finds. Problems must be
mended before an instrument is used; advice is for its authors to weigh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from questionnaires.check.branches import idle_conditions, impossible_constraints, never_asked
from questionnaires.check.crowding import crowded_screens
from questionnaires.check.labels import same_words
from questionnaires.check.localities import Place, read_localities
from questionnaires.check.minutes import estimated_minutes
from questionnaires.check.reading import hard_to_read, reading_levels
from questionnaires.check.scales import unbalanced_scales
from questionnaires.check.singling import expected_alone, preview
from questionnaires.check.ways_out import no_way_out
from questionnaires.errors import Problem
from questionnaires.model import Instrument

Check = Callable[[Instrument], Iterable[Problem]]

_PROBLEMS: Sequence[Check] = (
    never_asked,
    impossible_constraints,
    no_way_out,
    crowded_screens,
    same_words,
)
_ADVICE: Sequence[Check] = (idle_conditions, unbalanced_scales, hard_to_read)


def find_problems(instrument: Instrument) -> list[Problem]:
    """Return what must be mended in a sound `instrument`, sorted by its place."""
    return sorted({problem for check in _PROBLEMS for problem in check(instrument)})


def find_advice(instrument: Instrument) -> list[Problem]:
    """Return what the authors of `instrument` should weigh, sorted by its place."""
    return sorted({advice for check in _ADVICE for advice in check(instrument)})


__all__ = [
    "Place",
    "estimated_minutes",
    "expected_alone",
    "find_advice",
    "find_problems",
    "preview",
    "read_localities",
    "reading_levels",
]
