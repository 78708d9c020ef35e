"""What people need first: rankings, best-worst sets, and how far people agree.

Severity and priority are two measures; nothing here merges them into one.
"""

from analysis.priorities.agreement import RankGap, kendall_w, severity_against_priority
from analysis.priorities.best_worst import BestWorstPlan, best_worst, best_worst_plan
from analysis.priorities.borda import Priorities, Priority, prioritise
from analysis.priorities.intervals import tied_groups
from analysis.priorities.rankings import Rankings

__all__ = [
    "BestWorstPlan",
    "Priorities",
    "Priority",
    "RankGap",
    "Rankings",
    "best_worst",
    "best_worst_plan",
    "kendall_w",
    "prioritise",
    "severity_against_priority",
    "tied_groups",
]
