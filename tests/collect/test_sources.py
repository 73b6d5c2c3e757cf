"""Each kind of source: what its documents list, and the whole way to captures from a server that speaks as the real one does."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import tarfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from loopback import FAST, Site, WebSource, WebStudy, article, rss, sitemap

from coverage.collect import Archive, Capture, MissingKeyError, collect_async
from coverage.collect.archive import Archive as ArchiveClass
from coverage.collect.lists import Endpoints
from coverage.collect.records import Answer
from coverage.collect.sources import Window, feed_worker, feeds, gdelt, mediacloud, sitemaps, telegram, wayback
from coverage.collect.topic_terms import terms_of

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "robustness"
MARCH = Window(date(2024, 3, 1), date(2024, 3, 31))
HERE = "http://site.example/list"


# --- feeds ---


def test_a_feed_lists_links_with_their_times_and_titles() -> None:
    listing = feeds.read(rss(["/a", "http://o.example/b", "javascript:x"]).encode(), HERE)
    assert [item.url for item in listing.listed] == ["http://site.example/a", "http://o.example/b"]
    assert listing.listed[0].listed_at == datetime(2024, 3, 15, 10, tzinfo=UTC)
    assert listing.left_out == {"entry without a usable link": 1}


@pytest.mark.parametrize("when", ["Sat, 01 Jan 0000 00:00:00 GMT", "9999-12-31T23:59:59Z", "soon", ""])
def test_absurd_times_count_as_unknown(when: str) -> None:
    assert feeds.read(rss(["/a"], when).encode(), HERE).listed[0].listed_at is None


@pytest.mark.parametrize("body", [b"", b"<html><p>no feed", b"\x00" * 100, b"<rss><channel>", b"\xff\xfe<"])
def test_what_is_no_feed_is_a_problem(body: bytes) -> None:
    listing = feeds.read(body, HERE)
    assert listing.listed == []
    assert [p.where for p in listing.problems] == [HERE]


def corpus() -> list[bytes]:
    source = SHARED / "feeds.tar.gz"
    if not source.exists():
        pytest.skip(f"{source} is not here: the feed documents are not part of this repository")
    with tarfile.open(source) as tar:
        return [tar.extractfile(m).read() for m in tar if m.isfile()]  # type: ignore[union-attr]


def test_broken_feeds_and_their_mutations_are_all_read_within_a_second() -> None:
    chance, documents = random.Random(5), corpus()
    for number in range(400):
        document = bytearray(chance.choice(documents))
        for _ in range(number % 4):
            document[chance.randrange(len(document) or 1) : chance.randrange(len(document) + 1)] = chance.randbytes(3)
        began = time.process_time()
        feeds.read(bytes(document), HERE)
        assert time.process_time() - began < 1


def test_a_large_feed_is_read_in_a_process_that_is_killed_when_it_takes_too_long() -> None:
    links = [f"/a{n}" for n in range(500)]
    listing = asyncio.run(feed_worker.read(rss(links).encode(), HERE, "application/rss+xml"))
    assert listing.listed == feeds.read(rss(links).encode(), HERE).listed
    began = time.monotonic()
    late = asyncio.run(feed_worker.read(b"<rss><channel>" + b"<a>" * 300_000, HERE, None, seconds=0.5))
    assert time.monotonic() - began < 2
    assert [(p.reason, p.detail) for p in late.problems] == [("feed unreadable", "not read within 0.5 s")]


# --- sitemaps ---


def test_sitemaps_plain_news_text_and_gzipped() -> None:
    news = '<?xml version="1.0"?><urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/n</loc><news:news><news:publication_date>2024-03-15T10:00+02:00</news:publication_date><news:title>T</news:title></news:news></url></urlset>'
    listing = sitemaps.read(news.encode(), HERE)
    assert (listing.listed[0].url, listing.listed[0].listed_at) == (
        "http://site.example/n",
        datetime(2024, 3, 15, 8, tzinfo=UTC),
    )
    assert len(sitemaps.read(b"http://o.example/a\nhttp://o.example/b\n", HERE).listed) == 2
    assert len(sitemaps.read(gzip.compress(sitemap(["/a"]).encode()), HERE).listed) == 1


def test_parts_of_other_days_are_passed_over() -> None:
    parts = ["/2024/03/a.xml", "/map-2024-02.xml", "/map-2019.xml", "/2024-03-20.xml", "/posts-17.xml", "/list"]
    listing = sitemaps.read(sitemap(parts, index=True).encode(), HERE, MARCH)
    assert [item.url[19:] for item in listing.listed] == [
        "/2024/03/a.xml",
        "/map-2024-02.xml",
        "/2024-03-20.xml",
        "/posts-17.xml",
    ]
    assert listing.left_out == {"sitemap part outside the window": 1, "sitemap that names itself": 1}
    old = sitemaps.read(sitemap(["/posts-1.xml"], index=True, lastmod="2020-01-01").encode(), HERE, MARCH)
    assert (old.listed, old.left_out) == ([], {"sitemap part outside the window": 1})


def test_hostile_sitemaps_stay_within_bounds() -> None:
    many = sitemaps.read(sitemap([f"/{n}" for n in range(50_003)]).encode(), HERE)
    assert (len(many.listed), many.left_out) == (50_000, {"beyond the sitemap's cap": 3})
    bomb = sitemaps.read(gzip.compress(bytes(70 * 2**20)), HERE)
    assert [p.reason for p in bomb.problems] == ["sitemap unreadable"]
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
        + b"a" * 5000
        + b'">]><urlset><url><loc>http://o.example/'
        + b"&a;" * 3000
        + b"</loc></url></urlset>"
    )
    assert sitemaps.read(laughs, HERE).listed == [] or len(sitemaps.read(laughs, HERE).listed[0].url) < 5000
    secret = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><urlset><url><loc>http://o.example/&f;</loc></url></urlset>'
    assert [i.url for i in sitemaps.read(secret, HERE).listed] in ([], ["http://o.example/"])


# --- topic terms ---


def test_terms_judge_words_and_let_numbers_pass() -> None:
    terms = terms_of(["псевдореферендум", "Scheinreferendum"])
    assert terms.may_concern("https://o.example/2022/09/23/psevdoreferendumy-na-okupovanyh-terytoriyah")
    assert terms.may_concern("https://o.example/news/123456.html")
    assert terms.may_concern("https://o.example/1", "Окупанти готують псевдореферендуми на півдні")
    assert not terms.may_concern("https://o.example/sport/dynamo-wins-the-cup-again")


# --- the whole way ---


def run(work: Callable[[Site], Awaitable[None]]) -> None:
    async def main() -> None:
        async with Site() as site:
            await asyncio.wait_for(work(site), 30)

    asyncio.run(main())


async def gather(study: WebStudy, site: Site) -> dict[str, Capture]:
    home = site.url("").rstrip("/")
    await collect_async(study, settings=replace(FAST, endpoints=Endpoints(home, home, home, home, home, home)))
    return {capture.url: capture for capture in Archive(study.raw_folder)}


def test_wayback_mementos_become_captures_of_the_pages_themselves(tmp_path: Path) -> None:
    heading = ["timestamp", "original", "mimetype", "statuscode"]
    rows = [["20240315100000", f"https://o.example/p{n}", "text/html", "200"] for n in range(3)]

    async def cdx(request: web.Request) -> web.Response:
        assert (request.query["url"], request.query["from"], request.query["to"]) == (
            "o.example",
            "20240301",
            "20240331",
        )
        if "resumeKey" not in request.query:
            return web.json_response([heading, *rows[:2], [], ["key 1"]])
        assert request.query["resumeKey"] == "key 1"
        return web.json_response([heading, rows[2], ["20240315", "broken", "text/html", "200"]])

    async def work(site: Site) -> None:
        site.pages = {"/cdx/search/cdx": cdx}
        site.pages |= {f"/web/20240315100000id_/https://o.example/p{n}": article(f"p{n}") for n in range(3)}
        found = await gather(WebStudy(tmp_path, [WebSource("wayback", ("o.example",))]), site)
        assert sorted(found) == [f"https://o.example/p{n}" for n in range(3)]
        page = found["https://o.example/p1"]
        assert (page.final_url, page.fetched_at) == (page.url, datetime(2024, 3, 15, 10, tzinfo=UTC))
        assert page.source == "wayback"
        assert page.source_detail == site.url("/web/20240315100000id_/https://o.example/p1")

    run(work)


def test_pywb_answers_in_lines_are_read() -> None:
    body = b'{"urlkey": "example,o)/p", "timestamp": "20240315100000", "url": "http://o.example/p", "mime": "text/html", "status": "200"}\n'
    (item,) = wayback.read(body, "http://localhost:8080/coll/cdx?url=o.example", MARCH).listed
    assert (item.url, item.original) == (
        "http://localhost:8080/coll/20240315100000id_/http://o.example/p",
        "http://o.example/p",
    )


def test_common_crawl_records_are_fetched_by_range(tmp_path: Path) -> None:
    answers = [
        Answer(f"https://o.example/p{n}", datetime(2024, 3, 4, n, tzinfo=UTC), article(f"p{n}").encode(), "x", status=200, headers=(("Content-Type", "text/html"),))
        for n in range(2)
    ]  # fmt: skip
    with ArchiveClass(tmp_path / "theirs") as archive:
        kept = [archive.append(answer) for answer in answers]
    stored = (tmp_path / "theirs" / kept[0].warc).read_bytes()

    async def work(site: Site) -> None:
        async def crawls(_: web.Request) -> web.Response:
            names = ["CC-MAIN-2024-10", "CC-MAIN-2019-09"]
            return web.json_response([{"id": name, "cdx-api": site.url(f"/{name}-index")} for name in names])

        async def index(_: web.Request) -> web.Response:
            rows = [{"timestamp": f"2024030400000{n}", "url": c.url, "mime": "text/html", "status": "200", "filename": "crawl-data/x.warc.gz", "offset": str(c.offset), "length": str(c.length)} for n, c in enumerate(kept)]  # fmt: skip
            return web.Response(text="\n".join(map(json.dumps, rows)))

        async def data(request: web.Request) -> web.Response:
            first, last = map(int, request.headers["Range"].removeprefix("bytes=").split("-"))
            return web.Response(status=206, body=stored[first : last + 1], content_type="application/octet-stream")

        site.pages = {"/collinfo.json": crawls, "/CC-MAIN-2024-10-index": index, "/crawl-data/x.warc.gz": data}
        found = await gather(WebStudy(tmp_path / "raw", [WebSource("commoncrawl", ("o.example",))]), site)
        assert sorted(found) == [answer.url for answer in answers]
        page = found[answers[1].url]
        assert (page.payload, page.fetched_at, page.outcome) == (answers[1].payload, answers[1].fetched_at, "ok")
        assert page.source == "commoncrawl"
        assert page.source_detail is not None
        assert f"#bytes={kept[1].offset}-" in page.source_detail
        assert not site.asked("/CC-MAIN-2019-09-index")

    run(work)


def test_gdelt_windows_are_halved_until_none_is_full(tmp_path: Path) -> None:
    seen = [
        datetime(2024, 3, 15, 12, 0, second, tzinfo=UTC).replace(minute=n % 60, hour=n // 60)
        for n in range(600)
        for second in (0,)
    ]

    def articles(base: str) -> list[dict[str, Any]]:
        fields = parse_qs(urlsplit(base).query)
        first, last = (
            datetime.strptime(fields[k][0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            for k in ("startdatetime", "enddatetime")
        )
        rows = [
            {"url": f"http://o.example/{n}", "title": "t", "seendate": f"{t:%Y%m%dT%H%M%SZ}"}
            for n, t in enumerate(seen)
            if first <= t <= last
        ]
        return rows[:250]

    queue, found, asked = [gdelt.start("referendum", MARCH)], set(), 0
    while queue:
        base = queue.pop()
        asked += 1
        for item in gdelt.read(json.dumps({"articles": articles(base)}).encode(), base).listed:
            if item.role == "gdelt":
                queue.append(item.url)
            else:
                found.add(item.url)
    assert len(found) == 600
    assert asked < 30
    assert gdelt.read(b"Please limit requests to one every 5 seconds", (queue and queue[0]) or HERE).problems


POST = """<div class="tgme_widget_message" data-post="chan_nel/{n}"><div class="tgme_widget_message_text js-message_text">Пост {n}<br/>другий рядок</div>
<a><time datetime="2024-03-{day:02d}T10:00:00+02:00">10:00</time></a></div>"""


def test_telegram_is_paged_back_through_the_window(tmp_path: Path) -> None:
    days = {n: (n if n <= 31 else 31) for n in range(1, 32)}

    async def preview(request: web.Request) -> web.Response:
        before = int(request.query.get("before", "32"))
        numbers = list(range(max(1, before - 10), before))
        older = f'<a data-before="{numbers[0]}" href="/s/chan_nel?before={numbers[0]}"></a>' if numbers[0] > 1 else ""
        return web.Response(
            text=f"<html>{older}" + "".join(POST.format(n=n, day=days[n]) for n in numbers), content_type="text/html"
        )

    async def work(site: Site) -> None:
        site.pages = {"/s/chan_nel": preview}
        study = WebStudy(tmp_path, [WebSource("telegram", ("@chan_nel", "not a channel!"))], window=(date(2024, 3, 15), date(2024, 3, 31)))  # fmt: skip
        found = await gather(study, site)
        assert sorted(found, key=lambda u: int(u.rsplit("/", 1)[1])) == [
            f"https://t.me/chan_nel/{n}" for n in range(13, 32)
        ]
        post = found["https://t.me/chan_nel/20"]
        row = json.loads(post.payload)
        assert (row["text"], row["published"], row["outlet_domain"]) == (
            "Пост 20\nдругий рядок",
            "2024-03-20T08:00:00+00:00",
            "t.me/chan_nel",
        )
        assert (post.source, post.content_type) == ("telegram", "application/json")
        assert len(site.asked("/s/chan_nel?before=2")) == 0
        again = await gather(study, site)
        assert len(again) == len(found)

    run(work)


@pytest.mark.parametrize("words", ["https://t.me/s/ukrinform", "t.me/ukrinform", "@ukrinform", "ukrinform"])
def test_channels_in_any_writing(words: str) -> None:
    assert telegram.start(words) == "https://t.me/s/ukrinform"


# --- Media Cloud ---


def test_media_cloud_stories_are_paged_by_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIACLOUD_API_KEY", "secret-key-1")

    async def work(site: Site) -> None:
        async def stories(request: web.Request) -> web.Response:
            assert request.headers["Authorization"] == "Token secret-key-1"
            assert (request.query["q"], request.query["start"], request.query["end"]) == ("vote AND Crimea", "2024-03-01", "2024-03-31")  # fmt: skip
            assert (request.query["platform"], request.query["page_size"]) == ("onlinenews-mediacloud", "1000")
            page = int(request.query.get("pagination_token", "0"))
            rows = [{"id": f"{page}{n}", "url": site.url(f"/p{page}{n}"), "title": "t", "publish_date": f"2024-03-1{n}", "language": "en", "media_name": "o.example"} for n in range(2)]  # fmt: skip
            rows += [{"id": "x", "url": None, "title": None, "publish_date": None}] if page == 2 else []
            return web.json_response({"stories": rows, "pagination_token": str(page + 1) if page < 2 else None})

        site.pages = {f"/p{page}{n}": article("p") for page in range(3) for n in range(2)}
        site.pages["/api/search/story-list"] = stories
        found = await gather(WebStudy(tmp_path, [WebSource("mediacloud", ("vote AND Crimea",))]), site)
        assert sorted(found) == [site.url(f"/p{page}{n}") for page in range(3) for n in range(2)]
        assert found[site.url("/p11")].listed_at == datetime(2024, 3, 11, tzinfo=UTC)
        assert all("Authorization" not in entry.headers for entry in site.log if entry.path.startswith("/p"))

    run(work)
    for path in tmp_path.iterdir():
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert b"secret-key-1" not in data, path.name


@pytest.mark.parametrize("key", [None, "", " ", "a b", "ключ"])
def test_without_a_key_media_cloud_is_refused_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    monkeypatch.delenv("MEDIACLOUD_API_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("MEDIACLOUD_API_KEY", key)
    study = WebStudy(tmp_path / "raw", [WebSource("mediacloud", ("vote",)), WebSource("addresses", ("http://127.0.0.1:9/",))])  # fmt: skip
    with pytest.raises(MissingKeyError, match="MEDIACLOUD_API_KEY"):
        asyncio.run(collect_async(study, settings=FAST))
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"stories": 5}', b'{"stories": [5]}', b"<html>", b'{"note": "x"}']
)
def test_what_is_no_answer_of_media_cloud_is_a_problem(body: bytes) -> None:
    listing = mediacloud.read(body, HERE)
    assert [p.reason for p in listing.problems] == ["index answer unreadable"]
