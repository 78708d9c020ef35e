"""What staff write down: one filled-in staff instrument of a project."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base
from survey.models.draft import Edited


class Record(Edited, Base):
    """One record: an informant, a group, a walk, an organisation, or a service.

    Its document holds the answers by section and item, so that two people who write different
    sections do not meet. It is dated by the day and never by the hour.

    Attributes
    ----------
    instrument, instrument_version : str
        What was filled in, and its version when somebody wrote last.
    wave_id : int or None
        The round beside which it is read; None for every round of the project.
    identity : str or None
        A hash of what no two records share; None where records may be alike, or one is deleted.
    entered_by : int or None
        The account that began it.
    deleted_on : date or None
        Since when it waits to be erased; until then it can be taken back.
    """

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("project_id", "instrument", "identity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id", ondelete="SET NULL"))
    instrument: Mapped[str]
    instrument_version: Mapped[str]
    identity: Mapped[str | None]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    created_on: Mapped[date]
    changed_on: Mapped[date]
    deleted_on: Mapped[date | None]
