"""RSS and Atom feeds, however broken."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from coverage.collect.guard import usable_url
from coverage.collect.sources import Listed, Listing
from coverage.schema import Problem

SIZE_CAP = 8 * 1024 * 1024
ENTRY_CAP = 5_000
_YEARS = range(1990, 2101)


def read(body: bytes, base: str, content_type: str | None = None) -> Listing:
    """The pages that a feed document lists. `base` is the address it came from."""
    listing = Listing()
    entries = _entries(body[:SIZE_CAP], base, content_type, listing)
    for entry in entries[:ENTRY_CAP]:
        url = _link(entry, base)
        if url is None:
            listing.leave_out("entry without a usable link")
            continue
        listing.listed.append(Listed(url, "page", _published(entry), str(entry.get("title") or "")[:500]))
    if len(entries) > ENTRY_CAP:
        listing.leave_out("beyond the feed's cap", len(entries) - ENTRY_CAP)
    return listing


def _entries(body: bytes, base: str, content_type: str | None, listing: Listing) -> list[Any]:
    import feedparser

    headers = {"content-location": base}
    if content_type:
        headers["content-type"] = content_type
    try:
        parsed = feedparser.parse(body, response_headers=headers)
        entries: list[Any] = list(parsed.entries)
    except Exception as error:  # feedparser fails in many ways on broken input, none of which may end a collection
        listing.problems.append(
            Problem(
                "collect", base, "feed unreadable", f"{type(error).__name__}: {error}"[:200], "open it in a browser"
            )
        )
        return []
    if not entries:
        what = str(parsed.get("bozo_exception") or "no entries")[:200]
        listing.problems.append(Problem("collect", base, "feed without entries", what, "check the feed's address"))
    return entries


def _link(entry: Any, base: str) -> str | None:
    for candidate in (entry.get("link"), entry.get("id")):
        if not candidate:
            continue
        try:
            url = urljoin(base, str(candidate).strip())
        except ValueError:
            continue
        if usable_url(url) is None:
            return url
    return None


def _published(entry: Any) -> datetime | None:
    """When the feed says the entry appeared; absurd years (0000, 9999) count as unknown."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        value = dict.get(entry, name)  # feedparser's own `get` gives another field's value, with a warning
        if not value:
            continue
        try:
            if value[0] in _YEARS:
                return datetime.fromtimestamp(timegm(tuple(value)), UTC)
        except (ValueError, OverflowError, TypeError, OSError):
            continue
    return None
