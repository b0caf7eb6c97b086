"""The ledger's tables. A change here goes with a migration in `migrations/versions`."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from cuibao.times import local

metadata = MetaData()
PLAN = 161  # an id of 80, and before it that of a campaign


class AwareMoment(TypeDecorator[datetime]):
    """An aware moment: kept in UTC (SQLite keeps no offset), given back on the office's clock."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC. A naive moment is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment in the ledger must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: on the office's clock."""
        if value is None:
            return None
        return local(value if value.tzinfo else value.replace(tzinfo=UTC))


# `key`: what makes the ids of its mails (hex, 128 bits or more); None until it is first needed. `judged_under`: the
# trust under which what waits for want of it was judged last, and on a second line up to which mail, where not all was.
# `closed_at`: a person closed the campaign; `final_letter` is the one to the office with the year's end in it. `book`:
# several campaigns of an office share one mailbox and one letter a morning; whatever belongs to these, and what is owed
# with them, bears the id of the first that the office began with. The plans of the others are there as campaign:plan.
campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("simulated", Boolean, nullable=False),
    Column("seed", Integer),
    Column("opened_at", AwareMoment, nullable=False),
    Column("key", String(64)),
    Column("judged_under", Text),
    Column("closed_at", AwareMoment),
    Column("closed_by", String(80)),
    Column("final_letter", Integer),
    Column("book", String(80), nullable=False),
)

# 启用: that a person has seen whom the first letters would go to, and said yes; one a `carrier` (outbox, smtp), the
# newest counts. `listed` are the units and addresses that were shown ({unit: [address]}), None where nobody was asked:
# the outbox begins by itself. `copies` is how leaders are copied (`ask`, `auto`), None as the campaign's file has it.
# While nobody has said yes, `begun_at` and `begun_by` are None: the list was only shown. `first_on` is the day of the
# first morning that wrote after it.
beginnings = Table(
    "beginnings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("carrier", String(20), nullable=False),
    Column("begun_at", AwareMoment),
    Column("begun_by", String(80)),
    Column("listed", JSON),
    Column("copies", String(20)),
    Column("first_on", Date),
)

# A unit's first copy to its leader, where a person has to approve of it first. `decision` is None while nobody has.
copies = Table(
    "copies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("asked_at", AwareMoment, nullable=False),
    Column("decision", String(20)),
    Column("decided_by", String(80)),
    Column("decided_at", AwareMoment),
    UniqueConstraint("campaign", "unit", name="one_approval_a_unit"),
)

# 暂停: no letter about these from `first` to `last`, both included. Without `unit` it is all units, without `plan` all
# plans. `lifted_at`: it was ended before its time.
pauses = Table(
    "pauses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("unit", String(80)),
    Column("plan", String(PLAN)),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entered_by", String(80), nullable=False),
    Column("entered_at", AwareMoment, nullable=False),
    Column("lifted_by", String(80)),
    Column("lifted_at", AwareMoment),
)

# 电话催报: a call to a unit: to whom, when, and what was said.
calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("called_at", AwareMoment, nullable=False),
    Column("whom", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("entered_by", String(80), nullable=False),
    Column("entered_at", AwareMoment, nullable=False),
    Index("calls_of_a_unit", "campaign", "unit"),
)

# 承诺: by when a unit said, in a call, that it would send an item.
promises = Table(
    "promises",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call", ForeignKey("calls.id"), nullable=False),
    Column("obligation", ForeignKey("obligations.id"), nullable=False, index=True),
    Column("until", Date, nullable=False),
    UniqueConstraint("call", "obligation", name="one_promise_a_call"),
)

# Whose Authentication-Results are believed (RFC 8601), learned once from a mail of the office to itself. One a
# campaign: it never changes by itself.
trust = Table(
    "trust",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False, unique=True),
    Column("server", String(255), nullable=False),
    Column("hosts", JSON, nullable=False),
    Column("learned_at", AwareMoment, nullable=False),
)

# The mails that the office sent to itself to learn that, known again by an id that nobody can guess; `found` is the
# server whose word each came back with, empty where with none.
probes = Table(
    "probes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("sent_at", AwareMoment, nullable=False),
    Column("seen_at", AwareMoment),
    Column("found", String(255)),
)

obligations = Table(
    "obligations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("plan", String(PLAN), nullable=False),
    Column("requirement", String(80), nullable=False),
    Column("period", String(60), nullable=False),
    Column("unit", String(80), nullable=False),
    UniqueConstraint("campaign", "unit", "plan", "requirement", "period", name="one_obligation"),
    # With the unit, so that who owes an item is read off the index.
    Index("obligations_of_an_item", "campaign", "plan", "requirement", "period", "unit"),
)

# What came into the mailbox. `identity` is the mail's own, whatever the server calls it: no mail is read twice.
mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("identity", String(64), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("references", JSON, nullable=False),
    Column("arrived_at", AwareMoment, nullable=False),
    Column("read_at", AwareMoment, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("unit", String(80)),
    Column("guesses", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    Column("raw", Text),
    Column("answerable", Boolean, nullable=False),
    Column("decision", String(20)),
    Column("decided_by", String(80)),
    Column("decided_at", AwareMoment),
    Column("decision_note", Text),
    Column("vouched", String(20)),
    Column("waits", String(20)),
    Column("names", JSON, nullable=False),
    Column("certain", Boolean, nullable=False),
    UniqueConstraint("campaign", "identity", name="one_reading_a_mail"),
    Index("mails_of_a_unit", "campaign", "unit"),
)

# How far each folder of a mailbox has been read.
positions = Table(
    "positions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("folder", String(255), nullable=False),
    Column("validity", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    UniqueConstraint("campaign", "folder", name="one_position_a_folder"),
)

# A file that came by mail, as it lies in the evidence folder.
evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mail", ForeignKey("mails.id"), nullable=False),
    Column("obligation", ForeignKey("obligations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    UniqueConstraint("obligation", "mail", "path", name="one_copy_a_file"),
)

# 回执. One a mail: this uniqueness is what keeps a second from being written.
acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mail", ForeignKey("mails.id"), nullable=False, unique=True),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("written_at", AwareMoment, nullable=False),
)

# 导出: what was mailed to the office itself. Without its bytes: it goes once, and its files lie in the home.
exports = Table(
    "exports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("written_at", AwareMoment, nullable=False),
)

# An address at which a letter bounced; good again once `cleared_at`: the contacts were changed, or confirmed.
bad_addresses = Table(
    "bad_addresses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("address", String(254), nullable=False),
    Column("mail", ForeignKey("mails.id"), nullable=False),
    Column("since", AwareMoment, nullable=False),
    Column("detail", Text, nullable=False),
    Column("cleared_at", AwareMoment),
    UniqueConstraint("campaign", "address", "mail", name="one_mark_a_bounce"),
)

# Append-only. `seq` numbers an obligation's entries from 1: of two writers who both saw none, one fails.
receipts = Table(
    "receipts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("obligation", ForeignKey("obligations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("entry", String(20), nullable=False),
    Column("received_at", AwareMoment, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("entered_by", String(80), nullable=False),
    Column("note", Text, nullable=False),
    Column("entered_at", AwareMoment, nullable=False),
    Column("due", Date),
    Column("withdraws", Integer),
    Column("mail", ForeignKey("mails.id", name="receipt_by_mail"), index=True),
    UniqueConstraint("obligation", "seq", name="one_entry_at_a_time"),
)

# The mornings by the machine's own clock, quiet ones too. `revision`: how many of that day had been taken back before.
mornings = Table(
    "mornings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", AwareMoment, nullable=False),
    UniqueConstraint("campaign", "day", "revision", name="one_row_a_morning"),
)

# 核对日期: why a morning waits, and how that ended. `day` is that of the newest morning that does. `open` names the
# campaign while nobody has answered: this uniqueness keeps the questions to one. (An index on some of the rows would do
# the same, and have SQLAlchemy load PostgreSQL's part for everybody.)
questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("open", String(80), unique=True),
    Column("asked_at", AwareMoment, nullable=False),
    Column("day", Date, nullable=False),
    Column("doubt", String(20), nullable=False),
    Column("against", Date),
    Column("moment", AwareMoment),
    Column("answer", String(20)),
    Column("answered_by", String(80)),
    Column("answered_at", AwareMoment),
)

# A morning that was taken back: none of its letters counts any more. `phases`: which it had opened or closed, and when.
retractions = Table(
    "retractions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("question", ForeignKey("questions.id"), nullable=False),
    Column("phases", JSON, nullable=False),
    UniqueConstraint("campaign", "day", "revision", name="one_retraction_a_morning"),
)

# One letter an addressee (a unit, or the office itself) a morning, whoever writes it: a day has another (`revision`)
# where its morning was taken back. `code` is what people see of it in its subject; None in letters that were written
# before codes were kept. `boot` is that of the machine which filed it: what a power cut undid of its sending
# is not known. None where a power cut undoes nothing. `carrier` is what took it, or is to take it: outbox, smtp; what
# went to the outbox counts for nothing where there is a mail server. `own` are those of its recipients that are the
# unit's own, `refused` whom the server turned away, `bounced` whom it did not reach as was heard later; `listed`: it
# carried the list of what is overdue. `deferred` are those whom the server put off while others took it: on its day the
# same bytes go to them again, and the first of the `attempts` is not theirs. `entries`: how many its unit had when it
# was written. Of letters older than these, `own` and `entries` are None.
letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("addressee", String(80), nullable=False),
    Column("day", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("boot", String(40)),
    Column("detail", Text, nullable=False),
    Column("written_at", AwareMoment, nullable=False),
    Column("code", String(40)),
    Column("carrier", String(20), nullable=False),
    Column("own", JSON),
    Column("refused", JSON, nullable=False),
    Column("bounced", JSON, nullable=False),
    Column("deferred", JSON, nullable=False),
    Column("entries", Integer),
    Column("listed", Boolean, nullable=False),
    Column("copied", Boolean, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("campaign", "addressee", "day", "revision", name="one_letter_a_morning"),
    Index("letters_of_a_day", "campaign", "day"),
    Index("one_code_a_letter", "campaign", "code", unique=True),
)

# Who sends what, until when: this uniqueness is what gives a thing to one process. `holder` is empty while nobody may
# have it yet.
leases = Table(
    "leases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("thing", String(250), nullable=False),
    Column("holder", String(120), nullable=False, index=True),
    Column("until", AwareMoment, nullable=False),
    UniqueConstraint("kind", "thing", name="one_holder_a_thing"),
)

# When the mail server wanted no more from an account, and why: `login`, because it did not take the account itself.
# `day` is the office's, None in older ones.
halts = Table(
    "halts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(320), nullable=False, index=True),
    Column("at", AwareMoment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("day", Date),
    Column("login", Boolean, nullable=False),
)

# A step of an obligation: carried by a letter, or missed (no letter) because a later step had become true.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("obligation", ForeignKey("obligations.id"), nullable=False),
    Column("code", String(30), nullable=False),
    Column("step", String(20), nullable=False),
    Column("letter", ForeignKey("letters.id"), index=True),
    Column("missed_on", Date),
    UniqueConstraint("obligation", "code", name="one_reminder_a_step"),
)

phases = Table(
    "phases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("plan", String(PLAN), nullable=False),
    Column("phase", String(80), nullable=False),
    Column("opened_at", AwareMoment),
    Column("closed_at", AwareMoment),
    Column("letter", ForeignKey("letters.id")),
    UniqueConstraint("campaign", "plan", "phase", name="one_mark_a_phase"),
)

# 事发: what a clerk opened an item for; `number` counts them within the item. A row whose number is below zero takes
# the event of that number back: by whom, and when. `token` is the form's, so that none is opened twice by a form that
# is sent again.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("plan", String(PLAN), nullable=False),
    Column("requirement", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("label", String(80), nullable=False),
    Column("units", JSON, nullable=False),
    Column("opened_by", String(80), nullable=False),
    Column("opened_at", AwareMoment, nullable=False),
    Column("token", String(64)),
    UniqueConstraint("campaign", "plan", "requirement", "number", name="one_number_an_event"),
)

# The due dates that letters have named of what depends on days off: a calendar that is published later makes none of
# them earlier. `nominal` is the day before days off were looked at.
told = Table(
    "told",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", ForeignKey("campaigns.id"), nullable=False),
    Column("plan", String(PLAN), nullable=False),
    Column("requirement", String(80), nullable=False),
    Column("period", String(60), nullable=False),
    Column("nominal", Date, nullable=False),
    Column("due", Date, nullable=False),
    UniqueConstraint("campaign", "plan", "requirement", "period", "nominal", name="one_date_told"),
)
