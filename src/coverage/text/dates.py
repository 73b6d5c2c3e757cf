"""When an article was published: every candidate with its precision, the best one, and whether they disagree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
RANK = {"json-ld": 0, "microdata": 1, "meta": 2, "time": 3, "visible": 4, "url": 5, "feed": 6, "capture": 7}
PRECISION_RANK = {"minute": 0, "day": 1, "month": 2, "year": 3}
META_PUBLISHED = ("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "mediator_published_time", "analytics:date", "originalpublicationdate", "article.published", "datecreated", "ptime", "rnews:datepublished")  # fmt: skip
META_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "lastmod",
    "article:modified",
)
ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>\d\d?)-(?P<d>\d\d?)(?:[T\s]+(?P<h>\d\d?):(?P<n>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?\s*(?P<z>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d(?!\d))?)?"
)
DMY = re.compile(
    r"(?<![\d.])(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>(?:19|20)\d\d)(?:\D{1,6}(?P<h>\d{1,2}):(?P<n>\d\d))?(?![\d])"
)
URL_DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[/_-](?P<m>0?[1-9]|1[0-2])[/_-](?P<d>0?[1-9]|[12]\d|3[01])(?!\d)|/(?P<y2>20[0-3]\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])/"
)
URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>0?[1-9]|1[0-2])/")
VISIBLE_XPATH = "//*[contains(@class,'date') or contains(@class,'time') or contains(@class,'Date') or contains(@class,'publish') or contains(@class,'meta') or contains(@id,'date') or contains(@class,'byline') or self::header]"
NUMBER_ONLY = re.compile(r"^\d{6,}$")


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """One time that the page (or the way it was found) gives: where from, when (UTC), how exactly."""

    source: str
    value: datetime
    precision: str
    has_offset: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """The decision. `value` is the first instant of the day, month or year where only that is known."""

    value: datetime | None
    precision: str
    source: str | None
    is_conflict: bool
    candidates: tuple[DateCandidate, ...]
    modified_at: datetime | None


NO_DATES = Dates(None, "unknown", None, False, (), None)


def find_dates(
    tree: HtmlElement | None, url: str, *, fetched_at: datetime | None = None, listed_at: datetime | None = None
) -> Dates:
    """Weigh all candidates of a page. Nothing later than a day after `fetched_at`, nothing before 1995."""
    found: list[DateCandidate] = []
    modified: list[DateCandidate] = []
    if tree is not None:
        for published, changed in (_json_ld(tree), _microdata(tree), _meta(tree)):
            found += published
            modified += changed
        found += _visible(tree)
    found += _from_url(url)
    if listed_at:
        found.append(DateCandidate("feed", listed_at.astimezone(UTC), "minute", True))
    latest = (fetched_at or datetime(2100, 1, 1, tzinfo=UTC)) + timedelta(days=1)
    sound = [c for c in dict.fromkeys(found) if EARLIEST <= c.value <= latest]
    changed_at = max((c.value for c in modified if EARLIEST <= c.value <= latest), default=None)
    return decide(sound, changed_at)


def decide(candidates: Iterable[DateCandidate], modified_at: datetime | None = None) -> Dates:
    """The most trusted candidate, sharpened by any other that names the same day more exactly."""
    ranked = sorted(
        candidates, key=lambda c: (RANK.get(c.source, 9), PRECISION_RANK[c.precision], not c.has_offset, c.value)
    )
    if not ranked:
        return NO_DATES if modified_at is None else Dates(None, "unknown", None, False, (), modified_at)
    best = ranked[0]
    if best.precision != "minute":
        sharper = [
            c for c in ranked if PRECISION_RANK[c.precision] < PRECISION_RANK[best.precision] and _agree(best, c)
        ]
        best = min(sharper, key=lambda c: (PRECISION_RANK[c.precision], RANK.get(c.source, 9)), default=best)
    elif not best.has_offset:
        best = next(
            (
                c
                for c in ranked
                if c.has_offset and abs(c.value - best.value) <= timedelta(hours=14) and c.source != "feed"
            ),
            best,
        )
    conflict = any(not _agree(best, c) for c in ranked)
    return Dates(best.value, best.precision, best.source, conflict, tuple(ranked), modified_at)


def _agree(one: DateCandidate, other: DateCandidate) -> bool:
    coarse = max(one, other, key=lambda c: PRECISION_RANK[c.precision]).precision
    if coarse == "year":
        return one.value.year == other.value.year
    if coarse == "month":
        return (one.value.year, one.value.month) == (other.value.year, other.value.month)
    slack = timedelta(days=1) if coarse == "day" else timedelta(hours=14)
    return abs(one.value - other.value) <= slack


def parse(words: str, source: str, language: str | None = None) -> DateCandidate | None:
    """One time from ISO, day.month.year or «9 березня 2024, 18:30»; None for bare numbers and what cannot be."""
    words = words.strip()
    if NUMBER_ONLY.match(words):
        return None
    for pattern in (ISO, DMY, _written()):
        if match := pattern.search(words):
            return _candidate(match.groupdict(), source)
    return None


@cache
def _months() -> dict[str, int]:
    """Month names and their abbreviations in ten languages, from months.yml."""
    import yaml

    data = yaml.load((files("coverage.text") / "months.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {name: number for number, names in data.items() for name in names}


@cache
def _written() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    day_first = (
        rf"(?P<d>\d{{1,2}})(?:\.|º|er|st|nd|rd|th)?\s*(?:de\s+)?(?P<b>{names})\.?,?\s*(?:de\s+)?(?P<y>(?:19|20)\d\d)"
    )
    month_first = rf"(?P<b2>{names})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)"
    clock = r"(?:[^\d<]{1,12}(?P<h>\d{1,2})[:.](?P<n>\d\d)(?!\d))?"
    return re.compile(rf"(?<!\w)(?:{day_first}|{month_first}){clock}", re.IGNORECASE)


def _candidate(parts: Mapping[str, str | None], source: str) -> DateCandidate | None:
    year, day = int(parts.get("y") or parts.get("y2") or 0), int(parts.get("d") or parts.get("d2") or 0)
    name = parts.get("b") or parts.get("b2")
    month = _months().get(name.lower(), 0) if name else int(parts.get("m") or parts.get("m2") or 0)
    try:
        when = datetime(
            year, month, day, int(parts.get("h") or 0), int(parts.get("n") or 0), int(parts.get("s") or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    zone = parts.get("z")
    if parts.get("h") is None:
        return DateCandidate(source, when, "day")
    return DateCandidate(source, when - _offset(zone), "minute", zone is not None)


def _offset(zone: str | None) -> timedelta:
    if not zone or zone in ("Z", "UTC", "GMT"):
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size


def _json_ld(tree: HtmlElement) -> tuple[list[DateCandidate], list[DateCandidate]]:
    published: list[DateCandidate] = []
    modified: list[DateCandidate] = []
    for node in tree.xpath("//script[@type='application/ld+json']"):
        text = node.text or ""
        for thing in _things(text):
            if not _is_article(thing):
                continue
            for key, into in (("datePublished", published), ("dateCreated", published), ("dateModified", modified)):
                value = thing.get(key)
                if (
                    isinstance(value, str)
                    and (key != "dateCreated" or "datePublished" not in thing)
                    and (found := parse(value, "json-ld"))
                ):
                    into.append(found)
    return published, modified


def _things(text: str) -> list[dict[str, Any]]:
    """All JSON objects of a JSON-LD block, the nested ones too."""
    try:
        data = json.loads(text, strict=False)
    except ValueError:
        return []
    waiting: list[Any] = [data]
    found: list[dict[str, Any]] = []
    while waiting and len(found) < 500:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            found.append(one)
            waiting += [v for v in one.values() if isinstance(v, dict | list)]
    return found


def _is_article(thing: Mapping[str, Any]) -> bool:
    kinds = thing.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(
        "Article" in str(k) or "Posting" in str(k) or "Report" in str(k) or str(k) in ("WebPage", "None") for k in kinds
    )


def _microdata(tree: HtmlElement) -> tuple[list[DateCandidate], list[DateCandidate]]:
    published: list[DateCandidate] = []
    modified: list[DateCandidate] = []
    for node in tree.xpath("//*[@itemprop='datePublished' or @itemprop='dateCreated' or @itemprop='dateModified']"):
        words = node.get("content") or node.get("datetime") or node.text_content()
        if found := parse(words, "microdata"):
            (modified if node.get("itemprop") == "dateModified" else published).append(found)
    return published, modified


def _meta(tree: HtmlElement) -> tuple[list[DateCandidate], list[DateCandidate]]:
    published: list[DateCandidate] = []
    modified: list[DateCandidate] = []
    for node in tree.xpath("//meta[@content]"):
        name = (node.get("property") or node.get("name") or node.get("http-equiv") or "").lower()
        into = published if name in META_PUBLISHED else modified if name in META_MODIFIED else None
        if into is not None and (found := parse(node.get("content"), "meta")):
            into.append(found)
    return published, modified


def _visible(tree: HtmlElement) -> list[DateCandidate]:
    found = []
    for node in tree.xpath("//time")[:5]:
        words = f"{node.get('datetime') or ''} " if node.get("datetime") else node.text_content()
        if candidate := parse(words, "time"):
            found.append(candidate)
            break
    for node in tree.xpath(VISIBLE_XPATH)[:60]:
        words = " ".join(node.text_content().split())
        if 6 <= len(words) <= 200 and (candidate := parse(words, "visible")):
            found.append(candidate)
            break
    else:
        found += _stray_date(tree)
    return found


def _stray_date(tree: HtmlElement) -> list[DateCandidate]:
    """The first short line of the page's body that holds a date, whatever its class is called."""
    for node in tree.xpath(
        "//body//*[self::p or self::span or self::div or self::td or self::li or self::small or self::em]"
    )[:400]:
        words = " ".join((node.text or "").split())
        if 6 <= len(words) <= 80 and (candidate := parse(words, "visible")):
            return [candidate]
    return []


def _from_url(url: str) -> list[DateCandidate]:
    if match := URL_DAY.search(url):
        candidate = _candidate({**match.groupdict(), "h": None}, "url")
        return [candidate] if candidate else []
    if match := URL_MONTH.search(url):
        return [DateCandidate("url", datetime(int(match["y"]), int(match["m"]), 1, tzinfo=UTC), "month")]
    return []


def from_row(published: object, url: str) -> Dates:
    """Dates of an imported row: its own field, else its address. Raises ValueError for a date that cannot be."""
    if published in (None, ""):
        return decide(_from_url(url))
    candidate = parse(str(published), "import")
    if candidate is None:
        raise ValueError(f"published {published!r} is no date; write 2024-03-09 or 2024-03-09T18:30:00+02:00")
    if candidate.value.date() > _today() or candidate.value < EARLIEST:
        raise ValueError(f"published {published!r} lies in the future or before 1995")
    return decide([candidate])


def _today() -> date:
    return datetime.now(UTC).date() + timedelta(days=1)
