"""How the system of reintegration works, as institutions rate it: nine sections, no total.

The lowest section is the headline, because a chain of help breaks there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.ratings import Rating, points_of, rate
from analysis.scoring import score
from analysis.stages import FloatArray
from questionnaires import Instrument, Item, Nonanswer, Role
from questionnaires.governance import BODIES, EARLIEST, RATERS, rates_bodies

#: What a rating may rest on, other than opinion.
_EVIDENCE = ("seen", "document")


@dataclass(frozen=True)
class Statement:
    """One statement: its item, and what raters say in points of its scale."""

    item: str
    rating: Rating


@dataclass(frozen=True)
class Section:
    """One section.

    Attributes
    ----------
    name : str
        As ``G1``.
    score : float or None
        Mean over its statements of the median rating, 0-100; None when fewer than half of them
        were rated.
    spread : float or None
        How far apart, in points of 100, its highest and its lowest rater are; None below two.
    evidence : float or None
        Share (0-1) of its ratings that rest on something seen or on a document; None without.
    statements : tuple of Statement
        In the order of the instrument.
    raters : int
        How many rated at least half of its statements.
    lowest, highest : float or None
        Its score by its lowest and by its highest rater; None without any.
    bodies : int
        How many kinds of body these raters are of.
    """

    name: str
    score: float | None
    spread: float | None
    evidence: float | None
    statements: tuple[Statement, ...]
    raters: int = 0
    lowest: float | None = None
    highest: float | None = None
    bodies: int = 0


@dataclass(frozen=True)
class Governance:
    """A profile of sections. There is nothing above it.

    Attributes
    ----------
    sections : tuple of Section
        In the order of the instrument.
    raters, bodies : int
        How many rated, and how many kinds of body they are of.
    months : float or None
        Since the start, by the rater who says the fewest; None when nobody says.
    override : str
        Why it was made before its time; empty when it was not.
    """

    sections: tuple[Section, ...]
    raters: int
    bodies: int
    months: float | None
    override: str

    @property
    def headline(self) -> tuple[Section, ...]:
        """The lowest section; several when they are equally low, none when nothing was rated."""
        scores = [each.score for each in self.sections if each.score is not None]
        return tuple(each for each in self.sections if scores and each.score == min(scores))


def governance(frame: Frame, *, override: str = "") -> Governance:
    """Assess the governance of reintegration from the answers of its raters.

    Parameters
    ----------
    frame : Frame
        One row a rater, of ``reintegration_governance`` or an instrument made like it: items
        ``body`` and ``months``, and for each rating ``<grid>_<row>`` what it rests on in
        ``<grid>_evidence_<row>``.
    override : str
        The reason why it is made before month 16, or although nobody says which month it is; it
        goes with the result.

    Raises
    ------
    EstimateError
        If it is too early and no reason is given, if there are fewer than three raters or they
        are of one kind of body, or if the instrument is another.
    """
    found = profile_of_bodies(frame)
    months, raters, bodies = found.months, found.raters, found.bodies
    early = months is None or months < EARLIEST
    if early and not override.strip():
        raise EstimateError(
            f"no rater says that {EARLIEST} months have passed since the start, or one says that "
            "they have not; wait, or give the reason why it cannot wait"
        )
    if raters < RATERS or bodies < BODIES:
        raise EstimateError(
            f"{raters} raters of {bodies} kinds of body; "
            f"ask at least {RATERS} raters of at least {BODIES} kinds"
        )
    return replace(found, override=override.strip() if early else "")


def profile_of_bodies(frame: Frame) -> Governance:
    """Return the sections as `governance` has them, however few have rated and however early.

    It stays with the team: of one or two raters the numbers are their own answers.

    Raises
    ------
    EstimateError
        If the instrument is another.
    """
    instrument = frame.instrument
    if instrument is None or not rates_bodies(instrument):
        raise EstimateError(
            "the instrument has no items 'body' and 'months'; read it as reintegration_governance"
        )
    raters, bodies = _raters(frame, instrument)
    return Governance(_sections(frame, instrument), raters, bodies, _months(frame), "")


def _raters(frame: Frame, instrument: Instrument) -> tuple[int, int]:
    """Return how many rated anything, and how many kinds of body they are of."""
    items = [item for item in instrument.items if item.dimension]
    rated = np.any([~np.isnan(frame.measured(item.name)) for item in items], axis=0)
    return int(rated.sum()), _kinds(frame, rated)


def _kinds(frame: Frame, rated: NDArray[np.bool_]) -> int:
    """Return of how many kinds of body those who rated are."""
    return len({str(body) for body in frame.codes("body")[rated]} - set(Nonanswer))


def _months(frame: Frame) -> float | None:
    said = frame.measured("months")
    return None if np.isnan(said).all() else float(np.nanmin(said))


def _sections(frame: Frame, instrument: Instrument) -> tuple[Section, ...]:
    rated = score(frame, instrument.forms[0])
    return tuple(
        _section(frame, each.name, [instrument.item(name) for name in each.items], rated[each.name])
        for each in instrument.dimensions
        if each.role is Role.DIMENSION
    )


def _section(frame: Frame, name: str, items: list[Item], by_rater: FloatArray) -> Section:
    ratings = [rate(points_of(frame, item)) for item in items]
    shares = [
        _share(item, each.median)
        for item, each in zip(items, ratings, strict=True)
        if each.median is not None
    ]
    rated = ~np.isnan(by_rater)
    scored = by_rater[rated]
    return Section(
        name=name,
        score=float(np.mean(shares)) if shares and 2 * len(shares) >= len(items) else None,
        spread=float(scored.max() - scored.min()) if len(scored) > 1 else None,
        evidence=_evidence(frame, items),
        statements=tuple(
            Statement(item.name, each) for item, each in zip(items, ratings, strict=True)
        ),
        raters=len(scored),
        lowest=float(scored.min()) if len(scored) else None,
        highest=float(scored.max()) if len(scored) else None,
        bodies=_kinds(frame, rated),
    )


def _share(item: Item, median: float) -> float:
    """Return a median as percentage of the maximum possible; it may lie between two points."""
    points = [float(code) for code in item.codes]
    share = 100 * (median - min(points)) / (max(points) - min(points))
    return 100 - share if item.reverse else share


def _evidence(frame: Frame, items: list[Item]) -> float | None:
    """Return the share of ratings that rest on more than opinion; silence counts as opinion."""
    known = {item.name for item in frame.instrument.items} if frame.instrument else set()
    rated = supported = 0
    for item in items:
        given = ~np.isnan(points_of(frame, item))
        rated += int(given.sum())
        beside = f"{item.words}_evidence_{item.row}"
        if beside in known:
            supported += int((given & np.isin(frame.codes(beside), _EVIDENCE)).sum())
    return supported / rated if rated else None
