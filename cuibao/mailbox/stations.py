"""Links to transfer stations (中转站), where Chinese mailboxes put what is too big to be attached."""

import re
from bisect import bisect_right

from cuibao.mailbox.markup import plain

_URL = re.compile(r"https?://[^\s\"'<>，。；、）】》”\\\x00-\x1f]{1,2000}", re.IGNORECASE)
_STATIONS = re.compile(
    r"https?://(?:"
    r"(?:[\w-]+\.)?mail\.qq\.com/(?:cgi-bin/ftnExs_|ftn)|(?:[\w-]+\.)*ftn\.qq\.com/|wx\.mail\.qq\.com/ftn"
    r"|(?:[\w-]+\.)?mail\.(?:163|126|yeah)\.(?:com|net)/large-attachment-download"
    r"|(?:[\w-]+\.)?mail\.(?:163|126|yeah)\.(?:com|net)/\S*(?:filehub|cloud-attachment|bigattach)"
    r"|dashi\.163\.com/\S*(?:attachment|download)|[uf]\.163\.com/|(?:[\w-]+\.)?fs\.163\.com/"
    r"|(?:[\w-]+\.)?vdisk\.(?:sina|weibo)\.com(?:\.cn)?/|(?:[\w-]+\.)?weiyun\.com/"
    r"|(?:pan|yun)\.baidu\.com/(?:s/|share)|(?:www\.)?(?:aliyundrive|alipan)\.com/s/|cloud\.189\.cn/|caiyun\.139\.com/"
    r"|(?:www\.)?kdocs\.cn/|pan\.wps\.cn/|docs\.qq\.com/|(?:drive|doc)\.weixin\.qq\.com/|(?:[\w-]+\.)?lanzou\w?\.com/"
    r")",
    re.IGNORECASE,
)
_WORDING = re.compile(r"超大附件|文件中转站|云附件|大附件下载|中转站文件|从QQ邮箱发来的超大附件|进入下载页面")
_NEAR = 300
_MOST = 200


def links_in(*texts: str) -> tuple[str, ...]:
    """The links to transfer stations in plain text or HTML, each once: by their address or the words beside them."""
    found: dict[str, None] = {}
    for text in texts:
        words = [match.start() for match in _WORDING.finditer(text)]
        for link in _URL.finditer(text):
            if len(found) >= _MOST:
                break
            url = plain(link[0]).rstrip(".,;:!?)]}'")
            if _STATIONS.match(url) or _beside(link, words):
                found.setdefault(url)
    return tuple(found)


def _beside(link: re.Match[str], words: list[int]) -> bool:
    after = bisect_right(words, link.start() - _NEAR)
    return after < len(words) and words[after] < link.end() + _NEAR and not _PICTURE.search(link[0])


_PICTURE = re.compile(r"\.(?:png|gif|jpe?g|css|ico|js|svg|dtd)(?:[?#]|$)|w3\.org/", re.IGNORECASE)
