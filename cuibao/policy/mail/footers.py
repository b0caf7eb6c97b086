"""What mail programs, providers and organizations put below what a person wrote, and says nothing of it."""

import re

_CLIENT = (
    r"iphone|ipad|我的|华为|荣耀|小米|红米|vivo|oppo|三星|苹果|魅族|一加|中兴|努比亚|realme|android|安卓|手机|平板|移动"
    r"|智能|客户端|邮件|邮箱|应用|大师|网易|qq|foxmail|windows|版|outlook|ios|mail|app|139|126|163|189|yeah"
    r"|新浪|sina|搜狐|阿里|企业|微信|for|from|my|get|huawei|phone|samsung|mobile|galaxy|[\d\s.\-]"
)
_FOOTER = re.compile(
    rf"(?:(?:本邮件|此邮件)?(?:发自|来自|发送自|由)|sent from|from|get|获取|从)\s*(?:{_CLIENT})++"
    r"(?:发送|发出)?[\s。.!！]*"
    r"|(?:网易|163|126|qq|新浪|139|189)?\s*邮箱\s*[，,·\-—]?\s*(?:常联系|中国专业的电子邮件服务商|随身邮)?"
    r"|(?:请考虑环境保护|为了?环保|保护环境)[，,].{0,12}打印(?:此|本)?邮件[。！!]?"
    r"|(?:please )?consider the environment before printing this e-?mail\.?",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:保密声明|免责声明|声明|重要提示|confidentiality notice)?\s*[:：]?\s*"
    r"(?:(?:本|此|该)(?:电子)?邮件|(?:the|this) (?:e-?mail|message|information)).{0,30}"
    r"(?:保密|机密|秘密|专有|特定|指定|收件人|confidential|privileged|intended)",
    re.IGNORECASE,
)
_OF_NOTICE = re.compile(
    r"(?:本|此|该)(?:电子)?邮件|错收|误收|收件人|地址中列出|未经.{0,6}(?:授权|许可|同意)|严禁|法律责任|保密|机密|披露|泄露|复制|散发"
    r"|confidential|recipient|disclos|received this|delete",
    re.IGNORECASE,
)
_DRAFT = re.compile(r"稿|附件(?!可能|含有)[^，。]{0,4}[是为]|报送|上报|补|再发|盖章|附表|数据")


def without_footers(text: str) -> str:
    """`text` without such lines; a notice of confidence is one of which every sentence speaks of that."""
    return "\n".join(line for line in text.split("\n") if not _is_footer(line.strip()))


def _is_footer(line: str) -> bool:
    if len(line) <= 60 and line and _FOOTER.fullmatch(line):
        return True
    if not _NOTICE.match(line) or len(line) > 600 or _DRAFT.search(line):
        return False
    return all(_OF_NOTICE.search(each) for each in re.split(r"[。！!.]", line) if each.strip())
