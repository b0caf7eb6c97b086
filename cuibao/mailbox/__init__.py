"""Reading the office's mailbox over IMAP, and making sense of what lies there.

`Mailbox` looks and never touches; `parse` makes a `Mail` of any bytes.
"""

from cuibao.mailbox.mailbox import Batch, Glimpse, Mailbox, MailboxSession
from cuibao.mailbox.parsing import parse
from cuibao.mailbox.settings import ImapSettings
from cuibao.mailbox.troubles import MailboxTrouble

__all__ = ["Batch", "Glimpse", "ImapSettings", "Mailbox", "MailboxSession", "MailboxTrouble", "parse"]
