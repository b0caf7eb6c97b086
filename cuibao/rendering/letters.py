"""The office's letters: the view of a letter, said by the templates, as a mail; and its pages to print."""

from pathlib import Path

from cuibao.errors import Faults
from cuibao.model import Acknowledgement, Campaign, ExportLetter, Letter, Message, OfficeLetter
from cuibao.policy.joining import about
from cuibao.rendering import mime, specimen, words
from cuibao.rendering.answers import acknowledgement_view
from cuibao.rendering.calendar import schedule
from cuibao.rendering.contacts import office_view
from cuibao.rendering.environment import Pages, spoken_pages
from cuibao.rendering.exports import ExportView, export_letter_view
from cuibao.rendering.forms import forms
from cuibao.rendering.gates import gate_letter_view
from cuibao.rendering.sheets import CallSheetView
from cuibao.rendering.views import asked_for, letter_view
from cuibao.rendering.year import SheetWriter, year_sheet
from cuibao.said import one_line
from cuibao.tongue import say, spoken

PARTS = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
CALLS = ("calls", "page.html.j2")
EXPORT = ("export", "page.html.j2")
KINDS = ("letter", "gate", "acknowledgement", "exported")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What an export may be, by its suffix.
TYPES = {".xlsx": XLSX, ".html": 'text/html; charset="utf-8"'}
REQUIRED = frozenset(f"{kind}/{part}" for kind in KINDS for part in PARTS) | {"/".join(CALLS), "/".join(EXPORT)}


class Templates:
    """The templates of one folder. Compiled on first use and kept; reads nothing before.

    `sheet` writes the workbook of a year that is too long for a letter.
    """

    def __init__(self, folder: Path, sheet: SheetWriter) -> None:
        self._folder = folder.absolute()
        self._read: dict[str, Pages] = {}
        self._sheet = sheet

    @property
    def _pages(self) -> Pages:
        """Those of the language that is spoken: it is known when the campaign is."""
        return self._read.setdefault(spoken(), spoken_pages(self._folder))

    def letter(self, letter: Letter, campaign: Campaign, sender: str) -> Message:
        """The mail of `letter` from the address `sender`: the same letter gives the same bytes.

        Raises Faults where a template is missing or broken, an address is none, or a form is gone.
        """
        enclosures = forms(asked_for(letter), letter, campaign)
        enclosures += self._year(letter, campaign) if letter.with_year else ()
        campaign = _meant(letter, campaign)
        body = self._body("letter", {"letter": letter_view(letter, campaign)}, campaign, enclosures)
        return mime.message(
            mime.Envelope(
                message_id=letter.message_id,
                written_at=letter.written_at,
                sender_name=campaign.office_short,
                sender=sender,
                to_name=letter.unit.name,
                to=letter.to,
                cc=letter.cc,
                reply_to=campaign.mailbox,
            ),
            body,
        )

    def letter_in_words(self, letter: Letter, campaign: Campaign) -> tuple[str, str]:
        """The subject and the plain part that the mail of `letter` has. Raises Faults as `letter` does."""
        campaign = _meant(letter, campaign)
        names = {"letter": letter_view(letter, campaign)} | _campaign_names(campaign)
        subject, text = (self._pages.render(f"letter/{part}", names) for part in PARTS[:2])
        return one_line(subject), words.plain_text(text)

    def gate_letter(self, letter: OfficeLetter, campaign: Campaign, sender: str) -> Message:
        """The mail of the gate reports in `letter`, to the office itself. Raises Faults as `letter` does."""
        about_one = letter.final.campaign if letter.final else campaign
        body = self._body("gate", {"letter": gate_letter_view(letter, campaign)}, about_one)
        return mime.message(_to_itself(letter, campaign, sender), body)

    def export_letter(self, letter: ExportLetter, campaign: Campaign, sender: str) -> Message:
        """The mail of an export, to the office itself, with its files. Raises Faults as `letter` does."""
        files = tuple(mime.Enclosure(name, TYPES[Path(name).suffix], data) for name, data in letter.files)
        body = self._body("exported", {"letter": export_letter_view(letter)}, campaign, files)
        return mime.message(_to_itself(letter, campaign, sender), body)

    def acknowledgement(self, answer: Acknowledgement, campaign: Campaign, sender: str) -> Message:
        """The mail of `answer`, threaded under the one it answers. Raises Faults as `letter` does."""
        body = self._body("acknowledgement", {"letter": acknowledgement_view(answer)}, campaign)
        return mime.message(
            mime.Envelope(
                message_id=answer.message_id,
                written_at=answer.written_at,
                sender_name=campaign.office_short,
                sender=sender,
                to_name=answer.unit.name,
                to=answer.to,
                cc=(),
                reply_to=campaign.mailbox,
                answers=answer.answers,
                references=answer.references,
            ),
            body,
        )

    def call_sheet(self, sheet: CallSheetView, campaign: Campaign) -> str:
        """The call sheet as a page to print. Raises Faults where its template is missing or broken."""
        return self._pages.render("/".join(CALLS), {"sheet": sheet} | _campaign_names(campaign))

    def export(self, board: ExportView, campaign: Campaign) -> str:
        """The board as a page for itself. Raises Faults where its template is missing or broken."""
        return self._pages.render("/".join(EXPORT), {"board": board} | _campaign_names(campaign))

    def check(self) -> tuple[str, ...]:
        """What is wrong with the template files, one Chinese line each: missing, unreadable, or failing on a specimen
        letter that has every section."""
        faults = list(self._pages.check(REQUIRED))
        for kind, part, names in _specimens():
            try:
                text = self._pages.render(f"{kind}/{part}", names)
            except Faults as broken:
                faults.extend(broken.lines)
            else:
                if (kind, part) == ("letter", "subject.txt.j2") and specimen.REFERENCE not in text:
                    faults.append(self._pages.fault(f"{kind}/{part}", "缺少 {{ letter.reference }}，回信靠它对号"))
        return tuple(dict.fromkeys(faults))

    def _year(self, letter: Letter, campaign: Campaign) -> tuple[mime.Enclosure, ...]:
        calendar = mime.Enclosure(say("报送日程.ics"), 'text/calendar; charset="utf-8"', _calendar(letter, campaign))
        sheet = year_sheet(letter, campaign, self._sheet)
        return (calendar,) if sheet is None else (mime.Enclosure(say("全年事项一览.xlsx"), XLSX, sheet), calendar)

    def _body(
        self,
        kind: str,
        names: dict[str, object],
        campaign: Campaign,
        enclosures: tuple[mime.Enclosure, ...] = (),
    ) -> mime.Body:
        names = names | _campaign_names(campaign)
        subject, text, html = (self._pages.render(f"{kind}/{part}", names) for part in PARTS)
        # Not by the templates: an office has its own, and no rehearsal may look like the real thing.
        mark = say("【演练】") if campaign.drill else ""
        return mime.Body(mark + subject, words.plain_text(text), html, enclosures)


