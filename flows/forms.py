"""The forms in Prefect's UI: their titles, and what they offer."""

from collections.abc import Sequence
from typing import Any

from cuibao.errors import Contradiction
from cuibao.model import Channel, Claiming, Confirming, DateAnswer, Entry, Term
from cuibao.office import Office
from cuibao.said import label_of
from cuibao.service.letters.clock import Asked, why, would_undo
from cuibao.service.views.board import Board
from cuibao.service.views.offers import open_items
from cuibao.tongue import say
from flows.pages.links import CLAIM, DATE, LIAISON, RECORD, TRAIL


class Choice(Term):
    """What a form offers beside the words of the glossary."""

    YES = "yes", "是"
    NO = "no", "否"
    # What the form of a plan calls the phases that the date says.
    AUTO = "auto", "自动"


def yes_or_no(word: str, what: str) -> bool:
    """Whether a form's `word` is 是; `what` it says. Raises Contradiction for any but the two."""
    yes, no = Choice.YES.word, Choice.NO.word
    if word not in (yes, no, Choice.YES.value, Choice.NO.value):
        raise Contradiction(say("{what}应为 {yes}、{no} 之一，现为 {word}", what=what, yes=yes, no=no, word=word))
    return word in (yes, Choice.YES.value)


def record_schema(office: Office, board: Board) -> dict[str, Any]:
    """The form's fields, offering first the units and items that are open now."""
    items = open_items(office, board)
    owing = {cell.obligation.unit.id for item in items for cell in item.progress.missing}
    # Who owes nothing now comes last: of those there may still be something to send back, to put off or to withdraw.
    units = sorted(office.campaign.units.values(), key=lambda unit: unit.id not in owing)
    labels = [item.label for item in items]
    labels += [label for period in office.schedule.tracked() if (label := label_of(period)) not in labels]
    fields: dict[str, dict[str, Any]] = {
        "units": {
            "title": say("责任单位"),
            "description": say("可以选几个，也可以选整个分组（在最后）；为整个分组登记收到、退回、撤销，先列出再确认"),
            "type": "array",
            "items": {
                "type": "string",
                "enum": [*(unit.name for unit in units), *office.campaign.groups.values()],
            },
        },
        "item": {
            "title": say("报送事项"),
            "description": say("前面是现在还有单位没报的"),
            "type": "string",
            "enum": labels,
        },
        "entry": {
            "title": say("登记什么"),
            "description": say("退回重报、免报、延期、撤销须在备注里写明原因"),
            "type": "string",
            "enum": [entry.word for entry in Entry],
            "default": Entry.RECEIVED.word,
        },
        "received": {
            "title": say("收到日期"),
            "description": say("不填就是今天；退回、免报等为决定的日期"),
            "type": "string",
            "format": "date",
        },
        "channel": {
            "title": say("收到方式"),
            "type": "string",
            "enum": [channel.word for channel in Channel],
            "default": Channel.MAIL.word,
        },
        "by": {"title": say("登记人"), "type": "string", "default": office.clerk},
        "note": {"title": say("备注（原因）"), "type": "string", "default": ""},
        "due": {"title": say("延期到"), "description": say("登记延期才填"), "type": "string", "format": "date"},
        "number": {
            "title": say("撤销第几条"),
            "description": say("登记撤销才填，不填就是最后一条；条号见往来记录"),
            "type": "integer",
        },
        "confirm": {
            "title": say("确认"),
            "description": say("先不填；要确认的，点 Submit 后会列出将登记什么，核对无误再选"),
            "type": "string",
            "enum": [each.word for each in Confirming],
        },
    }
    return schema(RECORD.word, fields, ["units", "item", "entry", "channel", "by"])


def claim_schema(office: Office, board: Board) -> dict[str, Any]:
    """The form by which a mail of the queue is decided about."""
    record = record_schema(office, board)["properties"]
    units = [name for name in record["units"]["items"]["enum"] if name not in office.campaign.groups.values()]
    fields: dict[str, dict[str, Any]] = {
        "mail": {"title": say("来信编号"), "description": say("见待认领的来信"), "type": "integer"},
        "claiming": {
            "title": say("怎么处理"),
            "type": "string",
            "enum": [claiming.word for claiming in Claiming],
            "default": Claiming.RECEIVED.word,
        },
        "units": {
            "title": say("责任单位"),
            "description": say("一般是一个；不是报送的不用选"),
            "type": "array",
            "items": {"type": "string", "enum": units},
        },
        "items": {
            "title": say("报送事项"),
            "description": say("可以选几项；不是报送的不用选"),
            "type": "array",
            "items": {"type": "string", "enum": record["item"]["enum"]},
        },
        "keep_address": {
            "title": say("这个地址以后就算该单位的"),
            "description": say("发件地址不在通讯录里、只选了一个单位时才填；选“是”以前，先电话核实确是该单位的邮箱"),
            "type": "string",
            "enum": [Choice.NO.word, Choice.YES.word],
            "default": Choice.NO.word,
        },
        "by": record["by"],
        "note": {"title": say("备注"), "type": "string", "default": ""},
    }
    return schema(CLAIM.word, fields, ["mail", "claiming", "by"])


