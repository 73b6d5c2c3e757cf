"""Text cleaned: marks, spaces, wire credits, datelines and inserts. What comes off goes into fields; scare quotes stay."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

APOSTROPHES = re.compile(r"(?<=\w)[ʼ'`´ʹ′](?=\w)")
DOUBLE = str.maketrans({"„": "“", "‟": "“", "″": '"', "〝": "“", "〞": "”", "＂": '"'})
MISSING_BEFORE = re.compile(r"(?<=[a-zа-яіїєґё])(?=[“«„][\w])", re.IGNORECASE)
MISSING_AFTER = re.compile(r"(?<=[\w.,!?…][”»])(?=[a-zа-яіїєґё])", re.IGNORECASE)
SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")
AGENCIES = {
    "ukrinform": "Ukrinform", "укрінформ": "Ukrinform", "укринформ": "Ukrinform", "tass": "TASS", "тасс": "TASS", "reuters": "Reuters", "рейтер": "Reuters",
    "ap": "AP", "afp": "AFP", "dpa": "dpa", "interfax-ukraine": "Interfax-Ukraine", "інтерфакс-україна": "Interfax-Ukraine", "интерфакс-украина": "Interfax-Ukraine",
    "interfax": "Interfax", "интерфакс": "Interfax", "риа новости": "RIA Novosti", "ria novosti": "RIA Novosti", "унн": "UNN", "уніан": "UNIAN", "униан": "UNIAN", "unian": "UNIAN",
    "xinhua": "Xinhua", "efe": "EFE", "ansa": "ANSA", "pap": "PAP", "lusa": "Lusa", "bta": "BTA", "бта": "BTA",
}  # fmt: skip
CREDIT = re.compile(
    r"^\s*(?:date\s+\d{4}-\d\d-\d\d\s+)?\((?P<outlet>[A-Z][\w .&]{1,24})\s*-\s*(?P<agency>[A-Za-zА-Яа-яІіЇїЄєҐґ][\w .&-]{1,30})\)\s*"
)
CREDIT_DATE = re.compile(r"^\s*date\s+(?P<date>\d{4}-\d\d-\d\d)\b")
MONTH_WORD = r"[A-Za-zА-Яа-яІіЇїЄєҐґä.]{3,12}"
DATELINE = re.compile(
    rf"^\s*(?P<line>(?:[A-ZА-ЯІЇЄҐ][A-ZА-ЯІЇЄҐ’' -]{{2,24}})(?:\s*\([\w/ ]+\))?[.,]?\s+(?:(?:\d{{1,2}}\.?\s+{MONTH_WORD}|{MONTH_WORD}\s+\d{{1,2}})(?:\s+\d{{4}})?\.?\s*)?(?:[/(—–-]*\s*(?P<agency>[A-ZА-ЯІЇЄҐ][\w -]{{1,24}}?)\s*[/)]*)?\s*[.—–:/-]+)\s+(?=[\w“«\"„])"
)
AGENCY_LINE = re.compile(
    r"^\s*(?P<line>[A-ZА-ЯІЇЄҐ][\w .-]{1,24}\s*\((?P<agency>Reuters|AP|AFP|dpa|EFE|ANSA|PAP|TASS)\)\s*[—–-]+)\s+"
)
SAYS_AGENCY = re.compile(
    r"(?P<name>[A-ZА-ЯІЇЄҐ][\w-]+(?:\s[A-ZА-ЯІЇЄҐ][\w-]+)?)\s+(?:reports|reported|повідомля\w+|передає|передаёт|передает|сообщает|meldet|berichtet)\b|(?:повідомля\w+|передає|сообщает|передает|передаёт|meldet|according to)\s+(?P<name2>[A-ZА-ЯІЇЄҐ][\w-]+)"
)
NAMED_SOURCE = re.compile(
    r"(?:that(?:'|’)s according to|according to)\s+(?P<source>(?:the\s+)?[\w'’ -]{3,60}?(?:posting|post|statement|report|channel|message|website)(?:\s+on\s+(?P<where>\w+))?)",
    re.IGNORECASE,
)
READ_ALSO = re.compile(
    r"^\s*(?:read (?:also|more)|see also|also read|more on (?:the )?topic|related(?: stories)?|читайте (?:також|также|ещ[её])|читати також|дивіться також|смотрите также|по теме|lesen sie (?:auch|mehr)|mehr zum thema|lire aussi|à lire aussi|lea también|leggi anche|czytaj (?:także|też|również)|прочетете (?:още|също)|leia também)\b[:!. ]*.{0,250}$",
    re.IGNORECASE,
)
PHOTO = re.compile(
    r"^\s*(?:photo|image|picture|photo credit|file photo|фото|ілюстрація|иллюстрация|foto|bild|снимка|zdjęcie|crédito)\s*(?:[:©/|]|by\b).{0,160}$|^\s*©.{0,120}$|.{0,160}\((?:photo|фото|foto)[^)]*\)\s*$",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"all rights reserved|copyright ©|©\s*\d{4}|передрук|перепечатк|при (?:копіюванні|цитуванні|цитировании|копировании)|subscribe to|sign up (?:for|to)|підпис(?:уйтесь|атися)|подпис(?:ывайтесь|аться)|abonnieren sie|folgen sie uns|join us on|follow us|legal disclaimer|menafn provides|nachdruck|fictional demo page|usage of materials|use of materials|view news\.?$",
    re.IGNORECASE,
)
ENDS_SENTENCE = re.compile(r"(?:[.!?…:;,]|[.!?…][\"”»’')\]]+)\s*$")
FINAL = re.compile(r"[.!?…:;,»”\")\]]\s*$")


@dataclass(slots=True)
class Normalised:
    """The text without what is not its own, and what came off, by kind."""

    text: str
    agency: str | None = None
    named_source: str | None = None
    outlet_hint: str | None = None
    credit_date: str | None = None
    removed: dict[str, list[str]] = field(default_factory=dict)

    def take(self, kind: str, words: str) -> None:
        self.removed.setdefault(kind, []).append(words.strip())


def characters(text: str) -> str:
    """NFC, one kind of apostrophe, plain spaces, no invisible characters, spaces round quotation marks mended."""
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = APOSTROPHES.sub("’", SPACES.sub(" ", text))
    text = MISSING_BEFORE.sub(" ", text)
    text = MISSING_AFTER.sub(" ", text)
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def normalise(text: str, title: str = "") -> Normalised:
    """Clean one body; paragraphs stay apart by a blank line."""
    result = Normalised(characters(text))
    result.text = _head(result, result.text)
    paragraphs = [p for p in re.split(r"\n\s*\n|\n", result.text) if p.strip()]
    kept = []
    for n, paragraph in enumerate(paragraphs):
        kind = _not_own(paragraph, n, paragraphs, title)
        if kind:
            result.take(kind, paragraph)
        else:
            kept.append(paragraph.strip())
    result.text = "\n\n".join(kept)
    _agency_in_text(result)
    source = NAMED_SOURCE.search(result.text)
    if source:
        result.named_source = _source_words(source)
    return result


def _head(result: Normalised, text: str) -> str:
    """Wire credits and datelines at the beginning."""
    if match := CREDIT_DATE.match(text):
        result.credit_date = match["date"]
    if match := CREDIT.match(text):
        result.outlet_hint, result.agency = match["outlet"].strip(), _agency(match["agency"])
        result.take("credits", match.group())
        text = text[match.end() :]
    for pattern in (AGENCY_LINE, DATELINE):
        match = pattern.match(text)
        if match and (pattern is AGENCY_LINE or _is_dateline(match["line"], match["agency"])):
            agency = match["agency"]
            result.agency = result.agency or (_agency(agency) if agency else None)
            result.take("datelines", match["line"])
            return text[match.end() :]
    return text


def _is_dateline(line: str, agency: str | None) -> bool:
    """A place in capitals with a date or a known agency, not just a sentence that begins loudly."""
    return bool(re.search(r"\d", line)) or bool(agency and agency.lower() in AGENCIES)


def _agency(words: str) -> str:
    return AGENCIES.get(words.strip().lower(), words.strip())


def _not_own(paragraph: str, n: int, paragraphs: list[str], title: str) -> str | None:
    """Which kind of insert a paragraph is; None for the article's own."""
    if READ_ALSO.match(paragraph):
        return "read_also"
    if len(paragraph) < 260 and PHOTO.match(paragraph) and n < len(paragraphs):
        return "photo_credits"
    if len(paragraph) < 600 and n >= len(paragraphs) // 2 and FOOTER.search(paragraph):
        return "footers"
    if n == 0 and title and paragraph.strip().lower() == title.strip().lower():
        return "headline"
    if _is_stray_headline(paragraph, n, paragraphs):
        return "read_also"
    return None


