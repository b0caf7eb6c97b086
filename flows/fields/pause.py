"""暂停催报: what is paused, from when to when and why; or which pause is ended."""

from typing import Any

from cuibao.errors import Contradiction
from cuibao.office import Office
from flows.forms import schema

# To pause all has to be chosen: what was left empty by mistake must not silence everybody.
ALL_UNITS, ALL_PLANS = "全部单位", "全部方案"


def pause_schema(office: Office) -> dict[str, Any]:
    """The form."""
    units = [unit.name for unit in office.campaign.units.values()]
    plans = [plan.called for plan in office.campaign.plans]
    fields: dict[str, dict[str, Any]] = {
        "unit": {
            "title": "责任单位",
            "description": f"一个单位，或者选“{ALL_UNITS}”",
            "type": "string",
            "enum": [ALL_UNITS, *units],
        },
        "plan": {
            "title": "方案",
            "description": f"一个方案，或者选“{ALL_PLANS}”",
            "type": "string",
            "enum": [ALL_PLANS, *plans],
        },
        "first": {"title": "从哪天起", "description": "不填就是今天", "type": "string", "format": "date"},
        "last": {"title": "到哪天止", "description": "这一天也不催", "type": "string", "format": "date"},
        "reason": {"title": "原因", "description": "如：抗洪抢险", "type": "string", "default": ""},
        "lift": {
            "title": "提前结束第几号",
            "description": "要提前结束一个暂停才填，见“暂停催报”页；填了它，上面的都不填",
            "type": "integer",
        },
        "by": {"title": "登记人", "type": "string", "default": office.clerk},
    }
    return schema("暂停催报", fields, ["by"])


def chosen(word: str | None, everything: str, what: str) -> str | None:
    """What a form chose, None for all. Raises Contradiction where it chose nothing."""
    if not (word or "").strip():
        raise Contradiction(f"请选{what}；要全部暂停，请选“{everything}”。")
    return None if word == everything else word
