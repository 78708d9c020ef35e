"""Words of programme monitoring: what its registers are called, and what stands for their codes."""

from __future__ import annotations

from dataclasses import dataclass

from survey.messages import _
from survey.operations.monitoring.progress import Standing
from survey.operations.monitoring.values import Worth


@dataclass(frozen=True)
class Said:
    """What the pages of a register say of it."""

    title: str
    why: str
    empty: str
    add: str
    change: str


REGISTERS = {
    "indicators": Said(
        _("Results framework"),
        _(
            "What the programme promised, and how far it has come: agreed by all partners before "
            "the start, so that nobody defines success afterwards."
        ),
        _(
            "An indicator says what is counted, where it began and where it shall go. It can fill "
            "itself from a score or a share of your published reports."
        ),
        _("Add an indicator"),
        _("Change the indicator"),
    ),
    "activities": Said(
        _("Activities and money"),
        _("What is done, by whom, until when; and what was spent of what was planned."),
        _("An activity has an owner, a first and a last day, and money if it costs any."),
        _("Add an activity"),
        _("Change the activity"),
    ),
    "risks": Said(
        _("Risks and unintended effects"),
        _(
            "What may go wrong, and what went otherwise than meant: somebody answers for each, and "
            "looks at it again."
        ),
        _(
            "Begin with the risks that you signed off before the round. Note an unintended effect "
            "as soon as somebody tells of it, also when it is small."
        ),
        _("Add a risk or an effect"),
        _("Change the entry"),
    ),
}

LEVELS = {
    "objective": _("objective: the change in people's lives that many contribute to"),
    "outcome": _("outcome: what people do or think otherwise because of the programme"),
    "output": _("output: what the programme itself delivers"),
}
LEVEL_NAMES = {
    "objective": _("Objectives"),
    "outcome": _("Outcomes"),
    "output": _("Outputs"),
}
DIRECTIONS = {
    "up": _("it shall rise, or stay"),
    "down": _("it shall fall, or stay"),
}
ACTIVITY_STATES = {
    "planned": _("planned"),
    "under way": _("under way"),
    "done": _("done"),
    "stopped": _("stopped"),
}
RISK_KINDS = {
    "risk": _("risk: it may happen"),
    "unintended effect": _("unintended effect: it has happened, good or bad"),
}
RISK_KIND_NAMES = {"risk": _("risk"), "unintended effect": _("unintended effect")}
LIKELIHOODS = {
    "unlikely": _("unlikely"),
    "possible": _("possible"),
    "likely": _("likely"),
    "happens": _("happens already"),
}
IMPACTS = {
    "small": _("small"),
    "noticeable": _("noticeable"),
    "serious": _("serious"),
    "grave": _("grave"),
}
RISK_STATES = {
    "open": _("open: something must be done"),
    "watched": _("watched: the mitigation is in place"),
    "closed": _("closed"),
}
RISK_STATE_NAMES = {"open": _("open"), "watched": _("watched"), "closed": _("closed")}
STANDINGS = {
    Standing.NO_VALUE: _("no value yet"),
    Standing.NO_TARGET: _("baseline or target is missing, so there is no progress to tell"),
    Standing.LEVEL: _("target and baseline are equal, so there is no percentage: compare them"),
    Standing.WITHHELD: _("withheld: too few people stand behind the number"),
    Standing.BOUND: _("released as a bound only, so there is no percentage"),
    Standing.AWAY: _("further from the target than at the start"),
    Standing.AT_BASELINE: _("at the baseline"),
    Standing.ON_THE_WAY: _("on the way"),
    Standing.REACHED: _("target reached"),
    Standing.BEYOND: _("beyond the target"),
}
WORTHS = {
    Worth.COUNTS: "",
    Worth.FOLLOWED: _("does not count: a later release of the same round has another"),
    Worth.CORRECTED: _("does not count: this release was corrected"),
    Worth.WITHDRAWN: _("does not count: this release was withdrawn"),
}
