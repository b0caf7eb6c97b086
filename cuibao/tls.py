"""Encryption that checks whom it talks to."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from cuibao.errors import SettingError

if TYPE_CHECKING:  # most commands talk to nobody
    import ssl

# Encrypted from the first byte, after STARTTLS (RFC 3207, RFC 2595), or not at all.
Security: TypeAlias = Literal["ssl", "starttls", "none"]


def verifying(ca_file: Path | None) -> "ssl.SSLContext":
    """A context that checks a server's certificate and name; `ca_file` (PEM) is trusted besides the system's.

    Raises SettingError where that file cannot be used.
    """
    import ssl

    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise SettingError(f"CA 证书文件 {ca_file} 不能用（{error.strerror or error}）：应为 PEM 格式") from None
    return context
