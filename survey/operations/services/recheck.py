"""What must be checked again: a record that nobody looked at for 90 days misleads people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from survey.operations.services.register import Service

#: How long a check holds.
HOLDS = timedelta(days=90)


class Reason(StrEnum):
    """Why a service stands on the list."""

    NEVER = "never checked"
    OLD = "checked too long ago"
    DUE = "its next check is due"
    REVERSED = "next check before the last one"
    UNFUNDED = "its money has run out"


@dataclass(frozen=True)
class Recheck:
    """A service to check again: its last month of a check if any, how old that is, and why.

    `days` counts from the first day of the month, so that no check is late.
    """

    service: Service
    month: str
    days: int | None
    reasons: tuple[Reason, ...]


def recheck(services: Iterable[Service], today: date) -> list[Recheck]:
    """Return what must be checked again, the never checked first, then the oldest."""
    found = [_recheck(each, today) for each in services if not each.is_closed]
    listed = [each for each in found if each.reasons]
    return sorted(listed, key=lambda each: (each.days is not None, -(each.days or 0)))


def _recheck(service: Service, today: date) -> Recheck:
    said = service.filed.said
    month, following, funded = said("verified_in"), said("next_check"), said("funded_until")
    days = (today - date.fromisoformat(f"{month}-01")).days if month else None
    now = f"{today:%Y-%m}"
    reasons = [
        (Reason.NEVER, not month),
        (Reason.OLD, days is not None and days > HOLDS.days),
        (Reason.REVERSED, bool(month and following) and following < month),
        (Reason.DUE, bool(following) and following <= now and following >= month),
        (Reason.UNFUNDED, bool(funded) and funded < now),
    ]
    return Recheck(service, month, days, tuple(reason for reason, holds in reasons if holds))
