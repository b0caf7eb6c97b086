"""English as schools write it beside a report: the words that say no more than that something is sent in, and those
that ask, promise or take back. All are matched as whole words."""

import re
import unicodedata

# What may stand beside a report in any order: none of these can ask, promise, deny or take back.
_COURTESY = """
hi hello dear good morning afternoon evening day greetings happy to from all everyone team there folks mr mrs ms dr
thank thanks you so very much many kindly please find see attached attachment attachments enclosed enclosure attaching
submitting submitted submission sending sent emailing here herewith hereby is are am i m we re s our my your the a an
this these that of for in on as and per by it its s
requested required request regarding re subject reminder email memo
signed completed complete final approved corrected revised updated copy copies scan scanned pdf excel word file files
document documents report reports reporting form forms summary log roster spreadsheet workbook
school
month monthly quarter quarterly semester year data
review records record registration receipt receive received confirm reading time help support patience
best regards warm kind sincerely respectfully cheers weekend week great nice wonderful lovely hope well
sorry apologies apologize delay late lateness inconvenience
let us know if questions any have has anything else need
nothing none no nil zero
"""
# Of the words above, those that would say more without the phrase that they stand in.
_WHOLE = """
    (?:i|we) (?:have|ve) (?:attached|enclosed|included|submitted|sent|emailed)
    you (?:will|ll) find
    (?:signed|approved|reviewed|certified) by (?:the|our) principal
    (?:please )?(?:LET_ME_KNOW|CALL_ME) (?:if you|should you) (?:have|need) (?:any |further |more )?ANYTHING
    (?:please )?let (?:me|us) know if there (?:are|is) any (?:questions?|issues?|problems?|concerns?)
    (?:if you|should you) have (?:any |further )?ANYTHING(?: please)?(?: (?:LET_ME_KNOW|CALL_ME))?
    have an? (?:great|good|nice|wonderful|lovely) (?:day|week|weekend|afternoon|evening|one)
    (?:i )?hope (?:you are|all is|this finds you|you re) (?:doing )?well
    (?:we are |i am |i m |we re )?(?:so |very )?sorry (?:for|about) (?:the|this|our|my) LATENESS
    (?:my |our )?apologies (?:for|about) (?:the|this|our|my) LATENESS
    please (?:confirm|acknowledge) receipt
    for your (?:review|records?|files?|information|approval)
    thank(?:s| you)(?: (?:so |very )?much)? for (?:the reminder|your (?:help|patience|time|support|understanding))
"""
_PARTS = {
    "LET_ME_KNOW": "let (?:me|us) know",
    "CALL_ME": "(?:feel free to )?(?:call|contact|email|reach out to) (?:me|us)",
    "ANYTHING": "(?:questions?|concerns?|anything(?: else)?|information)(?: or concerns?)?",
    "LATENESS": "(?:delay|lateness|late (?:report|submission))",
}
_ONLY_WITHIN = frozenset(
    [
        "let",
        "us",
        "know",
        "if",
        "questions",
        "any",
        "have",
        "has",
        "anything",
        "else",
        "need",
        "no",
        "none",
        "nothing",
        "nil",
        "zero",
        "hope",
        "well",
        "delay",
        "late",
        "lateness",
        "sorry",
        "apologies",
        "apologize",
        "inconvenience",
        "review",
        "confirm",
        "receive",
        "record",
        "reading",
        "time",
    ]
)
# What asks, promises, hedges or takes back. One of them anywhere, and a person reads the mail.
_ASKING = """
    (?:can|could|would|should|may|might|must|shall) (?:i|we|you|it|they|the|this|our|someone|somebody)
    will|shall|won t|ll|going to|plan to|planning to|intend|intending|expect|expecting|hope to|hoping|aim|try|trying
    extension|extend|extended|extra time|more time|additional time|postpone|postponed|delayed|grace period
    waive|waiver|exempt|exemption|excuse|excuses|excused
    cannot|can t|could not|couldn t|unable|not able|did not|didn t|do not|don t|does not|doesn t|has not|hasn t
    have not|haven t|is not|isn t|are not|aren t|was not|wasn t|were not|weren t|not|never|without
    later|tomorrow|tonight|soon|shortly|next week|next month|asap|as soon as|end of (?:the )?(?:day|week|month)
    eod|eow|by then|by (?:mon|tues|wednes|thurs|fri|satur|sun)day|this (?:afternoon|evening|week)
    in a (?:bit|few)|momentarily|upcoming|forthcoming
    follow|follows|following up|to follow|remaining|rest|partial|partially|part of|half of|some of|incomplete
    unfinished|pending|waiting|awaiting|missing|still|yet|until|unless|except|but|however|although|though
    instead|only|otherwise|other than
    draft|drafts|preliminary|tentative|sample|samples|example|template|templates|blank|unsigned|outdated|old version
    wrong|incorrect|error|errors|mistake|mistakes|mistakenly|disregard|ignore|recall|retract|withdraw|withdrawn|void
    replace|replaces|replacing|supersede|supersedes|resend|re send|cancel|cancelled|canceled|delete|remove|duplicate
    question|wondering|wonder|clarify|clarification|advise|confused|unclear|unsure|who|whom|whose|which|when|where
    why|what|how
    please (?:send|provide|call|resend|forward|explain|tell|help|check|let|contact|fix|change|correct|update|grant)
    please (?:allow|give|wait|hold)
    need|needs|needed|want|wants|wanted|require|requires|asking|ask|asked|working on|in progress|preparing
    finalizing|finishing|collecting
"""
_WHEN = "(?: (?:for|in|on|this|WHO|MATTER|NUMBER|the|month|quarter|period|from|at|our|school|to|and|of))*"
_NIL = (
    "(?:(?:we|i|WHO|our (?:school|campus|site)|the school) (?:have|has|had) )?nothing to report",
    "(?:this is a |please accept this as (?:a|our) )?nil report",
    "(?:(?:we|WHO|our (?:school|campus|site)|the school) (?:have|has|had) |there (?:were|are) )?"
    r"(?:no|zero) MATTER(?: (?:or|and) \w+)? to report",
)
_HEDGES = """
    except|but|however|if|unless|until|yet|besides|other than|only|still|pending|whether|not|last|previous
    so far|currently
"""
_THANKS = """
hi hello dear good morning afternoon evening thank thanks you so very much many a lot got it received noted ok okay
great perfect appreciate appreciated understood all team everyone again for the reminder email message update letter
letting us know
"""


