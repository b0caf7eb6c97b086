"""来信待核: what lies in the mailbox and may be the report."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from cuibao.ledger import ReadMail
from cuibao.model import ObligationKey, Respite, Verdict
from cuibao.office import Office
from cuibao.policy.respites import Naming, respite_by_mails
from cuibao.policy.standing import standing
from cuibao.times import day_of, start_of


def respites_by_mails(office: Office, as_of: datetime, units: Collection[str]) -> Mapping[ObligationKey, Respite]:
    """What of `units` is not chased for it on the day of `as_of`."""
    named: dict[ObligationKey, list[Naming]] = defaultdict(list)
    for mail in office.ledger.mails.naming(office.campaign.id, units, Verdict.QUEUE.value):
        for key in mail.names:
            named[key].append(_naming(office, mail))
    waited_for = {key: mails for key, mails in named.items() if any(mail.waits for mail in mails)}
    entries = {unit: office.ledger.entries(office.campaign.id, unit) for unit in {key.unit for key in waited_for}}
    periods = {period.identity: period for period in office.schedule.tracked()}
    found: dict[ObligationKey, Respite] = {}
    for key, mails in waited_for.items():
        made = entries[key.unit].get(key, ())
        due = standing(made).due or (periods[key.item].due_for(key.unit) if key.item in periods else date.min)
        if respite := respite_by_mails(mails, made, due, day_of(as_of), office.schedule.calendar):
            found[key] = respite
    return found


def _naming(office: Office, mail: ReadMail) -> Naming:
    # Where the mailbox did not say when it came, it came when it was found.
    told = mail.arrived_at >= start_of(office.campaign.issued)
    return Naming(mail.arrived_at if told else mail.read_at, mail.read_at, mail.decision is None, mail.certain)
