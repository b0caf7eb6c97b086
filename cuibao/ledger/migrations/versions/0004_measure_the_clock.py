"""Measure the machine's clock by the mornings before, and let a morning be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ONE_LETTER = "one_letter_a_morning"


def upgrade() -> None:
    op.create_table(
        "mornings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign", "day", "revision", name="one_row_a_morning"),
    )
    # What an older program did is something to measure by too.
    op.execute(
        "INSERT INTO mornings (campaign, day, revision, at) "
        "SELECT campaigns.id, MAX(letters.day), 0, MAX(letters.written_at) "
        "FROM campaigns JOIN letters ON letters.campaign = campaigns.id "
        "WHERE NOT campaigns.simulated GROUP BY campaigns.id"
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=80), nullable=False),
        sa.Column("open", sa.String(length=80), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("doubt", sa.String(length=20), nullable=False),
        sa.Column("against", sa.Date(), nullable=True),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("open"),
    )
    op.create_table(
        "retractions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("phases", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"]),
        sa.ForeignKeyConstraint(["question"], ["questions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign", "day", "revision", name="one_retraction_a_morning"),
    )
    # SQLite copies the table for this: with the bytes at its end, who looks for what is not sent reads past none.
    before_the_bytes = ("id", "campaign", "addressee", "day", "revision", "message_id", "subject", "recipients")
    in_order = (*before_the_bytes, "state", "attempts", "boot", "detail", "written_at", "data")
    with op.batch_alter_table("letters", partial_reordering=[in_order]) as letters:
        letters.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        letters.drop_constraint(ONE_LETTER, type_="unique")
        letters.create_unique_constraint(ONE_LETTER, ["campaign", "addressee", "day", "revision"])


def downgrade() -> None:
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint(ONE_LETTER, type_="unique")
        letters.create_unique_constraint(ONE_LETTER, ["campaign", "addressee", "day"])
        letters.drop_column("revision")
    for table in ("retractions", "questions", "mornings"):
        op.drop_table(table)
