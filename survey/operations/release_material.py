"""What a release is made from: the answers in order of their content, and what came before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analysis import Domain, Frame
from analysis.disclosure import PROGRAMME, Release
from analysis.weighting import Scheme
from questionnaires import Instrument
from survey.models import Place, Wave
from survey.operations.opening import OpenedResponse


@dataclass(frozen=True)
class Weighed:
    """The weighting of a round: its version, and what the weights agree with."""

    version: int
    scheme: Scheme


@dataclass(frozen=True)
class Earlier:
    """The round before, as its last release has it: answers, and what was published of them.

    `places` are the codes of the localities that it asked in.
    """

    wave: Wave
    places: frozenset[str]
    responses: tuple[OpenedResponse, ...]
    published: Release
    weighed: Weighed | None = None


@dataclass(frozen=True)
class Record:
    """A further source of the same project: informants, groups, or walks.

    `link` names where they come from: a round, or by the name of their instrument the records that
    the team keeps at the desk.
    """

    link: str
    instrument: Instrument
    responses: tuple[OpenedResponse, ...]


@dataclass(frozen=True)
class SignOff:
    """Who answers for a release, in which role, and since which day; printed in the report.

    Nothing else of a release that is made again from the same answers differs.
    """

    name: str
    role: str
    day: date


@dataclass(frozen=True)
class Material:
    """What a release is made from: the answers in order of their content, and what came before.

    `earlier` is the round before, `same_round` what readers have of this one already; the cells
    `further` are withheld besides, and so is each with fewer people than `smallest`. `sources`
    are shown beside the answers, never added to them. `weighed` is how the answers are weighted
    besides the weights that they carry.
    """

    wave: Wave
    places: tuple[Place, ...]
    responses: tuple[OpenedResponse, ...]
    earlier: Earlier | None = None
    same_round: tuple[Release, ...] = ()
    further: frozenset[tuple[str, Domain]] = frozenset()
    smallest: int = PROGRAMME.smallest
    sources: tuple[Record, ...] = ()
    weighed: Weighed | None = None


def in_order(responses: Sequence[OpenedResponse]) -> tuple[OpenedResponse, ...]:
    """Return responses in the order of their content, so that sums come out the same."""
    return tuple(sorted(responses, key=lambda each: each.content))


def digest(responses: Sequence[OpenedResponse]) -> str:
    """Return the SHA-256 of the answers, which does not depend on their keys or batches."""
    found = hashlib.sha256()
    for number, content in enumerate(sorted(each.content for each in responses)):
        found.update(f"\n{content}".encode() if number else content.encode())
    return found.hexdigest()


def frame_of(instrument: Instrument, responses: Sequence[OpenedResponse]) -> Frame:
    """Return responses as a frame, in their order."""
    return Frame.from_answers(instrument, responses)
