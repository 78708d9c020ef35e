"""Answers that are sealed to the keys of a team.

Revision ID: 0004
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_READABLE = ("language", "mode", "locality", "stratum", "weight", "answers")
_RULE = (
    "(language IS NOT NULL AND mode IS NOT NULL AND locality IS NOT NULL AND stratum IS NOT NULL "
    "AND weight IS NOT NULL AND answers IS NOT NULL) OR (language IS NULL AND mode IS NULL "
    "AND locality IS NULL AND stratum IS NULL AND weight IS NULL AND answers IS NULL "
    "AND psu IS NULL AND sealed IS NOT NULL)"
)


def upgrade() -> None:
    _prepare_waves()
    op.add_column("release", sa.Column("left_out", sa.JSON(), server_default="{}", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_response_wave_id_batch", "response")
        _rebuild("inbox", sa.Column("body_hash", sa.LargeBinary(length=16), nullable=True))
        _rebuild("response", sa.Column("batch", sa.Integer(), nullable=False))
        op.create_index("ix_response_wave_id_batch", "response", ["wave_id", "batch"])
        return
    op.add_column("inbox", sa.Column("body_hash", sa.LargeBinary(length=16), nullable=True))
    for table in ("inbox", "response"):
        for column in _READABLE:
            op.alter_column(table, column, nullable=True)
        op.add_column(table, sa.Column("sealed", sa.LargeBinary(), nullable=True))
        op.create_check_constraint(op.f(f"ck_{table}_is_clear_or_sealed"), table, _RULE)


def _prepare_waves() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("protection", sa.String(), server_default="open", nullable=False),
        sa.Column("recipients", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("awaits_test", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("test_hash", sa.LargeBinary(length=16), nullable=True),
    )
    for column in columns:
        op.add_column("wave", column)


def _rebuild(table: str, own: sa.Column[object]) -> None:
    """Make a table of answers again, for SQLite cannot let go of NOT NULL; keep its rows."""
    kept = ["id", "wave_id", "language", "mode", "locality", "stratum", "psu", "weight", "answers"]
    kept += ["batch"] if table == "response" else []
    op.rename_table(table, f"{table}_before")
    op.create_table(
        table,
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        own,
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("locality", sa.String(), nullable=True),
        sa.Column("stratum", sa.String(), nullable=True),
        sa.Column("psu", sa.String(), nullable=True),
        sa.Column("weight", sa.BigInteger(), nullable=True),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("weight > 0", name=op.f(f"ck_{table}_weight_is_positive")),
        sa.CheckConstraint(_RULE, name=op.f(f"ck_{table}_is_clear_or_sealed")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f(f"fk_{table}_wave_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    names = ", ".join(kept)
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_before")  # noqa: S608
    op.drop_table(f"{table}_before")
