"""An analysis described in one TOML file, and run on any data file.

A tool for the owner of the data: full precision, no disclosure control. What others may read
goes through `analysis.disclosure`.
"""

from analysis.plan.model import Plan, PlanError
from analysis.plan.read import read_plan
from analysis.plan.renderers import render, renderer_names
from analysis.plan.results import NOTICE, Results
from analysis.plan.run import run_plan

__all__ = [
    "NOTICE",
    "Plan",
    "PlanError",
    "Results",
    "read_plan",
    "render",
    "renderer_names",
    "run_plan",
]
