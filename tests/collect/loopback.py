"""A small website on loopback for collection tests: pages by path, a log of what was asked and when."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType

from aiohttp import web

from coverage.collect import Settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FAST = Settings(timeout_seconds=3.0, allowed_networks=("127.0.0.0/8",), patience_seconds=1.0)


@dataclass
class WebSource:
    kind: str
    urls: tuple[str, ...] = ()
    path: Path | None = None
    limit: int | None = None


@dataclass
class WebStudy:
    raw_folder: Path
    sources: list[WebSource]
    contact: str | None = "tests@vote-coverage.example"
    window: tuple[date, date] = (date(2024, 3, 1), date(2024, 3, 31))
    collect_delay_seconds: float = 0.0


@dataclass
class Asked:
    host: str
    path: str
    began: float
    ended: float
    headers: dict[str, str]


@dataclass
class Site:
    """`pages` maps a path to what is answered: text (an HTML page), a ready-made answer's maker, or a handler."""

    pages: dict[str, str | bytes | Handler] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    port: int = 0
    slow_seconds: float = 0.0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Asked]:
        return [entry for entry in self.log if entry.path == path]

    async def __aenter__(self) -> Site:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "0.0.0.0", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        entry = Asked(request.url.host or "", request.path_qs, time.monotonic(), 0.0, dict(request.headers))
        self.log.append(entry)
        try:
            return await self._respond(request)
        finally:
            entry.ended = time.monotonic()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        page = self.pages.get(request.path_qs, self.pages.get(request.path))
        if page is None:
            return web.Response(status=404, text="no such page", content_type="text/html")
        if isinstance(page, str):
            return web.Response(text=page, content_type="application/xml" if page.startswith("<?xml") else "text/html")
        if isinstance(page, bytes):
            return web.Response(body=page, content_type="application/octet-stream")
        return await page(request)


def article(title: str) -> str:
    return f"<!doctype html><title>{title}</title><article><p>{title}. Words about the vote.</p></article>"


def rss(links: list[str], when: str = "Fri, 15 Mar 2024 10:00:00 GMT") -> str:
    items = "".join(f"<item><title>t</title><link>{u}</link><pubDate>{when}</pubDate></item>" for u in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'


def sitemap(links: list[str], *, index: bool = False, lastmod: str = "") -> str:
    part, whole = ("sitemap", "sitemapindex") if index else ("url", "urlset")
    date_tag = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    entries = "".join(f"<{part}><loc>{u}</loc>{date_tag}</{part}>" for u in links)
    return f'<?xml version="1.0"?><{whole} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{whole}>'
