"""Before anybody is asked: how many, from where, and what the survey will be able to tell."""

from analysis.planning.allocation import Allocation, Stratum, allocate
from analysis.planning.change import Rounds, detectable_change, power_of_change, size_for_change
from analysis.planning.draw import Cluster, Draw, Drawn, draw_clusters, frame_sha256
from analysis.planning.localities import RANKABLE, locality_reliability, size_for_ranking
from analysis.planning.size import (
    SampleSize,
    design_effect,
    effective_size,
    invited,
    margin_of_error,
    sample_size,
    sd_of_share,
)

__all__ = [
    "RANKABLE",
    "Allocation",
    "Cluster",
    "Draw",
    "Drawn",
    "Rounds",
    "SampleSize",
    "Stratum",
    "allocate",
    "design_effect",
    "detectable_change",
    "draw_clusters",
    "effective_size",
    "frame_sha256",
    "invited",
    "locality_reliability",
    "margin_of_error",
    "power_of_change",
    "sample_size",
    "sd_of_share",
    "size_for_change",
    "size_for_ranking",
]
