"""Which addresses can be written to at all, and which must never leave this machine."""

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")

# RFC 2606 sections 2 and 3, RFC 6761 section 6: nobody can own a mailbox there.
_RESERVED = ("example", "invalid", "test", "localhost", "example.com", "example.net", "example.org")


def is_address(address: str) -> bool:
    """Whether `address` is a bare `local@domain` that a mail server could take (RFC 5321 section 4.1.2).

    Narrower than the RFC where a clerk's slip is far likelier than the rare legal form: no quoted local part, no
    address literal, no domain of one label (but `localhost`), and ASCII only, so that a full-width ＠ is caught.
    """
    local, at, domain = address.rpartition("@")
    return bool(at) and _is_local(local) and _is_domain(domain) and len(address) <= 254


def is_reserved(address: str) -> bool:
    """Whether the address lies under a reserved domain, in any case, with or without a trailing dot."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    return any(domain == reserved or domain.endswith(f".{reserved}") for reserved in _RESERVED)


def _is_local(local: str) -> bool:
    return len(local) <= 64 and _LOCAL.fullmatch(local) is not None


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    named = len(labels) > 1 or is_reserved(domain)
    return named and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
