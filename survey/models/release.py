"""A published release: what programme teams and the public may read."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Release(Base):
    """One signed-off set of figures, stored as it was made and never changed.

    `document` is the release as canonical JSON, `figures` its charts by language and name.
    `token` is the readers' address; `through_batch` the last sealed batch it covers; `left_out`
    counts, by reason, the responses that the team's key could not open or that are no answers.
    """

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="RESTRICT"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    made_on: Mapped[date]
    through_batch: Mapped[int]
    sha256: Mapped[str]
    document: Mapped[str]
    figures: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    left_out: Mapped[dict[str, int]] = mapped_column(JSON, server_default="{}")
