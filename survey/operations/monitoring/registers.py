"""The three registers of a programme: the results framework, the activities, and the risks.

The same columns are asked on the page and read from a file; so what a file may hold and what a
person may type are one and the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from survey.messages import _
from survey.models import Activity, Indicator, RiskEntry
from survey.models.monitoring import Entry
from survey.operations.gaps import Gap
from survey.operations.monitoring.columns import Column, Rule, cleaned, day_of, number_of

LEVELS = ("objective", "outcome", "output")
DIRECTIONS = ("up", "down")
ACTIVITY_STATES = ("planned", "under way", "done", "stopped")
RISK_KINDS = ("risk", "unintended effect")
LIKELIHOODS = ("unlikely", "possible", "likely", "happens")
IMPACTS = ("small", "noticeable", "serious", "grave")
RISK_STATES = ("open", "watched", "closed")
#: A risk without a day of review is looked at again after so many days.
REVIEW_AFTER = timedelta(days=90)

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Register:
    """A register: its name in addresses and files, its rows, its columns, and what must agree."""

    name: str
    model: type[Entry]
    columns: tuple[Column, ...]
    agree: Callable[[dict[str, str]], list[Gap]]

    def check(self, typed: Typed, today: date) -> tuple[dict[str, str], list[Gap]]:
        """Return what is stored of what was typed, and what must be mended first."""
        clean: dict[str, str] = {}
        gaps: list[Gap] = []
        for column in self.columns:
            clean[column.name], wrong = cleaned(column, typed.get(column.name, ""))
            gaps += [wrong] if wrong else []
        if not gaps:
            gaps = self.agree(clean)
        if "review" in clean and not clean["review"]:
            clean["review"] = (today + REVIEW_AFTER).isoformat()
        return clean, gaps


def _ordered(typed: Typed, first: str, last: str) -> list[Gap]:
    begins, ends = day_of(typed, first), day_of(typed, last)
    if begins and ends and ends < begins:
        return [
            Gap(_("This day lies before the one it begins with; mend one of the two."), {}, last)
        ]
    return []


def _agree_indicator(typed: dict[str, str]) -> list[Gap]:
    """Return what contradicts itself; a target like the baseline does not, it keeps what is."""
    gaps = _ordered(typed, "baseline_day", "target_day")
    baseline, target = number_of(typed, "baseline"), number_of(typed, "target")
    if baseline is not None and target is not None and baseline != target:
        wished = "up" if target > baseline else "down"
        if typed["direction"] != wished:
            words = _("Target and baseline lie the other way round; mend this, or one of the two.")
            gaps.append(Gap(words, {}, "direction"))
    if not typed["measure"]:
        typed["domain"] = ""
    return gaps


def _agree_activity(typed: dict[str, str]) -> list[Gap]:
    gaps = _ordered(typed, "begins", "ends")
    if (typed["budget"] or typed["spent"]) and not typed["currency"]:
        gaps.append(Gap(_("Say in which currency the amounts are."), {}, "currency"))
    return gaps


INDICATORS = Register(
    "indicators",
    Indicator,
    (
        Column("code", Rule.CODE, needed=True),
        Column("level", Rule.CHOICE, needed=True, choices=LEVELS),
        Column("name", needed=True),
        Column("definition", Rule.TEXT),
        Column("unit"),
        Column("disaggregation"),
        Column("source"),
        Column("frequency"),
        Column("owner", needed=True),
        Column("direction", Rule.CHOICE, needed=True, choices=DIRECTIONS),
        Column("baseline", Rule.NUMBER),
        Column("baseline_day", Rule.DAY),
        Column("target", Rule.NUMBER),
        Column("target_day", Rule.DAY),
        Column("measure"),
        Column("domain"),
    ),
    _agree_indicator,
)
ACTIVITIES = Register(
    "activities",
    Activity,
    (
        Column("code", Rule.CODE, needed=True),
        Column("name", needed=True),
        Column("owner", needed=True),
        Column("begins", Rule.DAY, needed=True),
        Column("ends", Rule.DAY, needed=True),
        Column("state", Rule.CHOICE, needed=True, choices=ACTIVITY_STATES),
        Column("currency", Rule.CURRENCY),
        Column("budget", Rule.AMOUNT),
        Column("spent", Rule.AMOUNT),
    ),
    _agree_activity,
)
RISKS = Register(
    "risks",
    RiskEntry,
    (
        Column("code", Rule.CODE, needed=True),
        Column("kind", Rule.CHOICE, needed=True, choices=RISK_KINDS),
        Column("what", Rule.TEXT, needed=True),
        Column("likelihood", Rule.CHOICE, needed=True, choices=LIKELIHOODS),
        Column("impact", Rule.CHOICE, needed=True, choices=IMPACTS),
        Column("mitigation", Rule.TEXT, needed=True),
        Column("owner", needed=True),
        Column("review", Rule.DAY),
        Column("state", Rule.CHOICE, needed=True, choices=RISK_STATES),
    ),
    lambda _typed: [],
)
REGISTERS = {each.name: each for each in (INDICATORS, ACTIVITIES, RISKS)}
