"""The older office files (MS-CFB): which streams one holds, and whether a password closes it; no more is read."""

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_HEAD = 512
# Beyond these nothing honest is, and the bytes decide how often the loops go round.
_ENTRIES = 4096
_RECORDS = 64
_LAST = 0xFFFFFFFA  # greater numbers are marks, and no sectors
_FILE_PASS = 0x002F  # MS-XLS 2.4.117
_ENCRYPTED = 0x0100  # MS-DOC 2.5.2, fEncrypted


def streams(data: bytes) -> dict[str, bytes]:
    """The streams by name, each with its first bytes where they are easily found; none where it is no such file.

    Never raises, whatever the bytes are.
    """
    try:
        return _streams(data)
    except (struct.error, IndexError):
        return {}


def locked(found: dict[str, bytes]) -> bool:
    """Whether a password is needed to read the file that holds the streams `found`."""
    if {"EncryptedPackage", "EncryptionInfo", "EncryptedSummary"} & found.keys():
        return True
    word = found.get("WordDocument", b"")
    if len(word) >= 12 and struct.unpack_from("<H", word, 10)[0] & _ENCRYPTED:
        return True
    return _has_password(found.get("Workbook") or found.get("Book") or b"")


def _streams(data: bytes) -> dict[str, bytes]:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if data[:8] != MAGIC or size not in (512, 4096):
        return {}
    table = _table(data, size)
    (sector,) = struct.unpack_from("<I", data, 48)
    (cutoff,) = struct.unpack_from("<I", data, 56)
    found: dict[str, bytes] = {}
    for _ in range(_ENTRIES * _ENTRY // size):
        if sector >= _LAST:
            break
        start = (sector + 1) * size
        for at in range(start, start + size, _ENTRY):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            if kind == 2 and 2 <= length <= 64:
                first, bytes_ = struct.unpack_from("<IQ", data, at + 116)
                name = data[at : at + length - 2].decode("utf-16-le", "replace")
                begin = (first + 1) * size
                found[name] = data[begin : begin + _HEAD] if bytes_ & 0xFFFFFFFF >= cutoff else b""
        sector = table[sector]
    return found


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """The allocation table, as far as the header tells of it: the first 6.8 MB, where the directory begins."""
    found: list[int] = []
    for sector in struct.unpack_from("<109I", data, 76):
        if sector < _LAST:
            found += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return tuple(found)


def _has_password(book: bytes) -> bool:
    """Whether the record that says so is among the first of the workbook's."""
    at = 0
    for _ in range(_RECORDS):
        if at + 4 > len(book):
            break
        kind, length = struct.unpack_from("<HH", book, at)
        if kind == _FILE_PASS:
            return True
        at += 4 + length
    return False
