"""The event log, the tables that follow from it, files and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "challenge",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("card_digest", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("report_digest", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_challenge"),
        sa.UniqueConstraint("seq", name="uq_challenge_seq"),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
    )
    op.create_index("ix_event_challenge_seq", "event", ["challenge", "seq"], unique=False)
    op.create_index("ix_event_kind_seq", "event", ["kind", "seq"], unique=False)
    op.create_table(
        "file",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_file"),
    )
    op.create_table(
        "setting",
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge", "name", name="pk_setting"),
        sa.UniqueConstraint("seq", name="uq_setting_seq"),
    )
    op.create_table(
        "phase",
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("scored_at", sa.Text(), nullable=True),
        sa.Column("score_set", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["challenge"], ["challenge.id"], name="fk_phase_challenge"),
        sa.PrimaryKeyConstraint("challenge", "id", name="pk_phase"),
        sa.UniqueConstraint("seq", name="uq_phase_seq"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["challenge"], ["challenge.id"], name="fk_publication_challenge"),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.UniqueConstraint("seq", name="uq_publication_seq"),
    )
    op.create_index("ix_publication_challenge", "publication", ["challenge"], unique=False)
    op.create_table(
        "score_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("card_digest", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["challenge"], ["challenge.id"], name="fk_score_set_challenge"),
        sa.PrimaryKeyConstraint("id", name="pk_score_set"),
        sa.UniqueConstraint("seq", name="uq_score_set_seq"),
    )
    op.create_index("ix_score_set_challenge", "score_set", ["challenge"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["challenge"], ["challenge.id"], name="fk_team_challenge"),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("challenge", "name_key", name="uq_team_challenge_name_key"),
        sa.UniqueConstraint("seq", name="uq_team_seq"),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name="fk_member_team"),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("seq", name="uq_member_seq"),
    )
    op.create_index("ix_member_team", "member", ["team"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("check_digest", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("received_seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_author", sa.Text(), nullable=True),
        sa.Column("host_detail", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'scored', 'failed')", name="ck_submission_state"),
        sa.ForeignKeyConstraint(
            ["challenge", "phase"],
            ["phase.challenge", "phase.id"],
            name="fk_submission_challenge_phase",
        ),
        sa.ForeignKeyConstraint(["challenge"], ["challenge.id"], name="fk_submission_challenge"),
        sa.ForeignKeyConstraint(["digest"], ["file.digest"], name="fk_submission_digest"),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name="fk_submission_team"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("received_seq", name="uq_submission_received_seq"),
        sa.UniqueConstraint("seq", name="uq_submission_seq"),
    )
    op.create_index(
        "ix_submission_challenge_phase_team",
        "submission",
        ["challenge", "phase", "team"],
        unique=False,
    )
    op.create_index("ix_submission_digest", "submission", ["digest"], unique=False)
    op.create_index(
        "ix_submission_state_received_seq", "submission", ["state", "received_seq"], unique=False
    )
    op.create_table(
        "token",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["challenge"], ["challenge.id"], name="fk_token_challenge"),
        sa.ForeignKeyConstraint(["team"], ["team.id"], name="fk_token_team"),
        sa.PrimaryKeyConstraint("prefix", name="pk_token"),
        sa.UniqueConstraint("seq", name="uq_token_seq"),
    )
    op.create_table(
        "job",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("score_set", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["score_set"], ["score_set.id"], name="fk_job_score_set"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_job_submission"),
        sa.PrimaryKeyConstraint("submission", "phase", "score_set", name="pk_job"),
    )
    op.create_table(
        "score",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("score_set", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("resampled", sa.Text(), nullable=False),
        sa.Column("released", sa.Double(), nullable=True),
        sa.Column("scored_at", sa.Text(), nullable=False),
        sa.Column("override_value", sa.Double(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("override_author", sa.Text(), nullable=True),
        sa.Column("override_at", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["score_set"], ["score_set.id"], name="fk_score_score_set"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_score_submission"),
        sa.PrimaryKeyConstraint("submission", "phase", "score_set", name="pk_score"),
        sa.UniqueConstraint("seq", name="uq_score_seq"),
    )
    op.create_index("ix_score_score_set_phase", "score", ["score_set", "phase"], unique=False)
