"""When an article was published: every candidate with its precision, the best one, and whether they disagree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from coverage.text.blocks import HINT_NAMES, Page
from coverage.text.date_words import Moment, read_moment
from coverage.text.markup import TAG, elements, inner_text
from coverage.text.metadata import Metadata

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# Which source is believed first; «capture» only bounds.
RANK = {name: n for n, name in enumerate(("import", "json-ld", "microdata", "meta", "time", "visible", "feed", "url", "embedded", "modified", "capture"))}  # fmt: skip
MODIFIED = "modified"
FINENESS = {"minute": 0, "day": 1, "month": 2, "year": 3}
# Names of meta tags, signs left out.
META_PUBLISHED = frozenset((
    "articlepublishedtime", "ogarticlepublishedtime", "articlepublished", "ogpublishedtime", "datepublished", "publisheddate", "date", "dcdate", "dcdateissued", "dcdatecreated",
    "dctermscreated", "dctermsdate", "dctermsissued", "pubdate", "publishdate", "publicationdate", "publishedtime", "published", "publishedat", "publishtime",
    "sailthrudate", "parselypubdate", "cxenseparserecspublishtime", "cxenseparsepublishtime", "mediatorpublishedtime", "analyticsdate", "originalpublicationdate",
    "datecreated", "ptime", "rnewsdatepublished", "citationpublicationdate", "citationdate", "articledateoriginal", "ogpubdate", "btpubdate", "releasedate", "shareaholicarticlepublishedtime", "displaydate", "articledate",
))  # fmt: skip
META_MODIFIED = frozenset(("articlemodifiedtime", "ogupdatedtime", "datemodified", "lastmodified", "dctermsmodified", "lastmod", "articlemodified", "dcdatemodified", "revised", "updatedtime", "ogmodifiedtime"))  # fmt: skip
CHANGED = re.compile(r"updat|modif|revis|last (?:edit|review|chang)|оновлен|обновл|изменен|змінен|aktualisiert|geändert|mis[e]? à jour|actualizado|aggiornat|aktualizacj|обновена|atualizad", re.IGNORECASE)  # fmt: skip
ISSUED = re.compile(r"publish|post(?:ed)?\b|issued|released|created|опублик|опублік|veröffentlicht|publié|publicado|pubblicat|opublikowan|publikov|публикув", re.IGNORECASE)  # fmt: skip
_QUOTE = r"""(?:"|&quot;|&#34;)"""
EMBEDDED = re.compile(
    rf"{_QUOTE}(?:datePublished|publishedAt|published_at|publishDate|published_time|firstPublished(?:At)?|publicationDate)\\{{0,3}}{_QUOTE}\s{{0,5}}:\s{{0,5}}\\{{0,3}}{_QUOTE}(?P<when>(?:19|20)\d\d-[^\"\\&]{{4,30}})"
)
TIME = re.compile(r"<time(?: [^>]*)?>")
LOOKED_BACK = 150  # characters of markup before a <time> that may say what it is the time of
CENTURIES = ("19", "20")
FIRST_ISSUED = re.compile(r"(?:originally|first) (?:published|posted|appeared)|(?:вперше|впервые) опубл|ursprünglich (?:veröffentlicht|erschienen)|publié (?:initialement|pour la première fois)|publicado originalmente|pierwotnie opublikowan", re.IGNORECASE)  # fmt: skip
RELATIVE = re.compile(
    r"\d\s*\w{1,8}\.?\s+(?:ago|тому|назад|temu)\b|\b(?:vor|il y a|hace|преди|há)\s+\d", re.IGNORECASE
)  # «3 hours ago» is a date too
TOLD = ("json-ld", "microdata", "meta")
A_DAY = timedelta(days=1, hours=14)  # the same day in two time zones is no disagreement
PLACE = 1 << HINT_NAMES.index("date")
ELSEWHERE = sum(1 << HINT_NAMES.index(name) for name in ("comment", "related", "navigation", "cookie"))
URL_DAY = re.compile(r"(?<![\d])(?P<y>(?:19|20)\d\d)(?P<s>[/_-])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])(?!\d)|(?<![^/])(?P<y2>20[0-3]\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])(?=/)|(?<![^/])(?P<d3>0?[1-9]|[12]\d|3[01])[-/](?P<m3>0?[1-9]|1[0-2])[-/](?P<y3>20[0-3]\d)(?=/)")  # fmt: skip
URL_NAMED = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<b>[a-z]{3,9})/(?P<d>0?[1-9]|[12]\d|3[01])(?=/)", re.IGNORECASE)
URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>0[1-9]|1[0-2]|[1-9])(?=/)")
SAME_CLOCK = timedelta(hours=14)  # as far as two zones can lie apart


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """One time that the page, or the way it was found, gives. `offset` is minutes east of UTC, None where not written."""

    source: str
    value: datetime
    precision: str
    offset: int | None = None
    is_ambiguous: bool = False  # 3/9/2024: day and month may stand the other way round


