"""Weightings: what the weights of a round agree with, version after version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "weighting",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("margins", sa.JSON(), nullable=False),
        sa.Column("cap", sa.Double(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "unit IN ('people', 'percent')", name=op.f("ck_weighting_unit_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_weighting_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "version", name=op.f("pk_weighting")),
    )
