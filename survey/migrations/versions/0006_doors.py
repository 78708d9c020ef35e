"""Doors of a round: codes, drafts of sheets, and codes that people make for themselves.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_READABLE = ("language", "mode", "locality", "stratum", "weight", "answers")
_CLEAR = " AND ".join(f"{name} IS NOT NULL" for name in _READABLE)
_SEALED = " AND ".join(f"{name} IS NULL" for name in (*_READABLE, "psu", "link"))
_RULE = f"({_CLEAR}) OR ({_SEALED} AND sealed IS NOT NULL)"


def upgrade() -> None:
    op.add_column("wave", sa.Column("doors", sa.JSON(), server_default='["open"]', nullable=False))
    op.add_column(
        "wave", sa.Column("linking", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("project", sa.Column("link_secret", sa.LargeBinary(length=32), nullable=True))
    _make_keyed("invite_code")
    _make_keyed("draft", sa.Column("sealed", sa.LargeBinary(), nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_response_wave_id_batch", "response")
        _rebuild("inbox", sa.Column("body_hash", sa.LargeBinary(length=16), nullable=True))
        _rebuild("response", sa.Column("batch", sa.Integer(), nullable=False))
        op.create_index("ix_response_wave_id_batch", "response", ["wave_id", "batch"])
        return
    for table in ("inbox", "response"):
        op.add_column(table, sa.Column("link", sa.String(), nullable=True))
        op.drop_constraint(op.f(f"ck_{table}_is_clear_or_sealed"), table)
        op.create_check_constraint(op.f(f"ck_{table}_is_clear_or_sealed"), table, _RULE)


def _make_keyed(table: str, *own: sa.Column[bytes]) -> None:
    op.create_table(
        table,
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        *own,
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f(f"fk_{table}_wave_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("wave_id", "id", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def _rebuild(table: str, own: sa.Column[object]) -> None:
    """Make a table of answers again, for SQLite cannot change its rule; keep its rows."""
    kept = ["id", own.name, "wave_id", *_READABLE, "psu", "sealed"]
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
        sa.Column("link", sa.String(), nullable=True),
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
