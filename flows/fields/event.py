"""事发登记: which item is opened, for what, and for whom; or which event is taken back."""

from typing import Any

from cuibao.office import Office
from cuibao.service.entries.opening import event_items
from flows.forms import schema

NOTHING = "（没有事发后才报的事项，不用登记）"


def event_schema(office: Office) -> dict[str, Any]:
    """The form."""
    items = event_items(office)
    may_owe = {unit for item in items for unit in item.requirement.units}
    units = [unit.name for unit in office.campaign.units.values() if unit.id in may_owe]
    groups = list(office.campaign.groups.values()) if units else []
    fields: dict[str, dict[str, Any]] = {
        "item": {
            "title": "事项",
            "description": "事发后才报的事项",
            "type": "string",
            "enum": [item.label for item in items] or [NOTHING],
        },
        "happened": {"title": "事发日期", "type": "string", "format": "date"},
        "label": {
            "title": "名称",
            "description": "信里和报表里怎么称呼，如 某矿冒顶；不填就是事发日期",
            "type": "string",
            "default": "",
        },
        "units": {
            "title": "要报的单位",
            "description": "可以选几个，也可以选整个分组（在最后）",
            "type": "array",
            "items": {"type": "string", "enum": [*units, *groups] or [NOTHING]},
        },
        "back": {
            "title": "撤回第几号",
            "description": "登记错了才填，已有收件登记的不能撤回；填了它，只再填事项和登记人",
            "type": "integer",
        },
        "by": {"title": "登记人", "type": "string", "default": office.clerk},
    }
    return schema("事发登记", fields, ["item", "by"])
