"""启用: the form by which a clerk says yes to the first letters."""

from typing import Any

from cuibao.model import Copies
from cuibao.office import Office
from cuibao.service.letters.starting import FirstLetters
from cuibao.tongue import say
from flows.forms import schema
from flows.pages.links import BEGIN


def confirmed() -> str:
    """What is chosen by who has seen the list."""
    return say("确认启用")


def begin_schema(office: Office, first: FirstLetters | None) -> dict[str, Any]:
    """The form's fields; it bears the number of the list that stands on its page."""
    listed = (
        say("名单 {number} 共 {count} 封信，见“启用”页", number=first.number, count=len(first.letters))
        if first
        else say("现在不用启用")
    )
    fields: dict[str, dict[str, Any]] = {
        "number": {"title": say("名单编号"), "description": say("{listed}；不用改", listed=listed), "type": "integer"},
        "by": {"title": say("登记人"), "type": "string", "default": office.clerk},
        "copies": {
            "title": say("首次抄送分管领导"),
            "description": say("督办的信抄送分管领导：先批准，就是每个单位第一次要在“抄送”里同意；自动抄送，就是不问"),
            "type": "string",
            "enum": [copies.word for copies in Copies],
            "default": (first.campaign if first else office.campaign).policy.copies.word,
        },
        "confirm": {
            "title": say("确认"),
            "description": say("看过收信单位、地址和信的内容，再选“确认启用”"),
            "type": "string",
            "enum": [confirmed()],
        },
    }
    if first is not None:
        fields["number"]["default"] = first.number
    return schema(BEGIN.word, fields, ["number", "by", "copies", "confirm"])