def _is_stray_headline(paragraph: str, n: int, paragraphs: list[str]) -> bool:
    """A short line without a final stop between paragraphs of whole sentences: a link to another article."""
    if not 0 < n < len(paragraphs) - 1 or len(paragraph) > 140 or len(paragraph.split()) < 4 or "—" in paragraph[:2]:
        return False
    if ENDS_SENTENCE.search(paragraph):
        return False
    if re.match(r"\s*[“«\"„]", paragraph):
        return False
    whole = [p for p in paragraphs if len(p) > 140 and re.search(r"[.!?…][\"”»)]*\s*$", p)]
    return len(whole) >= 3 and FINAL.search(paragraphs[n - 1]) is not None


def _agency_in_text(result: Normalised) -> None:
    if result.agency:
        return
    for match in SAYS_AGENCY.finditer(result.text[:3000]):
        name = (match["name"] or match["name2"] or "").lower()
        if name in AGENCIES:
            result.agency = AGENCIES[name]
            return


def _source_words(match: re.Match[str]) -> str:
    """«the ombudsman’s posting on Telegram» → «Telegram posting by the ombudsman»; others as written."""
    words = match["source"].strip()
    owner = re.fullmatch(
        r"(?P<who>.+?)[’']s\s+(?P<what>posting|post|message|statement)\s+on\s+(?P<where>\w+)", words, re.IGNORECASE
    )
    return f"{owner['where']} {owner['what']} by {owner['who']}" if owner else words
