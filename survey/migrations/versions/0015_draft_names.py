"""Drafts of questionnaires: a name is taken within its project only."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("instrument_draft") as draft:
        draft.drop_constraint("uq_instrument_draft_name", type_="unique")
        draft.create_unique_constraint(
            op.f("uq_instrument_draft_project_id_name"), ["project_id", "name"]
        )
