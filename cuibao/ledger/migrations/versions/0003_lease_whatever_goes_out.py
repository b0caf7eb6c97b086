"""Hold whatever goes out by leases of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("thing", sa.String(length=250), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "thing", name="one_holder_a_thing"),
    )
    op.create_index("ix_leases_holder", "leases", ["holder"])
    op.create_table(
        "halts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_halts_account", "halts", ["account"])
    op.add_column("letters", sa.Column("boot", sa.String(length=40), nullable=True))
    op.create_index("letters_of_a_day", "letters", ["campaign", "day"])
    for table in ("letters", "acknowledgements"):
        op.drop_column(table, "holder")
        op.drop_column(table, "lease_until")


def downgrade() -> None:
    for table in ("acknowledgements", "letters"):
        op.add_column(table, sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("holder", sa.String(length=120), nullable=True))
    op.drop_index("letters_of_a_day", "letters")
    op.drop_column("letters", "boot")
    op.drop_table("halts")
    op.drop_table("leases")
