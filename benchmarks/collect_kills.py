"""Kill a collection with SIGKILL at random times until it is done; nothing may be lost, doubled or different.

Usage: python benchmarks/collect_kills.py [--kills 200] [--pages 2000] [--seed 1]

A child process collects a site on loopback (one feed, PAGES pages) with a fixed clock; this process serves the site and
kills the child at uniformly drawn times, starting it again each time, study after study until KILLS kills are done. At
the end of each study the archive files are compared, byte for byte, with those of a run that nobody interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from aiohttp import web

FIXED = datetime(2024, 3, 15, 12, 0, tzinfo=UTC)


@dataclass
class Source:
    kind: str
    urls: tuple[str, ...]
    path: Path | None = None
    limit: int | None = None


@dataclass
class Study:
    raw_folder: Path
    sources: list[Source]
    contact: str = "bench@vote-coverage.example"
    window: tuple[date, date] = (date(2024, 3, 1), date(2024, 3, 31))
    collect_delay_seconds: float = 0.0


def child(folder: Path, feed: str) -> None:
    from coverage.collect import Settings, collect

    settings = Settings(allowed_networks=("127.0.0.0/8",), clock=lambda: FIXED, host_budget=10**9)
    collect(Study(folder, [Source("feeds", (feed,))]), settings=settings)


@dataclass
class Served:
    """The site: pages of about 20 kB, and when something was last asked for."""

    pages: int
    asked: list[float] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/feed", self.feed)
        app.router.add_get("/p/{number}", self.page)
        app.on_response_prepare.append(_same_date)
        return app

    async def feed(self, request: web.Request) -> web.Response:
        items = "".join(f"<item><link>http://{request.host}/p/{n}</link></item>" for n in range(self.pages))
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml")

    async def page(self, request: web.Request) -> web.Response:
        self.asked.append(time.monotonic())
        number = int(request.match_info["number"])
        words = " ".join(f"word{(number * 31 + k * k) % 9973}" for k in range(2000))
        return web.Response(text=f"<title>{number}</title><p>{words}</p>", content_type="text/html")


async def _same_date(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["Date"] = "Fri, 15 Mar 2024 12:00:00 GMT"


def start(folder: Path, feed: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, __file__, "child", str(folder), feed], env={**os.environ})


def archive_digest(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.glob("crawl-*.warc.gz")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


async def finish(process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        await asyncio.sleep(0.01)
    if process.returncode:
        raise SystemExit(f"the child ended with {process.returncode}")


@dataclass
class Tally:
    kills: int = 0
    studies: int = 0
    lost: int = 0
    doubled: int = 0
    different: int = 0
    slowest_resume: float = 0.0


async def main(kills: int, pages: int, seed: int) -> Tally:
    from coverage.collect import Archive

    chance, served, tally = random.Random(seed), Served(pages), Tally()
    runner = web.AppRunner(served.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    feed = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/feed"  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole" / "study"
        began = time.monotonic()
        await finish(start(whole, feed))
        span = time.monotonic() - began
        print(f"uninterrupted: {span:.1f} s, {len(list(Archive(whole)))} captures")
        while tally.kills < kills:
            folder = Path(scratch) / f"study-{tally.studies}" / "study"
            await interrupted(folder, feed, chance, tally, kills, min(span, 2.0), served)
            urls = [capture.url for capture in Archive(folder)]
            tally.studies += 1
            tally.lost += pages - len(set(urls))
            tally.doubled += len(urls) - len(set(urls))
            tally.different += archive_digest(folder) != archive_digest(whole)
    await runner.cleanup()
    return tally


async def interrupted(
    folder: Path, feed: str, chance: random.Random, tally: Tally, kills: int, longest: float, served: Served
) -> None:
    """Collect one study, killing the child again and again; the last child of all is left to finish."""
    while tally.kills < kills:
        process, began = start(folder, feed), time.monotonic()
        lifetime = chance.uniform(0.0, longest)
        while process.poll() is None and time.monotonic() - began < lifetime:
            await asyncio.sleep(0.005)
        at_work = [moment for moment in served.asked if moment > began]
        if at_work:
            tally.slowest_resume = max(tally.slowest_resume, at_work[0] - began)
        if process.poll() is not None:
            await finish(process)
            return
        process.send_signal(signal.SIGKILL)
        process.wait()
        tally.kills += 1
    await finish(start(folder, feed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(Path(sys.argv[2]), sys.argv[3])
        sys.exit(0)
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = asyncio.run(main(options.kills, options.pages, options.seed))
    print(f"{result.kills} kills over {result.studies} studies of {options.pages} pages: lost {result.lost}, doubled {result.doubled}, archives that differ {result.different}, slowest resume {result.slowest_resume:.1f} s")  # fmt: skip
    sys.exit(bool(result.lost or result.doubled or result.different))
