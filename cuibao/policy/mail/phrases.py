"""The words of a covering note, by what they do in a clause: each sort is a letter, of which `note` has constructions.

g courtesy; a the reader, o you, O other offices; w the writer, h the writer's own heads; n a thing sent, m what stands
with a thing; D a number; d and t how and when something is done, s that it is; x 将; v to hand in; l a verb between
two things; i in, j within; q please, k what the reader may do; b by, r what was asked; c work done upon a thing, C a
head's, e done, y by whose word, z late; f a label, F and G where something is amiss, u to get in touch, L who is named,
T a telephone's number, N a name; p a particle.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from cuibao.policy.offices import OfficeNames

# What stands in place of the sender's own unit, of what the campaign has words for, of numbers and of a name.
WHO, MATTER, NUMBER, PHONE, NAME, READER = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"

_SORTS: Mapping[str, str] = {
    "g": """
        刚看到邮件 才看到邮件 刚看到通知 才看到通知 马上看 请注意 您好 你好 您们好 你们好 大家好 好 早上好 上午好
        中午好 下午好 晚上好 新年好 过年好 节日好 早安 周末好 谢谢 感谢 多谢 非常感谢 十分感谢 万分感谢 致谢
        谢谢支持 感谢支持 感谢您 谢谢您 谢谢你 辛苦了 辛苦 您辛苦了 您辛苦 打扰 打扰了 打扰您 多有打扰 不好意思
        抱歉 非常抱歉 实在抱歉 很抱歉 请见谅 见谅 敬请见谅 敬请谅解 请谅解 谅解 支持 理解 提醒 您的 您们的
        对我镇工作的 一直以来 对我们工作的 指导 关心 帮助 对 工作的 此致 敬礼 为盼 为感 为荷 特此报告 特此说明
        特此报送 特此函复 以上 专此 顺颂 顺祝 敬祝 恭祝 祝 祝您 祝好 祝福 商祺 夏祺 秋祺 冬祺 春祺 夏安 秋安 冬安
        台安 工作 生活 身体 顺利 愉快 健康 安康 安好 快乐 幸福 如意 吉祥 一切 万事 阖家 家庭 周末 节日 端午 中秋
        国庆 新年 春节 元旦 步步高升 天气炎热 天气寒冷 天气转凉 天气渐凉 天气渐热 高温天气 酷暑时节 盛夏时节
        近日高温 近期高温 暑期 炎炎夏日 注意 防暑 防暑降温 避暑 保暖 身体健康 休息 多休息 添衣 保重 保重身体
        请多保重 注意身体 收到请回复 收到请回 收到回复 收到请告知 收到请回个话 请回复 请回复确认 收到回复一下
        回复一下 收到 收悉 已收悉 已收到 已收 来信 来信收悉 来函 来函收悉 邮件收悉 催报函 好的 嗯 ok 如有不妥
        如有不当 如有不足 如有错漏 如有遗漏 有不妥 有不当 不妥 不当 不足 之处 敬请 指正 批评指正 请指正 请批评指正
        敬请指正 敬请批评指正 多多指正 请多指导 请多多指导 妥否 知悉 阅悉 已阅悉 已知悉 请知悉 请知晓 感激不尽
        收到麻烦回个电话 收到麻烦回复 收到麻烦回复一下 收到麻烦告知 收到请回电 收到请回个电话 收到麻烦回一下 拜托了
        费心了 费心 让您费心了 给您添麻烦了 添麻烦了 让您久等了 久等了 抱歉久等了 了解 明白 麻烦了 麻烦您了
        才收到通知 刚收到通知 今天才收到通知 今天刚收到通知 谢谢配合 感谢配合 今天才看到 刚看到 才看到
        """,
    "a": """
        同事 各位同事 领导 各位领导 老师 各位老师 同志 各位 尊敬的 敬爱的 主任 科长 股长 局长
        贵办 贵局 贵单位 贵办公室 您办 您处 贵邮箱 您邮箱 您的邮箱 指定邮箱 邮箱 贵处 专班 县领导小组办公室 姐 哥
        """,
    "o": "您 你 您们 你们 贵办 贵局 贵单位 贵处",
    "w": """
        安全办 应急 我镇 我乡 我局 我委 我办 我会 我单位 我们镇 我们乡 我们局 我们单位 我们办 我们 我
        本人 本镇 本乡 本局 本单位 本委 我镇应急办 我镇应急管理站 应急管理站 应急站 应急办 安监站 安监办
        党政办 镇里 镇 乡 人民政府 政府 镇人民政府 乡人民政府
        """,
    "h": """
        镇长 乡长 书记 站长 主要领导 分管领导 分管副镇长 副镇长 副乡长 主要负责人 分管负责人 镇领导 局领导 单位领导
        主要领导和分管领导 党委书记 党委 领导班子 镇党委 镇党委政府 乡党委 乡党委政府 局党组 镇政府 分管镇领导
        党政班子
        """,
    "n": """
        附件 附表 附件材料 材料 报表 表格 表 登记表 统计表 汇总表 台账 总结 小结 汇报 汇报材料 总结材料 情况
        情况报告 佐证 佐证材料 佐证照片 照片 图片 资料 邮件 实施方案 方案 电子版 电子档 电子稿 扫描件 扫描版 扫描
        盖章件 盖章版 盖章扫描件 签字版 签字件 正式稿 正式版 正式件 定稿 终稿 最终版 最终稿 最终定稿 红头 红头文件
        文档 报告 工作报告 公文 函 件 份 名单 信息 联络员 联络人 联络员信息 联络人信息 姓名 职务 单位 号码 手机号码
        联系电话 联系方式 pdf word excel pdf版 word版 excel版 压缩包 材料包 原件 复印件 数据 信息表 情况表 工作总结
        工作小结 工作汇报 工作情况 阶段性材料 进展 进度 花名册 影像资料 现场照片
        """,
    "m": """
        提升 巩固提升 培训 等 类 之 打印 首 的 相关 有关 各项 全部 所有 该 此 此次 本次 这次 本 这 这个 这份 这是
        及 和 与 并 以及 一份 两份 三份 四份 1份 各一份 一式 份 个 两个 三个 四个 五个 几个 共 年 月份 月 日 号
        季度 上半年 下半年 年度 本月 当月 当期 本季度 本期 阶段 阶段性 第 安全生产 安全 生产 整治 专项 攻坚 攻坚战
        行动 工作 开展 落实 贯彻 推进 盖章后的 盖了章的 盖好章的 盖章的 盖章 加盖公章的 签字后的 签字的 签字盖章的
        签字盖章后的 签批后的 审核后的 修改后的 修改完善后的 完善后的 更新后的 正式的 正式 完整的 完整 所需 需要的
        要的 要求的 您要的 你要的 电话里说的 电话中说的 刚才电话里说的 说的 版 以下 附上的 关于 整理好的 导出的
        填好的 汇总的 汇总后的 报送的 上报的 打包的 两 三 全 我镇的 最新 含 包括 包含 重报的 补报的 全年 迟到的
        迟报的
        """,
    "d": """
        随附件 现 现将 现把 现就 兹 兹将 现在 均 都 全部 再次 重新 一并 一起 一同 同时 按时 按期 按要求 如期 及时
        先后 刚 刚刚 刚才 今天刚 才 予以 给予 随信 随邮件 随函 随文 随件 正式 另 现予以 并
        """,
    "s": """
        已 已经 均已 都已 已全部 全部已 刚 刚刚 刚才 今天刚 刚刚才 现已 业已
        """,
    "t": "前两个月 前几个月 今天 今日 昨天 昨日 昨晚 今早",
    "x": "将 把",
    "v": """
        报送 上报 报上 报来 呈报 呈送 呈上 报给 报 报出 发送 发给 发 发您 发你 发至 发到 发上 发来 传 传上 传给
        上传 提交 交上 奉上 附上 附 寄送 送上 送 补报 补交 补送 补上 补发 重报 重发 转报 报送给 上报给 发送给
        发送至 报送至 上报至 提交给 报告 呈交 呈 回复 反馈 反馈给 复 报齐 递交 打包 打包发 汇报如下 上交
        """,
    "l": """
        见 详见 请见 为 是 如 就是 附有 系 参见 即 附后 如下 见附件 附 具体见 具体详见 内容见
        """,
    "i": "在 于",
    "j": "里 里面 内 中 后 上 当中",
    "k": """
        查收 审阅 查阅 审核 审查 审定 审示 阅示 批阅 收阅 接收 签收 收下 收 收一下 查收一下 看一下 看看 查看 过目
        备案 知悉 阅 阅知 予接收 予审阅 予以接收 予以审阅 予以审核 予以查收 予查收 及时查收 注意查收 收件 查验 核收
        以此为准 以本次为准 以此件为准 以这份为准 以本件为准 存档 登记 惠存 惠收 收悉
        """,
    "q": """
        请 辛苦 请注意 敬请 烦请 恳请 麻烦 劳烦 还请 并请 请您 请予 请予以 麻烦您 烦请您 有劳 请领导 请各位领导
        敬请领导 恭请
        """,
    "b": "根据 按照 按 依据 依照 遵照 应 照",
    "r": """
        县里通知 县里要求 县里文件 县通知 通知 要求 通知要求 文件 文件要求 精神 文件精神 规定 部署 工作部署 安排
        工作安排 意见 修改意见 指示 催报函 函 电话 电话通知 部署要求 工作要求 反馈意见 审核意见 会议要求 会议精神
        会议部署 会议通知 模板 格式 模板要求 格式要求
        """,
    "C": "审核 审阅 审定 审签 签批 签发 核对 核实",
    "O": """
        办公室 县局 应急局 县应急局 应急管理局 县应急管理局
        """,
    "c": """
        补充 盖章 盖 签字 整理 填报 填写 填 统计 汇总 修改 完善 修改完善 更新 完成 办理 导出 打印 扫描 撰写 写
        加盖公章 盖公章 签字盖章 签 印发 整改 落实 办 弄 做 准备好
        """,
    "e": """
        好 好了 完毕 完成 完 完了 章 过 到位 妥 妥当 无误 齐 齐全 通过 准备好
        """,
    "y": "经 由 受 受其 委托 同意 之托",
    "z": """
        报晚 报晚了 晚报 迟报 报迟 报迟了 上报迟了 上报晚了 报送迟了 报送晚了 漏报 回复晚了 回复迟了 发晚了 耽误了
        忘记发了 忘发了 忘了发 忘了发了 忘记报了 忘报了 忘了报 忘记报 忘记发 发漏了 报漏了 耽搁了 迟了 晚了 延误了
        有点晚 稍晚
        """,
    "f": """
        联系人 电话 手机 联系电话 手机号 手机号码 办公电话 座机 联系方式 微信 地址 邮箱地址 邮箱 传真 职务 单位
        姓名 名单 信息
        """,
    "F": """
        如有不妥 如有不当 如有不足 如有出入 如有问题 如有疑问 如有事 如有需要 如有任何问题 如有什么问题
        如有其他问题 如需联系 如需修改 如需补充 如需完善
        """,
    "G": "有问题 有疑问 有事 有什么问题 有任何问题 有事情",
    "u": """
        联系 随时 及时 请 可 与我 和我 跟我 与 联系我 致电 拨打 打我电话 打我 打 打电话 找我 直接 找 我 称呼 同微信
        微信同号 或 请您 方便时 来电 打给我
        """,
    "L": "确定由 确定 指定 明确 由 担任 任 负责 为 是 同志 安排",
    "p": "了 啦 哈 哦 哟 啊 呀 的 喽 咯",
}
_ENGLISH = """
please find see attached attachment the is file report thanks dear hello hi best regards sir docx doc xlsx xls wps
zip from sent ok windows tel thank you and kindly all with here
"""


def sorts_of(words: str, office: OfficeNames) -> str:
    """The sorts of the words that `words` consist of, a set of letters a word in < >; empty where one is unknown. The
    `office` is who reads them."""
    of, token = _lexicon(office)
    found = token.findall(words)
    if sum(map(len, found)) != len(words):
        return ""
    return "".join(f"<{of[each.lower()]}>" for each in found)


def is_english(words: str) -> bool:
    """Whether it is the English of a covering note."""
    return bool(words) and set(words.lower().split()) <= _ENGLISH_WORDS


@lru_cache(maxsize=8)
def _lexicon(office: OfficeNames) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """The sorts of each word, lower case, and what finds the words, the longest first."""
    found: dict[str, str] = {WHO: "w", MATTER: "n", NUMBER: "D", PHONE: "T", NAME: "N", READER: "a"}
    of_office = _of_office(office)
    for sort, words in _SORTS.items():
        for word in (*of_office.get(sort, ()), *words.split()):
            if word and sort not in found.get(word, ""):
                found[word] = found.get(word, "") + sort
    return found, re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True))), re.IGNORECASE)


def _of_office(office: OfficeNames) -> Mapping[str, tuple[str, ...]]:
    """The names of the `office` and its county, by sort: towns have offices that are called like it."""
    towns = tuple(f"{whose}{office.core}" for whose in ("我镇", "镇", "乡"))
    return {
        "a": office.addressed,
        "w": (office.core, office.committee, *towns, office.county, office.place),
        "O": (f"{office.county}应急管理局", f"{office.county}应急局"),
    }


_ENGLISH_WORDS = frozenset(_ENGLISH.split())


def phrase(pattern: str) -> re.Pattern[str]:
    """A construction: letters stand for words of their sort, (?:a|b) for words of either; everything else is as in any
    pattern.

    A word of several sorts fits in one way only, or trying them all would cost the power of how many words there are.
    """
    either = re.sub(r"\(\?:([A-Za-z](?:\|[A-Za-z])+)\)", lambda found: f"[{found[1].replace('|', '')}]", pattern)
    return re.compile(
        re.sub(r"\[[A-Za-z]+\]|[A-Za-z]", lambda found: f"(?:<(?=[A-Za-z]*{found[0]})[A-Za-z]+>)", either)
    )