def _to_itself(letter: OfficeLetter | ExportLetter, campaign: Campaign, sender: str) -> mime.Envelope:
    return mime.Envelope(
        message_id=letter.message_id,
        written_at=letter.written_at,
        sender_name=campaign.office_short,
        sender=sender,
        to_name=campaign.office_short,
        to=letter.to,
        cc=(),
        reply_to=campaign.mailbox,
    )


def _campaign_names(campaign: Campaign) -> dict[str, object]:
    return {"office": office_view(campaign), "campaign": campaign}


def _meant(letter: Letter, campaign: Campaign) -> Campaign:
    """The campaigns that the letter is about; all where it is about none."""
    told = (*(each.obligation for each in letter.reminders), *(each.obligation for each in letter.overdue))
    return about(campaign, [each.period.plan for each in told])


def _calendar(letter: Letter, campaign: Campaign) -> bytes:
    settled = letter.settled
    coming = (obligation for obligation in letter.year if obligation.period.due >= letter.day)
    owed = (obligation for obligation in coming if obligation.key not in settled)
    return schedule(owed, campaign, letter.written_at)


def _specimens() -> list[tuple[str, str, dict[str, object]]]:
    common = _campaign_names(specimen.CAMPAIGN)
    views: list[tuple[str, object]] = [
        *(("letter", letter_view(letter, specimen.CAMPAIGN)) for letter in specimen.LETTERS),
        *(("acknowledgement", acknowledgement_view(answer)) for answer in specimen.ACKNOWLEDGEMENTS),
        *(("gate", gate_letter_view(letter, specimen.CAMPAIGN)) for letter in specimen.OFFICE_LETTERS),
        *(("exported", export_letter_view(letter)) for letter in specimen.EXPORT_LETTERS),
    ]
    sheets = [(*CALLS, common | {"sheet": sheet}) for sheet in specimen.CALL_SHEETS]
    boards = [(*EXPORT, common | {"board": board}) for board in specimen.EXPORTS]
    return [*((kind, part, common | {"letter": view}) for kind, view in views for part in PARTS), *sheets, *boards]
