"""Text cleaned of what is not its own: wire credits, datelines, inserts, photo credits, footers. What comes off goes into fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from coverage.text.marks import characters

AGENCIES = {
    "ukrinform": "Ukrinform", "укрінформ": "Ukrinform", "укринформ": "Ukrinform", "tass": "TASS", "тасс": "TASS", "reuters": "Reuters", "рейтер": "Reuters",
    "itar-tass": "TASS", "итар-тасс": "TASS", "associated press": "AP", "the associated press": "AP", "ukrinform.net": "Ukrinform", "riafan": "RIA FAN", "рбк-україна": "RBC-Ukraine", "рбк-украина": "RBC-Ukraine", "rbc-ukraine": "RBC-Ukraine",
    "agence france-presse": "AFP", "epa": "EPA", "ukrainian news": "Ukrainian News", "belta": "BelTA", "белта": "BelTA", "anadolu": "Anadolu", "anadolu agency": "Anadolu", "kyodo": "Kyodo", "bloomberg": "Bloomberg", "ap": "AP", "afp": "AFP", "dpa": "dpa", "interfax-ukraine": "Interfax-Ukraine", "інтерфакс-україна": "Interfax-Ukraine", "интерфакс-украина": "Interfax-Ukraine",
    "interfax": "Interfax", "интерфакс": "Interfax", "риа новости": "RIA Novosti", "ria novosti": "RIA Novosti", "унн": "UNN", "уніан": "UNIAN", "униан": "UNIAN", "unian": "UNIAN",
    "xinhua": "Xinhua", "efe": "EFE", "ansa": "ANSA", "pap": "PAP", "lusa": "Lusa", "bta": "BTA", "бта": "BTA",
}  # fmt: skip
CREDIT = re.compile(
    r"^\s*(?:date\s+\d{4}-\d\d-\d\d\s+)?\((?P<outlet>[A-Z][\w .&]{1,24})\s*[-–—]\s*(?P<agency>[A-Za-zА-Яа-яІіЇїЄєҐґ][\w .&-]{1,30})\)\s*[-–—:.]?\s*"
)
CREDIT_DATE = re.compile(r"^\s*date\s+(?P<date>\d{4}-\d\d-\d\d)\b")
_UPPER = "A-ZÄÖÜÉÈÀÁÓÚÇÑŁŚŻŹĆŃА-ЯІЇЄҐЁЎ"
_AGENCY = r"(?P<agency>[^\W\d_][\w .&-]{1,24}?)"
_DAY = r"(?:\d{1,2}\.?\s+[^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.?\s+\d{1,2})(?:,?\s+\d{4})?(?:\s*г\.|\s*р\.)?"
# «КИЇВ. 9 березня. УКРІНФОРМ.», «MOSCOW, September 24. /TASS/.», «МОСКВА, 24 сен — РИА Новости.», «LONDON, July 9 (Reuters) -»
DATELINE = re.compile(
    rf"^\s*(?P<line>[{_UPPER}][{_UPPER}’'. -]{{1,28}}(?:,\s*[{_UPPER}][\w.]{{2,14}})?(?:\s*/[\w ]{{2,20}}/)?[.,]?\s+{_DAY}[.,]?\s*(?:[/(—–-]*\s*{_AGENCY}\s*[/)]*)?\s*[.—–:/)-]+)\s+(?=[\w“‘])"
)
# «KYIV, Ukraine (AP) —», «Berlin (dpa) -», «Київ. УНН.»
AGENCY_LINE = re.compile(
    rf"^\s*(?P<line>(?:[{_UPPER}][\w’'.-]+(?:[ /-][{_UPPER}a-z][\w’'.-]*){{0,3}}(?:,\s*[{_UPPER}][\w. ]{{1,20}}?)?)\s*\(\s*{_AGENCY}(?:/[\w ]+)?\s*\)\s*[—–:-]+)\s*(?=[\w“‘])"
)
BARE_CREDIT = re.compile(rf"^\s*(?P<line>[(/]\s*{_AGENCY}\s*[)/]\s*[.—–:-]*)\s+(?=[\w“‘])")
SAYS_AGENCY = re.compile(
    rf"(?P<name>[{_UPPER}][\w-]+(?:\s[{_UPPER}][\w-]+)?)\s+(?:reports|reported|повідомля\w+|передає|передаёт|передает|сообщает|meldet|berichtet|informuje)\b"
    rf"|(?:повідомля\w+|передає|сообщает|передает|передаёт|meldet|according to|as reported by|citing|laut|informuje)\s+(?:агентство |агенція |news agency |the )?(?P<name2>[{_UPPER}][\w-]+(?:\s[{_UPPER}][\w-]+)?)"
)
_WHERE = r"Telegram|Facebook|Twitter|X|Instagram|YouTube|Viber|TikTok"
_WHAT = r"(?:telegram\s+|facebook\s+|social media\s+|official\s+|press\s+)?(?:posting|post|statement|message|website|channel|page|press service|press office|briefing|video address)"
OWNED_SOURCE = re.compile(
    rf"(?:according to|citing|with reference to|referring to)\s+(?P<source>(?:the\s+|a\s+)?[^,.;“”\n]{{2,60}}?’s?\s+{_WHAT}(?:\s+(?:on|in)\s+(?P<where>{_WHERE}))?)",
    re.IGNORECASE,
)
GIVEN_SOURCE = re.compile(
    rf"(?:according to|citing|with reference to|referring to)\s+(?P<source>(?:the\s+|a\s+)?{_WHAT}\s+(?:of|by|from)\s+[^,.;“”\n]{{3,60}})"
    rf"|(?P<source2>(?:прес-?служб[аи]|пресс-служб[аы]|Pressestelle)\s+[^,.;“”\n]{{3,60}})"
    rf"|(?:про це|об этом)[^.“”\n]{{0,40}}?(?P<source3>[^.,“”\n]{{3,60}}?\s(?:у|в|на)\s(?:своєму |своем |своём )?(?:Telegram|Телеграм[іе]?|Facebook|Фейсбу\w+|Twitter|Х|X)(?:[- ]?канал\w+)?\b)",
    re.IGNORECASE,
)
# What both begin with: most texts have none of it, and saying so takes a hundredth of the time.
SOURCE_BEGINS = (
    "according to",
    "citing",
    "with reference to",
    "referring to",
    "прес",
    "pressestelle",
    "про це",
    "об этом",
)
SAID = re.compile(
    r"\s(?:said|says|reported|reports|published|that|on|повідом\w+|сообщ\w+|заяв\w+|mitteilt\w*|teilte)\b.*$",
    re.IGNORECASE,
)
READ_ALSO = re.compile(
    r"^\s*(?:read (?:also|more|next)|see also|also read|you (?:may|might) also like(?=\W*$)|more on (?:the |this )?topic|related(?: (?:stories|articles?|news|content))?\s*:|читайте (?:також|также|ещ[её]|по теме)|читати також|дивіться також|смотрите также|по теме\s*:|lesen sie (?:auch|mehr)|mehr zum thema|auch interessant|lire aussi|à lire aussi|lea también|lee también|leggi anche|czytaj (?:także|też|również)|zobacz (?:także|też)|прочетете (?:още|също)|вижте още|leia também|veja também|чытайце таксама)\b[:!. »>—–-]*.{0,250}$",
    re.IGNORECASE,
)
PHOTO = re.compile(
    r"^\s*(?:photo(?: credit)?|image(?: credit| source)?|picture|file photo|фото|ілюстрація|иллюстрация|foto|bild|снимка|zdjęcie|crédito|archivfoto)\s*(?:[:©/|]|\bby\b|\bvia\b).{0,160}$|^\s*©\ufe0f?.{0,120}$|^.{0,160}\((?:photo|фото|foto|bild)\s*[:/ ][^)]*\)\s*$|^.{0,120}\b(?:via getty images|/afp via getty|getty images|shutterstock)\s*$",
    re.IGNORECASE,
)
PHOTO_WORDS = ("photo", "image", "picture", "фото", "ілюстрація", "иллюстрация", "foto", "bild", "снимка", "zdjęcie", "crédito", "©", "getty", "shutterstock")  # fmt: skip
FOOTER = re.compile(  # of small letters
    r"all rights reserved|copyright ©|©\s*(?:19|20)\d\d|передрук|перепечатк|при (?:копіюванні|цитуванні|цитировании|копировании|використанні матеріалів|использовании материалов)|\bsubscribe (?:to|now|here)|\bsign up (?:for|to|here)\b|підпис(?:уйтесь|атися|уйтеся)|подпис(?:ывайтесь|аться|ывайтес)|abonnieren sie|folgen sie uns|join us on|follow us\b|legal disclaimer|menafn provides|nachdruck|fictional demo page|usage of materials|use of materials|view news\.?$|newsletter|click here to|get the .{0,20}\bapp\b|if you (?:have found|notice) (?:a spelling )?(?:error|mistake)|якщо ви (?:знайшли|помітили) помилку|если вы (?:нашли|заметили) ошибку|ctrl\s*\+\s*enter",
)
MOST_FOOTER_WORDS, MOST_INSERT_CHARACTERS = 45, 160
ENDS_SENTENCE = re.compile(r"[.!?…:;,]\W*$|[—–]\s*$|--\s*$")
FINAL = re.compile(r"[.!?…:][”’)\]]*\s*$")
SPEAKER = re.compile(r"^[^a-zа-яіїєґ]{2,30}:|^[\w .]{2,24}:\s|https?://|\binaudible\b", re.IGNORECASE)
LEAST_STRAY_WORDS, MOST_STRAY_WORDS, MOST_STRAY_SHARE = 6, 24, 0.3


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


def normalise(text: str, title: str = "", *, has_markup: bool = False) -> Normalised:
    """Clean one body; paragraphs stay apart by a blank line. `has_markup`: lines were told apart by tags, so that a line
    without a final stop is a subheading rather than a link that lost its tag."""
    result = Normalised(characters(text))
    result.text = _head(result, result.text)
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n|\n", result.text) if p.strip()]
    strays = set() if has_markup else _stray_headlines(paragraphs)
    kept = []
    for n, paragraph in enumerate(paragraphs):
        kind = "read_also" if n in strays else _not_own(paragraph, n, len(paragraphs), title)
        if kind:
            result.take(kind, paragraph)
        else:
            kept.append(paragraph)
    if not kept and paragraphs:  # a text of nothing but inserts is better kept than lost
        kept, result.removed = paragraphs, {k: v for k, v in result.removed.items() if k in ("credits", "datelines")}
    result.text = "\n\n".join(kept)
    _agency_in_text(result)
    result.named_source = _named_source(result.text)
    return result


def _head(result: Normalised, text: str) -> str:
    """Wire credits and datelines at the beginning."""
    if match := CREDIT_DATE.match(text):
        result.credit_date = match["date"]
    if match := CREDIT.match(text):
        result.outlet_hint, result.agency = match["outlet"].strip(), _agency(match["agency"])
        result.take("credits", match.group())
        text = text[match.end() :]
    for pattern in (AGENCY_LINE, DATELINE, BARE_CREDIT):
        match = pattern.match(text)
        if match and _is_dateline(pattern, match["line"], match["agency"]):
            agency = match["agency"]
            result.agency = result.agency or (_agency(agency) if agency and _is_agency(agency) else None)
            result.take("datelines", match["line"])
            return text[match.end() :]
    return text


def _is_dateline(pattern: re.Pattern[str], line: str, agency: str | None) -> bool:
    """A known agency, or a place in capitals with a day: not just a sentence that begins loudly."""
    if agency and _is_agency(agency):
        return True
    return pattern is DATELINE and bool(re.search(r"\d", line)) and line.split(",")[0].split(".")[0].isupper()


def _known(words: str) -> str | None:
    """The agency of these words or of their first ones («РИА Новости Крым»)."""
    parts = words.strip().lower().split()
    return next((AGENCIES[name] for n in range(len(parts), 0, -1) if (name := " ".join(parts[:n])) in AGENCIES), None)


def _is_agency(words: str) -> bool:
    return _known(words) is not None


def _agency(words: str) -> str:
    return _known(words) or words.strip()


def _not_own(paragraph: str, n: int, count: int, title: str) -> str | None:
    """Which kind of insert a paragraph is; None for the article's own."""
    if READ_ALSO.match(paragraph):
        return "read_also"
    if len(paragraph) < 260 and _names_photo(paragraph) and PHOTO.match(paragraph):
        return "photo_credits"
    if n > 0 and n >= count // 2 and len(paragraph.split()) <= MOST_FOOTER_WORDS and FOOTER.search(paragraph.lower()):
        return "footers"
    if n == 0 and count > 1 and title and paragraph.lower() == title.strip().lower():
        return "headline"
    return None


