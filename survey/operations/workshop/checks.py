"""Static checks of a draft, each result beside the thing that it is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from questionnaires import Instrument, InstrumentError
from questionnaires.build import build_instrument
from questionnaires.check import find_advice, find_problems
from questionnaires.errors import Problem
from survey.operations.workshop.documents import Parts, whole_document
from survey.operations.workshop.things import Kind, rows_of

#: Drafts whose checks are remembered: those that somebody looks at just now.
_REMEMBERED = 8
#: Tables of words, and the kind of thing that they speak of.
_OWNERS = {str(kind): kind for kind in (Kind.SECTION, Kind.SCALE, Kind.DIMENSION, Kind.GROUP)}
_OF_ITEMS = ("item", "hint", "choice", "row", "constraint", "domain")


@dataclass(frozen=True)
class Findings:
    """What the checks say of a draft.

    Attributes
    ----------
    instrument : Instrument or None
        The questionnaire, when it can be built.
    problems, advice : tuple of Problem
        What must be mended before it is published, and what its authors should weigh.
    """

    instrument: Instrument | None
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether it can be published."""
        return not self.problems


def check_parts(parts: Parts) -> Findings:
    """Return what the checks say of a draft."""
    return _check(json.dumps(whole_document(parts)))


@lru_cache(maxsize=_REMEMBERED)
def _check(document: str) -> Findings:
    try:
        instrument = build_instrument(json.loads(document))
    except InstrumentError as error:
        return Findings(None, error.problems, ())
    return Findings(instrument, tuple(find_problems(instrument)), tuple(find_advice(instrument)))


def thing_of(parts: Parts, problem: Problem) -> tuple[Kind, str] | None:
    """Return the thing that a problem is about; None for one of the whole questionnaire."""
    named = problem.item
    table, _, rest = named.partition(".")
    if rest and table in _OWNERS:
        return _OWNERS[table], rest.partition(".")[0]
    if rest and table in _OF_ITEMS:
        named = rest.partition(".")[0]
    for kind in Kind:
        names = [row.get("name", "") for row in rows_of(parts, kind)]
        if named in names:
            return kind, named
    items = [row.get("name", "") for row in rows_of(parts, Kind.ITEM)]
    owners = [name for name in items if name and named.startswith(f"{name}_")]
    return (Kind.ITEM, max(owners, key=len)) if owners else None


def beside(parts: Parts, found: Sequence[Problem], kind: Kind, name: str) -> list[Problem]:
    """Return those of `found` that are about one thing."""
    return [each for each in found if thing_of(parts, each) == (kind, name)]
