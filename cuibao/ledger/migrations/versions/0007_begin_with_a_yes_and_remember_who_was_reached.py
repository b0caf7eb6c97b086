"""Keep when a campaign was begun and by whom, what took each letter and whom it reached, calls, promises and pauses."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What was chased before is chased by its own date: nothing is of before the beginning.
FIRST_ON = "'2000-01-01'"
BEGIN = (
    "INSERT INTO beginnings (campaign, carrier, begun_at, begun_by, first_on) "
    f"SELECT id, '{{carrier}}', opened_at, '', {FIRST_ON} FROM campaigns"
)


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.add_column("campaigns", sa.Column("closed_by", sa.String(80)))
    op.add_column("campaigns", sa.Column("final_letter", sa.Integer()))
    op.add_column("halts", sa.Column("day", sa.Date()))
    op.add_column("halts", sa.Column("login", sa.Boolean(), nullable=False, server_default=_no()))
    _tables()
    _letters()
    op.add_column("mails", sa.Column("names", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("mails", sa.Column("certain", sa.Boolean(), nullable=False, server_default=sa.false()))
    written = "WHERE EXISTS (SELECT 1 FROM letters WHERE letters.campaign = campaigns.id)"
    op.execute(f"{BEGIN.format(carrier='outbox')} {written}")
    for campaign in _heard():
        op.execute(sa.text(f"{BEGIN.format(carrier='smtp')} WHERE id = :id").bindparams(id=campaign))
        op.execute(sa.text("UPDATE letters SET carrier = 'smtp' WHERE campaign = :id").bindparams(id=campaign))
    overdue = "SELECT letter FROM reminders WHERE letter IS NOT NULL AND step IN ('overdue', 'escalation')"
    escalated = "SELECT letter FROM reminders WHERE letter IS NOT NULL AND step = 'escalation'"
    op.execute(f"UPDATE letters SET listed = {_true()} WHERE id IN ({overdue})")
    op.execute(f"UPDATE letters SET copied = {_true()} WHERE id IN ({escalated})")


def _heard() -> set[str]:
    """The campaigns whose letters units get: one was answered, or was reported not to have arrived."""
    db = op.get_bind()
    written = sa.table("letters", sa.column("campaign", sa.String), sa.column("message_id", sa.String))
    mails = sa.table(
        "mails",
        sa.column("campaign", sa.String),
        sa.column("verdict", sa.String),
        sa.column("references", sa.JSON),
    )
    campaigns = sa.table("campaigns", sa.column("id", sa.String), sa.column("simulated", sa.Boolean))
    real = set(db.scalars(sa.select(campaigns.c.id).where(campaigns.c.simulated.is_(False))))
    ours = {(row.campaign, row.message_id) for row in db.execute(sa.select(written))}
    found = set()
    for row in db.execute(sa.select(mails)):
        if row.verdict == "bounce" or any((row.campaign, each) in ours for each in row.references):
            found.add(row.campaign)
    return found & real


def _true() -> str:
    return "TRUE" if op.get_bind().dialect.name == "postgresql" else "1"


def _no() -> sa.TextClause:
    return sa.text("FALSE" if op.get_bind().dialect.name == "postgresql" else "0")


def _letters() -> None:
    no = _no()
    before = ("id", "campaign", "addressee", "day", "revision", "message_id", "subject", "recipients", "state")
    new = ("carrier", "own", "refused", "bounced", "deferred", "entries", "listed", "copied")
    # With the bytes at its end, as before: who looks at the letters of a month reads past none.
    in_order = (*before, "attempts", "boot", "detail", "written_at", "code", *new, "data")
    with op.batch_alter_table("letters", partial_reordering=[in_order]) as letters:
        letters.add_column(sa.Column("carrier", sa.String(20), nullable=False, server_default="outbox"))
        letters.add_column(sa.Column("own", sa.JSON()))
        letters.add_column(sa.Column("refused", sa.JSON(), nullable=False, server_default="[]"))
        letters.add_column(sa.Column("bounced", sa.JSON(), nullable=False, server_default="[]"))
        letters.add_column(sa.Column("deferred", sa.JSON(), nullable=False, server_default="[]"))
        letters.add_column(sa.Column("entries", sa.Integer()))
        letters.add_column(sa.Column("listed", sa.Boolean(), nullable=False, server_default=no))
        letters.add_column(sa.Column("copied", sa.Boolean(), nullable=False, server_default=no))


def _tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "beginnings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False, index=True),
        sa.Column("carrier", sa.String(20), nullable=False),
        sa.Column("begun_at", moment),
        sa.Column("begun_by", sa.String(80)),
        sa.Column("listed", sa.JSON()),
        sa.Column("copies", sa.String(20)),
        sa.Column("first_on", sa.Date()),
    )
    op.create_table(
        "copies",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("unit", sa.String(80), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("decision", sa.String(20)),
        sa.Column("decided_by", sa.String(80)),
        sa.Column("decided_at", moment),
        sa.UniqueConstraint("campaign", "unit", name="one_approval_a_unit"),
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False, index=True),
        sa.Column("unit", sa.String(80)),
        sa.Column("plan", sa.String(80)),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(80), nullable=False),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("lifted_by", sa.String(80)),
        sa.Column("lifted_at", moment),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("unit", sa.String(80), nullable=False),
        sa.Column("called_at", moment, nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(80), nullable=False),
        sa.Column("entered_at", moment, nullable=False),
    )
    op.create_index("calls_of_a_unit", "calls", ["campaign", "unit"])
    op.create_table(
        "promises",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call", sa.Integer(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("obligation", sa.Integer(), sa.ForeignKey("obligations.id"), nullable=False, index=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.UniqueConstraint("call", "obligation", name="one_promise_a_call"),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("campaign", sa.String(80), sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False, unique=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("written_at", moment, nullable=False),
    )


def downgrade() -> None:
    with op.batch_alter_table("letters") as letters:
        for column in ("copied", "listed", "entries", "deferred", "bounced", "refused", "own", "carrier"):
            letters.drop_column(column)
    for column in ("login", "day"):
        op.drop_column("halts", column)
    for table in ("exports", "promises", "calls", "pauses", "copies", "beginnings"):
        op.drop_table(table)
    for table, columns in (("campaigns", ("final_letter", "closed_by", "closed_at")), ("mails", ("certain", "names"))):
        for column in columns:
            op.drop_column(table, column)
