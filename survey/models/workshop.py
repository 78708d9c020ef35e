"""What a team writes in the questionnaire workshop: drafts, what they were before, notes."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base
from survey.models.draft import Edited


class InstrumentDraft(Edited, Base):
    """A questionnaire that is being written; what was published of it lies in the files.

    `survey.operations.workshop.documents` says what its document holds. `name` is that of the
    questionnaire, which no other draft of the project has.
    """

    __tablename__ = "instrument_draft"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]


class InstrumentChange(Base):
    """One change of a draft: who made it, on which day, and the parts that it replaced.

    Only the last ones are kept: with them an earlier version is put together again. `what` is an
    `Act`, and `thing` the name of what was changed.
    """

    __tablename__ = "instrument_change"

    draft_id: Mapped[int] = mapped_column(
        ForeignKey("instrument_draft.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str]
    thing: Mapped[str]
    by: Mapped[str]
    day: Mapped[date]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)


class ItemNote(Base):
    """What was noticed when people were asked how they understand a question.

    It never says who was asked, nor who asked.
    """

    __tablename__ = "item_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(
        ForeignKey("instrument_draft.id", ondelete="CASCADE"), index=True
    )
    item: Mapped[str]
    language: Mapped[str]
    day: Mapped[date]
    noticed: Mapped[str]
    changed: Mapped[str]
