"""抄送批准: the form by which first copies to leaders are approved."""

from typing import Any

from cuibao.model import CopyDecision
from cuibao.office import Office
from cuibao.service.views.board import Board
from cuibao.tongue import say
from flows.forms import schema
from flows.pages.links import COPIES


def copies_schema(office: Office, board: Board) -> dict[str, Any]:
    """The form, offering first the units that wait."""
    waiting = [each.unit.name for each in board.copies]
    others = [unit.name for unit in office.campaign.units.values() if unit.name not in waiting]
    fields: dict[str, dict[str, Any]] = {
        "units": {
            "title": say("责任单位"),
            "description": say("可以选几个；等批准的 {count} 个在前面", count=len(waiting)),
            "type": "array",
            "items": {"type": "string", "enum": [*waiting, *others]},
        },
        "decision": {
            "title": say("抄送分管领导"),
            "description": say("批准了以后自动抄送，7 天最多一次；不批准就一直不抄送。以后可以再改"),
            "type": "string",
            "enum": [decision.word for decision in CopyDecision],
        },
        "by": {"title": say("登记人"), "type": "string", "default": office.clerk},
    }
    return schema(COPIES.word, fields, ["units", "decision", "by"])
