"""Designs for questions that people must not have to answer openly (scoring.md C.14)."""

from analysis.sensitive.list_experiment import JointShare, ListExperiment, list_experiment
from analysis.sensitive.randomised import RandomisedResponse, crosswise, forced_response

__all__ = [
    "JointShare",
    "ListExperiment",
    "RandomisedResponse",
    "crosswise",
    "forced_response",
    "list_experiment",
]
