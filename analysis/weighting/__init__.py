"""Weights that agree with what is known of the population, and errors that know it, too.

rake          margins of categories; weights stay above zero
poststratify  one margin, in one step
greg          margins and numeric totals: generalised regression, linear or logit
trim          bounds on the weights; what is cut off is spread over the others
weigh         all of it for a round, with those who did not say
"""

from analysis.weighting.calibrate import greg, poststratify, rake
from analysis.weighting.effects import Alike, Effects, effects, weights_alike
from analysis.weighting.known import UNSAID, Known, Scheme, Side, weigh, weigh_rounds
from analysis.weighting.margins import Margin, Total
from analysis.weighting.trim import Weights, trim, weights_of

__all__ = [
    "UNSAID",
    "Alike",
    "Effects",
    "Known",
    "Margin",
    "Scheme",
    "Side",
    "Total",
    "Weights",
    "effects",
    "greg",
    "poststratify",
    "rake",
    "trim",
    "weigh",
    "weigh_rounds",
    "weights_alike",
    "weights_of",
]
