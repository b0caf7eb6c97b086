"""The office: settings, schedule, ledger, mail carrier and clock in one place.

With `settings` the only module that looks at the world it runs in: no other reads the clock. Nothing connects at
import, nor before it is used.
"""

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cuibao.errors import CuibaoError, LedgerError, SettingError
from cuibao.holders import Holder
from cuibao.home import Closing, close_home, is_within
from cuibao.ids import KEY_BYTES, key_of_seed
from cuibao.loading import CalendarOverrides, load_overrides
from cuibao.model import DRILL, JOINT, Campaign, CarriedBy, Period
from cuibao.policy.joining import apart
from cuibao.policy.mail.vouching import Trust
from cuibao.policy.moving import moving
from cuibao.policy.offices import OfficeNames
from cuibao.policy.schedule import Schedule
from cuibao.policy.workdays import WorkingDays
from cuibao.running import as_one, load
from cuibao.settings import Settings, environment, read_settings
from cuibao.times import day_of, live_in, local
from cuibao.tongue import say, speak

if TYPE_CHECKING:  # a command loads the adapters that it uses
    from cuibao.evidence import EvidenceFolder
    from cuibao.ledger import KeptCampaign, Lease, Ledger
    from cuibao.mailbox import Mailbox
    from cuibao.mailer import Carrier
    from cuibao.rendering import Templates

log = logging.getLogger(__name__)


