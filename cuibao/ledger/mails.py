"""What came by mail: each mail once, what was made of it, its files, its acknowledgement, and what bounced.

A mail, its receipts, its files and its acknowledgement are one transaction: there are all of them or none.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    and_,
    cast,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError

from cuibao.incoming import Position
from cuibao.ledger.book import Book, belongs, id_of, key_of
from cuibao.ledger.entries import append
from cuibao.ledger.tables import (
    acknowledgements,
    bad_addresses,
    evidence,
    letters,
    mails,
    obligations,
    positions,
    receipts,
)
from cuibao.model import LetterState, Message, ObligationKey, Receipt

_NEWEST = 50
# What a judgement says of a mail; the rest is the mail's own, whatever is made of it.
_JUDGEMENT = frozenset({"verdict", "reason", "unit", "guesses", "names", "certain", "vouched", "waits"})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that came by mail for an obligation: `name` as it was sent, `path` below the evidence folder."""

    key: ObligationKey
    name: str
    path: str
    sha256: str
    size: int
    type: str
    mail: int = 0


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as it is kept. `verdict` and `decision` are the service's words; `guesses` what it is most likely about,
    `names` what it may be the report of for all that a machine can tell; `certain`: `unit` is who wrote it.

    `raw` is where its bytes lie below the evidence folder, None where they were not kept; `answerable`: a person wrote
    it, whom an acknowledgement may go to; `vouched`: by what its sender was believed, and `waits`: what it waits for
    that may come by itself, in the service's words, too.
    """

    identity: str
    message_id: str
    sender: str
    sender_name: str
    subject: str
    references: tuple[str, ...]
    arrived_at: datetime
    read_at: datetime
    verdict: str
    reason: str
    unit: str | None = None
    guesses: tuple[ObligationKey, ...] = ()
    names: tuple[ObligationKey, ...] = ()
    certain: bool = False
    files: tuple[str, ...] = ()
    raw: str | None = None
    answerable: bool = False
    vouched: str | None = None
    waits: str | None = None
    id: int = 0
    decision: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_note: str | None = None


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a mail brings about: entries, files, what is answered, addresses (with why) that are bad from now on, and
    the letter that bounced with how it stands now and the addresses that it did not reach."""

    receipts: tuple[Receipt, ...] = ()
    files: tuple[StoredFile, ...] = ()
    answer: Message | None = None
    bad: tuple[tuple[str, str], ...] = ()
    bounced: tuple[int, LetterState, str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a mail."""

    word: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class BadAddress:
    """An address at which a letter bounced."""

    address: str
    since: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement (回执) as it is kept."""

    id: int
    mail: int
    message: Message
    state: LetterState
    attempts: int
    detail: str
    written_at: datetime


class Mails(Book):
    """The mails that were read, and what became of them."""

    # --- how far the mailbox was read ---

    def newest_arrivals(self, campaign: str) -> tuple[datetime, ...]:
        """When the newest mails came, some dozens: a mailbox may have given one of them a date of its own."""
        query = select(mails.c.arrived_at).where(mails.c.campaign == campaign)
        with self.reading() as db:
            return tuple(db.scalars(query.order_by(mails.c.arrived_at.desc()).limit(_NEWEST)))

    def position(self, campaign: str, folder: str) -> Position | None:
        """How far `folder` was read; None where it never was."""
        with self.reading() as db:
            row = db.execute(select(positions).where(_folder(campaign, folder))).mappings().first()
            return None if row is None else Position(row["validity"], row["last"])

    def advance(self, campaign: str, folder: str, position: Position) -> None:
        """Note how far `folder` was read; never less far than was noted under the same validity."""
        behind = or_(positions.c.validity != position.validity, positions.c.last < position.last)
        values = {"validity": position.validity, "last": position.last}
        try:
            with self.writing() as db:
                if db.scalar(select(positions.c.id).where(_folder(campaign, folder))) is None:
                    db.execute(insert(positions).values(campaign=campaign, folder=folder, **values))
                    return
                db.execute(update(positions).where(_folder(campaign, folder), behind).values(**values))
        except IntegrityError:  # another process noted it at the same time; it will be noted again
            return

    # --- mails ---

    def known(self, campaign: str, identities: Collection[str]) -> frozenset[str]:
        """Which of the mails called `identities` were read."""
        query = select(mails.c.identity).where(mails.c.campaign == campaign, mails.c.identity.in_(identities))
        with self.reading() as db:
            return frozenset(db.scalars(query))

    def file(self, campaign: str, mail: ReadMail, then: Consequences) -> int | None:
        """Keep a mail with all that it brings about. None where it was read already, or an entry's number is taken."""
        try:
            with self.writing() as db:
                number = int(
                    db.execute(insert(mails).values(campaign=campaign, **_row(mail)).returning(mails.c.id)).scalar_one()
                )
                _bring_about(db, campaign, number, mail.arrived_at, then)
                return number
        except IntegrityError:
            return None

    def file_all(self, campaign: str, found: Collection[ReadMail]) -> None:
        """Keep mails that bring nothing about, as many as are new."""
        new = {mail.identity: mail for mail in found}
        try:
            with self.writing() as db:
                known = set(
                    db.scalars(select(mails.c.identity).where(mails.c.campaign == campaign, mails.c.identity.in_(new)))
                )
                rows = [{"campaign": campaign, **_row(mail)} for name, mail in new.items() if name not in known]
                if rows:
                    db.execute(insert(mails), rows)
        except IntegrityError:  # another process reads the same mailbox: one by one, for those that are still new
            for mail in new.values():
                with suppress(IntegrityError), self.writing() as db:
                    db.execute(insert(mails).values(campaign=campaign, **_row(mail)))

    def decide(
        self,
        campaign: str,
        mail: int,
        decision: Decision,
        then: Consequences,
        replacing: str | None = None,
        verdict: str | None = None,
    ) -> bool:
        """Note what a person decided about a mail, with all that it brings about. False where a number is taken,
        somebody has decided meanwhile, or it is not of `verdict` any more, where one is given.

        The first decision stands, but for a dismissal, after which a mail may still be registered. An answer is written
        once for a mail, whatever is decided about it later.
        """
        words = {"decision": decision.word, "decided_by": decision.by, "decided_at": decision.at}
        open_still = and_(mails.c.id == mail, mails.c.decision.is_(None))
        if replacing is not None:
            open_still = and_(mails.c.id == mail, mails.c.decision == replacing)
        if verdict is not None:
            open_still = and_(open_still, mails.c.verdict == verdict)
        try:
            with self.writing() as db:
                decided = update(mails).where(open_still).values(**words, decision_note=decision.note)
                if db.execute(decided).rowcount != 1:
                    return False
                _bring_about(db, campaign, mail, decision.at, then)
        except IntegrityError:
            return False
        return True

    def add(self, campaign: str, mail: int, at: datetime, then: Consequences) -> bool:
        """Bring about more of a mail that was decided about before. False where an entry's number is taken."""
        try:
            with self.writing() as db:
                _bring_about(db, campaign, mail, at, then)
        except IntegrityError:
            return False
        return True

    def waiting_for(self, campaign: str, what: str, *, after: int, at_most: int) -> tuple[ReadMail, ...]:
        """Mails of the queue that wait for `what` and that nobody has decided about, by number, those `after` one."""
        query = select(mails).where(mails.c.campaign == campaign, mails.c.id > after, _still_waiting(what))
        with self.reading() as db:
            rows = db.execute(query.order_by(mails.c.id).limit(at_most)).mappings()
            return tuple(_mail(row) for row in rows)

    def judge_again(self, campaign: str, waited: ReadMail, mail: ReadMail, at: datetime, then: Consequences) -> bool:
        """Put another judgement, that of `mail`, in the place of the one by which `waited` waits, with all that it
        brings about. False where an entry's number is taken, or it waits no more: what a person decided stands."""
        words = {name: value for name, value in _row(mail).items() if name in _JUDGEMENT}
        waiting = and_(mails.c.campaign == campaign, mails.c.id == waited.id, _still_waiting(waited.waits))
        try:
            with self.writing() as db:
                if db.execute(update(mails).where(waiting).values(**words)).rowcount != 1:
                    return False
                _bring_about(db, campaign, waited.id, at, then)
        except IntegrityError:
            return False
        return True

    def numbered(self, campaign: str, number: int) -> ReadMail | None:
        """The mail with this number."""
        found = self._mails(and_(mails.c.campaign == campaign, mails.c.id == number))
        return found[0] if found else None

    def listed(self, campaign: str, unit: str | None = None) -> tuple[ReadMail, ...]:
        """Every mail that was read and is about something, by arrival; those that may concern one unit."""
        return self._mails(and_(_concerning(campaign, unit), mails.c.verdict != "ignored"))

    def undecided(self, campaign: str, verdict: str) -> tuple[ReadMail, ...]:
        """The mails of `verdict` that nobody has decided about, by arrival."""
        return self._mails(and_(mails.c.campaign == campaign, mails.c.verdict == verdict, mails.c.decision.is_(None)))

    def naming(self, campaign: str, units: Collection[str], verdict: str) -> tuple[ReadMail, ...]:
        """The mails of `verdict` from `units` that name something, by arrival, whatever was decided about them."""
        theirs = and_(mails.c.campaign == campaign, mails.c.unit.in_(units), mails.c.verdict == verdict)
        return self._mails(and_(theirs, cast(mails.c.names, Text) != "[]"))

    def _mails(self, wanted: Any) -> tuple[ReadMail, ...]:
        with self.reading() as db:
            rows = db.execute(select(mails).where(wanted).order_by(mails.c.arrived_at, mails.c.id)).mappings()
            return tuple(_mail(row) for row in rows)

    def files(self, campaign: str, unit: str | None = None, *, item: Sequence[str] = ()) -> tuple[StoredFile, ...]:
        """The files that came by mail, of the campaign, of one unit, of one item, in the order they came."""
        query = select(obligations, evidence).join_from(obligations, evidence).where(belongs(campaign, unit, item))
        with self.reading() as db:
            return tuple(_file(row) for row in db.execute(query.order_by(evidence.c.id)).mappings())

    def came(self, campaign: str, key: ObligationKey) -> tuple[frozenset[str], frozenset[str]]:
        """What came by mail for an obligation: the Message-IDs of the mails, and the SHA-256 of their files."""
        of_it = belongs(campaign, key.unit, key.item)
        filed = select(mails.c.message_id, evidence.c.sha256).join_from(obligations, evidence).join(mails)
        entered = select(mails.c.message_id, literal(None)).join_from(obligations, receipts).join(mails)
        with self.reading() as db:
            rows = db.execute(union(filed.where(of_it), entered.where(of_it))).all()
        return frozenset(row[0] for row in rows if row[0]), frozenset(row[1] for row in rows if row[1])

    # --- addresses ---

    def bad_addresses(self, campaign: str) -> Mapping[str, BadAddress]:
        """The addresses at which letters bounce, as long as they were neither changed nor confirmed."""
        query = select(bad_addresses).where(bad_addresses.c.campaign == campaign, bad_addresses.c.cleared_at.is_(None))
        with self.reading() as db:
            rows = db.execute(query.order_by(bad_addresses.c.since)).mappings()
            return {row["address"]: BadAddress(row["address"], row["since"], row["detail"]) for row in rows}

    def clear_addresses(self, campaign: str, addresses: Collection[str], at: datetime) -> frozenset[str]:
        """Take the bad marks off `addresses`; those that had one."""
        marked = and_(
            bad_addresses.c.campaign == campaign,
            bad_addresses.c.address.in_(addresses),
            bad_addresses.c.cleared_at.is_(None),
        )
        with self.writing() as db:
            found = frozenset(db.scalars(select(bad_addresses.c.address).where(marked)))
            if found:
                db.execute(update(bad_addresses).where(marked).values(cleared_at=at))
            return found

    def cleared_addresses(self, campaign: str) -> Mapping[str, datetime]:
        """When each address that bounced was last changed or confirmed."""
        query = select(bad_addresses.c.address, bad_addresses.c.cleared_at).where(bad_addresses.c.campaign == campaign)
        query = query.where(bad_addresses.c.cleared_at.is_not(None)).order_by(bad_addresses.c.cleared_at)
        with self.reading() as db:
            return {row.address: row.cleared_at for row in db.execute(query)}

    # --- acknowledgements ---

    def answers(
        self,
        campaign: str,
        states: Collection[LetterState] | None = None,
        *,
        named: Collection[str] | None = None,
        unit: str | None = None,
    ) -> tuple[Answer, ...]:
        """The acknowledgements in one of `states`, or all, oldest first; only those with a Message-ID among `named`,
        or to mails that may concern one unit."""
        query = select(acknowledgements).join_from(acknowledgements, mails).where(_concerning(campaign, unit))
        if states is not None:
            query = query.where(acknowledgements.c.state.in_(states))
        if named is not None:
            query = query.where(acknowledgements.c.message_id.in_(named))
        with self.reading() as db:
            return tuple(_answer(row) for row in db.execute(query.order_by(acknowledgements.c.id)).mappings())


def _folder(campaign: str, folder: str) -> Any:
    return and_(positions.c.campaign == campaign, positions.c.folder == folder)


def _still_waiting(what: str | None) -> ColumnElement[bool]:
    return and_(mails.c.waits == what, mails.c.decision.is_(None))


def _concerning(campaign: str, unit: str | None) -> ColumnElement[bool]:
    """The mails of the campaign, or those that may have to do with `unit`: from it, or perhaps from it, or of which
    something was entered or filed for it. What a mail seems to be about is its own unit's, where it has one."""
    ours = mails.c.campaign == campaign
    if unit is None:
        return ours
    of_unit = belongs(campaign, unit)
    # Each by its own index: of one condition that said all of them, SQLite would look at every mail.
    found = union(
        select(mails.c.id).where(ours, mails.c.unit == unit),
        select(mails.c.id).where(ours, mails.c.unit.is_(None)),
        select(receipts.c.mail).join_from(obligations, receipts).where(of_unit),
        select(evidence.c.mail).join_from(obligations, evidence).where(of_unit),
    )
    return mails.c.id.in_(found)


def _bring_about(db: Connection, campaign: str, mail: int, at: datetime, then: Consequences) -> None:
    for receipt in then.receipts:
        append(db, campaign, receipt, mail=mail)
    stored = db.execute(select(evidence.c.obligation, evidence.c.path).where(evidence.c.mail == mail))
    known = {(row.obligation, row.path) for row in stored}
    for file in then.files:
        obligation = id_of(db, campaign, file.key)
        if (obligation, file.path) not in known:
            db.execute(
                insert(evidence).values(
                    mail=mail,
                    obligation=obligation,
                    name=file.name,
                    path=file.path,
                    sha256=file.sha256,
                    size=file.size,
                    type=file.type,
                )
            )
    for address, detail in then.bad:
        marked = and_(
            bad_addresses.c.campaign == campaign,
            bad_addresses.c.address == address,
            bad_addresses.c.cleared_at.is_(None),
        )
        if db.scalar(select(bad_addresses.c.id).where(marked)) is None:
            db.execute(
                insert(bad_addresses).values(campaign=campaign, address=address, mail=mail, since=at, detail=detail)
            )
    if then.bounced is not None:
        letter, state, detail, addresses = then.bounced
        before = db.scalar(select(letters.c.bounced).where(letters.c.id == letter)) or ()
        bounced = list(dict.fromkeys([*before, *addresses]))
        db.execute(update(letters).where(letters.c.id == letter).values(state=state, detail=detail, bounced=bounced))
    answered = select(acknowledgements.c.id).where(acknowledgements.c.mail == mail)
    if then.answer is not None and db.scalar(answered) is None:
        db.execute(
            insert(acknowledgements).values(
                mail=mail,
                message_id=then.answer.message_id,
                subject=then.answer.subject,
                recipients=list(then.answer.recipients),
                data=then.answer.data,
                state=LetterState.WAITING,
                attempts=0,
                detail="",
                written_at=at,
            )
        )


def _row(mail: ReadMail) -> dict[str, Any]:
    return {
        "identity": mail.identity,
        "message_id": mail.message_id,
        "sender": mail.sender,
        "sender_name": mail.sender_name,
        "subject": mail.subject,
        "references": list(mail.references),
        "arrived_at": mail.arrived_at,
        "read_at": mail.read_at,
        "verdict": mail.verdict,
        "reason": mail.reason,
        "unit": mail.unit,
        "guesses": _written(mail.guesses),
        "names": _written(mail.names),
        "certain": mail.certain,
        "files": list(mail.files),
        "raw": mail.raw,
        "answerable": mail.answerable,
        "vouched": mail.vouched,
        "waits": mail.waits,
    }


def _mail(row: RowMapping) -> ReadMail:
    plain = {name: row[name] for name in ("identity", "message_id", "sender", "sender_name", "subject", "arrived_at")}
    more = {
        name: row[name]
        for name in ("read_at", "verdict", "reason", "unit", "raw", "answerable", "vouched", "waits", "id", "certain")
    }
    decided = {name: row[name] for name in ("decision", "decided_by", "decided_at", "decision_note")}
    return ReadMail(
        **plain,
        **more,
        **decided,
        references=tuple(row["references"]),
        guesses=_keys(row["guesses"]),
        names=_keys(row["names"]),
        files=tuple(row["files"]),
    )


def _written(keys: Collection[ObligationKey]) -> list[list[str]]:
    return [[key.plan, key.requirement, key.period, key.unit] for key in keys]


def _keys(written: Sequence[Sequence[str]]) -> tuple[ObligationKey, ...]:
    return tuple(ObligationKey(*names) for names in written)


def _file(row: RowMapping) -> StoredFile:
    return StoredFile(key_of(row), row["name"], row["path"], row["sha256"], row["size"], row["type"], row["mail"])


def _answer(row: RowMapping) -> Answer:
    message = Message(row["message_id"], row["subject"], tuple(row["recipients"]), row["data"])
    state = LetterState(row["state"])
    return Answer(row["id"], row["mail"], message, state, row["attempts"], row["detail"], row["written_at"])
