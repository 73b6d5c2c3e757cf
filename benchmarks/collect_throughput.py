"""Pages per CPU-second with every answer stored, beside Scrapy with its gzip HTTP cache on the same pages; memory over many pages.

Usage: python benchmarks/collect_throughput.py [--pages 10000] [--memory-pages 100000] [--quick]
Scrapy runs from an environment of its own, .cache/scrapy, made with uv from locks/scrapy.txt (the network is needed once).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[1]
SCRAPY = ROOT / ".cache" / "scrapy"
HOSTS, PARALLEL = 50, 50
SPIDER = """
import logging, sys
import scrapy
from scrapy.crawler import CrawlerProcess

class Pages(scrapy.Spider):
    name = "pages"
    async def start(self):
        for line in open(sys.argv[1]):
            yield scrapy.Request(line.strip(), callback=self.parse, dont_filter=False)
    def parse(self, response):
        return None

process = CrawlerProcess({
    "HTTPCACHE_ENABLED": True, "HTTPCACHE_GZIP": True, "HTTPCACHE_DIR": sys.argv[2], "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": 50, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False, "USER_AGENT": "bench", "COOKIES_ENABLED": False,
})
crawler = process.create_crawler(Pages)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("response_received_count"), crawler.stats.get_value("httpcache/store"))
"""


def serve() -> None:
    """Pages of about 20 KB of words, 64 different bodies, each bearing its own address."""
    import random

    from aiohttp import web

    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwyz", k=chance.randint(2, 11))) for _ in range(8000)]
    bodies = [" ".join(chance.choices(words, k=2800)) for _ in range(64)]

    async def page(request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nAllow: /\n")
        body = bodies[int(request.path[1:]) % 64]
        return web.Response(text=f"<!doctype html><title>{request.path}</title><p>{body}</p>", content_type="text/html")

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{tail:.*}", page)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "0.0.0.0", 0)
        await site.start()
        print(site._server.sockets[0].getsockname()[1], flush=True)  # type: ignore[union-attr]
        await asyncio.Event().wait()

    asyncio.run(main())


def ours(addresses: str, folder: str) -> None:
    """Collect what the list names, printing the resident size every 2,500 pages."""
    from coverage.collect import Settings, collect

    page = os.sysconf("SC_PAGE_SIZE")

    def tick(_what: str, done: int, _of: int | None) -> None:
        if done and done % 2500 == 0:
            print("rss", done, int(Path("/proc/self/statm").read_text().split()[1]) * page // 1024, flush=True)

    source = SimpleNamespace(kind="addresses", urls=(), path=Path(addresses), limit=None)
    study = SimpleNamespace(
        raw_folder=Path(folder), sources=[source], contact="bench@vote-coverage.example",
        window=(date(2024, 3, 1), date(2024, 3, 31)), collect_delay_seconds=0.0,
    )  # fmt: skip
    settings = Settings(allowed_networks=("127.0.0.0/8",), host_budget=10**9)
    print("fetched", collect(study, progress=tick, settings=settings).fetched, flush=True)


def run(command: list[str]) -> tuple[str, float, float]:
    """What a child printed, its CPU-seconds and its peak memory in MB."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command[:3]} ended with {status}: {told}")
    return told, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def scrapy_python() -> str | None:
    """Scrapy's own environment; None, said, where it cannot be made."""
    python, mark = SCRAPY / "bin" / "python", SCRAPY / "installed"
    if mark.exists():
        return str(python)
    uv = shutil.which("uv", path=f"{ROOT / '.cache' / 'uv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        print("uv is not here (`make` brings it): Scrapy is left out")
        return None
    lock = ROOT / "locks" / "scrapy.txt"
    for command in (
        [uv, "venv", "-q", "--clear", "--python", sys.executable, str(SCRAPY)],
        [uv, "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(lock)],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"Scrapy cannot be installed: {done.stderr.strip()[-300:]}")
            return None
    mark.touch()
    return str(python)


@contextmanager
def server() -> Iterator[int]:
    with subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def main(pages: int, memory_pages: int) -> int:
    bad = False
    with server() as port, tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)

        def listed(count: int) -> str:
            path = home / f"{count}.txt"
            path.write_text("".join(f"http://127.0.1.{n % HOSTS + 1}:{port}/{n}\n" for n in range(count)))
            return str(path)

        peer = scrapy_python()
        told, cpu, peak = run([sys.executable, __file__, "ours", listed(pages), str(home / "ours")])
        assert f"fetched {pages}" in told, told
        print(
            f"vote-coverage: {pages} pages, {cpu:.1f} CPU-s, {pages / cpu:.0f} pages per CPU-second, peak {peak:.0f} MB"
        )
        if peer:
            (home / "spider.py").write_text(SPIDER)
            told, theirs, peak = run([peer, str(home / "spider.py"), listed(pages), str(home / "cache")])
            assert int(told.split()[1]) >= pages, told
            print(
                f"Scrapy, gzip cache: {pages} pages, {theirs:.1f} CPU-s, {pages / theirs:.0f} pages per CPU-second, peak {peak:.0f} MB"
            )
            print(f"ratio: {theirs / cpu:.2f} (wanted: at least 1.5)")
            bad |= theirs / cpu < 1.5
        if memory_pages:
            shutil.rmtree(home / "ours")
            told, _, peak = run([sys.executable, __file__, "ours", listed(memory_pages), str(home / "ours")])
            sizes = {
                int(line.split()[1]): int(line.split()[2]) / 1024
                for line in told.splitlines()
                if line.startswith("rss")
            }
            first, last = min(n for n in sizes if n >= memory_pages // 10), max(sizes)
            growth = (sizes[last] - sizes[first]) / (last - first) * 10_000
            print(
                f"memory over {memory_pages} pages: {sizes[first]:.0f} MB at {first}, {sizes[last]:.0f} MB at {last}: {growth:+.2f} MB per 10,000 (wanted: at most 5), peak {peak:.0f} MB"
            )
            bad |= growth > 5
    return int(bad)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve()
        sys.exit(0)
    if sys.argv[1:2] == ["ours"]:
        ours(sys.argv[2], sys.argv[3])
        sys.exit(0)
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--memory-pages", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="3,000 pages and 20,000 for the memory")
    options = parser.parse_args()
    sizes = (3_000, 20_000) if options.quick else (options.pages, options.memory_pages)
    sys.exit(main(*sizes))
