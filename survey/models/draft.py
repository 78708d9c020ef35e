"""What a team prepares before a round opens: drafts of rounds, and the protocol of a project."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Edited:
    """A document of several parts that several people write.

    `document` holds each part by its name; `version` grows with every change, and `changes` tells
    for each part in which version it was changed last and by whom. So somebody who began from an
    older version of a part is told, and what either of them wrote is not lost.
    """

    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
    changes: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)


class RoundDraft(Edited, Base):
    """A round that is being prepared. Once it has opened, its draft stays as it was then."""

    __tablename__ = "round_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    wave_id: Mapped[int | None] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), unique=True
    )


class Protocol(Edited, Base):
    """How the partners of a project share information: six steps, signed by all of them."""

    __tablename__ = "protocol"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class ProtocolReview(Base):
    """That a protocol was looked at again: on which day, by whom, and what came of it."""

    __tablename__ = "protocol_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    day: Mapped[date]
    reviewer: Mapped[str]
    outcome: Mapped[str]
