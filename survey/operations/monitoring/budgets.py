"""Money of the activities: what was planned and what was spent, by currency and in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from survey.operations.monitoring.columns import number_of


@dataclass(frozen=True)
class Money:
    """Planned and spent amounts of one currency."""

    currency: str
    budget: Decimal
    spent: Decimal

    @property
    def percent(self) -> Decimal | None:
        """How much of what was planned is spent; None where nothing was planned."""
        return round(100 * self.spent / self.budget, 1) if self.budget else None

    @property
    def is_over(self) -> bool:
        """Whether more was spent than was planned."""
        return self.spent > self.budget

    @property
    def bar(self) -> Decimal:
        """How much of a bar is filled."""
        return min(self.percent or Decimal(0), Decimal(100))


def money_of(typed: Mapping[str, str]) -> Money | None:
    """Return the money of one activity; None where there is none."""
    if not typed.get("currency"):
        return None
    nothing = Decimal(0)
    return Money(
        typed["currency"],
        number_of(typed, "budget") or nothing,
        number_of(typed, "spent") or nothing,
    )


def totals(activities: Iterable[Mapping[str, str]]) -> list[Money]:
    """Return the sums by currency: nobody adds one currency to another."""
    found: dict[str, Money] = {}
    for money in filter(None, map(money_of, activities)):
        before = found.get(money.currency, Money(money.currency, Decimal(0), Decimal(0)))
        found[money.currency] = Money(
            money.currency, before.budget + money.budget, before.spent + money.spent
        )
    return [found[currency] for currency in sorted(found)]
