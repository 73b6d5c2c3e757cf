"""GDELT's DOC API: articles anywhere that match a query, 250 at most an answer, so crowded windows are halved.

Publisher: the GDELT project; coverage since 2017. A busy server answers 429 or plain words: both are waited out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from coverage.collect.guard import usable_url
from coverage.collect.sources import Listed, Listing, Window
from coverage.schema import Problem

ENDPOINT = "https://api.gdeltproject.org"
MOST_ROWS = 250
_TIME = "%Y%m%d%H%M%S"
_SHORTEST = timedelta(minutes=15)  # GDELT's own step


def start(query: str, window: Window, endpoint: str = ENDPOINT) -> str:
    """The request for everything in the window that matches `query` (GDELT's syntax)."""
    first = datetime.combine(window.first, time.min, UTC)
    last = datetime.combine(window.last, time.max, UTC).replace(microsecond=0)
    return _request(f"{endpoint}/api/v2/doc/doc", query, first, last)


def _request(where: str, query: str, first: datetime, last: datetime) -> str:
    fields = {
        "query": query, "mode": "artlist", "format": "json", "sort": "dateasc", "maxrecords": str(MOST_ROWS),
        "startdatetime": first.strftime(_TIME), "enddatetime": last.strftime(_TIME),
    }  # fmt: skip
    return f"{where}?{urlencode(fields)}"


def read(body: bytes, base: str) -> Listing:
    """The pages an answer names; where it is full, the two halves of its window instead, so that none is missed."""
    listing = Listing()
    try:
        rows = json.loads(body.decode("utf-8", "replace"), strict=False).get("articles", []) if body.strip() else []
        listed = [row for row in rows if isinstance(row, dict)]
    except (ValueError, AttributeError, RecursionError):
        words = body[:200].decode("utf-8", "replace").strip()
        listing.problems.append(Problem("collect", base, "index answer unreadable", words, "correct the query, or try again later"))  # fmt: skip
        return listing
    if len(rows) >= MOST_ROWS and (halves := _halves(base)):
        listing.listed += [Listed(url, "gdelt") for url in halves]
        return listing
    for row in listed:
        url = str(row.get("url", ""))
        if usable_url(url) is None:
            listing.listed.append(Listed(url, "page", _seen(row.get("seendate")), str(row.get("title", ""))[:500]))
        else:
            listing.leave_out("no usable address")
    if len(rows) >= MOST_ROWS:
        listing.problems.append(Problem("collect", base, "answer full", f"{MOST_ROWS} rows in the shortest window", "narrow the query"))  # fmt: skip
    return listing


def _halves(base: str) -> list[str]:
    parts = urlsplit(base)
    fields = parse_qs(parts.query)
    first, last = (
        datetime.strptime(fields[name][0], _TIME).replace(tzinfo=UTC) for name in ("startdatetime", "enddatetime")
    )
    if last - first < 2 * _SHORTEST:
        return []
    middle = (first + (last - first) / 2).replace(microsecond=0)
    where = f"{parts.scheme}://{parts.netloc}{parts.path}"
    query = fields["query"][0]
    return [_request(where, query, first, middle), _request(where, query, middle + timedelta(seconds=1), last)]


def _seen(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
