"""How well a scale measures: agreement of its items, of halves, of occasions and of places."""

from analysis.reliability.alpha import ENOUGH, Reliability, reliability
from analysis.reliability.composite import StratifiedAlpha, stratified_alpha
from analysis.reliability.halves import SplitHalf, split_half
from analysis.reliability.items import Items
from analysis.reliability.onefactor import OneFactor, one_factor
from analysis.reliability.retest import (
    MeasurementError,
    Retest,
    icc_oneway,
    measurement_error,
    retest,
)

__all__ = [
    "ENOUGH",
    "Items",
    "MeasurementError",
    "OneFactor",
    "Reliability",
    "Retest",
    "SplitHalf",
    "StratifiedAlpha",
    "icc_oneway",
    "measurement_error",
    "one_factor",
    "reliability",
    "retest",
    "split_half",
    "stratified_alpha",
]