class Office:
    """An office at work, with the campaigns that it runs. Each part opens when it is first used; `close` lets go of
    them. `only`: one of its campaigns is looked at, and nothing is sent."""

    # How long what a dead process held stays held where nobody can tell that it is dead. Whoever lives renews.
    LEASE = timedelta(seconds=90)

    def __init__(self, settings: Settings, *, looking: bool = False, only: str | None = None) -> None:
        self.settings = settings
        self._looking = looking
        self._only = only
        self.holder = Holder.of_this_process()
        # The items whose entries were found under keys of the form that their rules make (`cuibao.service.keys`).
        self.keys_held: set[tuple[str, ...]] = set()

    @property
    def daily_cap(self) -> int | None:
        """How many letters may go out in a day; None for as many as there are."""
        return self.settings.daily_cap

    @property
    def contacts_folder(self) -> Path:
        """Where units.yaml and groups.yaml are: the office's own, else the checkout's; of several the first."""
        return self.contacts_in(self.campaign.contacts)

    def contacts_in(self, folder: str) -> Path:
        """That `folder` of the contacts."""
        return self.settings.contacts / folder

    @property
    def reaches_outside(self) -> bool:
        """Whether letters go to a mail server, and not only to the outbox folder."""
        return self.settings.smtp is not None

    @property
    def carried_by(self) -> CarriedBy:
        """What takes the letters."""
        return CarriedBy.SMTP if self.reaches_outside else CarriedBy.OUTBOX

    @property
    def reads_mail(self) -> bool:
        """Whether there is a mailbox to read."""
        return self.settings.imap is not None

    @property
    def stopped_clock(self) -> datetime | None:
        """The moment at which CUIBAO_NOW has stopped the office's clock, if it has."""
        _ = self._loaded  # whose time zone it is
        return None if self.settings.now is None else local(self.settings.now)

    @property
    def rehearsal(self) -> str:
        """What stands behind a title where nothing is real: （模拟演练） of a simulation, （演练） of a drill."""
        if self.ledger.simulated(self.campaign.id):
            return say("（模拟演练）")
        return say("（演练）") if self.campaign.drill else ""

    @property
    def clerk(self) -> str:
        """Who records, where a form does not say: the office itself, unless the settings name somebody."""
        return self.settings.clerk or self.names.familiar

    @cached_property
    def names(self) -> OfficeNames:
        """What the office is called."""
        return OfficeNames.of(self.campaign)

    def now(self) -> datetime:
        """The office's clock, in its campaign's time zone: CUIBAO_NOW where it is set, else the machine's."""
        return self.stopped_clock or local(self.machine_now())

    def runs(self, plan: str) -> bool:
        """Whether the plan of that id, as the ledger has it, is of a campaign that the office runs now, though its file
        may be gone."""
        of, joint, _ = plan.rpartition(JOINT)
        return (of if joint else self.campaign.folder) in {each.folder for each in self.campaign.each}

    def register(self, at: datetime, *, seed: int | None = None) -> None:
        """Note the campaigns that the office runs in the ledger, each once; with a `seed` they are simulated. Raises
        LedgerError where a simulation would touch what is real, or is of another seed."""
        self.ledger.register(self.campaign.id, at, seed=seed, members=[each.id for each in self.campaign.each])

    def lease(self) -> "Lease":
        """A lease in this process's name, on the machine's own clock."""
        from cuibao.ledger import Lease

        now = self.machine_now()
        return Lease(self.holder, now, now + self.LEASE)

    @staticmethod
    def machine_now() -> datetime:
        """The machine's own clock, whatever the campaign's says."""
        return datetime.now(UTC)

    @cached_property
    def campaign(self) -> Campaign:
        """The campaigns that the office runs, as one; a rehearsal of them where one is set."""
        return as_one(self.settings, self._loaded, self._kept, day_of(self.now()), self._only)

    @cached_property
    def _loaded(self) -> tuple[Campaign, ...]:
        """The campaigns of the files, each by itself. Their language is spoken from now on, by their clock."""
        found = load(self.settings)
        speak(found[0].language)
        live_in(found[0].timezone)
        return found

    @cached_property
    def _kept(self) -> "tuple[KeptCampaign, ...]":
        """The campaigns that the ledger knows, as it is; none where it is nowhere yet, or cannot be read: whoever needs
        it says so."""
        _ = self._loaded
        if self.settings.ledger_file is not None and not self.settings.ledger_file.exists():
            return ()
        with suppress(LedgerError):
            return tuple(each for each in self.ledger.kept() if each.id.endswith(DRILL) == self.settings.drill)
        return ()

    @cached_property
    def overrides(self) -> CalendarOverrides:
        """The days off and the working days that the office corrected, of one calendar."""
        return load_overrides(self.settings.schedules / "holidays.yaml")

    @cached_property
    def schedule(self) -> Schedule:
        """The campaign laid out on the office's calendar, with what clerks opened and the dates that letters have
        named; of a campaign that has nothing of the kind the ledger is not asked."""
        campaign = self.campaign
        theirs = self.overrides if self.overrides.calendar == campaign.calendar else CalendarOverrides()
        calendar = WorkingDays(theirs.holidays, theirs.workdays, campaign.calendar)
        opened = any(each.event is not None for plan in campaign.plans for each in plan.requirements)
        moves = bool(moving(campaign))
        if not (opened or moves):
            return Schedule(campaign, calendar)
        with self._ledger_at_hand() as ledger:
            events = ledger.events.all(campaign.id) if opened else ()
            told = ledger.events.told(campaign.id) if moves else {}
        return Schedule(campaign, calendar, [each.event for each in events if each.taken_back is None], told)

    @cached_property
    def past(self) -> Sequence[Period]:
        """The periods of the campaigns that the files have and the office runs no more, to be named in what was."""
        running = {each.folder for each in self.campaign.each}
        if not (gone := [each for each in self._loaded if each.folder not in running]):
            return ()
        campaign = apart(gone, self.campaign.id)
        events = (each.event for each in self.ledger.events.all(campaign.id) if each.taken_back is None)
        return Schedule(campaign, self.schedule.calendar, list(events), self.ledger.events.told(campaign.id)).periods

    def lay_out_again(self) -> None:
        """Let the schedule be laid out anew when it is next asked for: something was opened, or taken back."""
        self.__dict__.pop("schedule", None)

    @cached_property
    def ledger(self) -> "Ledger":
        """The ledger, created or migrated where needed; only once the campaign can be read.

        Who is only looking gets it as it is, or an empty one that is nowhere.
        """
        from cuibao.ledger import Ledger

        _ = self._loaded  # files that cannot be read must not leave an empty ledger behind
        if not self._looking:
            Ledger.require_address(self.settings.database_url)
            self._close_home()
        opened = Ledger.look_at if self._looking else Ledger.open
        return opened(self.settings.database_url, outside=self.reaches_outside)

    @cached_property
    def key(self) -> str:
        """What makes the ids of the campaign's mails (`cuibao.ids`): kept in the ledger, drawn at random when first
        needed, a simulation's from its seed. The campaign was registered."""
        campaign = self.campaign.id
        if (kept := self.ledger.key(campaign)) is not None:
            return kept
        seed = self.ledger.seed(campaign)
        made = secrets.token_hex(KEY_BYTES) if seed is None else key_of_seed(seed)
        return self.ledger.keep_key(campaign, made)

    @cached_property
    def templates(self) -> "Templates":
        """The office's letters."""
        from cuibao.rendering import Templates
        from cuibao.spreadsheet import sheet

        return Templates(self.settings.templates, sheet)

    @cached_property
    def carrier(self) -> "Carrier":
        """What carries letters: the mail server where one is set, else the outbox folder.

        Raises SettingError for a simulated campaign with a mail server: its letters must never reach a unit.
        """
        if self.settings.smtp is None:
            from cuibao.mailer import OutboxCarrier

            sender = self.campaign.mailbox
            return OutboxCarrier(self.settings.outbox, sender, private=self._is_private(self.settings.outbox))
        if self._is_simulated:
            raise SettingError("台账里是模拟演练，不能对外发信。请去掉 CUIBAO_SMTP_HOST，或换用正式台账。")
        from cuibao.mailer.smtp import SmtpCarrier

        return SmtpCarrier(self.settings.smtp)

    @cached_property
    def evidence(self) -> "EvidenceFolder":
        """Where what came by mail is kept."""
        from cuibao.evidence import EvidenceFolder

        return EvidenceFolder(self.settings.evidence, private=self._is_private(self.settings.evidence))

    @cached_property
    def mailbox(self) -> "Mailbox":
        """The office's mailbox. Raises SettingError where none is set, or the ledger holds a simulation."""
        from cuibao.mailbox import Mailbox

        if self.settings.imap is None:
            raise SettingError("没有设置收信服务器，收不了信。请在 .env 里写 CUIBAO_IMAP_HOST（见 .env.example）。")
        if self._is_simulated:
            raise SettingError("台账里是模拟演练，不收真实来信。请去掉 CUIBAO_IMAP_HOST，或换用正式台账。")
        return Mailbox(self.settings.imap)

    @property
    def trust(self) -> Trust:
        """Whose word about the senders of mails is believed: that of the server in the settings, else of the one that
        was learned."""
        learned = self.ledger.probes.learned(self.campaign.id)
        server = self.settings.authserv or (learned.server if learned else "")
        hosts = learned.hosts if learned and learned.server == server else None
        return Trust(server, hosts, self.settings.waived)

    @property
    def account(self) -> str:
        """What a mail server's refusals are noted under: what it says to a drill is none of the real letters'."""
        return f"{self.carrier.sender}{DRILL if self.campaign.drill else ''}"

    @property
    def own_address(self) -> str:
        """Where a mail to ourselves arrives: the address of the account that is read, else that of our letters."""
        from cuibao.mailer import is_address

        user = self.settings.imap.user if self.settings.imap else ""
        return user if is_address(user) else self.carrier.sender

    @staticmethod
    def token() -> str:
        """128 random bits in hex: an id that nobody can guess."""
        return secrets.token_hex(16)

    def close(self) -> None:
        """Let go of the ledger."""
        if "ledger" in self.__dict__:
            self.ledger.close()

    @contextmanager
    def _ledger_at_hand(self) -> Iterator["Ledger"]:
        """The ledger to look something up in: a schedule that is looked at makes none."""
        from cuibao.ledger import Ledger

        if "ledger" in self.__dict__ or self._looking:
            yield self.ledger
            return
        try:
            found = Ledger.look_at(self.settings.database_url)
        except LedgerError:  # of an older version, which whoever opens it brings up to date, or says what is wrong
            yield self.ledger
            return
        try:
            yield found
        finally:
            found.close()

    def _close_home(self) -> None:
        """Keep others out of the home before anything is written there."""
        with suppress(OSError):  # whoever writes next says what is wrong with the folder
            closing = close_home(self.settings.home)
            if closing is Closing.NOW_CLOSED:
                log.warning("%s", closing.said(self.settings.home))

    @property
    def _is_simulated(self) -> bool:
        """Whether the ledger holds a simulation, be it of what is rehearsed: its addresses may be anybody's."""
        names = (self.campaign.id, self.campaign.folder)
        return any(self.ledger.simulated(name) for name in names)

    def _is_private(self, folder: Path) -> bool:
        """Whether what is written to `folder` is for the office's own user alone.

        A folder outside of the home was put there for others to see: what is in it has the user's own umask.
        """
        return is_within(folder, self.settings.home)


@contextmanager
def open_office(
    settings: Settings | None = None, *, looking: bool = False, only: str | None = None
) -> Iterator[Office]:
    """The office that the environment describes, closed again at the end; `looking` changes no ledger. `only`: one of
    its campaigns is looked at."""
    office = Office(settings or read_settings(environment()), looking=looking, only=only)
    try:
        yield office
    finally:
        office.close()


def speak_up() -> None:
    """Let the office's language be spoken before anything else is asked of it. What is wrong with its files is for
    whoever opens it."""
    with suppress(CuibaoError):
        _ = Office(read_settings(environment()))._loaded


@contextmanager
def open_view(campaign: str | None = None, *, looking: bool = False) -> Iterator[Office]:
    """The office, to look at one `campaign` of it: by its folder, its code or its title; without, at the one that
    CUIBAO_CAMPAIGN names, else at all."""
    settings = read_settings(environment())
    usual = settings.campaign if settings.campaign and "/" not in settings.campaign else None
    with open_office(settings, looking=looking, only=campaign or usual) as office:
        yield office


def campaign_of(settings: Settings | None = None) -> Campaign:
    """The campaigns that the office runs, as one. Raises Faults, every mistake of their files."""
    with open_office(settings, looking=True) as office:
        return office.campaign
