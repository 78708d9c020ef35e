"""Codes that open a wave once each."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class InviteCode(Base):
    """The keyed hash of a code that nobody has used.

    It is destroyed in the transaction that keeps the answers, so no row ever tells that a code was
    used, when, or for what. A pack is written in the order of these hashes, which is not the order
    in which it is printed.
    """

    __tablename__ = "invite_code"
    __table_args__ = ({"sqlite_with_rowid": False},)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="RESTRICT"), primary_key=True
    )
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
