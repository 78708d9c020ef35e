"""Complaints: what people write to the team from the pages of a round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), server_default="new", nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("reach", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(16), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('new', 'in hand', 'closed')", name=op.f("ck_complaint_state_is_known")
        ),
        sa.CheckConstraint(
            "(text IS NULL) = (sealed IS NOT NULL) AND (reach IS NULL OR sealed IS NULL)",
            name=op.f("ck_complaint_is_clear_or_sealed"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_complaint_wave_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_complaint_wave_id"), "complaint", ["wave_id"])
