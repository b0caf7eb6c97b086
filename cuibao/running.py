"""Which campaigns an office runs: all those right under `schedules` that are not over with, as one. One is that was
closed, or has come to its own end, once the office has had the report of it.

One that lies deeper is nobody's until it is asked for (CUIBAO_CAMPAIGN=examples/…), and is run alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cuibao.errors import Faults, SettingError
from cuibao.loading import CAMPAIGN_FILE, find_campaigns, load_campaign
from cuibao.model import DRILL, Campaign
from cuibao.policy.chasing import is_over
from cuibao.policy.joining import about, join, unlike
from cuibao.settings import Settings

if TYPE_CHECKING:
    from cuibao.ledger import KeptCampaign


def load(settings: Settings) -> tuple[Campaign, ...]:
    """The campaigns of the files, each by itself. Raises Faults with every mistake of all of them, SettingError where
    there is none."""
    found, faults = [], dict[str, None]()
    for folder in _folders(settings):
        try:
            found.append(load_campaign(folder, settings.contacts))
        except Faults as wrong:
            faults |= dict.fromkeys(wrong.lines)
    if faults:
        raise Faults(list(faults))
    if not settings.drill:
        return tuple(found)
    # What a rehearsal writes bears a name of its own in the ledger: nothing of it counts for the real campaign.
    return tuple(replace(each, id=f"{each.id}{DRILL}", drill=True) for each in found)


def as_one(
    settings: Settings,
    loaded: Sequence[Campaign],
    kept: "Sequence[KeptCampaign]",
    today: date,
    only: str | None = None,
) -> Campaign:
    """Those of the `loaded` campaigns that are run `today`, as one, by what the ledger has `kept` of them; or the one
    that is looked at, called `only`. Where all are over with, they are all there, to be looked at.

    Raises Faults where they cannot be run as one, or none is called like the one that is looked at.
    """
    seen = None if only is None else _named(loaded, only)
    known = {each.id: each for each in kept}
    live = [each for each in loaded if each is seen or not _is_done(each, known.get(each.id), today)] or list(loaded)
    live.sort(key=lambda each: (each.issued, each.id))
    if faults := list(unlike(live)):
        raise Faults(faults)
    joined = join(live, _book(settings, live, kept))
    if seen is None or not joined.joined:
        return joined
    return about(joined, joined.joined[seen.folder].plans)


def _is_done(campaign: Campaign, kept: "KeptCampaign | None", today: date) -> bool:
    """Whether nothing more is to be done about it."""
    if kept is None:
        return is_over(campaign, today)
    return kept.told and (kept.closed or is_over(campaign, today))


def _named(loaded: Sequence[Campaign], words: str) -> Campaign:
    """The campaign with this folder or code, else the only one with this title. Raises Faults, saying what there is."""
    named = [each for each in loaded if words in (each.folder, each.reference)]
    found = named or [each for each in loaded if words == each.title]
    if len(found) == 1:
        return found[0]
    known = "、".join(f"{each.folder}（{each.title}）" for each in found or loaded)
    if found:
        raise Faults([f"叫“{words}”的攻坚战有几个，请写文件夹名：{known}"])
    raise Faults([f"没有“{words}”这个攻坚战，现有：{known}"])


def _book(settings: Settings, live: Sequence[Campaign], kept: "Sequence[KeptCampaign]") -> str:
    """What the common rows of the office's campaigns bear in the ledger: the id of the first that it was begun with.
    One that was simulated has a book of its own, and so has one that the home was not made for."""
    if _lies_deeper(settings):
        return live[0].id
    ids = {each.id for each in live}
    known = [each for each in kept if each.id in ids] or [each for each in kept if not each.simulated]
    wanted = [each.id for each in live if each.folder == settings.campaign]
    return known[0].book if known else (wanted or [live[0].id])[0]


def _lies_deeper(settings: Settings) -> bool:
    wanted = settings.campaign or ""
    return "/" in wanted and (settings.schedules / wanted / CAMPAIGN_FILE).is_file()


def _folders(settings: Settings) -> Sequence[Path]:
    folders = {folder.name: folder for folder in find_campaigns(settings.schedules)}
    wanted = settings.campaign
    if wanted and _lies_deeper(settings):
        return [settings.schedules / wanted]
    if wanted is not None and wanted not in folders:
        known = "、".join(folders) or "（无）"
        raise Faults([f"CUIBAO_CAMPAIGN：{settings.schedules} 下没有 {wanted}，现有：{known}"])
    if not folders:
        raise SettingError(
            f"{settings.schedules} 下没有攻坚战。请建一个文件夹，里面写 campaign.yaml（见 docs/schedule.zh-CN.md）。"
        )
    return list(folders.values())
