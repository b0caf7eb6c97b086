"""Keep whose word about senders is believed, the key of our mails' ids, and the code that people see of a letter."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("key", sa.String(64)))
    op.add_column("campaigns", sa.Column("judged_under", sa.Text()))
    op.add_column("mails", sa.Column("vouched", sa.String(20)))
    op.add_column("mails", sa.Column("waits", sa.String(20)))
    op.add_column("letters", sa.Column("code", sa.String(40)))
    op.create_index("one_code_a_letter", "letters", ["campaign", "code"], unique=True)
    op.create_table(
        "trust",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False, unique=True),
        sa.Column("server", sa.String(255), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "probes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False, unique=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("found", sa.String(255)),
    )


def downgrade() -> None:
    op.drop_table("probes")
    op.drop_table("trust")
    op.drop_index("one_code_a_letter", "letters")
    op.drop_column("letters", "code")
    op.drop_column("mails", "waits")
    op.drop_column("mails", "vouched")
    op.drop_column("campaigns", "judged_under")
    op.drop_column("campaigns", "key")
