"""Weights that agree with what is known of the population, and errors that know it, too.

rake          margins of categories; weights stay above zero
poststratify  one margin, in one step
greg          margins and numeric totals: generalised regression, linear or logit
trim          bounds on the weights; what is cut off is spread over the others
"""

from analysis.weighting.calibrate import greg, poststratify, rake
from analysis.weighting.margins import Margin, Total
from analysis.weighting.trim import Weights, trim, weights_of

__all__ = ["Margin", "Total", "Weights", "greg", "poststratify", "rake", "trim", "weights_of"]
