"""Sites that misbehave over several requests: traps, loops, soft errors, absurd waits. Each run ends, in time, with names."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from loopback import FAST, Handler, Site, WebSource, WebStudy, article, rss, sitemap
from test_hostile import MISBEHAVIOURS

from coverage.collect import Archive, collect_async

SECONDS = 1.0
numbers = itertools.count()
LINKS = "".join(f'<a href="/calendar/{year}/{month}">x</a>' for year in range(1900, 2100) for month in range(1, 13))


def answering(status: int = 200, body: bytes | str = b"", media: str = "text/html", **headers: str) -> Handler:
    data = body.encode() if isinstance(body, str) else body

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=data, headers={"Content-Type": media, **{k.replace("_", "-"): v for k, v in headers.items()}})  # fmt: skip

    return handler


async def next_day(request: web.Request) -> web.Response:
    """A sitemap index that always names one more."""
    return web.Response(text=sitemap([f"/map?day={next(numbers)}"], index=True), content_type="application/xml")


async def new_session(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": f"/x?sid={next(numbers)}"})


async def new_links(_: web.Request) -> web.Response:
    return web.Response(text=rss([f"/a;jsessionid={next(numbers)}" for _ in range(3)]), content_type="application/xml")


PAGE = article("a vote")
Pages = dict[str, str | bytes | Handler]
# name → (kind of source, its address, the site's pages, most requests that may be made, the captures' outcomes)
TRAPS: dict[str, tuple[str, str, Pages, int, set[str]]] = {
    "calendar without end in a page": ("addresses", "/x", {"/x": PAGE + LINKS}, 2, {"ok"}),
    "calendar without end in sitemaps": ("sitemaps", "/map", {"/map": next_day}, 12, set()),
    "session id in every redirect": ("addresses", "/x", {"/x": new_session}, 8, {"redirected"}),
    "session id in every link": ("feeds", "/f", {"/f": new_links, "/a;jsessionid=0": PAGE}, 6, {"http error", "ok"}),
    "soft 404": ("addresses", "/x", {"/x": answering(200, "<title>Page not found</title><p>404")}, 2, {"ok"}),
    "bot wall with status 200": ("addresses", "/x", {"/x": answering(200, "<title>Just a moment...</title>")}, 2, {"bot wall"}),
    "retry-after -1": ("addresses", "/x", {"/x": answering(503, "b", Retry_After="-1")}, 2, {"http error"}),
    "retry-after 0": ("addresses", "/x", {"/x": answering(503, "b", Retry_After="0")}, 2, {"http error"}),
    "retry-after garbage": ("addresses", "/x", {"/x": answering(429, "b", Retry_After="soon; maybe")}, 2, {"http error"}),
    "retry-after in the year 9999": ("addresses", "/x", {"/x": answering(503, "b", Retry_After="Fri, 31 Dec 9999 23:59:59 GMT")}, 2, {"http error"}),
    "retry-after huge": ("addresses", "/x", {"/x": answering(503, "b", Retry_After="9" * 400)}, 2, {"http error"}),
    "robots 500": ("addresses", "/x", {"/robots.txt": answering(500), "/x": PAGE}, 1, {"robots"}),
    "robots that is a page": ("addresses", "/x", {"/robots.txt": PAGE, "/x": PAGE}, 2, {"ok"}),
    "robots of 600 KiB": ("addresses", "/x", {"/robots.txt": answering(200, "User-agent: *\nAllow: /\n" * 27_000, "text/plain"), "/x": PAGE}, 2, {"ok"}),
    "robots redirected to itself": ("addresses", "/x", {"/robots.txt": answering(302, Location="/robots.txt"), "/x": PAGE}, 8, {"ok"}),
    "redirect loop of two": ("addresses", "/x", {"/x": answering(302, Location="/y"), "/y": answering(302, Location="/x")}, 4, {"redirected"}),
    "redirect to data": ("addresses", "/x", {"/x": answering(302, Location="data:text/html,hi")}, 2, {"refused address"}),
    "sitemap that names itself": ("sitemaps", "/map", {"/map": sitemap(["/map"], index=True)}, 2, set()),
    "sitemaps that name each other": ("sitemaps", "/m", {"/m": sitemap(["/n"], index=True), "/n": sitemap(["/m"], index=True)}, 3, set()),
    "sitemap bomb": ("sitemaps", "/map", {"/map": answering(200, gzip.compress(bytes(2**26 + 1)), "application/gzip")}, 2, set()),
    "feed dated 0000": ("feeds", "/f", {"/f": rss(["/x"], "Sat, 01 Jan 0000 00:00:00 GMT"), "/x": PAGE}, 3, {"ok"}),
    "feed dated 9999": ("feeds", "/f", {"/f": rss(["/x"], "9999-12-31T23:59:59Z"), "/x": PAGE}, 3, {"ok"}),
    "feed of inside addresses": ("feeds", "/f", {"/f": rss(["http://169.254.169.254/", "http://[::1]/"])}, 2, {"refused address"}),
    "feed that is a page": ("feeds", "/f", {"/f": PAGE}, 2, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_traps_end_in_time_with_names(tmp_path: Path, name: str) -> None:
    kind, address, pages, most, outcomes = TRAPS[name]

    async def work() -> None:
        async with Site(dict(pages)) as site:
            study = WebStudy(tmp_path, [WebSource(kind, (site.url(address),))])
            began = time.monotonic()
            settings = replace(FAST, timeout_seconds=SECONDS, max_tries=1, patience_seconds=0.5)
            await asyncio.wait_for(collect_async(study, settings=settings), 20)
            assert time.monotonic() - began < 10
            assert len(site.log) <= most
            found = list(Archive(tmp_path))
            assert {capture.outcome for capture in found} <= outcomes
            assert bool(found) == bool(outcomes)
            assert all(capture.reason for capture in found if capture.outcome != "ok")

    asyncio.run(work())


def test_at_least_84_misbehaviours_are_tried(record_property: Callable[[str, object], None]) -> None:
    total = len(MISBEHAVIOURS) + len(TRAPS)
    record_property("misbehaviours", total)
    print(f"{len(MISBEHAVIOURS)} misbehaving answers and {len(TRAPS)} traps: {total} misbehaviours")
    assert total >= 84
