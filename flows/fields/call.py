"""通话: what a call to a unit came to."""

from typing import Any

from cuibao.office import Office
from cuibao.policy.promises import AT_MOST
from flows.forms import schema


def call_schema(office: Office, units: list[str], items: list[str]) -> dict[str, Any]:
    """The form, which offers these `units` and `items` in their order."""
    fields: dict[str, dict[str, Any]] = {
        "unit": {"title": "责任单位", "type": "string", "enum": units},
        "whom": {"title": "接听人", "description": "没有人接，写“无人接听”", "type": "string"},
        "called": {"title": "通话时间", "description": "不填就是现在", "type": "string", "format": "date-time"},
        "note": {"title": "通话内容", "type": "string", "default": ""},
        "until": {
            "title": "承诺哪天前报",
            "description": f"没有承诺的不填；到那一天为止不催承诺的事项，最多 {AT_MOST} 个工作日，更晚的请登记延期",
            "type": "string",
            "format": "date",
        },
        "items": {
            "title": "承诺报送的事项",
            "description": "不选就是这个单位现在逾期、退回的全部事项",
            "type": "array",
            "items": {"type": "string", "enum": items},
        },
        "by": {"title": "登记人", "type": "string", "default": office.clerk},
    }
    return schema("通话", fields, ["unit", "whom", "by"])
