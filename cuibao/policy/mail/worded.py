"""A mail as the rules see it: what its words name, and what each of its files is."""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from functools import cached_property

from cuibao.incoming import Attachment, Mail
from cuibao.policy.mail.automatic import automatic_subject, automatic_words
from cuibao.policy.mail.documents import Budget, Looked, Sort, is_document, look
from cuibao.policy.mail.judgement import SentLetter
from cuibao.policy.mail.naming import Kind, Named, Wording
from cuibao.tongue import say

_EML = re.compile(r"\.(?:eml|msg)$", re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)
_HEADERS = 16 * 1024
# Pictures that show the work, and are not its report.
_SHOWS = re.compile(r"照片|现场|截图|截屏|合影|图片|影像|活动|二维码|头像|宣传")


@dataclass(frozen=True)
class Worded:
    """A mail with what its words say: `subject` are its own words, not those of the letter that it answers; `files`
    and `looked` are those of `Mail.files`, one by one; what a mail program added names nothing; `hidden` are what is
    shown within the text."""

    mail: Mail
    letter: SentLetter | None
    own_subject: str
    subject: Named
    text: Named
    files: tuple[Named, ...]
    looked: tuple[Looked, ...]
    hidden: tuple[tuple[Attachment, Looked], ...]
    wording: Wording

    @classmethod
    def of(
        cls, mail: Mail, letter: SentLetter | None, own_subject: str, wording: Wording, ours: Container[str]
    ) -> "Worded":
        """`mail` read with the words of a campaign; `ours` are the Message-IDs of our letters."""
        budget = Budget()
        looked = tuple(_look(file, ours, budget) for file in mail.files)
        files = tuple(
            Named() if seen.sort is Sort.ADDED else _of_file(file.name, seen, wording)
            for file, seen in zip(mail.files, looked, strict=True)
        )
        text = wording.of_text(mail.text, any(seen.sort is not Sort.ADDED for seen in looked))
        hidden = tuple((file, look(file, budget)) for file in mail.attachments if file.inline)
        return cls(mail, letter, own_subject, wording.read(own_subject), text, files, looked, hidden, wording)

    @cached_property
    def whole(self) -> Named:
        """What the mail says as a whole, the subject before the text."""
        return self.subject.or_else(self.text).in_years_of(self.subject)

    @cached_property
    def units(self) -> frozenset[str]:
        """The units named by its subject or its files."""
        return self.subject.units.union(*(file.units for file in self.files))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that it writes anywhere, but for the date of writing."""
        return frozenset().union(*(each.span.stated for each in (self.subject, self.text, *self.files)))

    @cached_property
    def sent(self) -> tuple[int, ...]:
        """Which files somebody sent, and no mail program added."""
        return tuple(index for index, seen in enumerate(self.looked) if seen.sort is not Sort.ADDED)

    @cached_property
    def in_doubt(self) -> str:
        """Why a person must look at one of its files before anything; empty where none is so."""
        for file, seen in [*zip(self.mail.files, self.looked, strict=True), *self.hidden]:
            if seen.sort is Sort.DOUBTFUL:
                return say("附件“{file}”{why}，请核对", file=short(file.name), why=seen.why)
        return ""

    @property
    def automatic(self) -> bool:
        """Whether a machine wrote it, as its words have it."""
        return automatic_subject(self.mail.subject) or automatic_words(self.mail.text)

    @property
    def thanks(self) -> bool:
        """Whether it says no more than that our letter has arrived: nothing is to be decided about it."""
        return self.wording.thanks(self.mail.text)

    def reports(self, index: int) -> bool:
        """Whether a file can be a report: a document, or the picture of a page, which a name says that it is."""
        sort = self.looked[index].sort
        if sort is Sort.DOCUMENT:
            return True
        return sort is Sort.PICTURE and not _SHOWS.search(self.mail.files[index].name) and self._named(index)

    def _named(self, index: int) -> bool:
        own = self.files[index]
        if own.items or own.titles or own.hints or own.kinds - {Kind.CONTACT} or (own.plans and own.span):
            return True
        return self.subject.explicit and bool(self.subject.kinds or self.subject.span or self.subject.items)


def _of_file(name: str, seen: Looked, wording: Wording) -> Named:
    """What a file's name says; of an archive that says nothing, what all its documents say alike."""
    named = wording.of_file(name)
    if named.explicit or named.generic:
        return named
    inside = {wording.of_file(each.rpartition("/")[2]) for each in seen.inside if is_document(each)}
    telling = {replace(each, units=named.units | each.units) for each in inside if each.explicit or each.generic}
    return telling.pop() if len(telling) == 1 else named


def short(name: str) -> str:
    """A file's name for a line."""
    return name if len(name) <= 24 else f"{name[:23]}…"


def _look(file: Attachment, ours: Container[str], budget: Budget) -> Looked:
    """As `documents.look`; a letter of ours that comes back with an answer was added by the mail program."""
    if file.type.lower() == "message/rfc822" or _EML.search(file.name):
        found = _MESSAGE_ID.search(file.data[:_HEADERS])
        own = found is not None and found[1].decode("ascii", "replace") in ours
        return Looked(Sort.ADDED if own else Sort.OTHER)
    return look(file, budget)
