"""What an inspection asks for: everything that came in for one item, in a folder, with an index."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cuibao.errors import Contradiction
from cuibao.evidence import safe_name
from cuibao.files import write_whole
from cuibao.ledger import ReadMail, StoredFile
from cuibao.model import Obligation, ObligationKey, Period, Receipt, Unit
from cuibao.office import Office
from cuibao.policy.standing import counting, standing
from cuibao.said import label_of
from cuibao.times import local
from cuibao.tongue import say


def index() -> str:
    """What the list of what was copied is called."""
    return say("目录.csv")


def _head() -> tuple[str, ...]:
    return (
        say("单位"),
        say("情况"),
        say("收到时间"),
        say("方式"),
        say("登记人"),
        say("备注"),
        say("文件"),
        say("原文件名"),
        say("字节数"),
        "SHA-256",
        say("来信人"),
        say("来信主题"),
    )


@dataclass(frozen=True, slots=True)
class Exported:
    """What was put into the folder: how many units' files, how many files, and what is wrong with some."""

    folder: Path
    units: int
    files: int
    damaged: tuple[str, ...]


def export(office: Office, period: Period, out: Path) -> Exported:
    """Copy all evidence of `period` into the new or empty folder `out`, a folder a unit, with an index of all units.

    A file is checked against the sum that was noted when it came; one that is gone or changed is named in the index and
    in `damaged`. Raises Contradiction where `out` holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Contradiction(say("{out} 里已有内容，请换一个新文件夹。", out=out))
    entries = office.ledger.entries(office.campaign.id, item=period.identity)
    mails = {mail.id: mail for mail in office.ledger.mails.listed(office.campaign.id)}
    files: dict[ObligationKey, list[StoredFile]] = {}
    for file in office.ledger.mails.files(office.campaign.id, item=period.identity):
        files.setdefault(file.key, []).append(file)
    damaged: list[str] = []
    rows: list[tuple[str, ...]] = []
    copied = units = 0
    for unit in (office.campaign.units[name] for name in period.units):
        key = Obligation(period, unit).key
        came = _came_by(entries.get(key, ()), files.get(key, ()))
        kept = list(_copies(office, unit, files.get(key, ()), came, mails, out, damaged))
        copied += sum(bool(copy[0]) for copy in kept)
        units += bool(kept)
        stands = standing(entries.get(key, ()))
        words = office.schedule.status(period, stands, office.now()).word + (say("（零报告）") if stands.nil else "")
        rows += _rows(unit, words, entries.get(key, ()), kept)
    try:
        _write_index(out, f"{office.campaign.of(period.plan).title} {label_of(period)}", rows)
    except OSError as trouble:
        raise Contradiction(
            say("写不进 {out}（{strerror}），请换一个文件夹。", out=out, strerror=trouble.strerror)
        ) from None
    return Exported(out, units, copied, tuple(damaged))


def _came_by(entries: Sequence[Receipt], files: Sequence[StoredFile]) -> tuple[int, ...]:
    """The mails that are evidence: those of entries that count, and supplements; not what was registered by mistake."""
    entered = {entry.mail for entry in entries}
    counted = {entry.mail for entry in counting(entries)}
    found = [file.mail for file in files if file.mail in counted or file.mail not in entered]
    return tuple(dict.fromkeys([*found, *(mail for mail in counted if mail is not None)]))


def _copies(
    office: Office,
    unit: Unit,
    files: Sequence[StoredFile],
    came_by: Sequence[int],
    mails: Mapping[int, ReadMail],
    out: Path,
    damaged: list[str],
) -> Iterator[tuple[str, ...]]:
    """Copy a unit's files and the mails they came in; the index's columns about each."""
    folder = out / safe_name(f"{unit.no} {unit.name}".replace(" ", "_"))
    taken: set[str] = set()
    for mail in came_by:
        came = mails.get(mail)
        raw = came.raw if came else None
        words = (came.sender, came.subject) if came else ("", "")
        for file in [each for each in files if each.mail == mail]:
            name = _free_name(safe_name(file.name), taken)
            where = _copy(office, file.path, file.sha256, folder / name, damaged)
            yield where, file.name, str(file.size), file.sha256, *words
        if raw is not None:
            name = _free_name(say("来信{mail}.eml", mail=mail), taken)
            yield _copy(office, raw, None, folder / name, damaged), say("（来信原件）"), "", "", *words


def _copy(office: Office, path: str, expected: str | None, target: Path, damaged: list[str]) -> str:
    """Copy one file; its path below the exported folder, empty where it is gone or is not what came."""
    source = office.evidence.root / path
    try:
        data = source.read_bytes()
    except OSError as trouble:
        damaged.append(say("{source}：读不出来（{strerror}）", source=source, strerror=trouble.strerror))
        return ""
    if expected is not None and hashlib.sha256(data).hexdigest() != expected:
        damaged.append(say("{source}：与收到时不一致，没有导出", source=source))
        return ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except OSError as trouble:
        raise Contradiction(
            say("写不进 {parent}（{strerror}），请换一个文件夹。", parent=target.parent, strerror=trouble.strerror)
        ) from None
    return f"{target.parent.name}/{target.name}"


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, extension = name.rpartition(".")
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{stem}({number}).{extension}" if dot else f"{name}({number})"
    taken.add(found.casefold())
    return found


def _rows(
    unit: Unit, words: str, entries: Sequence[Receipt], kept: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    arrived = [entry for entry in counting(entries) if entry.entry.arrives]
    when, channel, by, note = "", "", "", ""
    if arrived:
        last = arrived[-1]
        when = say("、").join(f"{local(entry.received_at):%Y-%m-%d %H:%M}" for entry in arrived)
        channel, by, note = last.channel.word, last.by, last.note
    about = (unit.name, words, when, channel, by, note)
    for copy in kept or [("", "", "", "", "", "")]:
        yield (*about, *copy)


def _write_index(out: Path, title: str, rows: Sequence[tuple[str, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([title])
    writer.writerow(_head())
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / index(), text.getvalue().encode("utf-8-sig"))  # with a mark, by which Excel knows UTF-8


def _plain(cell: str) -> str:
    """A cell that a spreadsheet shows and never computes: a file's name is not to be trusted."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
