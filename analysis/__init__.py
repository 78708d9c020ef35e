"""What we learn: from answers to estimates, right for the way the answers were drawn."""

from analysis.change import LinkedChange, change, difference_in_differences, linked_change
from analysis.compare import compare
from analysis.contrasts import Difference, Joint, gather, joint
from analysis.design import Design
from analysis.domains import by
from analysis.effects import hedges_g
from analysis.equivalence import Equivalence, equivalence
from analysis.errors import (
    AnalysisError,
    DesignError,
    EstimateError,
    FormatError,
    FrameError,
)
from analysis.estimate import Domain, Estimate, estimate, linearise
from analysis.estimators import Estimator, Linearised, estimator_names
from analysis.frame import Frame
from analysis.governance import Governance, Section, Statement, governance
from analysis.hypotheses import Comparison
from analysis.mapping import Partnership, Quadrant, Stakeholder, map_stakeholders, stakeholders
from analysis.missing import Sensitivity, dimension_items, sensitivity, two_way
from analysis.multiplicity import adjusted
from analysis.needs import Need, Needs, needs, needs_scores, rankings_of, worst_sector
from analysis.planning import (
    Allocation,
    Cluster,
    Draw,
    Rounds,
    SampleSize,
    Stratum,
    allocate,
    design_effect,
    detectable_change,
    draw_clusters,
    effective_size,
    locality_reliability,
    margin_of_error,
    power_of_change,
    sample_size,
    sd_of_share,
    size_for_change,
    size_for_ranking,
)
from analysis.priorities import (
    BestWorstPlan,
    Priorities,
    Priority,
    Rankings,
    best_worst,
    best_worst_plan,
    kendall_w,
    prioritise,
    severity_against_priority,
)
from analysis.profile import Measured, design_of, profile
from analysis.quality import Quality, quality
from analysis.ratings import Rating, rate
from analysis.reliability import (
    MeasurementError,
    Reliability,
    Retest,
    SplitHalf,
    StratifiedAlpha,
    icc_oneway,
    measurement_error,
    reliability,
    retest,
    split_half,
    stratified_alpha,
)
from analysis.replicates import Replicates, estimate_replicated, given_replicates
from analysis.resampling import balanced, bootstrap, jackknife
from analysis.row import Row
from analysis.scoring import score
from analysis.sensitive import (
    ListExperiment,
    RandomisedResponse,
    crosswise,
    forced_response,
    list_experiment,
)
from analysis.shares import shares
from analysis.smallarea import FayHerriot, Modelled, fay_herriot
from analysis.unweighted import compare_unweighted
from analysis.votes import Agreement, most_say, pooled_votes, vote_shares, votes_of
from analysis.washington import disability
from analysis.weighting import Weights, greg, poststratify, rake, trim, weights_of

__all__ = [
    "Agreement",
    "Allocation",
    "AnalysisError",
    "BestWorstPlan",
    "Cluster",
    "Comparison",
    "Design",
    "DesignError",
    "Difference",
    "Domain",
    "Draw",
    "Equivalence",
    "Estimate",
    "EstimateError",
    "Estimator",
    "FayHerriot",
    "FormatError",
    "Frame",
    "FrameError",
    "Governance",
    "Joint",
    "Linearised",
    "LinkedChange",
    "ListExperiment",
    "Measured",
    "MeasurementError",
    "Modelled",
    "Need",
    "Needs",
    "Partnership",
    "Priorities",
    "Priority",
    "Quadrant",
    "Quality",
    "RandomisedResponse",
    "Rankings",
    "Rating",
    "Reliability",
    "Replicates",
    "Retest",
    "Rounds",
    "Row",
    "SampleSize",
    "Section",
    "Sensitivity",
    "SplitHalf",
    "Stakeholder",
    "Statement",
    "StratifiedAlpha",
    "Stratum",
    "Weights",
    "adjusted",
    "allocate",
    "balanced",
    "best_worst",
    "best_worst_plan",
    "bootstrap",
    "by",
    "change",
    "compare",
    "compare_unweighted",
    "crosswise",
    "design_effect",
    "design_of",
    "detectable_change",
    "difference_in_differences",
    "dimension_items",
    "disability",
    "draw_clusters",
    "effective_size",
    "equivalence",
    "estimate",
    "estimate_replicated",
    "estimator_names",
    "fay_herriot",
    "forced_response",
    "gather",
    "given_replicates",
    "governance",
    "greg",
    "hedges_g",
    "icc_oneway",
    "jackknife",
    "joint",
    "kendall_w",
    "linearise",
    "linked_change",
    "list_experiment",
    "locality_reliability",
    "map_stakeholders",
    "margin_of_error",
    "measurement_error",
    "most_say",
    "needs",
    "needs_scores",
    "pooled_votes",
    "poststratify",
    "power_of_change",
    "prioritise",
    "profile",
    "quality",
    "rake",
    "rankings_of",
    "rate",
    "reliability",
    "retest",
    "sample_size",
    "score",
    "sd_of_share",
    "sensitivity",
    "severity_against_priority",
    "shares",
    "size_for_change",
    "size_for_ranking",
    "split_half",
    "stakeholders",
    "stratified_alpha",
    "trim",
    "two_way",
    "vote_shares",
    "votes_of",
    "weights_of",
    "worst_sector",
]
