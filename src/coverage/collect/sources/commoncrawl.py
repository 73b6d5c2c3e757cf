"""Common Crawl: its index of each crawl (CDX), and the records themselves by range request out of its WARC files."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from coverage.collect.guard import usable_url
from coverage.collect.sources import Listed, Listing, Window
from coverage.schema import Problem

INDEX = "https://index.commoncrawl.org"
DATA = "https://data.commoncrawl.org"
_LONGEST_RECORD = 16 * 1024 * 1024
_SPAN_DAYS = 21  # a crawl runs two to three weeks from the week it is named for


def start(site: str, index: str = INDEX, data: str = DATA) -> str:
    """The list of crawls; which site is wanted, and where the records are, ride along behind the `#`."""
    return f"{index}/collinfo.json#{urlencode({'site': site, 'data': data})}"


def read(body: bytes, base: str, window: Window) -> Listing:
    """From the list of crawls, index queries of those within the window; from an index answer, the records it names."""
    listing = Listing()
    wanted = {name: values[0] for name, values in parse_qs(urlsplit(base).fragment).items()}
    try:
        if urlsplit(base).path.endswith("collinfo.json"):
            _crawls(json.loads(body), wanted, window, listing)
        else:
            for line in body.splitlines():
                if line.strip():
                    _record(json.loads(line), wanted, listing)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        listing.problems.append(Problem("collect", base, "index answer unreadable", f"{type(error).__name__}: {error}"[:200], "try again later"))  # fmt: skip
    return listing


def _crawls(crawls: list[dict[str, str]], wanted: dict[str, str], window: Window, listing: Listing) -> None:
    for crawl in crawls:
        if not _may_overlap(crawl["id"], window):
            listing.leave_out("crawl outside the window")
            continue
        site = wanted["site"].removeprefix("https://").removeprefix("http://").rstrip("/*")
        fields = {
            "url": f"{site}/*", "output": "json", "from": f"{window.first:%Y%m%d}", "to": f"{window.last:%Y%m%d}",
            "filter": "=status:200",
        }  # fmt: skip
        if "/" not in site:
            fields |= {"url": site, "matchType": "domain"}
        url = f"{crawl['cdx-api']}?{urlencode(fields)}#{urlencode(wanted)}"
        listing.listed.append(Listed(url, "commoncrawl"))


def _may_overlap(crawl_id: str, window: Window) -> bool:
    """Crawls are named CC-MAIN-2022-40 (year and week), the oldest CC-MAIN-2012 or by a span of years."""
    named = re.fullmatch(r"CC-MAIN-(\d{4})-(\d{2})", crawl_id)
    if not named or not 1 <= int(named[2]) <= 53:
        return True
    monday = date.fromisocalendar(int(named[1]), min(int(named[2]), 52), 1)
    return window.first <= monday + timedelta(days=_SPAN_DAYS) and monday - timedelta(days=7) <= window.last


def _record(row: dict[str, str], wanted: dict[str, str], listing: Listing) -> None:
    offset, length = int(row["offset"]), int(row["length"])
    is_page = row.get("mime-detected", row.get("mime", "")) in ("text/html", "application/xhtml+xml")
    if usable_url(row["url"]) is not None or not 0 < length <= _LONGEST_RECORD or offset < 0:
        listing.leave_out("no usable address")
    elif not is_page:
        listing.leave_out("not a page")
    else:
        moment = datetime.strptime(row["timestamp"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        url = f"{wanted['data']}/{quote(row['filename'])}#bytes={offset}-{offset + length - 1}"
        listing.listed.append(Listed(url, "page", moment, original=row["url"]))
