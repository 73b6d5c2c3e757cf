"""Reads one feed in a process of its own, which can be killed: feedparser takes minutes over some documents of a few MB.

Usage: python -m coverage.collect.sources.feed_worker BASE [CONTENT-TYPE] < FEED > LISTING.json
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from coverage.collect.sources import Listed, Listing, feeds
from coverage.schema import Problem

SMALL = 32 * 1024  # read in well under half a second: no process is started for it
SECONDS = 20.0


async def read(body: bytes, base: str, content_type: str | None, seconds: float = SECONDS) -> Listing:
    """`feeds.read` without holding up anything else; a feed that takes longer than `seconds` is a problem."""
    if len(body) <= SMALL:
        return feeds.read(body, base, content_type)
    command = [sys.executable, "-W", "ignore", "-m", "coverage.collect.sources.feed_worker", base, content_type or ""]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate(body)
        return _listing(json.loads(output))
    except (TimeoutError, ValueError) as error:
        what = f"not read within {seconds:g} s" if isinstance(error, TimeoutError) else "its reader failed"
        return Listing(problems=[Problem("collect", base, "feed unreadable", what, "use the site's sitemap instead")])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _listing(data: dict[str, Any]) -> Listing:
    listed = [
        Listed(url, "page", datetime.fromisoformat(moment) if moment else None, title)
        for url, moment, title in data["listed"]
    ]
    return Listing(listed, data["left_out"], [Problem(**problem) for problem in data["problems"]])


def main() -> None:
    listing = feeds.read(sys.stdin.buffer.read(), sys.argv[1], sys.argv[2] or None)
    rows = [(item.url, item.listed_at.isoformat() if item.listed_at else None, item.title) for item in listing.listed]
    found = {"listed": rows, "left_out": listing.left_out, "problems": [asdict(p) for p in listing.problems]}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
