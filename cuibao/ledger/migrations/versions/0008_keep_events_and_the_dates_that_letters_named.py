"""Keep what clerks opened items for, and the due dates that letters have named; longer names of periods and phases."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widths({"obligations": ("period", 20, 60), "phases": ("phase", 20, 80)})
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("plan", sa.String(80), nullable=False),
        sa.Column("requirement", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("token", sa.String(64)),
        sa.UniqueConstraint("campaign", "plan", "requirement", "number", name="one_number_an_event"),
    )
    op.create_table(
        "told",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("plan", sa.String(80), nullable=False),
        sa.Column("requirement", sa.String(80), nullable=False),
        sa.Column("period", sa.String(60), nullable=False),
        sa.Column("nominal", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.UniqueConstraint("campaign", "plan", "requirement", "period", "nominal", name="one_date_told"),
    )


def downgrade() -> None:
    op.drop_table("told")
    op.drop_table("events")
    _widths({"obligations": ("period", 60, 20), "phases": ("phase", 80, 20)})


def _widths(columns: dict[str, tuple[str, int, int]]) -> None:
    for table, (column, before, after) in columns.items():
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column, existing_type=sa.String(before), type_=sa.String(after))
