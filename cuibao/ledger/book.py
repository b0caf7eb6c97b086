"""An open database and how the ledger names obligations in it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from threading import local
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, RowMapping, and_, exists, func, select, true

from cuibao.errors import LeaseLost
from cuibao.ledger.engine import in_chinese, look_at_engine, open_engine, require_address
from cuibao.ledger.tables import campaigns, letters, obligations, retractions
from cuibao.model import CarriedBy, ObligationKey
from cuibao.tongue import say

B = TypeVar("B", bound="Book")
ITEM = ("plan", "requirement", "period")


class Book:
    """An open database; each of its methods is one transaction."""

    def __init__(self, engine: Engine, *, outside: bool = False) -> None:
        self._engine = engine
        self.outside = outside
        self._reading = engine.execution_options(cuibao_reading=True)
        self._light = engine.execution_options(cuibao_light=True)
        self._snapshot = local()
        self._closed = False

    def _part(self, kind: type[B]) -> B:
        """Another book on the same database, which reads in our snapshots."""
        part = kind(self._engine, outside=self.outside)
        part._snapshot = self._snapshot
        return part

    @classmethod
    def open(cls, url: str, *, outside: bool = False) -> Self:
        """The ledger at the SQLAlchemy `url`, created or migrated where needed. Raises LedgerError.

        `outside`: letters go to a mail server, so that those which went to the outbox folder count for nothing.
        """
        return cls(open_engine(url), outside=outside)

    @staticmethod
    def require_address(url: str) -> None:
        """Raise LedgerError where `url` is none that a ledger could be at; nothing is touched."""
        require_address(url)

    @classmethod
    def look_at(cls, url: str, *, outside: bool = False) -> Self:
        """The ledger at `url` as it is, or where there is none an empty one in memory. Raises LedgerError."""
        return cls(look_at_engine(url), outside=outside)

    def close(self) -> None:
        """Let go of every connection; whoever asks for one afterwards is mistaken."""
        self._closed = True
        self._engine.dispose()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What this thread reads in the block is one transaction, and so of one moment; nothing is written in it."""
        self._require_open()
        # SQLite's transactions are of one moment by themselves.
        alike = {} if self._engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with in_chinese(), self._reading.execution_options(**alike).begin() as db:
            self._snapshot.db = db
            try:
                yield
            finally:
                del self._snapshot.db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only looks."""
        self._require_open()
        if (shared := getattr(self._snapshot, "db", None)) is not None:
            yield shared
            return
        with in_chinese(), self._reading.begin() as db:
            yield db

    @contextmanager
    def writing(self, *, light: bool = False) -> Iterator[Connection]:
        """A transaction that is there whole or not at all; but for a `light` one, it survives a power cut.

        On SQLite a light one does not wait for the disk; the next that does takes it along.
        """
        self._require_open()
        if hasattr(self._snapshot, "db"):
            raise RuntimeError("nothing is written in a snapshot")
        with in_chinese(), (self._light if light else self._engine).begin() as db:
            yield db

    def counts(self, of: FromClause = letters) -> ColumnElement[bool]:
        """Whether what is `of` a letter counts: its morning was not taken back, and it went where letters go."""
        return and_(~taken_back(of), self.went(of))

    def went(self, of: FromClause = letters) -> ColumnElement[bool]:
        """Whether a letter went, or is to go, where letters go: nobody has what lies in the outbox."""
        return of.c.carrier == CarriedBy.SMTP if self.outside else true()

    def _require_open(self) -> None:
        # A disposed engine would quietly connect again, and nobody would close that connection.
        if self._closed:
            raise RuntimeError("the ledger was closed")


def obligations_of(campaign: str) -> Any:
    """The rows of the campaign's obligations."""
    return select(obligations).where(obligations.c.campaign == campaign)


def belongs(campaign: str, unit: str | None = None, item: Sequence[str] = ()) -> ColumnElement[bool]:
    """Whether an obligation is of the campaign, of `unit` where one is named, and of `item`: the ids of a plan, or of
    a plan, its requirement and a period."""
    named = {"campaign": campaign, **({} if unit is None else {"unit": unit}), **dict(zip(ITEM, item, strict=False))}
    return and_(*(obligations.c[name] == value for name, value in named.items()))


def of_morning(campaign: str, day: date, revision: int) -> ColumnElement[bool]:
    """Whether a letter is of that morning."""
    return and_(letters.c.campaign == campaign, letters.c.day == day, letters.c.revision == revision)


def taken_back(of: FromClause = letters) -> ColumnElement[bool]:
    """Whether the morning of a letter, or what else is `of` one, was taken back."""
    same = (retractions.c[name] == of.c[name] for name in ("campaign", "day", "revision"))
    return exists().where(*same)


def hold_campaign(db: Connection, campaign: str, *, alone: bool = False) -> None:
    """Let no morning of the campaign be taken back until the transaction ends; `alone` is for who takes one back.

    Always the first lock, so that nobody waits in a circle. SQLite has one writer anyway.
    """
    if db.dialect.name != "sqlite":
        mine = select(campaigns.c.id).where(campaigns.c.id == campaign)
        db.execute(mine.with_for_update() if alone else mine.with_for_update(read=True, key_share=True))


def require_standing(db: Connection, campaign: str, day: date, revision: int) -> None:
    """Raise LeaseLost where the morning of that day and `revision` was taken back; see `hold_campaign`."""
    if revision_of(db, campaign, day) != revision:
        raise LeaseLost(say("这天的催报已撤回，没有再做。"))


def revision_of(db: Connection, campaign: str, day: date) -> int:
    """How often the morning of `day` was taken back; but for those of a ledger that was merged into this one."""
    of_day = and_(retractions.c.campaign == campaign, retractions.c.day == day, retractions.c.revision >= 0)
    return db.scalar(select(func.count()).select_from(retractions).where(of_day)) or 0


def names(campaign: str, key: ObligationKey) -> dict[str, str]:
    """An obligation as a row."""
    return {
        "campaign": campaign,
        "plan": key.plan,
        "requirement": key.requirement,
        "period": key.period,
        "unit": key.unit,
    }


def key_of(row: RowMapping) -> ObligationKey:
    """What names the obligation of `row`."""
    return ObligationKey(row["plan"], row["requirement"], row["period"], row["unit"])


def ids_of(db: Connection, campaign: str, keys: Collection[ObligationKey]) -> dict[ObligationKey, int]:
    """The row numbers of `keys`, which were enrolled."""
    units = {key.unit for key in keys}
    rows = db.execute(obligations_of(campaign).where(obligations.c.unit.in_(units))).mappings()
    found = {key_of(row): int(row["id"]) for row in rows}
    return {key: found[key] for key in keys}


def id_of(db: Connection, campaign: str, key: ObligationKey) -> int:
    """The row number of `key`, which was enrolled."""
    return ids_of(db, campaign, [key])[key]
