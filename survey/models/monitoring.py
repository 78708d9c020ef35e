"""What a programme watches: indicators with their values, activities, risks, and staff safety.

Organisations, offices and numbers only: nothing here speaks of a participant.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base
from survey.models.draft import Edited


class Entry(Edited, Base):
    """A line of one of the registers of a project; its part ``entry`` holds what was typed.

    What each register asks, and what may be typed, is in `survey.operations.monitoring.registers`.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )


class Indicator(Entry):
    """One measure of the results framework: what it counts, from where, and how far it shall go."""

    __tablename__ = "indicator"


class Activity(Entry):
    """What is done: by whom, between two days, for how much money."""

    __tablename__ = "activity"


class RiskEntry(Entry):
    """A risk, or an unintended effect: what is done about it, by whom, and when it is reviewed."""

    __tablename__ = "risk_entry"


class IndicatorValue(Base):
    """What an indicator was on one day.

    `told` is a decimal number, a bound as ``<5``, or ``withheld``: a release withholds what few
    people stand behind, and then no number is stored either. `low` and `high` are its 95 %
    interval where the release has one. `release_id` is the release that it was filled from; what
    somebody noted by hand has none, and an `author`.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (UniqueConstraint("indicator_id", "release_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(
        ForeignKey("indicator.id", ondelete="CASCADE"), index=True
    )
    day: Mapped[date]
    told: Mapped[str]
    low: Mapped[int | None]
    high: Mapped[int | None]
    note: Mapped[str]
    author: Mapped[str]
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", ondelete="RESTRICT"))


class SafetyPlan(Edited, Base):
    """How the staff of a project come home safe: one document, its part ``plan``."""

    __tablename__ = "safety_plan"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
