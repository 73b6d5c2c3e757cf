"""Collecting from real servers on loopback: sources to captures, politely, resumably, with every failure named."""

from __future__ import annotations

import asyncio
import errno
import gzip
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import FileIO
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web
from loopback import FAST, Handler, Site, WebSource, WebStudy, article, rss, sitemap

from coverage.collect import (
    Archive,
    ArchiveBusyError,
    Capture,
    CollectSummary,
    NoContactError,
    Settings,
    Stopped,
    collect,
    collect_async,
)
from coverage.collect import archive as archive_module
from coverage.collect.frontier import FrontierError
from coverage.collect.problem_file import read_problems
from coverage.collect.warc_read import Record, read_records


def run(work: Callable[[Site], Awaitable[None]]) -> None:
    async def main() -> None:
        async with Site() as site:
            await asyncio.wait_for(work(site), 30)

    asyncio.run(main())


def captures(study: WebStudy) -> dict[str, Capture]:
    found = list(Archive(study.raw_folder))
    assert len({c.url for c in found}) == len(found), "a page was captured twice"
    return {c.url: c for c in found}


async def gather(study: WebStudy, settings: Settings = FAST, limit: int | None = None) -> CollectSummary:
    return await collect_async(study, settings=settings, limit=limit)


def addresses(folder: Path, *urls: str, delay: float = 0.0) -> WebStudy:
    return WebStudy(folder, [WebSource("addresses", tuple(urls))], collect_delay_seconds=delay)


def answering(status: int = 200, body: bytes | str = b"", **headers: str) -> Handler:
    data = body.encode() if isinstance(body, str) else body

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=data, headers={"Content-Type": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}})  # fmt: skip

    return handler


