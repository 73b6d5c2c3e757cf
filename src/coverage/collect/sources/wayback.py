"""The Wayback Machine: its CDX server lists what it holds of an outlet, its mementos are the pages as they were.

Publisher: Internet Archive. Interface: CDX server (field names below are its own), mementos by `/web/<time>id_/<url>`,
`id_` meaning the page without the replay's additions. Any pywb server answers the same.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from coverage.collect.guard import usable_url
from coverage.collect.sources import Listed, Listing, Window
from coverage.schema import Problem

ENDPOINT = "https://web.archive.org"
PAGE_ROWS = 5_000
_FIELDS = ("timestamp", "original", "mimetype", "statuscode")


def start(site: str, window: Window, endpoint: str = ENDPOINT) -> str:
    """The CDX query for a site (`outlet.example`, or `outlet.example/section/*`) within the window, one row a page."""
    query = {
        "url": site.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "matchType": "prefix" if site.endswith("*") or "/" in site.partition("://")[2].rstrip("/") else "domain",
        "from": f"{window.first:%Y%m%d}",
        "to": f"{window.last:%Y%m%d}",
        "output": "json",
        "fl": ",".join(_FIELDS),
        "filter": "statuscode:200",
        "collapse": "urlkey",
        "limit": str(PAGE_ROWS),
        "showResumeKey": "true",
    }
    query["url"] = query["url"].removesuffix("*")
    return f"{endpoint}/cdx/search/cdx?{urlencode(query)}"


def read(body: bytes, base: str, window: Window) -> Listing:
    """The mementos that a CDX answer names; a further query where it was cut at its limit."""
    listing = Listing()
    rows, resume_key = _rows(body, base, listing)
    for row in rows:
        moment, media = _moment(row.get("timestamp", "")), row.get("mimetype", "text/html")
        original = row.get("original", "")
        if moment is None or usable_url(original) is not None:
            listing.leave_out("no usable address")
        elif media not in ("text/html", "application/xhtml+xml", "warc/revisit", "unk"):
            listing.leave_out("not a page")
        else:
            parts = urlsplit(base)
            memento = f"{parts.scheme}://{parts.netloc}/web/{row['timestamp']}id_/{original}"
            listing.listed.append(Listed(memento, "page", moment, original=original))
    if resume_key:
        listing.listed.append(Listed(_next(base, resume_key), "wayback"))
    return listing


def _next(base: str, resume_key: str) -> str:
    start_of_query = base.partition("&resumeKey=")[0]
    return f"{start_of_query}&{urlencode({'resumeKey': resume_key})}"


def _rows(body: bytes, base: str, listing: Listing) -> tuple[list[dict[str, str]], str]:
    """The rows as dicts and the resume key: JSON lines (pywb) or one JSON table with a heading (archive.org)."""
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return [], ""
    try:
        if text.startswith("["):
            table = json.loads(text)
            heading, rest = (table[0], table[1:]) if table else ([], [])
            resume_key = str(rest[-1][0]) if len(rest) > 1 and rest[-2] == [] else ""
            rows = [row for row in rest if len(row) == len(heading) and len(row) > 1]
            return [dict(zip(heading, map(str, row), strict=True)) for row in rows], resume_key
        return [_from_pywb(json.loads(line)) for line in text.splitlines() if line.strip()], ""
    except (ValueError, TypeError, IndexError, AttributeError) as error:
        listing.problems.append(
            Problem("collect", base, "index answer unreadable", str(error)[:200], "try again later")
        )
        return [], ""


def _from_pywb(row: dict[str, object]) -> dict[str, str]:
    names = {"timestamp": "timestamp", "url": "original", "mime": "mimetype", "status": "statuscode"}
    return {ours: str(row[theirs]) for theirs, ours in names.items() if theirs in row}


def _moment(timestamp: str) -> datetime | None:
    try:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
