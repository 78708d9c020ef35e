"""What staff did: who, what, when, and nothing of any content."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class AuditEntry(Base):
    """One act of staff, chained to the one before it by its hash.

    `at` is a UTC time to the second; `thing` names a round, a project or an account.
    `project_id` refers to no table: the entry outlives what it speaks of.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_project_id", "project_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    thing: Mapped[str]
    project_id: Mapped[int | None]
    previous: Mapped[str]
    sha256: Mapped[str]
