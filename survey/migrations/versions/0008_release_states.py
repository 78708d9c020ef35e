"""Releases are drafted, checked, signed off, corrected and withdrawn.

Revision ID: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATES = "state IN ('draft', 'checked', 'published', 'corrected', 'withdrawn')"
_KEPT = "id, wave_id, token, made_on, through_batch, sha256, document, figures, left_out"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        for column in _new_columns():
            op.add_column("release", column)
        op.create_check_constraint(op.f("ck_release_state_is_known"), "release", _STATES)
        op.create_foreign_key(
            op.f("fk_release_corrects"), "release", "release", ["corrects"], ["id"],
            ondelete="RESTRICT",
        )  # fmt: skip
    op.create_table(
        "release_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["release.id"],
            name=op.f("fk_release_comment_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_comment")),
    )
    op.create_index("ix_release_comment_release_id", "release_comment", ["release_id"])


def _new_columns() -> list[sa.Column[Any]]:
    """Return what a release is told besides its figures; whatever there is was published."""
    return [
        sa.Column("state", sa.String(), server_default="published", nullable=False),
        sa.Column("made_by", sa.String(), server_default="", nullable=False),
        sa.Column("signed_by", sa.String(), server_default="", nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("changes", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("findings", sa.JSON(), server_default="[]", nullable=False),
    ]


def _rebuild() -> None:
    """Make the table again, for SQLite adds no rule to one that is there; keep its rows."""
    op.drop_index("ix_release_wave_id", "release")
    op.rename_table("release", "release_before")
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("through_batch", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), server_default="{}", nullable=False),
        *_new_columns(),
        sa.CheckConstraint(_STATES, name=op.f("ck_release_state_is_known")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_release_wave_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["corrects"], ["release.id"], name=op.f("fk_release_corrects"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("token", name=op.f("uq_release_token")),
    )
    op.execute(f"INSERT INTO release ({_KEPT}) SELECT {_KEPT} FROM release_before")  # noqa: S608
    op.drop_table("release_before")
    op.create_index("ix_release_wave_id", "release", ["wave_id"], unique=False)