@dataclass(frozen=True, slots=True)
class Dates:
    """The decision. `value` is UTC, the first instant of the day, month or year where only that is known."""

    value: datetime | None
    precision: str
    source: str | None
    is_conflict: bool
    candidates: tuple[DateCandidate, ...]
    modified_at: datetime | None
    offset: int | None = None


def find_dates(
    page: Metadata,
    source: str,
    html: str,
    blocks: Page,
    body: tuple[int, int, int],
    url: str,
    *,
    fetched_at: datetime | None = None,
    listed_at: datetime | None = None,
) -> Dates:
    """Weigh all candidates of a page. `body` holds the numbers of the blocks where headline, body and rest begin.

    Nothing later than a day after `fetched_at` and nothing before 1995 is believed.
    """
    month_first = _is_month_first(page.language, url)
    published, modified = _told(page, month_first)
    for into, found in zip((published, modified), _elements(html, month_first), strict=True):
        into += found
    for into, found in zip((published, modified), _visible(blocks, body, month_first), strict=True):
        into += found
    if not published and (embedded := _embedded(source)):
        published.append(embedded)
    published, moved = _without_moved(published, blocks, month_first)
    return weigh(published, [*modified, *moved], url, fetched_at, listed_at, page.canonical)


def weigh(
    published: list[DateCandidate],
    modified: list[DateCandidate],
    url: str,
    fetched_at: datetime | None,
    listed_at: datetime | None,
    canonical: str = "",
) -> Dates:
    """Add what the address, the feed and the capture say, drop what cannot be, decide."""
    published = [*published, *(from_url(url) or from_url(canonical))]
    latest = LATEST
    if listed_at:
        published.append(DateCandidate("feed", listed_at.astimezone(UTC), "minute", _minutes(listed_at)))
    if fetched_at:
        latest = fetched_at.astimezone(UTC) + timedelta(days=1)
        published.append(DateCandidate("capture", fetched_at.astimezone(UTC), "minute", _minutes(fetched_at)))
    sound = [c for c in dict.fromkeys(_turned(published)) if EARLIEST <= c.value <= latest]
    return decide(sound, [c for c in modified if EARLIEST <= c.value <= latest])


def decide(candidates: Iterable[DateCandidate], modified: Iterable[DateCandidate] = ()) -> Dates:
    """The most trusted candidate, sharpened by any other that names the same day or month more exactly.

    An address's day never beats a full timestamp. Where one source gives two times the earlier is the publication. A
    page that shows nothing but its last change is dated by that change's day, source `modified`.
    """
    changes = sorted(modified, key=lambda c: c.value)
    modified_at = changes[-1].value if changes else None
    ranked = sorted(candidates, key=lambda c: (RANK[c.source], FINENESS[c.precision], c.value))
    weighed = [c for c in ranked if c.source != "capture"]
    if not weighed and changes:
        day = changes[0].value + timedelta(minutes=changes[0].offset or 0)
        weighed = [DateCandidate(MODIFIED, day.replace(hour=0, minute=0, second=0, microsecond=0), "day")]
    if not weighed:
        return Dates(None, "unknown", None, False, tuple(ranked), modified_at)
    best = _best(weighed, changes)
    conflict = any(not agree(best, c) for c in weighed)
    return Dates(best.value, best.precision, best.source, conflict, tuple(ranked), modified_at, best.offset)


