"""通话: what a call to a unit came to."""

from typing import Any

from cuibao.office import Office
from cuibao.policy.promises import AT_MOST
from cuibao.tongue import say
from flows.forms import schema
from flows.pages.links import CALL


def call_schema(office: Office, units: list[str], items: list[str]) -> dict[str, Any]:
    """The form, which offers these `units` and `items` in their order."""
    fields: dict[str, dict[str, Any]] = {
        "unit": {"title": say("责任单位"), "type": "string", "enum": units},
        "whom": {"title": say("接听人"), "description": say("没有人接，写“无人接听”"), "type": "string"},
        "called": {
            "title": say("通话时间"),
            "description": say("不填就是现在"),
            "type": "string",
            "format": "date-time",
        },
        "note": {"title": say("通话内容"), "type": "string", "default": ""},
        "until": {
            "title": say("承诺哪天前报"),
            "description": say(
                "没有承诺的不填；到那一天为止不催承诺的事项，最多 {count} 个工作日，更晚的请登记延期", count=AT_MOST
            ),
            "type": "string",
            "format": "date",
        },
        "items": {
            "title": say("承诺报送的事项"),
            "description": say("不选就是这个单位现在逾期、退回的全部事项"),
            "type": "array",
            "items": {"type": "string", "enum": items},
        },
        "by": {"title": say("登记人"), "type": "string", "default": office.clerk},
    }
    return schema(CALL.word, fields, ["unit", "whom", "by"])
