"""When an organisation was last checked, and which nobody has checked for long."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from survey.operations.stakeholders.register import Stakeholder

#: Days after which what is known of an organisation is stale.
FRESH_FOR = 90


@dataclass(frozen=True)
class Checked:
    """An organisation and how many days ago it was checked at the least; None for never."""

    stakeholder: Stakeholder
    days: int | None

    @property
    def is_stale(self) -> bool:
        """Whether somebody should look again."""
        return self.days is None or self.days > FRESH_FOR


def checked(stakeholder: Stakeholder, today: date) -> Checked:
    """Tell how long ago an organisation was checked, counted from the last day of the month.

    A month that lies ahead is a slip of the pen, and counts as never.
    """
    months = (each.said("verified_in") for each in stakeholder.entries)
    now = today.isoformat()[:7]
    known = [month for month in months if month and month <= now]
    if not known:
        return Checked(stakeholder, None)
    year, month = map(int, max(known).split("-"))
    last = date(year, month, calendar.monthrange(year, month)[1])
    return Checked(stakeholder, max(0, (today - last).days))


def stale_list(stakeholders: Iterable[Stakeholder], today: date) -> list[Checked]:
    """Return the stale organisations: those never checked first, then the longest ago."""
    found = [each for each in (checked(one, today) for one in stakeholders) if each.is_stale]
    return sorted(found, key=lambda each: (each.days is not None, -(each.days or 0)))
