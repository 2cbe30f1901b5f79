"""Values of cases beside a score; who ended a phase before its date, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; rows that are there have neither."""
    for name in ("case_values", "case_units"):
        op.add_column("score", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("closed_author", "closed_reason"):
        op.add_column("phase", sa.Column(name, sa.Text(), nullable=True))
