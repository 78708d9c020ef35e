"""Staff: accounts, what they may do in which project, and how they prove who they are.

Nothing here speaks of participants. Whatever opens a door (a link, a session, a recovery code) is
stored as a hash, so that a copy of the database opens none.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Role(StrEnum):
    """What a member may do in a project, or in one of its rounds."""

    OWNER = "owner"
    RESEARCHER = "researcher"
    ENUMERATOR = "enumerator"
    READER = "reader"


class Staff(Base):
    """A person with an account.

    `password` is an argon2id hash, empty until the invitation is used. `fs_uniquifier` is what a
    session knows the account by: a new one ends them all. `totp_last_step` is the last time step
    whose code was used, so that no code works twice. `factor_required` is false for the accounts
    of a demo only.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    factor_required: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)


class Project(Base):
    """What one team works on. Between `deleted_on` and erasure an owner can take it back.

    `link_secret` is part of the key under which codes are hashed that people make for themselves;
    it ends with the project.
    """

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    deleted_on: Mapped[date | None]
    link_secret: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class ProjectRound(Base):
    """A round belongs to one project.

    A deleted round ends its keeping early; `promised_until` remembers the day it had before.
    """

    __tablename__ = "project_round"

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="RESTRICT"), index=True
    )
    deleted_on: Mapped[date | None]
    promised_until: Mapped[date | None]


class Membership(Base):
    """What a person may do: in the whole project, or in one of its rounds when `wave_id` is set."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(
            "role IN ('owner', 'researcher', 'enumerator', 'reader')", name="role_is_known"
        ),
        UniqueConstraint("staff_id", "project_id", "wave_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"))
    role: Mapped[str]


class Invitation(Base):
    """A link that sets a password once; `id` is the hash of its token, times are Unix seconds."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("purpose IN ('invite', 'reset')", name="purpose_is_known"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    expires_at: Mapped[int] = mapped_column(BigInteger)


class StaffSession(Base):
    """A session of staff, on the server; `id` is the hash of what the cookie holds."""

    __tablename__ = "staff_session"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)


class Passkey(Base):
    """The public half of a passkey; `id` is what the authenticator calls it."""

    __tablename__ = "passkey"

    id: Mapped[bytes] = mapped_column(LargeBinary(1023), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]


class RecoveryCode(Base):
    """The hash of a code that stands in for a lost second factor, once."""

    __tablename__ = "recovery_code"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


class Attempt(Base):
    """How often an account was tried within a minute.

    `id` is a keyed hash of the e-mail that was typed, whether it has an account or not, so the
    slow-down tells nobody which accounts exist. No address of a computer is kept.
    """

    __tablename__ = "attempt"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    began_at: Mapped[int] = mapped_column(BigInteger)
    times: Mapped[int]
