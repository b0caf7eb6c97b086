"""Why the mailbox could not be read, in the clerk's words."""

import socket
import ssl

from cuibao.errors import CuibaoError, LoginRefused, SettingError
from cuibao.mailbox.settings import ImapSettings
from cuibao.said import short_line
from cuibao.tongue import say

# RFC 5530: codes by which a refused login is not about the account; and how Chinese providers put the same.
_PASSING = ("[unavailable]", "[inuse]", "[limit]", "[serverbug]", "frequen", "too many", "try again", "频", "稍后")
# 163, 126: "SELECT Unsafe Login. Please contact kefu@188.com for help".
_UNSAFE = "unsafe login"


class MailboxTrouble(CuibaoError):
    """The mailbox cannot be read now, for a passing reason; the next look may."""


class NotUnderstood(MailboxTrouble):
    """The server refuses what it was asked for, and would do something else."""


def where(settings: ImapSettings) -> str:
    """The server, as messages name it."""
    return say("收件服务器 {host}:{port}", host=settings.host, port=settings.port)


def unreachable(error: OSError | ValueError, settings: ImapSettings) -> CuibaoError:
    """Why no connection came about."""
    server = where(settings)
    if isinstance(error, ssl.SSLCertVerificationError):
        words = say(
            "{server} 的证书未通过验证（{verify_message}）：请检查服务器名称和 CA 证书文件",
            server=server,
            verify_message=error.verify_message,
        )
    elif isinstance(error, ssl.SSLError):
        words = say(
            "与{server} 的加密连接未能建立，请检查端口和加密方式（ssl 或 starttls）：{error}",
            server=server,
            error=error,
        )
    elif isinstance(error, socket.gaierror):
        words = say("找不到{server}：请检查服务器名称和网络", server=server)
    elif isinstance(error, UnicodeError):
        return SettingError(f"{server} 的名称写法不对，请检查")
    elif isinstance(error, ConnectionRefusedError):
        words = say("{server} 没有开放：请检查端口，或稍后再试", server=server)
    elif isinstance(error, TimeoutError):
        words = say("{server} 在 {timeout:g} 秒内没有应答", server=server, timeout=settings.timeout)
    else:
        words = say("与{server} 的连接没有建立起来：{error}", server=server, error=error)
    return MailboxTrouble(short_line(words))


def no_imap(error: Exception, settings: ImapSettings) -> CuibaoError:
    """Why the server that did answer could not be talked to: another protocol, no STARTTLS, or a curt goodbye."""
    return MailboxTrouble(
        short_line(
            say(
                "{where} 的应答不是可用的 IMAP 服务，请检查端口和加密方式（ssl 或 starttls）：{error}",
                where=where(settings),
                error=error,
            )
        )
    )


def not_logged_in(words: str, settings: ImapSettings) -> CuibaoError:
    """Why the login failed, from the server's own `words`."""
    if any(sign in words.lower() for sign in _PASSING):
        return MailboxTrouble(
            short_line(
                say(
                    "{where} 暂时不让账号 {user} 登录，请稍后再试：{words}",
                    where=where(settings),
                    user=settings.user,
                    words=words,
                )
            )
        )
    return LoginRefused(
        short_line(
            say(
                "{where} 拒绝账号 {user} 登录：请检查账号和授权码（不是网页登录密码），"
                "并在网页邮箱的设置中确认 IMAP 服务已开启：{words}",
                where=where(settings),
                user=settings.user,
                words=words,
            )
        )
    )


def not_opened(folder: str, folders: tuple[str, ...], words: str, settings: ImapSettings) -> CuibaoError:
    """Why `folder` cannot be read, given the `folders` there are."""
    if _UNSAFE in words.lower():
        return LoginRefused(
            short_line(
                say(
                    "{where} 认为账号 {user} 的登录不安全：请在网页邮箱中确认 IMAP 服务已开启、授权码有效：{words}",
                    where=where(settings),
                    user=settings.user,
                    words=words,
                )
            )
        )
    if folder not in folders:
        return SettingError(
            f"邮箱 {settings.user} 中没有文件夹“{folder}”，现有：{'、'.join(folders) or '（没有列出）'}"
        )
    return MailboxTrouble(
        short_line(say("邮箱 {user} 的文件夹“{folder}”打不开：{words}", user=settings.user, folder=folder, words=words))
    )


def broken_off(error: Exception, settings: ImapSettings) -> CuibaoError:
    """What became of a session that had begun."""
    if isinstance(error, TimeoutError):
        return MailboxTrouble(
            say(
                "读取邮箱 {user} 时，{where} 在 {timeout:g} 秒内没有应答",
                user=settings.user,
                where=where(settings),
                timeout=settings.timeout,
            )
        )
    return MailboxTrouble(
        short_line(
            say(
                "读取邮箱 {user} 时，与{where} 的连接中断：{error}",
                user=settings.user,
                where=where(settings),
                error=error,
            )
        )
    )


def not_understood(words: str, settings: ImapSettings) -> CuibaoError:
    """What to say of an answer other than OK where only OK would do."""
    return NotUnderstood(
        short_line(
            say("读取邮箱 {user} 时，{where} 没有照办：{words}", user=settings.user, where=where(settings), words=words)
        )
    )


def renumbered(folder: str, settings: ImapSettings) -> CuibaoError:
    """What to say where a folder is another one after the connection was made anew."""
    return MailboxTrouble(
        say("读取邮箱 {user} 时，文件夹“{folder}”的邮件重新编了号，下次再读", user=settings.user, folder=folder)
    )
