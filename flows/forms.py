"""The forms in Prefect's UI: their Chinese titles, and what they offer."""

from datetime import datetime
from enum import Enum
from typing import Any

from cuibao.model import Channel
from cuibao.office import Office
from cuibao.service import receipts


class Choice(str, Enum):  # noqa: UP042  # Prefect prints a StrEnum's drop-down by name
    """Which phase to run: the ones that the date says, or one of three."""

    AUTO = "自动"
    MOBILIZATION = "动员部署"
    IMPLEMENTATION = "集中实施"
    SUMMARY = "总结提升"


def form_schema(office: Office, as_of: datetime) -> dict[str, Any]:
    """The form's fields with Chinese titles, offering only the units and items that are open now."""
    items = receipts.open_items(office, as_of)
    owing = {cell.obligation.unit.id for item in items for cell in item.progress.missing}
    units = [unit.name for unit in office.campaign.units.values() if unit.id in owing]
    fields: dict[str, dict[str, Any]] = {
        "units": {
            "title": "责任单位",
            "description": "可以选几个",
            "type": "array",
            "items": {"type": "string", "enum": units},
        },
        "item": {
            "title": "报送事项",
            "description": "只列现在还有单位没报的",
            "type": "string",
            "enum": [item.label for item in items],
        },
        "received": {"title": "收到日期", "description": "不填就是今天", "type": "string", "format": "date"},
        "channel": {
            "title": "收到方式",
            "type": "string",
            "enum": [channel.zh for channel in Channel],
            "default": Channel.MAIL.zh,
        },
        "by": {"title": "登记人", "type": "string", "default": office.clerk},
        "note": {"title": "备注", "type": "string", "default": ""},
    }
    return _schema("登记", fields, ["units", "item", "channel", "by"])


def run_schema(*, phase: bool) -> dict[str, Any]:
    """The form by which a flow is rerun by hand; all of it may stay empty, so that a quick run asks nothing."""
    fields: dict[str, dict[str, Any]] = {}
    if phase:
        words = [choice.value for choice in Choice]
        fields["phase"] = {"title": "阶段", "description": "“自动”就是按日期", "type": "string", "enum": words}
        fields["phase"]["default"] = Choice.AUTO.value
    fields["as_of"] = {"title": "按哪个时刻", "description": "不填就是现在", "type": "string", "format": "date-time"}
    return _schema("重做", fields, [])


def _schema(title: str, fields: dict[str, dict[str, Any]], required: list[str]) -> dict[str, Any]:
    for position, field in enumerate(fields.values()):
        field["position"] = position
    return {"title": title, "type": "object", "required": required, "properties": fields}