def _best(weighed: list[DateCandidate], changes: list[DateCandidate]) -> DateCandidate:
    best = weighed[0]
    if best.source == "url":
        best = next((c for c in weighed if c.precision == "minute"), best)
    earlier = [c for c in weighed if c.source == best.source and c.value < best.value and not agree(best, c)]
    if not earlier and best.source == "meta" and any(agree(best, c) for c in changes):
        earlier = [
            c for c in weighed if c.source in ("time", "visible") and c.value < best.value and not agree(best, c)
        ]
    best = min(earlier, key=lambda c: c.value, default=best)
    if best.precision != "minute":
        finer = [c for c in weighed if FINENESS[c.precision] < FINENESS[best.precision] and agree(best, c)]
        best = min(finer, key=lambda c: (FINENESS[c.precision], RANK[c.source]), default=best)
    return _with_offset(best, weighed) if best.precision == "minute" and not best.offset else best


def _with_offset(best: DateCandidate, others: list[DateCandidate]) -> DateCandidate:
    """The same instant with its offset; and where `best` has none at all, the same clock with one."""
    for other in others:
        if other.precision != "minute" or other.offset is None or other.source == "feed":
            continue
        same_instant = abs(other.value - best.value) < timedelta(minutes=2)
        same_clock = best.offset is None and abs(other.value + timedelta(minutes=other.offset) - best.value) < timedelta(minutes=2)  # fmt: skip
        if (same_instant and other.offset) or same_clock:
            return other
    if best.offset is None:
        near = (c for c in others if c.precision == "minute" and c.offset is not None and c.source != "feed")
        return next((c for c in near if abs(c.value - best.value) <= SAME_CLOCK), best)
    return best


def agree(one: DateCandidate, other: DateCandidate) -> bool:
    """Whether two candidates can be the same time, given their precision (and that clocks may lack their zone)."""
    coarse = max(one, other, key=lambda c: FINENESS[c.precision]).precision
    if coarse == "year":
        return one.value.year == other.value.year
    if coarse == "month":
        return any((a.year, a.month) == (b.year, b.month) for a in _days(one) for b in _days(other))
    if coarse == "day":
        return any(a.date() == b.date() for a in _days(one) for b in _days(other))
    slack = SAME_CLOCK if one.offset is None or other.offset is None else timedelta(hours=1)
    return abs(one.value - other.value) <= slack


def _days(one: DateCandidate) -> tuple[datetime, datetime]:
    """The time in UTC and as its own clock shows it."""
    return one.value, one.value + timedelta(minutes=one.offset or 0)


def _turned(found: list[DateCandidate]) -> list[DateCandidate]:
    """Day and month of 3/9/2024 the other way round where only so it is the day that another source gives."""
    days = {day.date() for one in found if not one.is_ambiguous and one.precision != "month" for day in _days(one)}
    turned = []
    for one in found:
        if one.is_ambiguous and one.value.date() not in days:
            other = one.value.replace(month=one.value.day, day=one.value.month)
            one = replace(one, value=other) if other.date() in days else one
        turned.append(one)
    return turned


