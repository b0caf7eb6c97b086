"""A covering note, word by word: what clerks write beside a report is known, and anything else a person reads.

What may be promised, asked or taken back has no end of wordings (`speech` knows the common ones); what accompanies a
report has few. So a note is looked at by what it may say, and not only by what it may not: of each clause nothing may
be left when the words of handing in, of courtesy and of the campaign itself are taken out of it.
"""

import re
from collections.abc import Callable

from cuibao.policy.mail.labelled import is_name
from cuibao.policy.mail.nil import says_nil
from cuibao.policy.mail.signature import body, is_signed
from cuibao.policy.mail.speech import without_paper

# Beyond this a text is a report pasted in, of which only what speaks of the sending is a note.
_SHORT = 200
_LONGEST = 4000
_CLAUSE = re.compile(r"[，,。；;！!\n~～：:]+")
_OF_THE_SENDING = re.compile(r"您|你|附件|报送|上报|材料|查收|我们|[稿版]|表|数据|盖章|签字")
_PLACES = re.compile(
    r"\S{1,80}@\S{1,80}|https?://\S+|www\.\S+|《[^》]{0,60}》|[\w.（）()-]{1,80}\.(?:docx?|xlsx?|pdf|wps|et|zip|ofd|pptx?)",
    re.I,
)
# How one is polite.
_COURTESY = """
您好 你好 你们好 大家好 早上好 上午好 中午好 下午好 晚上好 各位 尊敬的 领导 老师 同志 谢谢 感谢 多谢
辛苦 打扰 不好意思 抱歉 见谅 支持 理解 祝 顺利 愉快 生活 商祺 此致 敬礼 敬请 烦请 恳请 麻烦 劳烦 请
为盼 为感 了 啦 哈 哦 哟 啊 呀 收到 收悉 好的 特此报告 以上 回复 注意 随时 致电 拨打 与我 联系 电话
手机 联系人 联系电话 方式 谅解 一下 如有问题 有问题 如有疑问 有疑问 有事 如有 任何 不妥 不当 之处 您的
您 你 安好 祝好 打我 打 找我
"""
# Who writes to whom.
_OFFICES = """
县安委办 安委办 安委会 安全生产委员会 办公室 贵办 贵局 贵单位 信丰县 信丰 人民政府 应急管理站 应急办 安监站
党政办 我镇 我乡 我局 我委 我办 我单位 我们镇 我们 本镇 本单位 本局 镇里 镇 乡 局长 镇长 乡长 书记
主任 科长 股长 站长 主要领导 分管领导
"""
# What is done with what is sent, and by whose word.
_HANDING_IN = """
现将 兹将 现把 现在 现 兹 报送 上报 报上 报来 呈报 呈送 呈上 报给 报告 报到 报出 发送 发给 发您 发你
发至 发到 发上 发来 发 传上 上传 提交 交上 奉上 附上 寄送 送上 补报 补交 补上 重报 转报 重新 再次
一并 一起 按时 按要求 已报 均已 都已 已经 已 刚刚 刚才 刚 好 予以 给 到 至 在 里 内 随 见 详见
附后 如下 为 是 报晚 晚报 迟报 漏报 晚 报 邮箱 查收 审阅 查阅 审核 审查 审定 阅示 批阅 批评 指正
接收 收阅 签收 收下 过目 备案 知悉 收 根据 依据 按照 按 通知 要求 文件 精神 规定 部署 安排 委托 受
经 签发 印发 签字 盖章 盖 章 排查 核查 摸排 统计 自查 确定由 担任 任 负责 同意 整理 办理 完成 上午
下午 说的 要的 需要的 前两个月 填报 查看
"""
# What is sent.
_THINGS = """
附件 附表 材料 报表 表格 登记表 统计表 总结 小结 汇报 情况 台账 佐证 照片 资料 邮件 实施方案 电子版
电子档 扫描件 扫描版 扫描 盖章件 盖章版 签字版 红头 版 件 表 份 一份 两份 pdf word excel
相关 有关 各项 全部 所有 该 此 本 的 及 和 与 等 并 其 县 安全 生产 整治 专项 攻坚 工作 办公 移动
固定 各单位 各镇 年 月份 月 日 号 季度 上半年 阶段 第 姓名 职务 职责 单位 手机号码 号码 名单 信息
联络员 联络人
"""
_ENGLISH = """
please find see attached attachment the is file report
thanks dear hello hi best regards sir docx doc xlsx xls wps
zip from sent ok windows tel thank
"""
_WORDS = re.compile(
    "|".join(sorted(set(f"{_COURTESY} {_OFFICES} {_HANDING_IN} {_THINGS} {_ENGLISH}".split()), key=len, reverse=True)),
    re.IGNORECASE,
)
_NUMERALS = re.compile(r"\d+|(?<=[日号])前|[一二三四五六七八九十]+(?=[月季])|第[一二三四五六七八九十]+")
_CALLED = re.compile(
    r"^[小老][\u4e00-\u9fff]|[\u4e00-\u9fff]{1,2}(?=主任|科长|局长|书记|股长|站长|镇长|乡长|老师|姐|哥)(?:姐|哥)?"
)
# Words that change what is said, so that not one of them may be left over.
_TURNS = re.compile(r"[不没未再同改等待还缺差空填先暂退转将若否吗呢非无另后]")
# The prose of reports, and a figure with what it counts.
_PROSE = re.compile(
    r"^(?:我[镇乡局委办]|全[镇乡县]|截至|累计|共|其中|下一步|继续|一是|二是|三是|召开|组织|开展)"
    r"(?=.*(?:开展|组织|召开|排查|培训|检查|整改|落实|推进|发现|持证|部署|宣传|执法|重视|抓好))|\d(?:余|多)?(?:人|次|家|期|场|处|项|%|条|起|户)"
)
_HEDGED = re.compile(
    r"没|未|还有|不(?:对|全|准|完整|一定|确定)|去年|参考|打算|希望|想|等[他她我]|再[改报发补]|版本|改[好完]|通知|派|请"
)


def odd_clause(text: str, bare: Callable[[str], str]) -> str:
    """The first clause of a covering note that is nothing which clerks write beside a report; empty where there is
    none. `bare`: a clause without the words of the campaign and the names of its units."""
    own = body(text)[:_LONGEST]
    for clause in _CLAUSE.split(_PLACES.sub(" ", own)):
        words = clause.strip(' 　.、·-—|()（）"“”')
        if len(own) > _SHORT and not _OF_THE_SENDING.search(words):
            continue
        if words and not _is_known(words, bare):
            return words
    return ""


def _is_known(clause: str, bare: Callable[[str], str]) -> bool:
    if (is_signed(clause) and (len(clause) > 4 or is_name(clause))) or says_nil(clause):
        return True
    if clause == "下一步" or (_PROSE.search(clause) and not _HEDGED.search(clause)):
        return True
    clause = without_paper(clause)
    left = _NUMERALS.sub("", _WORDS.sub("", bare(_CALLED.sub("", clause))))
    left = re.sub(r"[\W_]+", "", _WORDS.sub("", left))
    return is_name(left) or (len(left) <= 1 and not _TURNS.search(left))
