"""Draw clusters from a sampling frame by a seed, so that anybody can draw them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from math import isfinite

import numpy as np

from analysis.errors import EstimateError
from analysis.stages import FloatArray, IntArray

METHODS = ("pps", "systematic")


@dataclass(frozen=True)
class Cluster:
    """One row of a sampling frame.

    Attributes
    ----------
    name : str
        Its label, of which there is one in the frame.
    size : float
        People or households in it, above 0.
    stratum : str
        Label of the stratum; empty when there is none.
    """

    name: str
    size: float
    stratum: str = ""


@dataclass(frozen=True)
class Drawn:
    """A cluster of the sample.

    Attributes
    ----------
    cluster : Cluster
        As in the frame.
    probability : float
        Of being drawn, above 0 and at most 1.
    is_certain : bool
        Whether it is so large that it is in every sample.
    """

    cluster: Cluster
    probability: float
    is_certain: bool

    @property
    def weight(self) -> float:
        """How many clusters it stands for: 1 / probability."""
        return 1 / self.probability


@dataclass(frozen=True)
class Draw:
    """A sample of clusters, with all that is needed to draw it again.

    Attributes
    ----------
    clusters : tuple of Drawn
        In the order of the frame, stratum by stratum.
    method : str
        "pps" or "systematic".
    seed : int
        As given.
    frame_sha256 : str
        Of the frame: name, size and stratum of each row in its order. Another frame, or another
        order of it, gives another sample.
    """

    clusters: tuple[Drawn, ...]
    method: str
    seed: int
    frame_sha256: str


def draw_clusters(
    frame: Sequence[Cluster], n: int | Mapping[str, int], seed: int, method: str = "pps"
) -> Draw:
    r"""Draw clusters systematically, with equal probability or in proportion to size.

    Parameters
    ----------
    frame : sequence of Cluster
        Sorted as neighbours should be: a systematic draw spreads over the order of the frame.
    n : int or mapping of str to int
        Clusters to draw; of a frame with strata, how many from each.
    seed : int
        0 or above. Same frame, seed and numbers: same clusters.
    method : {"pps", "systematic"}
        In proportion to size, or all alike.

    Raises
    ------
    EstimateError
        If a name is there twice, a size is not above 0, more clusters are asked for than there
        are, or `n` does not fit the strata.

    Notes
    -----
    With proportion to size, clusters of at least :math:`\sum x / n` are taken with certainty, and
    so on among the rest; of the others one is taken wherever the running sum of sizes passes
    :math:`u, u + i, u + 2i, …` with interval :math:`i = \sum x / n` and u uniform on
    :math:`[0, i)`. The probability is :math:`n x / \sum x`.

    References
    ----------
    Madow (1949), On the theory of systematic sampling II, *Annals of Mathematical Statistics*
    20(3), 333-354.
    """
    if method not in METHODS:
        raise EstimateError(f"unknown method {method!r}; choose one of {', '.join(METHODS)}")
    if seed < 0:
        raise EstimateError(f"seed is {seed}; give a whole number of 0 or above")
    _check_frame(frame)
    wanted = _by_stratum(frame, n)
    rng = np.random.default_rng(seed)
    drawn: list[Drawn] = []
    for stratum in sorted(wanted):
        members = [each for each in frame if each.stratum == stratum]
        # A number a stratum, needed or not, so that no stratum depends on what others are asked.
        drawn += _draw(members, wanted[stratum], float(rng.random()), method)
    return Draw(tuple(drawn), method, seed, frame_sha256(frame))


def frame_sha256(frame: Sequence[Cluster]) -> str:
    """Return the SHA-256 of a frame, as a draw records it."""
    lines = "".join(f"{each.name}\t{each.size!r}\t{each.stratum}\n" for each in frame)
    return sha256(lines.encode()).hexdigest()


def _draw(members: list[Cluster], n: int, start: float, method: str) -> list[Drawn]:
    size = np.array([each.size if method == "pps" else 1.0 for each in members])
    certain = _certainties(size, n)
    rest = np.flatnonzero(~np.isin(np.arange(len(size)), certain))
    few = n - len(certain)
    chosen = rest[_systematic(size[rest], few, start)] if few else rest[:0]
    total = float(size[rest].sum())
    found = [
        (k, Drawn(members[k], min(1.0, few * float(size[k]) / total), is_certain=False))
        for k in chosen
    ]
    found += [(k, Drawn(members[k], 1.0, is_certain=True)) for k in certain]
    return [drawn for _, drawn in sorted(found, key=lambda each: int(each[0]))]


def _certainties(size: FloatArray, n: int) -> IntArray:
    """Return the positions of clusters as large as the interval, which no draw can miss."""
    certain = np.zeros(len(size), dtype=bool)
    while n > certain.sum():
        interval = size[~certain].sum() / (n - certain.sum())
        large = ~certain & (size >= interval * (1 - 1e-12))
        if not large.any():
            break
        certain |= large
    return np.flatnonzero(certain)


def _systematic(size: FloatArray, n: int, start: float) -> IntArray:
    """Return the positions at which the running sum of sizes passes u, u + i, u + 2i, …."""
    reached = np.array(list(accumulate(size.tolist())))
    points = (start + np.arange(n)) * (reached[-1] / n)
    passed = np.searchsorted(reached, points, side="right")
    return np.asarray(np.minimum(passed, len(size) - 1), dtype=np.int64)


def _check_frame(frame: Sequence[Cluster]) -> None:
    if not frame:
        raise EstimateError("the frame has no clusters")
    seen: set[str] = set()
    for each in frame:
        if not each.name or each.name in seen:
            raise EstimateError(f"cluster {each.name!r} is there twice, or has no name")
        if not (isfinite(each.size) and each.size > 0):
            raise EstimateError(
                f"cluster {each.name} has size {each.size}; give one above 0, or leave it out"
            )
        seen.add(each.name)


def _by_stratum(frame: Sequence[Cluster], n: int | Mapping[str, int]) -> Mapping[str, int]:
    there: dict[str, int] = {}
    for each in frame:
        there[each.stratum] = there.get(each.stratum, 0) + 1
    if isinstance(n, int):
        if len(there) > 1:
            raise EstimateError("the frame has strata; say how many clusters to draw from each")
        wanted = dict.fromkeys(there, n)
    else:
        wanted = dict(n)
    if wanted.keys() != there.keys():
        odd = ", ".join(sorted(wanted.keys() ^ there.keys()))
        raise EstimateError(f"the frame and the numbers to draw differ in strata: {odd}")
    for stratum, count in wanted.items():
        if not 0 < count <= there[stratum]:
            place = f" of stratum {stratum}" if stratum else ""
            raise EstimateError(
                f"{count} clusters{place} were asked for and there are {there[stratum]}; "
                f"draw 1 to {there[stratum]}"
            )
    return wanted
