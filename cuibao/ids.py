"""The Message-IDs of the office's own mails, which nobody outside can make or guess. Imports nothing of ours.

A keyed hash (HMAC-SHA256, RFC 2104) of what the mail is: the same whoever writes it and however often (RFC 5322,
3.6.4), and no other mail's.
"""

import hashlib
import hmac
import re

KEY_BYTES = 32
# 128 bits of the hash, in hex digits.
_SHOWN = 32
_FORM = re.compile(rf"<[a-z0-9~-]+\.[0-9a-f]{{{_SHOWN}}}@[^<>@\s]+>")


def message_id(key: str, campaign: str, domain: str, *named: str) -> str:
    """The Message-ID, with its brackets, of the campaign's mail that `named` tells from all others; `key` is hex."""
    mark = hmac.digest(bytes.fromhex(key), "\n".join(named).encode(), "sha256").hex()[:_SHOWN]
    return f"<{campaign}.{mark}@{domain}>"


def is_unguessable(message_id: str) -> bool:
    """Whether `message_id` has the form of those that are made here. Anybody can write one of that form; whoever names
    one that is in the ledger has seen the mail, or a report of it."""
    return _FORM.fullmatch(message_id) is not None


def key_of_seed(seed: int) -> str:
    """The key of a simulation: the same for the same seed, so that its letters are too. It keeps nothing secret."""
    return hashlib.sha256(f"simulation {seed}".encode()).hexdigest()
