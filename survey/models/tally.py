"""What is counted of a wave's sealed answers, so that watching it reads only what is new."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Tally(Base):
    """Counts over all batches up to `through_batch`; it can be made again at any time.

    `counts` holds, by what is counted (``locality``, ``language``, an item …), a number for each
    code. It is erased with the answers it was made from.
    """

    __tablename__ = "tally"

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    through_batch: Mapped[int]
    people: Mapped[int]
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)
