"""Handing letters over: to a real mail server through yagmail (`smtp`), or to an outbox folder.

`SmtpCarrier` and `OutboxCarrier` are both a `Carrier`; whoever sends knows no more than that. The first is imported
from its own module: an office without a mail server loads nothing of it.
"""

from cuibao.mailer.addresses import is_address, is_reserved
from cuibao.mailer.carrier import BatchStopped, Carrier, ConnectionTrouble, Session, Watch
from cuibao.mailer.outbox import OutboxCarrier
from cuibao.mailer.settings import Pacing, SmtpSettings

__all__ = [
    "BatchStopped",
    "Carrier",
    "ConnectionTrouble",
    "OutboxCarrier",
    "Pacing",
    "Session",
    "SmtpSettings",
    "Watch",
    "is_address",
    "is_reserved",
]
