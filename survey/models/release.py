"""A release: what programme teams and the public may read, and the way there."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class ReleaseState(StrEnum):
    """How far a release has come; readers never see the first two."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    CORRECTED = "corrected"  # another one took its place
    WITHDRAWN = "withdrawn"


#: States in which the readers' address of a release answers.
PUBLIC = (ReleaseState.PUBLISHED, ReleaseState.CORRECTED, ReleaseState.WITHDRAWN)


class Release(Base):
    """One set of figures, stored as it was made; signing it off adds the sign-off only.

    `document` is the release as canonical JSON, `figures` its charts by language and name.
    `token` is the readers' address; `through_batch` the last sealed batch it covers; `left_out`
    counts, by reason, the responses that the team's key could not open or that are no answers.
    `made_by` and `signed_by` name accounts, or the command line. A release that takes the place of
    another `corrects` it, and `changes` says what differs and why; `reason` says why it was
    withdrawn. `findings` is what the last check found, one sentence each.
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'checked', 'published', 'corrected', 'withdrawn')",
            name="state_is_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="RESTRICT"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    made_on: Mapped[date]
    through_batch: Mapped[int]
    sha256: Mapped[str]
    document: Mapped[str]
    figures: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    left_out: Mapped[dict[str, int]] = mapped_column(JSON, server_default="{}")
    state: Mapped[str] = mapped_column(server_default=ReleaseState.PUBLISHED)
    made_by: Mapped[str] = mapped_column(server_default="")
    signed_by: Mapped[str] = mapped_column(server_default="")
    corrects: Mapped[int | None] = mapped_column(ForeignKey("release.id", ondelete="RESTRICT"))
    changes: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    findings: Mapped[list[str]] = mapped_column(JSON, server_default="[]")


class ReleaseComment(Base):
    """What somebody of the team said of a release that is being checked."""

    __tablename__ = "release_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(
        ForeignKey("release.id", ondelete="CASCADE"), index=True
    )
    author: Mapped[str]
    day: Mapped[date]
    text: Mapped[str]
