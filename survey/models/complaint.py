"""What people wrote to the team from the pages of a round: complaints and questions."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class ComplaintState(StrEnum):
    """How far the team has come with a complaint."""

    NEW = "new"
    IN_HAND = "in hand"
    CLOSED = "closed"


class Complaint(Base):
    """A complaint or question, of a round and of no response.

    No address, no device, no clock time and no language: a day, the words, and how to reach the
    person if they said so. Its key is the keyed hash of a random number of its own page, which
    has nothing to do with that of a visit. In rounds that have keys `sealed` holds the words and
    the way to reach the person, and nothing else does; `body_hash` then tells the same form, sent
    again, from another one. `note` is the team's, and `version` grows with each change of it.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'in hand', 'closed')", name="state_is_known"),
        CheckConstraint(
            "(text IS NULL) = (sealed IS NOT NULL) AND (reach IS NULL OR sealed IS NULL)",
            name="is_clear_or_sealed",
        ),
        # A hidden row number would keep the order of arrival.
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="RESTRICT"), index=True)
    day: Mapped[date]
    state: Mapped[str] = mapped_column(server_default=ComplaintState.NEW)
    text: Mapped[str | None]
    reach: Mapped[str | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    note: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int] = mapped_column(server_default="1")
