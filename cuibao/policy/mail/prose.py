"""The prose of reports, as it is pasted into covering notes: what was done, with figures. It hands in nothing."""

import re
from collections.abc import Callable

from cuibao.policy.mail.phrases import MATTER, NUMBER, WHO

_WORDS = """
高度重视 开展 召开 组织 培训 参训 排查 检查 整改 落实 推进 发现 持证 上岗 率 达到 达 部署 宣传 执法 抓好 企业
从业人员 特种作业人员 人员 隐患 问题 会议 专题 动员 动员会 推进会 累计 共 共计 截至 截止 目前 其中 下一步 继续 加大
力度 加强 持续 深入 扎实 认真 进一步 强化 做好 工作 职工 负责人 安全管理人员 管理人员 安全生产 安全 生产 矿山
非煤矿山 烟花爆竹 工贸 人次 人 家 场 场次 期 处 项 条 起 户 次 份 余 多 台 套 张 个 横幅 海报 发放 责任 制度 建立
完成 提升 提高 水平 意识 技能 取证 一是 二是 三是 四是 五是 及 和 与 等 的 对 各 全镇 全乡 全县 辖区 辖区内 村 村居
已 均 我镇 我乡 我局 我办 我单位 我们 本镇 本月 今年 年 月 日 月份 以来 将继续 宣讲 演练 应急 督促 指导 约谈 处罚
立案 张贴 悬挂 从业 隐患排查 专项 行动 整治 主要 负责 领导 小组 成立 印发 方案 实施方案 主体责任 攻坚战 攻坚 重点
行业 领域 全面 部门 联合 镇村 干部 企业负责人 全覆盖 群众 宣传单 宣传资料 微信群 培训会 专题会议 专题会 学习 考核
合格 新增 全部 闭环 到位 效果 明显 良好 学员 课时 学时 内 余家 余人 余次 万元 资金 投入
"""
_TOKEN = re.compile(
    rf"[{WHO}{MATTER}{NUMBER}]|\d+(?:\.\d+)?%?|[\s、“”（）()]+|"
    + "|".join(map(re.escape, sorted(set(_WORDS.split()), key=len, reverse=True)))
)
_DOES = re.compile(
    r"重视|开展|召开|组织|培训|参训|排查|检查|整改|落实|推进|发现|上岗|部署|宣传|执法|抓好|下一步|取证|累计|加强|强化|督促|发放|悬挂|演练|投入|成立"
)
_HEDGED = re.compile(
    r"没|未(?!发现|发生)|不(?!断|少于|放过)|仅|暂|待|供|再|改|稿|草|请|如果|能否|是否|吗|缺|差|错|误|虚|假|内部|参考|测试|样|模|交|报送|上报"
)


def is_prose(clause: str, marked: Callable[[str], str]) -> bool:
    """Whether `clause` tells what was done, in the words of reports and no other."""
    if not _DOES.search(clause):
        return False
    words = marked(clause)
    return sum(len(each) for each in _TOKEN.findall(words)) == len(words)


def reports(clause: str) -> bool:
    """Whether `clause`, in a long text, is most likely of the report that is pasted in."""
    return tells(clause) or (not _HEDGED.search(clause) and re.search(r"\d", clause) is not None)


def tells(clause: str) -> bool:
    """Whether `clause` says that something was done."""
    return not _HEDGED.search(clause) and _DOES.search(clause) is not None
