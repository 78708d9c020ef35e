"""The plan of engagement: who keeps the contact with whom, by which way, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from survey.operations.stakeholders.register import Stakeholder
from survey.operations.stakeholders.stale import Checked, checked

#: What makes a plan; whoever lacks one of them has none yet.
PLANNED = ("owner", "channel", "next_step")


@dataclass(frozen=True)
class Engagement:
    """How an organisation is dealt with on one topic.

    Attributes
    ----------
    said : mapping of str to str
        The answer to each item of the plan, of the rater who checked last.
    lacks : tuple of str
        What the plan has not got yet.
    checked : Checked
        When somebody last looked.
    """

    stakeholder: Stakeholder
    said: dict[str, str]
    lacks: tuple[str, ...]
    checked: Checked

    @property
    def record_id(self) -> int:
        """The record in which the plan is written on."""
        return self.stakeholder.entries[0].id


def plan_of(stakeholders: Iterable[Stakeholder], today: date) -> list[Engagement]:
    """Return the plan for each organisation, in their order."""
    return [_planned(each, today) for each in stakeholders]


def _planned(stakeholder: Stakeholder, today: date) -> Engagement:
    names = (*PLANNED, "focal_role", "protocol", "protocol_signed", "position", "verified_in")
    said = {name: stakeholder.said(name) for name in names}
    lacks = tuple(name for name in PLANNED if not said[name])
    return Engagement(stakeholder, said, lacks, checked(stakeholder, today))
