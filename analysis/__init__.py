"""What we learn: from answers to estimates, right for the way the answers were drawn."""

from analysis.design import Design
from analysis.domains import by
from analysis.errors import (
    AnalysisError,
    DesignError,
    EstimateError,
    FormatError,
    FrameError,
)
from analysis.estimate import Domain, Estimate, estimate
from analysis.estimators import Estimator, Linearised, estimator_names
from analysis.frame import Frame, Row
from analysis.profile import Measured, design_of, profile
from analysis.scoring import score

__all__ = [
    "AnalysisError",
    "Design",
    "DesignError",
    "Domain",
    "Estimate",
    "EstimateError",
    "Estimator",
    "FormatError",
    "Frame",
    "FrameError",
    "Linearised",
    "Measured",
    "Row",
    "by",
    "design_of",
    "estimate",
    "estimator_names",
    "profile",
    "score",
]
