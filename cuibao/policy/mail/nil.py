"""零报告: whether a text says outright that there was nothing to report. Anything less is no report."""

import re

_LONGEST = 400
_SENTENCE = re.compile(r"[。；;！!\n]+")
_WORD = re.compile(r"[“\"]?零(?:报告|报送|上报|情况)[”\"]?(?!制度|要求|机制|规定)")
_NOT = re.compile(
    r"不是|并非|非零|不属于|不接受|不能|不得|不要|不算|不再|不实行|取消|停止|是否|可否|能否|要不要|还是|请问|如何|怎么|如果|若|如有|制度|[?？]|吗|呢"
    r"|实行|执行|落实|坚持|严格|杜绝|严禁"
)
# Who had none, of what, in which time: 我镇本月无此类情况, 经排查本辖区没有非煤矿山.
_WHO = (
    r"(?:我(?:镇|乡|局|委|办|单位|会|辖区)|本(?:镇|乡|局|委|办|单位|辖区)"
    r"|[\u4e00-\u9fff]{1,10}(?:镇|乡|局|委|办|会|队|区))"
)
_WHEN = (
    r"(?:本|当|该|上)?(?:月份?|季度|期|阶段|年度?)|(?:20\d\d年)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})月份?"
    r"|第?[一二三四1-4]季度"
)
_NONE = re.compile(
    rf"(?:现?(?:报告|回复)如下[:：,，]?|经(?:排查|核查|摸排|统计|自查)[,，]?)?(?P<who>{_WHO})?(?:辖区内?)?"
    rf"[,，]?(?P<when>{_WHEN})?[,，]?(?:{_WHO})?(?:辖区内?)?"
    r"(?:均|都|暂)?(?:无|没有|未发生|未发现|未涉及)(?P<what>[^，,。]{2,24})(?:[，,](?:特此报告|特此说明|零报告|故?为零报告))?"
)
_NOTHING_OF_IT = re.compile(
    r"附件|模[板版]|收到|时间|人手|办法|能力|条件|权限|看到|找到|打开|法|误|异议|意见|问题$|材料|文件|表格|通知|完成|按时|及时|回复|联系|报送|盖章|网|电脑|邮箱|数据|必要|关系"
)
_OF_IT = re.compile(r"情况|此类|该类|相关|有关|上述|新增|事故|隐患|案件|企业|矿山|工程|项目|单位|场所|内容|事项")


def says_nil(text: str) -> bool:
    """Whether one of the first sentences of `text` is an explicit nil report."""
    folded = "".join(text[:_LONGEST].split(" "))
    sentences = [each.strip() for each in _SENTENCE.split(folded)]
    reported = "特此报告" in folded
    return any(_is_nil(each, reported=reported) for each in sentences if each)


def named_nil(name: str) -> bool:
    """Whether the name of a file, or a subject, calls it a nil report."""
    return bool(_WORD.search(name)) and not _NOT.search(name)


def _is_nil(sentence: str, *, reported: bool) -> bool:
    if _NOT.search(sentence):
        return False
    if _WORD.search(sentence):
        return True
    found = _NONE.fullmatch(sentence)
    if found is None or _NOTHING_OF_IT.search(found["what"]):
        return False
    return bool(_OF_IT.search(found["what"])) and bool(found["who"] or found["when"] or reported)
