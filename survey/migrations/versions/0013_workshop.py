"""The questionnaire workshop: drafts of questionnaires, their changes, notes on questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instrument_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_instrument_draft_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_draft")),
        sa.UniqueConstraint("name", name=op.f("uq_instrument_draft_name")),
    )
    op.create_index(
        op.f("ix_instrument_draft_project_id"), "instrument_draft", ["project_id"], unique=False
    )
    op.create_table(
        "instrument_change",
        sa.Column("draft_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["instrument_draft.id"],
            name=op.f("fk_instrument_change_draft_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("pk_instrument_change")),
    )
    op.create_table(
        "item_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("noticed", sa.String(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["instrument_draft.id"],
            name=op.f("fk_item_note_draft_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_note")),
    )
    op.create_index(op.f("ix_item_note_draft_id"), "item_note", ["draft_id"], unique=False)
