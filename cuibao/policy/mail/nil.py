"""零报告: whether a text says outright that there was nothing to report. Anything less is no report."""

import re
from collections.abc import Callable

from cuibao.policy.mail.phrases import MATTER, WHO

_LONGEST = 400
_CLAUSE = re.compile(r"[。；;！!\n，,]+")
_NOT = re.compile(
    r"不是|并非|非零|不属于|不接受|不能|不得|不要|不算|不再|不实行|取消|停止|是否|可否|能否|要不要|还是|请问|如何|怎么|如果|若|如有|制度|[?？]|吗|呢"
    r"|实行|执行|落实|坚持|严格|杜绝|严禁|上月|上个月|上季|下月|下个月|下季|去年|明年|起零"
)
_NAMED = re.compile(r"零(?:报告|报送|上报|情况)(?!制度|要求|机制|规定)")
# Who had none, of what, in which time: 我镇本月无此类情况, 经排查本辖区没有非煤矿山.
_WHO = rf"(?:我(?:镇|乡|局|委|办|单位|会|辖区)|本(?:镇|乡|局|委|办|单位|辖区)|{WHO})"
_WHEN = (
    r"(?:(?:本|当|该)(?:月份?|季度|期|阶段|年度?)|(?:20\d\d年)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})月份?"
    r"|(?:20\d\d年)?第?[一二三四1-4]季度)"
)
_FOUND = r"经(?:排查|核查|摸排|统计|自查|核实|了解)(?:统计|摸排)?"
_OPENS = rf"(?:现?(?:报告|回复|上报)如下|现将|现|特|兹|{_FOUND})"
_WHAT = (
    r"(?:新增|此类|该类|相关|有关|上述|非煤|矿山|非|烟花爆竹|事故|隐患|安全|生产|违法|行为|的|及|和|或|重大|一般|工作|整治|专项|攻坚战?|技术|改造"
    rf"|建设|项目|企业|工程|单位|场所|内容|事项|案件|情况|经营|店|点|零售|采掘|施工|检查|表|{MATTER})"
)
_MATTERS = rf"(?:工作|整治|专项|攻坚战?|安全|生产|技术|改造|情况|登记|检查|表|落实|{MATTER})"
_ZERO = re.compile(
    rf"{_OPENS}?{_WHO}?(?:辖区内?)?{_WHEN}?{_WHO}?(?:的?{_MATTERS})*?(?:{_WHEN})?(?:的?{_MATTERS})*?(?:均|都)?(?:为|是|属|作|报|上报|报送|故为|均为)?零(?:报告|报送|上报)"
    r"(?:特此(?:报告|说明))?"
)
_NONE = re.compile(
    rf"{_OPENS}?(?P<who>{_WHO})?(?:辖区内?)?(?P<when>{_WHEN})?(?:{_WHO})?(?:辖区内?)?(?P<of>{_WHAT}*?)"
    rf"(?:均|都|暂)?(?:无|没有|未发生|未发现|未涉及)(?P<what>{_WHAT}{{1,8}})"
)
_OF_IT = re.compile(rf"情况|事故|隐患|案件|企业|矿山|工程|项目|单位|场所|内容|事项|行为|{MATTER}")


def says_nil(text: str, marked: Callable[[str], str]) -> bool:
    """Whether a clause among the first of `text` is an explicit nil report, every word of it; `marked` as in `note`."""
    folded = "".join(text[:_LONGEST].split())
    if _NOT.search(folded):
        return False
    reported = "特此报告" in folded or "零报告" in folded
    clauses = (re.sub(r"[“”\"'、：:（）()]", "", marked(each)) for each in _CLAUSE.split(text[:_LONGEST]))
    return any(_is_nil(each, reported=reported) for each in clauses if each)


def leads_to_nil(clause: str) -> bool:
    """Whether `clause` is what goes before such a sentence: 经排查."""
    return re.fullmatch(_FOUND, clause) is not None


def named_nil(name: str) -> bool:
    """Whether the name of a file, or a subject, calls it a nil report."""
    return bool(_NAMED.search(name)) and not _NOT.search(name)


def _is_nil(clause: str, *, reported: bool) -> bool:
    if _ZERO.fullmatch(clause):
        return True
    found = _NONE.fullmatch(clause)
    return (
        found is not None
        and _OF_IT.search(found["what"]) is not None
        and bool(found["who"] or found["when"] or reported)
    )
