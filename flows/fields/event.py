"""事发登记: which item is opened, for what, and for whom; or which event is taken back."""

from typing import Any

from cuibao.office import Office
from cuibao.service.entries.opening import event_items
from cuibao.tongue import say
from flows.forms import schema
from flows.pages.links import EVENT


def event_schema(office: Office) -> dict[str, Any]:
    """The form."""
    items = event_items(office)
    may_owe = {unit for item in items for unit in item.requirement.units}
    units = [unit.name for unit in office.campaign.units.values() if unit.id in may_owe]
    groups = list(office.campaign.groups.values()) if units else []
    nothing = say("（没有事发后才报的事项，不用登记）")
    fields: dict[str, dict[str, Any]] = {
        "item": {
            "title": say("事项"),
            "description": say("事发后才报的事项"),
            "type": "string",
            "enum": [item.label for item in items] or [nothing],
        },
        "happened": {"title": say("事发日期"), "type": "string", "format": "date"},
        "label": {
            "title": say("名称"),
            "description": say("信里和报表里怎么称呼，如 某矿冒顶；不填就是事发日期"),
            "type": "string",
            "default": "",
        },
        "units": {
            "title": say("要报的单位"),
            "description": say("可以选几个，也可以选整个分组（在最后）"),
            "type": "array",
            "items": {"type": "string", "enum": [*units, *groups] or [nothing]},
        },
        "back": {
            "title": say("撤回第几号"),
            "description": say("登记错了才填，已有收件登记的不能撤回；填了它，只再填事项和登记人"),
            "type": "integer",
        },
        "by": {"title": say("登记人"), "type": "string", "default": office.clerk},
    }
    return schema(EVENT.word, fields, ["item", "by"])
