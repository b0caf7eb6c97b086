"""File names that are harmless on any system, and still tell a person what the file is."""

import re
import unicodedata

# Letters and digits of any script, and the marks that Chinese file names carry.
_UNSAFE = re.compile(r"[^\w.()（）《》“”〔〕、，·+=@-]+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_BYTES = 150


def safe_name(name: str, otherwise: str = "附件") -> str:
    """`name` as a file's name: no folder, no control or direction characters, no leading dot, at most 150 bytes."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    safe = _UNSAFE.sub("_", visible).strip(" ._") or otherwise
    if _RESERVED.match(safe):
        safe = f"_{safe}"
    stem, dot, extension = safe.rpartition(".")
    if not dot or len(extension) > 10:
        return _cut(safe, _BYTES)
    return f"{_cut(stem, _BYTES - len(extension.encode()) - 1)}.{extension}"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
