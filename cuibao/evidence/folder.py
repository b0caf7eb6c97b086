"""Keeping files by campaign, plan, period and unit, and the mails they came in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cuibao.errors import CuibaoError, SettingError
from cuibao.evidence.names import safe_name
from cuibao.files import make_folder, write_whole
from cuibao.model import ObligationKey
from cuibao.times import local


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the folder: `path` below it, with forward slashes; `size` in bytes."""

    path: str
    sha256: str
    size: int


class EvidenceFolder:
    """The folder at `root`, which is made with its first file; `private` closes what is made there to other users."""

    def __init__(self, root: Path, *, private: bool = False) -> None:
        self.root = root
        self._private = private

    def keep_mail(self, campaign: str, arrived_at: datetime, identity: str, data: bytes) -> Kept:
        """Keep the bytes of a mail: the same mail always as the same file. Raises SettingError."""
        arrived = local(arrived_at)
        return self._keep(f"{safe_name(campaign)}/mail/{arrived:%Y-%m}", f"{identity}.eml", data)

    def keep(
        self,
        campaign: str,
        key: ObligationKey,
        arrived_at: datetime,
        identity: str,
        number: int,
        name: str,
        data: bytes,
    ) -> Kept:
        """Keep the `number`-th file of a mail for an obligation, under a safe form of its `name`. Raises SettingError.

        The file's name tells when it came, in which mail and in which place: no two files are ever one.
        """
        names = (campaign, key.plan, f"{key.requirement}-{key.period}", key.unit)
        folder = "/".join(map(safe_name, names))
        mark = f"{local(arrived_at):%Y%m%d-%H%M}-{identity[:8]}-{number:02}"
        return self._keep(folder, f"{mark}-{safe_name(name)}", data)

    def read(self, path: str) -> bytes:
        """The bytes of the file at `path`. Raises CuibaoError where it is gone."""
        try:
            return (self.root / path).read_bytes()
        except OSError as trouble:
            raise CuibaoError(f"证据文件 {self.root / path} 读不出来（{trouble.strerror}）") from None

    def size(self, path: str) -> int:
        """How many bytes the file at `path` has. Raises CuibaoError where it is gone."""
        try:
            return (self.root / path).stat().st_size
        except OSError as trouble:
            raise CuibaoError(f"证据文件 {self.root / path} 读不出来（{trouble.strerror}）") from None

    def _keep(self, folder: str, name: str, data: bytes) -> Kept:
        place = self.root / folder
        kept = Kept(f"{folder}/{name}", hashlib.sha256(data).hexdigest(), len(data))
        try:
            make_folder(place, private=self._private)
            write_whole(place / name, data, private=self._private)
        except OSError as trouble:
            raise SettingError(
                f"收到的材料存不进 {place}（{trouble.strerror}）："
                "请检查磁盘空间和权限，或用 CUIBAO_EVIDENCE 换一个文件夹"
            ) from None
        return kept
