"""How the answers of a wave are weighted, so that they speak for those who live there."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Weighting(Base):
    """One version of a wave's weights; it is never changed, so a release can name it.

    `margins` lists, by item, its codes with how many people of the population gave them (None:
    nobody knows) and the code that they count together with. `unit` says whether they are
    people or percentages. Without margins, answers count as they were drawn. No weight becomes
    larger than `cap` mean weights. `effects` is what the weights did to the answers that there
    were, small counts hidden; empty where the server cannot read them. `made_by` names an account.
    """

    __tablename__ = "weighting"
    __table_args__ = (CheckConstraint("unit IN ('people', 'percent')", name="unit_is_known"),)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit: Mapped[str]
    margins: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cap: Mapped[float | None]
    made_on: Mapped[date]
    made_by: Mapped[str]
    effects: Mapped[dict[str, Any]] = mapped_column(JSON)