def _minutes(when: datetime) -> int | None:
    offset = when.utcoffset()
    return None if offset is None else int(offset.total_seconds() // 60)


def candidate(words: str, source: str, *, month_first: bool = False) -> DateCandidate | None:
    moment = read_moment(words, month_first=month_first)
    return _of(moment, source) if moment else None


def _of(moment: Moment, source: str) -> DateCandidate:
    return DateCandidate(source, moment.value, moment.precision, moment.offset, moment.is_ambiguous)


def _is_month_first(language: str, url: str) -> bool:
    """3/9/2024 is March 9 on American pages: English without a country, or the United States', off other countries' domains."""
    if not language.startswith("en") and language:
        return False
    if language not in ("", "en", "en-us", "en_us"):
        return False
    return not re.search(r"^https?://[^/]+\.(?!us\b|co\b|ai\b|io\b|tv\b|me\b)[a-z]{2}(?:[/:]|$)", url)


Found = tuple[list[DateCandidate], list[DateCandidate]]  # published, modified


def _told(page: Metadata, month_first: bool) -> Found:
    """JSON-LD of the article itself, microdata, meta tags."""
    published: list[DateCandidate] = []
    modified: list[DateCandidate] = []
    told = [("json-ld", key, page.main.get(key)) for key in ("datePublished", "dateCreated", "dateModified")]
    if page.main.get("datePublished"):
        told = [one for one in told if one[1] != "dateCreated"]
    if not page.main.get("datePublished"):
        told += [("json-ld", "datePublished", t["datePublished"]) for t in page.things if t.get("@type") == "WebPage" and "datePublished" in t]  # fmt: skip
    items = [(key, value) for key, value in page.items if key in ("datePublished", "dateCreated", "dateModified")]
    if len({value[:10] for key, value in items if key == "datePublished"}) < 3:  # more are a list of other articles
        told += [("microdata", key, value) for key, value in items[:4]]
    for name, values in page.metas.items():
        key = re.sub(r"[^a-z]", "", name)
        kind = "datePublished" if key in META_PUBLISHED else "dateModified" if key in META_MODIFIED else None
        told += [("meta", kind, value) for value in values if kind]
    for source, key, value in told:
        if isinstance(value, str) and (found := candidate(value, source, month_first=month_first)):
            (modified if key == "dateModified" else published).append(found)
    return published, modified


def _elements(html: str, month_first: bool) -> Found:
    """<time> elements: the first that is not about a change, by its own marks or the words right before it."""
    published: list[DateCandidate] = []
    modified: list[DateCandidate] = []
    for element in elements(html, TIME):
        told = element.attributes
        words = told.get("datetime") or inner_text(html, element)
        if found := candidate(words, "time", month_first=month_first):
            start = html.rindex("<", 0, element.start)
            before = TAG.sub(" ", html[max(0, start - LOOKED_BACK) : start].partition(">")[2])[-30:]
            about = " ".join((told.get("class", ""), told.get("itemprop", ""), before))
            (modified if CHANGED.search(about) else published).append(found)
        if published:
            break
    return published, modified


def _visible(blocks: Page, body: tuple[int, int, int], month_first: bool) -> Found:
    """Dates to be read near the headline, then right after the body: the nearest counts, marked places before others."""
    published: list[DateCandidate] = []
    modified: list[DateCandidate] = []
    for n in _reading_order(len(blocks.blocks), body):
        block = blocks.blocks[n]
        near = blocks.near(block)
        if block.words > 40 or near & ELSEWHERE or not any(map(str.isdigit, block.text)):
            continue
        found = candidate(block.text, "visible", month_first=month_first)
        if found is None or (found.precision == "month" and not near & PLACE):
            continue
        is_change = CHANGED.search(block.text) and not ISSUED.search(block.text)
        if is_change:
            modified.append(found)
        elif block.words <= 18 or near & PLACE or ISSUED.search(block.text):
            published.append(found)
            break
    return _first_issued(blocks, month_first) or published or _anywhere(blocks, month_first), modified


def _first_issued(blocks: Page, month_first: bool) -> list[DateCandidate]:
    """«Originally published on 26 September 2019», wherever the page says so of itself in one short line."""
    for block in blocks.blocks:
        if block.words > 40 or not any(century in block.text for century in CENTURIES):
            continue
        match = FIRST_ISSUED.search(block.text)
        if match and not blocks.near(block) & ELSEWHERE:
            found = candidate(block.text[match.end() :], "visible", month_first=month_first)
            if found and found.precision in ("minute", "day"):
                return [found]
    return []


def _without_moved(published: list[DateCandidate], blocks: Page, month_first: bool) -> Found:
    """(the candidates that date the article, those that date its move to another system or its last change).

    The page's own data are of the second kind where the page shows its readers an earlier day and the told day nowhere.
    """
    told = min((c for c in published if c.source in TOLD), key=lambda c: RANK[c.source], default=None)
    if told is None:
        return published, []
    shown = [c for c in published if c.source == "visible" and c.precision in ("minute", "day")]
    if not shown or any(told.value - c.value < A_DAY for c in shown):
        return published, []
    days = {day.date() for day in _days(told)}
    for block in blocks.blocks:
        if block.words > 40 or not any(map(str.isdigit, block.text)):
            continue
        found = candidate(block.text, "visible", month_first=month_first)
        if (found and found.value.date() in days) or (block.words <= 12 and RELATIVE.search(block.text)):
            return published, []
    moved = [c for c in published if c.source in TOLD and agree(c, told)]
    return [c for c in published if c not in moved], moved


def _embedded(source: str) -> DateCandidate | None:
    """The time that data for the page's own scripts give, where the page itself gives none."""
    if "ublish" not in source:
        return None
    for match in EMBEDDED.finditer(source):
        if found := candidate(match["when"], "embedded"):
            return found
    return None


def _reading_order(count: int, body: tuple[int, int, int]) -> list[int]:
    """Blocks by how likely they hold the article's date: round headline and lead, then after the end, then before."""
    head, start, end = body
    near = list(range(max(0, head - 8), min(count, (start if start > head else head + 7) + 3)))
    near.sort(key=lambda n: abs(n - head) if n >= head else 2 * (head - n))
    after = list(range(min(end, count), min(count, end + 6)))
    return list(dict.fromkeys(near + after))


def _anywhere(blocks: Page, month_first: bool) -> list[DateCandidate]:
    """Where neither headline nor end shows a date: the first short line that says it is the day of publication."""
    before = ""
    for block in blocks.blocks:
        near = blocks.near(block)
        if block.words <= 12 and not near & ELSEWHERE and any(map(str.isdigit, block.text)):
            is_named = ISSUED.search(block.text) or ISSUED.search(before)
            if is_named and (found := candidate(block.text, "visible", month_first=month_first)):
                return [found]
        before = block.text[-40:]
    return []


def from_url(url: str) -> list[DateCandidate]:
    """The day or month in an address; never one cut out of a longer number."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url)
    if match := URL_DAY.search(path):
        year, month, day = (int(match[name] or match[f"{name}2"] or match[f"{name}3"]) for name in "ymd")
        try:
            return [DateCandidate("url", datetime(year, month, day, tzinfo=UTC), "day")]
        except ValueError:
            return []
    if match := URL_NAMED.search(path):
        found = candidate(f"{match['d']} {match['b']} {match['y']}", "url")
        return [found] if found else []
    if match := URL_MONTH.search(path):
        return [DateCandidate("url", datetime(int(match["y"]), int(match["m"]), 1, tzinfo=UTC), "month")]
    return []


def from_row(published: object, url: str) -> Dates:
    """Dates of an imported row: its own field, else its address. Raises ValueError for a date that cannot be."""
    if published is None or published == "":
        return decide(from_url(url))
    found = candidate(str(published), "import")
    if found is None:
        raise ValueError(f"published {published!r} is no date; write 2024-03-09 or 2024-03-09T18:30:00+02:00")
    if not EARLIEST <= found.value <= datetime.now(UTC) + timedelta(days=1):
        raise ValueError(f"published {published!r} lies in the future or before 1995")
    return decide([found, *from_url(url)])
