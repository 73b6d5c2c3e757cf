"""Sitemaps: plain, news, text and indexes, gzipped or not. Parts whose name or date lies outside the window are passed over."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from coverage.collect.decoding import BodyError, decode
from coverage.collect.guard import usable_url
from coverage.collect.robots import parse_robots
from coverage.collect.sources import Listed, Listing, Window
from coverage.schema import Problem

SIZE_CAP = 64 * 1024 * 1024  # the protocol allows 50 MiB
URL_CAP = 50_000
DEPTH_CAP = 4
_DATED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")


def read(body: bytes, base: str, window: Window | None = None) -> Listing:
    """What a sitemap document lists: pages, and for an index further sitemaps."""
    listing = Listing()
    try:
        plain = decode(body, "gzip", SIZE_CAP) if body.startswith(b"\x1f\x8b") else body
    except BodyError as error:
        listing.problems.append(Problem("collect", base, "sitemap unreadable", error.reason, "check the address"))
        return listing
    found = 0
    for url, moment, is_part in _entries(plain, base, listing):
        found += 1
        if found > URL_CAP:
            listing.leave_out("beyond the sitemap's cap")
        else:
            _list(url, moment, is_part, base, window, listing)
    if not found and not listing.problems:
        listing.problems.append(Problem("collect", base, "sitemap without addresses", None, "check the address"))
    return listing


def _list(url: str, moment: datetime | None, is_part: bool, base: str, window: Window | None, listing: Listing) -> None:
    try:
        full = urljoin(base, url)
    except ValueError:
        full = ""
    if usable_url(full) is not None:
        listing.leave_out("no usable address")
    elif not is_part:
        listing.listed.append(Listed(full, "page", moment))
    elif full == base:
        listing.leave_out("sitemap that names itself")
    elif window and not _part_may_matter(full, moment, window):
        listing.leave_out("sitemap part outside the window")
    else:
        listing.listed.append(Listed(full, "sitemap", moment))


def _part_may_matter(url: str, changed: datetime | None, window: Window) -> bool:
    """A part last changed before the window cannot list its pages; a part named for other days does not."""
    grace = timedelta(days=window.grace_days)
    if changed and changed.date() < window.first - grace:
        return False
    days = days_named(urlsplit(url).path + "?" + urlsplit(url).query)
    return days is None or (days[0] <= window.last + grace and days[1] >= window.first - grace)


def days_named(words: str) -> tuple[date, date] | None:
    """First and last day that a dated address names: `sitemap-2022-09.xml` → 1 to 30 September 2022."""
    found = _DATED.search(words)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    last = monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    return (date(year, month, day), date(year, month, day)) if day <= last else None


def _entries(data: bytes, base: str, listing: Listing) -> Iterator[tuple[str, datetime | None, bool]]:
    """(address, date, whether it is a further sitemap) of each entry."""
    if urlsplit(base).path == "/robots.txt":
        yield from ((url, None, True) for url in parse_robots(data).sitemaps)
        return
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:4].lower() == b"http":
        for line in data.decode("utf-8", "replace").split():
            yield line, None, False
        return
    if not head.startswith(b"<"):
        listing.problems.append(Problem("collect", base, "sitemap unreadable", "not XML", "check the address"))
        return
    yield from _xml_entries(data)


def _xml_entries(data: bytes) -> Iterator[tuple[str, datetime | None, bool]]:
    from lxml import etree

    # No entities are resolved and nothing is loaded: a sitemap needs neither, and both are ways to attack a reader.
    events = etree.iterparse(
        BytesIO(data), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False,
    )  # fmt: skip
    try:
        for _, node in events:
            name = _local(node)
            if name in ("url", "sitemap"):
                fields = {_local(child): (child.text or "").strip() for child in node.iter() if child is not node}
                if fields.get("loc"):
                    moment = _moment(fields.get("publication_date") or "") or _moment(fields.get("lastmod") or "")
                    yield fields["loc"], moment, name == "sitemap"
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
    except etree.XMLSyntaxError:
        return


def _local(node: Any) -> str:
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _moment(words: str) -> datetime | None:
    """A W3C date or time; absurd years count as unknown."""
    for text in (words, words[:10]):
        try:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC) if 1990 <= moment.year <= 2100 else None
        except (ValueError, OverflowError):
            continue
    return None
