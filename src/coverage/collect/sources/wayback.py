"""The Wayback Machine: its CDX server lists what it holds of an outlet, its mementos are the pages as they were.

Publisher: Internet Archive. Interface: CDX server, mementos by `/web/<time>id_/<url>`, `id_` meaning the page without the
replay's additions. Archives that run pywb speak the same language with other names: `/<collection>/cdx` and
`/<collection>/<time>id_/<url>`, `mime` and `status` for `mimetype` and `statuscode`, no collapsing and no resume key.
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
_CDX_PATH = "/cdx/search/cdx"
_MEDIA = ("text/html", "application/xhtml+xml", "warc/revisit", "unk")


def start(site: str, window: Window, endpoint: str = ENDPOINT) -> str:
    """The CDX query for a site (`outlet.example`, or `outlet.example/section/*`) within the window, one row a page.

    `endpoint` is a host that answers as archive.org does, or the whole address of a pywb collection's index (`…/cdx`).
    """
    query = {
        "url": site.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "matchType": "prefix" if site.endswith("*") or "/" in site.partition("://")[2].rstrip("/") else "domain",
        "from": f"{window.first:%Y%m%d}",
        "to": f"{window.last:%Y%m%d}",
        "output": "json",
        "filter": "statuscode:200",
        "collapse": "urlkey",
        "limit": str(PAGE_ROWS),
        "showResumeKey": "true",
    }
    query["url"] = query["url"].removesuffix("*")
    where = endpoint if endpoint.endswith("/cdx") else f"{endpoint}{_CDX_PATH}"
    return f"{where}?{urlencode(query)}"


def read(body: bytes, base: str, window: Window) -> Listing:
    """The mementos that a CDX answer names; a further query where it was cut at its limit."""
    listing = Listing()
    rows, resume_key = _rows(body, base, listing)
    listed: set[str] = set()
    for row in rows:
        moment, original = _moment(row.get("timestamp", "")), row.get("original", "")
        if moment is None or usable_url(original) is not None:
            listing.leave_out("no usable address")
        elif row.get("mimetype", "text/html") not in _MEDIA or row.get("statuscode", "200") not in ("200", "-"):
            listing.leave_out("not a page")
        elif row.get("urlkey", original) in listed:
            listing.leave_out("another copy of the page")
        else:
            listed.add(row.get("urlkey", original))
            memento = f"{_replay(base)}/{row['timestamp']}id_/{original}"
            listing.listed.append(Listed(memento, "page", moment, original=original))
    if resume_key:
        listing.listed.append(Listed(_next(base, resume_key), "wayback"))
    elif len(rows) >= PAGE_ROWS and not _has_resume_keys(base):
        listing.problems.append(Problem("collect", base, "answer full", f"{PAGE_ROWS} rows, and this archive gives no more", "name parts of the site instead of the whole"))  # fmt: skip
    return listing


def _has_resume_keys(base: str) -> bool:
    return urlsplit(base).path == _CDX_PATH


def _replay(base: str) -> str:
    """Where the mementos are, of the archive whose index answered."""
    parts = urlsplit(base)
    collection = "/web" if parts.path == _CDX_PATH else parts.path.removesuffix("/cdx")
    return f"{parts.scheme}://{parts.netloc}{collection}"


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
    names = {
        "urlkey": "urlkey",
        "timestamp": "timestamp",
        "url": "original",
        "mime": "mimetype",
        "status": "statuscode",
    }
    return {ours: str(row[theirs]) for theirs, ours in names.items() if theirs in row}


def _moment(timestamp: str) -> datetime | None:
    try:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
