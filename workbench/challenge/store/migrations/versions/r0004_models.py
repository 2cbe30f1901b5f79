"""A submission may be a model; what came of running it has a table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the kind of a submission and the table of runs."""
    kind = sa.Column("kind", sa.Text(), server_default="predictions", nullable=False)
    op.add_column("submission", kind)
    op.create_table(
        "model_run",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("memory", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("backend", sa.Text(), nullable=False),
        sa.Column("streaming", sa.BigInteger(), nullable=False),
        sa.Column("predictions", sa.Text(), nullable=True),
        sa.Column("ran_at", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["predictions"], ["file.digest"], name="fk_model_run_predictions"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_model_run_submission"),
        sa.PrimaryKeyConstraint("submission", "phase", name="pk_model_run"),
        sa.UniqueConstraint("seq", name="uq_model_run_seq"),
    )