def test_feeds_sitemaps_and_lists_become_captures(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        pages = [site.url(f"/a{n}") for n in range(6)]
        site.pages = {f"/a{n}": article(f"Page {n}") for n in range(6)}
        site.pages["/rss"] = rss(pages[:2])
        site.pages["/map"] = sitemap([site.url("/map-2024-03.xml.gz"), site.url("/map-2019-01.xml")], index=True)
        site.pages["/map-2024-03.xml.gz"] = gzip.compress(sitemap(pages[1:4], lastmod="2024-03-15").encode())
        site.pages["/map-2019-01.xml"] = sitemap(pages[5:])
        (tmp_path / "list.tsv").write_text(f"url\tnote\n{pages[4]}\tx\nnot an address\n")
        sources = [
            WebSource("feeds", (site.url("/rss"),)), WebSource("sitemaps", (site.url("/map"),)),
            WebSource("addresses", path=tmp_path / "list.tsv"),
        ]  # fmt: skip
        study = WebStudy(tmp_path / "raw", sources)
        summary = await gather(study)
        found = captures(study)
        assert sorted(found) == sorted(pages[:5])
        assert (summary.fetched, summary.outcomes, summary.left) == (5, {"ok": 5}, 0)
        assert summary.filtered == {"sitemap part outside the window": 1}
        assert [(p.where, p.reason) for p in summary.problems] == [("list.tsv:3", "no usable address")]
        first = found[pages[0]]
        assert (first.status, first.outcome, first.source) == (200, "ok", "feeds")
        assert first.source_detail == f"feed {site.url('/rss')}"
        assert first.listed_at is not None
        assert first.listed_at.isoformat() == "2024-03-15T10:00:00+00:00"
        assert b"Page 0" in first.payload

    run(work)


def test_what_is_outside_the_window_is_counted_not_fetched(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/rss": rss([site.url("/old")], "Tue, 15 Jan 2019 10:00:00 GMT"), "/old": article("old")}
        summary = await gather(WebStudy(tmp_path, [WebSource("feeds", (site.url("/rss"),))]))
        assert (summary.fetched, summary.filtered) == (0, {"outside the window": 1})
        kept = [(p.where, p.reason, p.count) for p in read_problems(tmp_path)]
        assert kept == [(f"list {site.url('/rss')}", "outside the window", 1)]  # so the build and the report show it
        assert not site.asked("/old")

    run(work)


def test_requests_carry_an_honest_name_and_stand_in_the_archive(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/a": article("a")}
        study = addresses(tmp_path, site.url("/a"))
        await gather(study)
        (asked,) = site.asked("/a")
        assert asked.headers["User-Agent"].startswith("vote-coverage/")
        assert "tests@vote-coverage.example" in asked.headers["User-Agent"]
        records = [r for r in read_records(tmp_path / "crawl-00001.warc.gz") if isinstance(r, Record)]
        assert [r.kind for r in records] == ["warcinfo", "response", "request", "metadata"]
        assert b"GET /a HTTP/1.1" in records[2].block
        assert b"robots: allowed" in records[3].block
        robots = [r for r in read_records(tmp_path / "sources-00001.warc.gz") if isinstance(r, Record)]
        assert [r.headers.get("warc-target-uri") for r in robots[1:]] == [site.url("/robots.txt")] * 2

    run(work)


@pytest.mark.parametrize("contact", [None, "", "  ", "someone", "почта@приклад.укр"])
def test_without_a_contact_nothing_is_asked(tmp_path: Path, contact: str | None) -> None:
    study = replace(addresses(tmp_path / "raw", "http://127.0.0.1:9/"), contact=contact)
    with pytest.raises(NoContactError, match="contact"):
        collect(study, settings=FAST)
    assert not (tmp_path / "raw").exists()


def test_a_second_run_fetches_only_what_is_new(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/rss": rss([site.url("/a")]), "/a": article("a"), "/b": article("b")}
        study = WebStudy(tmp_path, [WebSource("feeds", (site.url("/rss"),))])
        await gather(study)
        site.pages["/rss"] = rss([site.url("/b"), site.url("/a")])
        summary = await gather(study)
        assert summary.fetched == 1
        assert len(captures(study)) == 2
        assert (len(site.asked("/a")), len(site.asked("/rss")), len(site.asked("/robots.txt"))) == (1, 2, 1)

    run(work)


def test_an_unchanged_feed_is_asked_conditionally(tmp_path: Path) -> None:
    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(text=rss([]), content_type="application/rss+xml", headers={"ETag": '"v1"'})

    async def work(site: Site) -> None:
        site.pages = {"/rss": feed}
        study = WebStudy(tmp_path, [WebSource("feeds", (site.url("/rss"),))])
        await gather(study)
        await gather(study)
        assert [a.headers.get("If-None-Match") for a in site.asked("/rss")] == [None, '"v1"']

    run(work)


def later(hours: int) -> Settings:
    moment = datetime(2024, 3, 15, hours, tzinfo=UTC)
    return replace(FAST, clock=lambda: moment)


def test_asked_again_pages_become_revisits_or_further_captures(tmp_path: Path) -> None:
    async def steady(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(text=article("steady"), content_type="text/html", headers={"ETag": '"v1"'})

    async def work(site: Site) -> None:
        site.pages = {"/steady": steady, "/edited": article("Sham vote"), "/gone": answering(404, "none")}
        study = addresses(tmp_path, site.url("/steady"), site.url("/edited"), site.url("/gone"))
        await gather(study, later(1))
        site.pages |= {"/edited": article("Vote"), "/gone": article("back")}
        summary = await collect_async(study, settings=later(2), again=True)
        found = [(c.url.rsplit("/", 1)[1], c.fetched_at.hour, c.outcome) for c in Archive(tmp_path)]
        assert ("steady", 2, "unchanged") in found
        assert [f for f in found if f[0] == "edited"] == [("edited", 1, "ok"), ("edited", 2, "ok")]
        assert summary.outcomes == {"ok": 2, "unchanged": 1}
        (revisit,) = [r for r in read_records(tmp_path / "crawl-00001.warc.gz") if isinstance(r, Record) and r.kind == "revisit"]  # fmt: skip
        assert revisit.headers["warc-refers-to-target-uri"] == site.url("/steady")
        assert revisit.headers["warc-refers-to-date"] == "2024-03-15T01:00:00Z"
        assert revisit.headers["warc-profile"].endswith("server-not-modified")

    run(work)


def test_a_run_of_asking_again_that_stopped_is_gone_on_with_not_begun_anew(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {f"/{n}": article(str(n)) for n in range(4)}
        study = addresses(tmp_path, *(site.url(f"/{n}") for n in range(4)))
        await gather(study, later(1))
        for _ in range(2):
            await collect_async(study, settings=later(2), again=True, limit=2)
        assert [len(site.asked(f"/{n}")) for n in range(4)] == [2, 2, 2, 2]
        await gather(study, later(3))
        assert len(list(Archive(tmp_path))) == 8

    run(work)


def test_a_queue_of_the_layout_before_is_gone_on_with(tmp_path: Path) -> None:
    study = addresses(tmp_path, "http://127.0.0.1:9/a")
    collect(study, settings=replace(FAST, max_tries=1))
    with sqlite3.connect(tmp_path / "frontier.sqlite") as queue:
        queue.executescript("alter table addresses drop column fetched_at; pragma user_version = 1;")
    assert collect(study, settings=FAST).fetched == 0
    assert len(list(Archive(tmp_path))) == 1


def test_a_limit_stops_and_the_next_run_goes_on(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        urls = [site.url(f"/{n}") for n in range(5)]
        site.pages = {f"/{n}": article(str(n)) for n in range(5)}
        study = addresses(tmp_path, *urls)
        first = await gather(study, limit=2)
        assert (first.fetched, first.left) == (2, 3)
        second = await gather(study)
        assert (second.fetched, second.left) == (3, 0)
        assert sorted(captures(study)) == urls

    run(work)


# --- every failure has its name ---


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(100):
        await response.write(b"x")
        await asyncio.sleep(0.2)
    return response


async def cut_short(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>half")
    request.transport.close()
    return web.Response()


WALL = "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script>"
ZIPPED = gzip.compress(article("zipped").encode())
FAILURES: dict[str, tuple[str | bytes | Handler, str]] = {
    "gone": (answering(404, "none"), "http error"),
    "forbidden": (answering(403, "no"), "forbidden"),
    "bot wall 403": (answering(403, WALL), "bot wall"),
    "bot wall 200": (answering(200, WALL), "bot wall"),
    "empty": (answering(200), "empty"),
    "picture": (answering(200, b"\x89PNG", Content_Type="image/png"), "not html"),
    "cut short": (cut_short, "truncated"),
    "gzip cut short": (answering(200, ZIPPED[:-10], Content_Encoding="gzip"), "truncated"),
    "gzip that is none": (answering(200, "<p>plain", Content_Encoding="gzip"), "bad response"),
    "two codings": (answering(200, gzip.compress(ZIPPED), Content_Encoding="gzip, gzip"), "bad response"),
    "unknown coding": (answering(200, "x", Content_Encoding="rot13"), "bad response"),
    "bomb": (answering(200, gzip.compress(bytes(20 * 2**20)), Content_Encoding="gzip"), "too large"),
    "redirect to a file": (answering(302, Location="file:///etc/passwd"), "refused address"),
    "redirect to itself": (answering(302, Location="?"), "redirected"),
    "redirect nowhere": (answering(302, Location="http://[::1"), "bad response"),
    "drip": (drip, "timeout"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_is_a_capture_with_its_reason(tmp_path: Path, name: str) -> None:
    page, outcome = FAILURES[name]

    async def work(site: Site) -> None:
        site.pages = {"/x": page}
        study = addresses(tmp_path, site.url("/x"))
        summary = await gather(study, replace(FAST, timeout_seconds=0.5, max_tries=1))
        (capture,) = captures(study).values()
        assert (capture.outcome, summary.outcomes) == (outcome, {outcome: 1})
        assert capture.reason

    run(work)


def test_a_dead_host_and_an_unknown_host_are_connection_failures(tmp_path: Path) -> None:
    study = addresses(tmp_path, "http://127.0.0.1:9/a", "http://no-such-host.invalid/b")
    collect(study, settings=replace(FAST, max_tries=1))
    assert {c.outcome for c in Archive(tmp_path)} == {"connection"}


def test_redirects_are_followed_five_times_and_named(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {f"/r{n}": answering(302, Location=f"/r{n + 1}") for n in range(6)}
        site.pages |= {"/r6": article("six"), "/start": answering(301, Location="/end"), "/end": article("end")}
        study = addresses(tmp_path, site.url("/start"), site.url("/r1"), site.url("/r0"))
        await gather(study)
        found = captures(study)
        assert found[site.url("/start")].final_url == site.url("/end")
        assert found[site.url("/r1")].outcome == "ok"
        assert found[site.url("/r0")].outcome == "redirected"

    run(work)


def test_robots_rules_are_kept(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {
            "/robots.txt": answering(200, "User-agent: *\nDisallow: /private\n", Content_Type="text/plain"),
            "/private/a": article("a"), "/go": answering(302, Location="/private/a"), "/b": article("b"),
        }  # fmt: skip
        study = addresses(tmp_path, *(site.url(p) for p in ("/private/a", "/go", "/b")))
        await gather(study)
        outcomes = {url.rsplit("/", 1)[1]: c.outcome for url, c in captures(study).items()}
        assert outcomes == {"a": "robots", "go": "robots", "b": "ok"}
        assert not site.asked("/private/a")

    run(work)


@pytest.mark.parametrize(("status", "outcome"), [(500, "robots"), (503, "robots"), (404, "ok"), (403, "ok")])
def test_robots_that_cannot_be_had_forbid_but_missing_ones_allow(tmp_path: Path, status: int, outcome: str) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/robots.txt": answering(status, "x", Retry_After="0"), "/a": article("a")}
        study = addresses(tmp_path, site.url("/a"))
        await gather(study, replace(FAST, max_tries=1))
        assert [c.outcome for c in captures(study).values()] == [outcome]

    run(work)


# --- politeness ---


def test_one_request_a_host_at_a_time_and_the_pause_kept(tmp_path: Path) -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(0.05)
        return web.Response(text=article("slow"), content_type="text/html")

    async def work(site: Site) -> None:
        hosts = [f"127.0.0.{n}" for n in range(1, 4)]
        site.pages = {f"/{n}": slow for n in range(4)}
        study = addresses(tmp_path, *(site.url(f"/{n}", h) for n in range(4) for h in hosts), delay=0.15)
        await gather(study)
        for host in hosts:
            asked = sorted((a for a in site.log if a.host == host), key=lambda a: a.began)
            assert len(asked) == 5
            assert all(later.began - earlier.ended >= 0.15 for earlier, later in pairwise(asked))
        spans = [(a.began, a.ended) for a in site.log]
        assert any(b1 < b2 < e1 for b1, e1 in spans for b2, _ in spans), "hosts should be asked side by side"

    run(work)


def test_retry_after_is_kept_across_runs(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/a": answering(503, "busy", Retry_After="2"), "/b": article("b")}
        study = addresses(tmp_path, site.url("/a"), site.url("/b"))
        first = await gather(study)
        assert (first.fetched, first.left) == (0, 2)
        at_once = await gather(study)
        assert (at_once.fetched, len(site.asked("/a"))) == (0, 1)
        site.pages["/a"] = article("a")
        later = await gather(study, replace(FAST, patience_seconds=3))
        assert (later.fetched, later.left) == (2, 0)
        assert site.asked("/a")[1].began - site.asked("/a")[0].ended >= 1.9

    run(work)


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {
            "/robots.txt": answering(200, "User-agent: *\nCrawl-delay: 0.4\n"),
            "/a": article("a"),
            "/b": article("b"),
        }
        await gather(addresses(tmp_path, site.url("/a"), site.url("/b")))
        a, b = site.asked("/a")[0], site.asked("/b")[0]
        assert b.began - a.ended >= 0.4

    run(work)


# --- interruptions ---


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.lock()
        with pytest.raises(ArchiveBusyError):
            collect(addresses(tmp_path, "http://127.0.0.1:9/"), settings=FAST)


def test_cancelled_runs_go_on_without_loss_or_repetition(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        urls = [site.url(f"/{n}") for n in range(40)]
        site.pages = {f"/{n}": article(str(n)) for n in range(40)}
        study = addresses(tmp_path, *urls)
        for _ in range(6):
            task = asyncio.create_task(gather(study))
            await asyncio.sleep(0.06)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await gather(study)
        assert sorted(captures(study)) == sorted(urls)

    run(work)


def test_collect_works_inside_a_running_loop(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/a": article("a")}
        study = addresses(tmp_path, site.url("/a"))
        assert (await asyncio.to_thread(collect, study, settings=FAST)).fetched == 1
        assert collect(study, settings=FAST).fetched == 0

    run(work)


def test_a_lost_queue_is_made_anew_from_the_archive(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/a": article("a"), "/b": article("b")}
        await gather(addresses(tmp_path, site.url("/a")))
        for path in tmp_path.glob("frontier.sqlite*"):
            path.unlink()
        study = addresses(tmp_path, site.url("/a"), site.url("/b"))
        assert (await gather(study)).fetched == 1
        assert len(captures(study)) == 2

    run(work)


def test_a_damaged_queue_is_said_and_nothing_is_touched(tmp_path: Path) -> None:
    (tmp_path / "frontier.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(FrontierError, match="move the file away"):
        collect(addresses(tmp_path, "http://127.0.0.1:9/"), settings=FAST)


def test_a_full_disk_stops_and_the_next_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(site: Site) -> None:
        urls = [site.url(f"/{n}") for n in range(8)]
        site.pages = {f"/{n}": article(str(n)) for n in range(8)}
        study = addresses(tmp_path, *urls)
        real, written = archive_module._write_all, []

        def full(out: FileIO, data: bytes) -> None:
            written.append(len(data))
            if len(written) in (4, 9):
                out.write(data[: len(data) // 2])
                raise OSError(errno.ENOSPC, "No space left on device")
            real(out, data)

        monkeypatch.setattr(archive_module, "_write_all", full)
        for _ in range(2):
            with pytest.raises(Stopped, match="the disk is full"):
                await gather(study)
        assert (await gather(study)).left == 0
        archive = Archive(tmp_path)
        assert sorted(c.url for c in archive) == urls
        assert archive.problems() == []

    run(work)


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    with pytest.raises(Stopped, match="run the same command again"):
        collect(addresses(tmp_path / "raw", "http://127.0.0.1:9/"), settings=FAST)


def test_a_clock_set_back_does_not_lengthen_a_wait(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        site.pages = {"/a": answering(503, "busy", Retry_After="1"), "/b": article("b")}
        study = addresses(tmp_path, site.url("/a"), site.url("/b"))
        await gather(study, replace(FAST, patience_seconds=0.2))
        site.pages["/a"] = article("a")
        set_back = replace(FAST, patience_seconds=2, wall=lambda: time.time() - 3600)
        assert (await gather(study, set_back)).left == 0
        assert site.asked("/a")[1].began - site.asked("/a")[0].ended >= 0.9

    run(work)
