"""Handing letters over: to a real mail server through yagmail, or to an outbox folder.

`SmtpCarrier` and `OutboxCarrier` are both a `Carrier`; whoever sends knows no more than that.
"""

from cuibao.mailer.addresses import is_address, is_reserved
from cuibao.mailer.carrier import BatchStopped, Carrier, ConnectionTrouble, Session, Watch
from cuibao.mailer.outbox import OutboxCarrier
from cuibao.mailer.smtp import Pacing, SmtpCarrier, SmtpSettings

__all__ = [
    "BatchStopped",
    "Carrier",
    "ConnectionTrouble",
    "OutboxCarrier",
    "Pacing",
    "Session",
    "SmtpCarrier",
    "SmtpSettings",
    "Watch",
    "is_address",
    "is_reserved",
]
