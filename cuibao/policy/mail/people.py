"""Whether words are a person's name: after a label a rare one too, in a signature's line only an ordinary one."""

import re

_NO_NAME = re.compile(
    r"名单|如下|信息|电话|手机|报送|姓名|情况|职务|附件|待定|不变|未定|同上|安排|方便|明确|成员|办公|有[事空]|[长任员记]$"
    r"|^[向路关计查应全明时安].{0,1}$|[没未不错误还再某改缺差另才又别非无请勿]|[今明后][天日]"
)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方"
    "白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘"
    "祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫"
    "费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝谌钟赖幸揭诸"
)
_COMPOUND = ("欧阳", "诸葛", "上官", "司马", "司徒", "东方", "夏侯", "皇甫", "尉迟", "公孙", "令狐", "慕容")
# What given names are written with; no word is made of these that says anything of a report.
_GIVEN = frozenset(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂燕红玉梅华建国文辉力永健世广志义兴良海山仁波宁贵福生龙元胜学祥才发武新利清飞彬富顺信子昌康星光岩中茂林坚"
    "彪博诚敬震振壮群豪心邦承乐绍松善厚庆民友裕河哲江浩亮政谦亨奇固轮翰朗伯宏鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士家树炎德泰盛雄琛钧冠策腾楠榕风航弘慧巧美淑惠"
    "珠翠雅芝萍娥玲芬彩春菊凤洁琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉娣叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚"
    "苑婕馨瑗韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希欣滢馥筠柔竹凝晓欢霄枫芸菲寒伊亚宜姬舒思小大水东阳运根金银铜火土木生财宝连长全有三四五六九根牛虎先方"
) - frozenset("有先")
# A surname, or a name, before a form of address.
ADDRESSED = f"[{''.join(sorted(SURNAMES))}][{''.join(sorted(_GIVEN))}]{{0,2}}"


def is_name(words: str) -> bool:
    """Whether `words` can be a person's name, where a label or a form of address says that one stands there."""
    if _NO_NAME.search(words) or not 2 <= len(words) <= 4:
        return False
    return words.startswith(_COMPOUND) if len(words) == 4 else words[0] in SURNAMES


def is_plain_name(words: str) -> bool:
    """Whether `words` can be nothing but a person's name: a surname and what given names are written with."""
    words = re.sub(r"[\s　·]", "", words)
    if not is_name(words):
        return False
    given = words[2:] if words.startswith(_COMPOUND) else words[1:]
    return bool(given) and _GIVEN.issuperset(given)
