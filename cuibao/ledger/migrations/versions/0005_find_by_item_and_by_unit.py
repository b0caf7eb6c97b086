"""Find the obligations of an item and the mails of a unit by an index."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("obligations_of_an_item", "obligations", ["campaign", "plan", "requirement", "period", "unit"])
    op.create_index("mails_of_a_unit", "mails", ["campaign", "unit"])


def downgrade() -> None:
    op.drop_index("mails_of_a_unit", "mails")
    op.drop_index("obligations_of_an_item", "obligations")
