"""Politeness read off the server's own log: gaps between requests to one host, and how many are in flight.

Usage: python benchmarks/collect_polite.py [--hosts 50] [--pages 200] [--delay 0.1]
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from aiohttp import web

from coverage.collect import Archive, Settings, collect_async


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
    collect_delay_seconds: float
    contact: str = "bench@vote-coverage.example"
    window: tuple[date, date] = (date(2024, 3, 1), date(2024, 3, 31))


async def main(hosts: int, pages: int, delay: float) -> int:
    log: dict[str, list[tuple[float, float]]] = defaultdict(list)

    async def answer(request: web.Request) -> web.Response:
        began = time.monotonic()
        await asyncio.sleep((hash(request.path) % 7) / 1000)
        log[request.url.host or ""].append((began, time.monotonic()))
        return web.Response(text=f"<p>{request.path}</p>" * 200, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    urls = tuple(f"http://127.0.1.{h + 1}:{port}/{p}" for p in range(pages) for h in range(hosts))
    with tempfile.TemporaryDirectory() as scratch:
        began, cpu = time.monotonic(), time.process_time()
        study = Study(Path(scratch) / "study", [Source("addresses", urls)], delay)
        summary = await collect_async(study, settings=Settings(allowed_networks=("127.0.0.0/8",)))
        span, cpu = time.monotonic() - began, time.process_time() - cpu
        stored = sum(1 for _ in Archive(study.raw_folder))
    await runner.cleanup()
    gaps = [later[0] - earlier[1] for spans in log.values() for earlier, later in pairwise(sorted(spans))]
    short, together = sum(gap < delay for gap in gaps), sum(gap < 0 for gap in gaps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(gaps) + len(log)} requests on {hosts} hosts, {delay} s promised: {short} gaps below it (shortest {min(gaps):.4f} s), "
        f"{together} in flight together; {stored} captures of {summary.fetched} fetched in {span:.0f} s, {cpu:.0f} CPU-s with the server, peak {peak:.0f} MB"
    )
    return int(bool(short or together or stored != len(urls)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--delay", type=float, default=0.1)
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.hosts, options.pages, options.delay)))