def liaison_schema(office: Office) -> dict[str, Any]:
    """The form by which one unit's liaison and leader are changed."""
    units = [unit.name for unit in office.campaign.units.values()]
    fields: dict[str, dict[str, Any]] = {
        "unit": {"title": say("责任单位"), "type": "string", "enum": units},
        "now": {
            "title": say("现在的内容"),
            "description": say("只供查看，在这里改没有用；从“联络员”页点单位名称打开本表时才有"),
            "type": "string",
            "default": "",
        },
        **_person("", ""),
        **_person("leader_", say("分管领导")),
    }
    return schema(LIAISON.word, fields, ["unit"])


def _person(prefix: str, whose: str) -> dict[str, dict[str, Any]]:
    """What is known of a person; what is left blank stays as it is."""
    hints = {"phone": say("；如 0797-3330001，有分机的写 0797-3330001-8012"), "email": say("；只写一个")}
    words = {
        "name": say("姓名"),
        "post": say("职务"),
        "phone": say("电话"),
        "mobile": say("手机"),
        "email": say("邮箱"),
    }
    return {
        f"{prefix}{field}": {
            "title": say("{whose}{what}", whose=whose, what=title) if whose else title,
            "description": say("不填就是不改{hint}", hint=hints.get(field, "")),
            "type": "string",
            "default": "",
        }
        for field, title in words.items()
    }


def trail_schema(office: Office) -> dict[str, Any]:
    """The form that asks what to show the history of: a unit, an item, or both."""
    fields: dict[str, dict[str, Any]] = {
        "unit": {
            "title": say("责任单位"),
            "description": say("单位和事项至少选一个；两个都选，就只看这个单位的这个事项"),
            "type": "string",
            "enum": [unit.name for unit in office.campaign.units.values()],
        },
        "item": {
            "title": say("报送事项"),
            "type": "string",
            "enum": [label_of(period) for period in office.schedule.tracked()],
        },
    }
    return schema(TRAIL.word, fields, [])


def date_schema(office: Office, asked: Asked) -> dict[str, Any]:
    """The form by which the question about the date is answered; it says what is asked, and what would be undone."""
    answers = [DateAnswer.RIGHT.word, *([DateAnswer.EARLIER_WRONG.word] if asked.tolls else [])]
    told = [why(asked.question) if asked.question else say("没有要核对的日期")]
    told += [say("撤回{morning}", morning=would_undo(toll)) for toll in asked.tolls]
    fields: dict[str, dict[str, Any]] = {
        "answer": {"title": say("回答"), "description": say("；").join(told), "type": "string", "enum": answers},
        "by": {"title": say("登记人"), "type": "string", "default": office.clerk},
    }
    return schema(DATE.word, fields, ["answer", "by"])


def run_schema(phases: Sequence[str] = ()) -> dict[str, Any]:
    """The form by which a flow is rerun by hand, which may have to choose among `phases`; all of it may stay empty, so
    that a quick run asks nothing."""
    fields: dict[str, dict[str, Any]] = {}
    if phases:
        words = [Choice.AUTO.word, *phases]
        fields["phase"] = {
            "title": say("阶段"),
            "description": say("“自动”就是按日期"),
            "type": "string",
            "enum": words,
        }
        fields["phase"]["default"] = Choice.AUTO.word
    fields["as_of"] = {
        "title": say("按哪个时刻"),
        "description": say("不填就是现在"),
        "type": "string",
        "format": "date-time",
    }
    return _fields(say("重做"), fields, [])


def empty_schema() -> dict[str, Any]:
    """The form of a flow that asks nothing."""
    return _fields(say("重做"), {}, [])


def schema(title: str, fields: dict[str, dict[str, Any]], required: list[str]) -> dict[str, Any]:
    """The form called `title`, its fields in the order given; the last says where to look after Submit."""
    name, last = list(fields.items())[-1]
    # Where Prefect's page shows what came of a form: it draws the list anew after half a minute, a run
    # after five seconds.
    after = say("点 Submit 以后过几秒按 F5，列表最上面的一条就是结果；或者点右下角的 View run，结果会自己出来")
    described = say("。").join(filter(None, [last.get("description"), after]))
    return _fields(title, fields | {name: last | {"description": described}}, required)


def _fields(title: str, fields: dict[str, dict[str, Any]], required: list[str]) -> dict[str, Any]:
    for position, field in enumerate(fields.values()):
        field["position"] = position
    return {"title": title, "type": "object", "required": required, "properties": fields}
