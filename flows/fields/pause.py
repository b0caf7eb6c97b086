"""暂停催报: what is paused, from when to when and why; or which pause is ended."""

from typing import Any

from cuibao.errors import Contradiction
from cuibao.office import Office
from cuibao.tongue import say
from flows.forms import schema
from flows.pages.links import PAUSE


# To pause all has to be chosen: what was left empty by mistake must not silence everybody.
def all_units() -> str:
    """What is chosen to pause all units."""
    return say("全部单位")


def all_plans() -> str:
    """What is chosen to pause all plans."""
    return say("全部方案")


def pause_schema(office: Office) -> dict[str, Any]:
    """The form."""
    units = [unit.name for unit in office.campaign.units.values()]
    plans = [plan.called for plan in office.campaign.plans]
    fields: dict[str, dict[str, Any]] = {
        "unit": {
            "title": say("责任单位"),
            "description": say("一个单位，或者选“{all}”", all=all_units()),
            "type": "string",
            "enum": [all_units(), *units],
        },
        "plan": {
            "title": say("方案"),
            "description": say("一个方案，或者选“{all}”", all=all_plans()),
            "type": "string",
            "enum": [all_plans(), *plans],
        },
        "first": {"title": say("从哪天起"), "description": say("不填就是今天"), "type": "string", "format": "date"},
        "last": {"title": say("到哪天止"), "description": say("这一天也不催"), "type": "string", "format": "date"},
        "reason": {"title": say("原因"), "description": say("如：抗洪抢险"), "type": "string", "default": ""},
        "lift": {
            "title": say("提前结束第几号"),
            "description": say("要提前结束一个暂停才填，见“暂停催报”页；填了它，上面的都不填"),
            "type": "integer",
        },
        "by": {"title": say("登记人"), "type": "string", "default": office.clerk},
    }
    return schema(PAUSE.word, fields, ["by"])


def chosen(word: str | None, everything: str, what: str) -> str | None:
    """What a form chose, None for all. Raises Contradiction where it chose nothing."""
    if not (word or "").strip():
        raise Contradiction(say("请选{what}；要全部暂停，请选“{everything}”。", what=what, everything=everything))
    return None if word == everything else word
