"""A place may lie in an area."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # On SQLite the table is copied, so that its text is the one that the model makes.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("place", recreate="always" if is_sqlite else "never") as place:
        place.add_column(sa.Column("parent", sa.String(), nullable=True))
