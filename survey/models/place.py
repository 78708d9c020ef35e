"""A locality of a wave."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Place(Base):
    """A locality that people of a wave may live in, named in each of the wave's languages.

    `position` keeps the order of the localities file; `geometry` is GeoJSON. `parent` is the code
    of the area it lies in, which is a place of the wave as well, but none that people name.
    """

    __tablename__ = "place"
    __table_args__ = (CheckConstraint("population >= 0", name="population_is_a_count"),)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="RESTRICT"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    stratum: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    population: Mapped[int | None]
    geometry: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    parent: Mapped[str | None]

    def name(self, language: str) -> str:
        """Return its name in `language`, or in the first language it has a name in."""
        return self.names.get(language) or next(iter(self.names.values()))