def _names_photo(paragraph: str) -> bool:
    lower = paragraph.lower()
    return any(word in lower for word in PHOTO_WORDS)


def _stray_headlines(paragraphs: list[str]) -> set[int]:
    """Short lines without a final stop between paragraphs of whole sentences: links to other articles that lost their tags.

    A text that has many such lines (a transcript, verse, wrapped lines) has none.
    """
    whole = sum(len(p) > 140 and FINAL.search(p) is not None for p in paragraphs)
    if whole < 3:
        return set()
    found = {n for n in range(1, len(paragraphs) - 1) if _is_stray(paragraphs, n)}
    return found if len(found) <= MOST_STRAY_SHARE * len(paragraphs) else set()


def _is_stray(paragraphs: list[str], n: int) -> bool:
    line, before, after = paragraphs[n], paragraphs[n - 1], paragraphs[n + 1]
    words = line.split()
    if len(line) > MOST_INSERT_CHARACTERS or not LEAST_STRAY_WORDS <= len(words) <= MOST_STRAY_WORDS:
        return False
    if (
        ENDS_SENTENCE.search(line)
        or re.match(r"[“‘—–•*-]|\d+[.)]", line)
        or (SPEAKER.search(line) and not line[0].islower())
    ):
        return False
    begins = after[0].isupper() or after[0].isdigit() or after[0] in "“‘—–("
    return begins and FINAL.search(before) is not None and FINAL.search(after) is not None


def _agency_in_text(result: Normalised) -> None:
    if result.agency:
        return
    for match in SAYS_AGENCY.finditer(result.text[:3000]):
        if known := _known(match["name"] or match["name2"] or ""):
            result.agency = known
            return


def _named_source(text: str) -> str | None:
    """The source that the text itself names; «the ombudsman’s posting on Telegram» as «Telegram posting by the ombudsman»."""
    head = text[:4000]
    lower = head.lower()
    if not any(words in lower for words in SOURCE_BEGINS):
        return None
    if match := OWNED_SOURCE.search(head):
        words = " ".join(match["source"].split())
        owner = re.fullmatch(
            rf"(?P<who>.+?)’s?\s+(?P<what>\w+)\s+(?:on|in)\s+(?P<where>{_WHERE})", words, re.IGNORECASE
        )
        return f"{owner['where']} {owner['what']} by {owner['who']}" if owner else words
    if match := GIVEN_SOURCE.search(head):
        words = " ".join((match["source"] or match["source2"] or match["source3"]).split())
        return SAID.sub("", words) or None
    return None