def _either(lines: str) -> str:
    """A pattern for any of what stands on `lines`."""
    return "|".join(filter(None, map(str.strip, lines.split("\n"))))


def _filled(line: str) -> str:
    for name, words in _PARTS.items():
        line = line.replace(name, words)
    return line


SAFE = frozenset(_COURTESY.split()) - _ONLY_WITHIN
WHOLE = tuple(re.compile(rf"\b{_filled(line.strip())}\b") for line in _WHOLE.split("\n") if line.strip())
_ASKS = re.compile(rf"\b(?:{_either(_ASKING)})\b")
_IS_NIL = tuple(re.compile(each + _WHEN) for each in _NIL)
_NAMED_NIL = re.compile(r"\b(?:nothing to report|nil report)\b")
_HEDGED = re.compile(rf"\b(?:{_either(_HEDGES)})\b")
THANKS = frozenset(_THANKS.split())


def plain(text: str) -> str:
    """`text` as words with single spaces between, in lower case: apostrophes, dots and all other marks are spaces."""
    folded = unicodedata.normalize("NFKC", text).replace("\u2019", "'").lower()
    return " ".join(re.sub(r"[^a-z0-9\ue000-\ue0ff]+", " ", folded).split())


def asks_in_english(text: str) -> bool:
    """Whether `text` asks for something, promises it, hedges or takes something back."""
    bare = re.sub(r"https?://\S+", " ", text)
    if "?" in bare or "\uff1f" in bare:
        return True
    words = plain(bare)
    for whole in WHOLE:
        words = whole.sub(" ", words)
    return _ASKS.search(words) is not None


def is_nil(clause: str) -> bool:
    """Whether a clause in plain words is a nil report, every word of it."""
    return any(each.fullmatch(clause) for each in _IS_NIL)


def hedges(text: str) -> bool:
    """Whether `text` says more of it than that: what stands beside a nil report then counts for no such."""
    return "?" in text or _HEDGED.search(plain(text)) is not None


def calls_it_nil(text: str) -> bool:
    """Whether the name of a file, or a subject, says that there is nothing to report."""
    return _NAMED_NIL.search(plain(text)) is not None and not hedges(text)
