"""启用: the form by which a clerk says yes to the first letters."""

from typing import Any

from cuibao.model import Copies
from cuibao.office import Office
from cuibao.service.letters.starting import FirstLetters
from flows.forms import schema

CONFIRMED = "确认启用"


def begin_schema(office: Office, first: FirstLetters | None) -> dict[str, Any]:
    """The form's fields; it bears the number of the list that stands on its page."""
    listed = f"名单 {first.number} 共 {len(first.letters)} 封信，见“启用”页" if first else "现在不用启用"
    fields: dict[str, dict[str, Any]] = {
        "number": {"title": "名单编号", "description": f"{listed}；不用改", "type": "integer"},
        "by": {"title": "登记人", "type": "string", "default": office.clerk},
        "copies": {
            "title": "首次抄送分管领导",
            "description": "督办的信抄送分管领导：先批准，就是每个单位第一次要在“抄送”里同意；自动抄送，就是不问",
            "type": "string",
            "enum": [copies.word for copies in Copies],
            "default": (first.campaign if first else office.campaign).policy.copies.word,
        },
        "confirm": {
            "title": "确认",
            "description": "看过收信单位、地址和信的内容，再选“确认启用”",
            "type": "string",
            "enum": [CONFIRMED],
        },
    }
    if first is not None:
        fields["number"]["default"] = first.number
    return schema("启用", fields, ["number", "by", "copies", "confirm"])
