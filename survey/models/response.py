"""Answers: the inbox they arrive in, their sealed batches, spent nonces, and sheets of paper."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base

#: A weight of 1 in the integer units in which weights are stored.
WEIGHT_UNIT = 1_000_000

_READABLE = ("language", "mode", "locality", "stratum", "weight", "answers")
_CLEAR = " AND ".join(f"{name} IS NOT NULL" for name in _READABLE)
_SEALED = " AND ".join(f"{name} IS NULL" for name in (*_READABLE, "psu", "link"))


class Answers:
    """What is kept of one respondent: the answers, and where they stand in the design.

    No address, no device and no clock time. `answers` maps item names to codes; `weight` is in
    millionths; `psu` is empty when the respondent was not reached through a sampled cluster.
    `sealed` is what only a key of the team opens: free text, or the whole row, of which nothing
    else is then kept. `link` is the keyed hash of a code that the person made (32 hexadecimal
    digits), in waves that offer it; it is never beside answers that are sealed.
    """

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="RESTRICT"))
    language: Mapped[str | None]
    mode: Mapped[str | None]
    locality: Mapped[str | None]
    stratum: Mapped[str | None]
    psu: Mapped[str | None]
    weight: Mapped[int | None] = mapped_column(BigInteger)
    answers: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    link: Mapped[str | None]


def _clear_or_sealed() -> CheckConstraint:
    """Return the rule that a row is readable as a whole, or not at all."""
    either = f"({_CLEAR}) OR ({_SEALED} AND sealed IS NOT NULL)"
    return CheckConstraint(either, name="is_clear_or_sealed")


class Inbox(Answers, Base):
    """Answers that have just arrived and wait for a batch.

    The key is the keyed hash of the visit's nonce: the same final page, sent twice, meets itself.
    What is sealed never looks the same twice, so `body_hash` stands for it in that comparison;
    the nonce, which nobody keeps, is part of its key.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight_is_positive"),
        _clear_or_sealed(),
        # A hidden row number would keep the order of arrival.
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    body_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))


class Response(Answers, Base):
    """The answers of one respondent, sealed in a batch.

    Its key is random and new, and a batch is written in the order of its keys under a number
    without a date, so neither the row nor its place tells who sent it or when.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight_is_positive"),
        _clear_or_sealed(),
        Index("ix_response_wave_id_batch", "wave_id", "batch"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    batch: Mapped[int]


class SpentNonce(Base):
    """The keyed hash of a visit's nonce, linked to no answer, until the wave closes.

    It lets a late retry be told "received" without storing it twice.
    """

    __tablename__ = "spent_nonce"
    __table_args__ = ({"sqlite_with_rowid": False},)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="RESTRICT"), primary_key=True
    )
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class Draft(Base):
    """A sheet of paper that was entered once and waits to be entered again.

    `id` and the key of `sealed` both come from the number that is written on the sheet, which is
    kept nowhere else: without the sheet nobody can read the draft, and there is no place here for
    who entered it, or when.
    """

    __tablename__ = "draft"
    __table_args__ = ({"sqlite_with_rowid": False},)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="RESTRICT"), primary_key=True
    )
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
