"""A covering note, word by word: what clerks write beside a report is known, and anything else a person reads.

What may be promised, asked or taken back has no end of wordings (`speech` knows the common ones); what accompanies a
report has few. So of each clause every word must be known, and the words must stand in a construction that says no
more than a courtesy, that something is handed in, what it is, that work on it is done, or whom to call.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from cuibao.policy.mail.footers import without_footers
from cuibao.policy.mail.nil import leads_to_nil, says_nil
from cuibao.policy.mail.people import ADDRESSED, SURNAMES, is_name, is_plain_name
from cuibao.policy.mail.phrases import MATTER, NAME, NUMBER, PHONE, READER, is_english, phrase, sorts_of
from cuibao.policy.mail.prose import is_prose, reports
from cuibao.policy.mail.signature import below, body, is_signed
from cuibao.policy.mail.speech import without_paper
from cuibao.policy.offices import OfficeNames

# Beyond this a text is a report pasted in, of which only what speaks of the sending is a note.
_SHORT = 200
_LONGEST = 4000
_PROSE = 3  # clauses that tell what was done make a summary; one or two may be an excuse
_CLAUSE_LONGEST = 80
_WORDS = 18  # in a clause; more of them would be long to try all constructions on
_CLAUSE = re.compile(r"[，,。；;！!\n~～…]+|\.(?!\w)")
_OF_THE_SENDING = re.compile(r"您|你|附件|报送|上报|材料|查收|我们|[稿版]|表|数据|盖章|签字|以上")
_FILES = re.compile(
    r"《[^》]{0,60}》|[\w.（）()-]{1,80}\.(?:docx?|xlsx?|pdf|wps|et|zip|ofd|pptx?)(?![\w])|[^\s根据按照依遵,，。]{1,8}〔20\d\d〕\d{1,4}号",
    re.I,
)
_PLACES = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,64}")
_NUMBERS = re.compile(r"\+?\d[\d()（）\s转—-]{6,24}\d")
_NUMERALS = re.compile(
    r"\d+(?:\.\d+)?%?|[一二三四五六七八九十]+(?=[月季])|第[一二三四五六七八九十]+|[一二三四五六七八九十][、.](?=\S)"
)
_POST = "主任|科长|局长|股长|老师|姐|哥|部长|秘书|处长|科(?![长员室协])|局(?![长里面])"
_LISTED = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十])[.、)）]\s*(?=\D)")
_OUTLOOK = re.compile(r"下一步|累计|共\d|截至|[^,，。]{0,20}\d+(?:人次|场次|人|家|期|场)")
_CALLED = re.compile(rf"{ADDRESSED}(?:{_POST})(?:姐|哥)?")
_FAMILIAR = re.compile(r"^[小老](?P<name>[\u4e00-\u9fff])(?=$|好|你好|您好)")
_NAMED = re.compile(
    r"(?P<label>联系人|联系|电话|手机|联络[员人](?:姓名)?(?:[^,，:：]{0,8}[:：]|[是为][\u4e00-\u9fff]{2,8}[长任员记])?|姓\s{0,2}名|找|确定由|指定由?|安排)\s*[:：是为由]?\s*(?!姓名)(?P<name>[\u4e00-\u9fff·]{2,4}?)"
    r"(?=$|[\s(（)）:：\ue003]|主任|同志|站长|电话|手机)"
)
_MYSELF = re.compile(r"(?P<label>我(?:是|叫)[\ue000\u4e00-\u9fff]{0,8}?)(?P<name>[\u4e00-\u9fff]{2,3})$")
_OWN_HEAD = re.compile(rf"{ADDRESSED}(?P<post>副?[镇乡]长|副?书记|副?站长)")
_POSITION = re.compile(r"(?P<label>职\s{0,2}务)\s*[:：]?\s*[^\W\d没未不待缺]{1,10}[长任员记师工部人]$")
_EXCUSE = re.compile(
    r"因(?:为)?(?:近期|近段时间|前段时间|这段时间|最近|前期|我镇)?(?:忙于|参加|开展)?"
    r"(?:防汛|抗旱|抗洪|抢险|疫情防控|防溺水|森林防火|换届|迎检|工作|事务|任务|人手|人员|较|比较|太|过|多|忙|繁忙|紧张|紧|少|重)+"
)
_SMILES = re.compile(
    r"\[(?:玫瑰|抱拳|微笑|握手|强|合十|ok|咖啡|太阳|鲜花|花|爱心|呲牙|愉快|可爱|憨笑|赞|鼓掌|笑脸|谢谢)\]|[🙏🌹👍😊😄😀🤝☕🌷💐✌🍵❤☀]",
    re.I,
)
_PUNCTUATION = re.compile(r"[\s　、·\-—|｜()（）\"“”‘’'.:：\ufe0f_]+")
_TROUBLE = re.compile(
    r"(如?有[^，。！\n]{0,5}(?:问题|疑问|事|需要|不妥|不当)(?:之处|的地方)?)[，,](?=请|可|随时|敬|烦|麻烦)"
)

_THING = "(?:nj)?(?:w|m|n|D)*n(?:m|D)*"
_BASIS = "b(?:w|m|n|D|a|o|r|g)*r"
_KNOWN = tuple(
    phrase(each)
    for each in (
        # 王主任您好; 感谢您的支持
        "(?:g|a|p|o|O)+",
        # 请领导审阅; 附件请查收
        f"a*(?:{_THING})?(?:q(?:a|o)*d*k+p*)+(?:{_THING})?p*(?:g|a)*",
        "(?:a|o)*k+p*",
        # 现将我镇工作情况报送贵办; 材料已按要求上报; 已整理好发您
        f"(?:a+(?=(?:w|d|x|s)))?w*(?:{_BASIS})?(?:w|t|d|s)*(?:x?{_THING})?(?:w|t|d|s)*(?:{_BASIS})?(?:w|d|s)*"
        f"(?:sc+e*|c+e+)?v+l?(?:o|a)*(?:{_THING})?j?(?:e|p|z)*g*",
        # 见附件; 附件为我镇的总结; 材料在附件里
        f"(?:w|d|t)*(?:{_THING})?(?:d|s)*l(?:{_THING})?j?p*",
        f"(?:w|d|t)*(?:{_THING})?d*inj?p*",
        f"njl{_THING}",
        f"{_THING}lwv{_THING}",
        # 嘉定镇材料; 附件2份; 2022年7月25日
        "(?:w|m|n|D)*(?:w|n|D)(?:w|m|n|D)*p*",
        # 附件已盖章; 报告已经镇长签字; 按您的意见已修改完善; 刚刚盖好章
        f"w*(?:{_BASIS})?w*(?:{_THING})?w*(?:{_BASIS})?"
        f"(?:a|h)?t?(?:s+(?:{_BASIS})?d*c+(?:d+c+)?(?:e|p)*|s*y?(?:h|a)+(?:d|s)*(?:c|C)+(?:e|p)*|c+e+p*)(?:{_THING})?p*",
        # 材料已报镇长审定
        f"(?:w|d|t)*(?:{_THING})?s+vh+(?:c|C)+(?:e|p)*",
        # 根据通知要求; 受镇长委托
        _BASIS,
        "y(?:h|a|N)+y",
        # 不好意思报晚了
        f"(?:g|w|d|s|t)*(?:{_THING})?(?:d|s)*zp*(?:g|q)*",
        # 如有问题请与我联系; 联系人张三; 电话3330001
        "F(?:f|u|N|T|D|a|o|p|w)*",
        "G(?:f|u|N|T|D|a|o|p|w)+",
        "(?:f|u|a|w|o|n|m|l|d|L|x|s|v|h)*(?:N|T)(?:f|N|T|D|p|w|h|n|m|l|L|u)*",
        "f+",
        # 我是嘉定镇刘小军
        "wl(?:w|m|h)*N",
    )
)


def odd_clause(text: str, marked: Callable[[str], str], office: OfficeNames) -> str:
    """The first clause of a covering note that is nothing which clerks write beside a report; empty where there is
    none. `marked`: a clause with the campaign's words and the sender's unit as `phrases` has them; the `office` is who
    reads it."""
    own = _TROUBLE.sub(r"\1", body(without_footers(text)))
    if len(own) > _LONGEST:
        return own[_LONGEST : _LONGEST + 20].strip() or own[-20:]
    long = len(own) > _SHORT
    clauses = [each for each in map(_trimmed, _CLAUSE.split(_prepared(own))) if each]
    told = sum(is_prose(each, marked) for each in clauses) >= _PROSE
    for clause in clauses:
        if long and not _OF_THE_SENDING.search(clause) and reports(clause):
            continue
        if not ((told and is_prose(clause, marked)) or is_known(clause, marked, office)):
            return clause
    return _odd_below(text, marked, office)


def is_known(clause: str, marked: Callable[[str], str], office: OfficeNames) -> bool:
    """Whether `clause` is one that clerks write beside a report, every word of it."""
    if (
        _office_itself(office).fullmatch(clause)
        or says_nil(clause, marked)
        or leads_to_nil(clause)
        or is_english(clause)
    ):
        return True
    if _OUTLOOK.match(clause) and is_prose(clause, marked):
        return True
    words = _LISTED.sub("", without_paper(_sent_on_paper(office).sub("", _SMILES.sub("", clause))))
    words = _NUMERALS.sub(NUMBER, marked(_names_marked(words)))
    return _fits(words, office) or all(_fits(each, office) for each in re.split("[:：]", words))


def _fits(words: str, office: OfficeNames) -> bool:
    """Whether `words` are all known and stand in a construction."""
    words = _PUNCTUATION.sub("", words)
    if not words or _EXCUSE.fullmatch(words):
        return True
    sorts = sorts_of(words, office) if len(words) <= _CLAUSE_LONGEST else ""
    return 0 < sorts.count("<") <= _WORDS and any(each.fullmatch(sorts) for each in _KNOWN)


def _odd_below(text: str, marked: Callable[[str], str], office: OfficeNames) -> str:
    """The first line below a note that is no line of a signature either."""
    for line in below(text).split("\n"):
        words = _trimmed(line)
        if not words or is_signed(words) or re.fullmatch(r"[-—_=*]+", words):
            continue
        for clause in filter(None, map(_trimmed, _CLAUSE.split(_prepared(words)))):
            if not (is_signed(clause) or is_known(clause, marked, office)):
                return clause
    return ""


@lru_cache(maxsize=8)
def _office_itself(office: OfficeNames) -> re.Pattern[str]:
    names = "|".join(map(re.escape, office.bare))
    return re.compile(rf"(?:{office.place})?(?:{office.level})?(?:应急管理局|应急局|{names})[:：]?")


@lru_cache(maxsize=8)
def _sent_on_paper(office: OfficeNames) -> re.Pattern[str]:
    to = rf"(?:贵办|贵局|你办|您处|您办公室|贵单位|(?:{office.level})?{re.escape(office.core)})"
    return re.compile(
        r"(?:纸质|盖章|签字|原)(?:件|版|稿|材料)(?:已经?|均已)"
        rf"(?:邮寄|寄出|寄送|快递寄出|送达|(?:邮寄|寄|送|交|报)[至到给]?{to})(?:了)?$"
    )


def _trimmed(clause: str) -> str:
    return clause.strip(' 　.、·-—|()（）"“”\t*=_')


def _prepared(text: str) -> str:
    return _FILES.sub(MATTER, unicodedata.normalize("NFKC", text))


def _names_marked(clause: str) -> str:
    """`clause` with what stands for numbers of telephones, for names, and for whom it greets."""
    clause = _PLACES.sub(PHONE, clause)
    clause = _NUMBERS.sub(lambda found: PHONE if len(re.sub(r"\D", "", found[0])) >= 7 else found[0], clause)
    clause = _CALLED.sub(READER, clause)
    clause = _OWN_HEAD.sub(lambda found: found["post"], clause)
    clause = _POSITION.sub(lambda found: found["label"] + NAME, clause)
    clause = _FAMILIAR.sub(lambda found: READER if found["name"] in SURNAMES else found[0], clause)
    for pattern in (_NAMED, _MYSELF):
        clause = pattern.sub(lambda found: found["label"] + NAME if is_name(found["name"]) else found[0], clause)
    if PHONE in clause:
        words = re.split(rf"([\s|｜:：()（）、]+|{PHONE})", clause)
        clause = "".join(NAME if is_plain_name(word) else word for word in words)
    return clause
