"""Web archives as they really answer: pywb, the software of many of them and of Common Crawl's index, on loopback.

pywb's own dependencies contradict this project's, so it has an environment of its own, .cache/pywb, from locks/pywb.txt.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import web
from loopback import FAST, Site, WebSource, WebStudy, article

from coverage.collect import Archive, Capture, CollectSummary, collect_async
from coverage.collect.lists import Endpoints
from coverage.collect.lock import collect_locked, write_lock
from coverage.collect.records import Answer, capture_id

ROOT = Path(__file__).resolve().parents[2]
HOME, LOCK = ROOT / ".cache" / "pywb", ROOT / "locks" / "pywb.txt"
CRAWL = "CC-MAIN-2024-10"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
pytestmark = pytest.mark.xdist_group("pywb")


def page(path: str, minute: int, body: bytes | None = None, status: int = 200, media: str = "text/html; charset=utf-8") -> Answer:  # fmt: skip
    return Answer(
        f"https://o.example{path}", datetime(2024, 3, 15, 10, minute, tzinfo=UTC), body or article(path).encode(), "x",
        status=status, headers=(("Content-Type", media),),
    )  # fmt: skip


PAGES = [page(f"/vote/p{n}", n) for n in range(4)]
OTHERS = [
    page("/vote/p0", 30, b"<title>later version</title>"),
    page("/vote/gone", 5, status=404),
    page("/vote/photo", 6, b"\x89PNG", media="image/png"),
    replace(page("/vote/old", 7), fetched_at=datetime(2022, 3, 15, tzinfo=UTC)),
    replace(page("/", 8), url="https://another.example/vote"),
]


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of pywb's commands; skipped with a message where it cannot be installed, never in CI."""
    HOME.parent.mkdir(exist_ok=True)
    with (HOME.parent / "pywb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        trouble = install()
    if trouble and os.environ.get("VOTE_COVERAGE_REQUIRE_BROWSER"):
        pytest.fail(f"pywb cannot be installed: {trouble}")
    if trouble:
        pytest.skip(f"pywb cannot be installed (the network is needed once): {trouble}")
    return HOME / "bin"


def install() -> str | None:
    """Make the environment from its lock, unless it is there; returns what went wrong."""
    mark, wanted = HOME / "installed", sha256(LOCK.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return None
    uv = shutil.which("uv", path=f"{ROOT / '.cache' / 'uv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        return "uv is not here; `make` brings it"
    shutil.rmtree(HOME, ignore_errors=True)
    for command in (
        [uv, "venv", "-q", "--python", sys.executable, str(HOME)],
        [uv, "pip", "install", "-q", "--python", str(HOME / "bin" / "python"), "--require-hashes", "-r", str(LOCK)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode:
            return done.stderr.strip()[-400:]
    mark.write_text(wanted)
    return None


@dataclass(frozen=True)
class Pywb:
    """Two servers over the same WARC: `replay` as a web archive has it, `index` as Common Crawl has it."""

    replay: str
    index: str
    warc: Path
    kept: dict[str, Capture]


@pytest.fixture(scope="module")
def pywb(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pywb]:
    home = tmp_path_factory.mktemp("pywb")
    with Archive(home / "theirs") as archive:
        kept = {answer.url: archive.append(answer) for answer in (*OTHERS, *PAGES)}
    warc = home / "theirs" / "import-00001.warc.gz"
    collection = home / "collections" / "web"
    (collection / "indexes").mkdir(parents=True)
    (collection / "archive").symlink_to(home / "theirs")
    command: list[str | Path] = [
        programs / "cdx-indexer",
        "-s",
        "-j",
        "-o",
        collection / "indexes" / "index.cdxj",
        warc,
    ]
    subprocess.run(command, check=True, capture_output=True)
    (home / "collections" / CRAWL).symlink_to(collection)
    crawl = home / "crawl"
    crawl.mkdir()
    (crawl / "collections").symlink_to(home / "collections")
    (crawl / "config.yaml").write_text("cdx_api_endpoint: '-index'\n")
    with serving(programs, home) as replay, serving(programs, crawl) as index:
        for url in (f"{replay}/web/cdx?url=o.example", f"{index}/{CRAWL}-index?url=o.example"):
            wait_for(url)
        yield Pywb(replay, index, warc, kept)


@contextmanager
def serving(programs: Path, home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command: list[str | Path] = [programs / "wayback", "-b", "127.0.0.1", "-p", str(port), "-d", home]
    with (home / "log.txt").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=home) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def gather(study: WebStudy, endpoints: Endpoints) -> tuple[dict[str, Capture], CollectSummary]:
    summary = asyncio.run(collect_async(study, settings=replace(FAST, endpoints=endpoints)))
    return {capture.url: capture for capture in Archive(study.raw_folder)}, summary


@pytest.mark.parametrize("entry", ["o.example", "o.example/vote/*"])
def test_mementos_of_a_site_become_captures_of_its_pages(pywb: Pywb, tmp_path: Path, entry: str) -> None:
    study = WebStudy(tmp_path, [WebSource("wayback", (entry,))])
    found, summary = gather(study, Endpoints(wayback=f"{pywb.replay}/web/cdx"))
    assert sorted(found) == [answer.url for answer in PAGES]
    for answer in PAGES:
        copy = found[answer.url]
        assert (copy.payload, copy.fetched_at, copy.outcome) == (answer.payload, answer.fetched_at, "ok")
        assert copy.capture_id == pywb.kept[answer.url].capture_id
        assert copy.source_detail == f"{pywb.replay}/web/{answer.fetched_at:%Y%m%d%H%M%S}id_/{answer.url}"
    assert summary.filtered == {"another copy of the page": 1, "not a page": 1}
    assert summary.problems == []


def test_a_lock_brings_the_very_same_captures_back_from_the_archive(pywb: Pywb, tmp_path: Path) -> None:
    study = WebStudy(tmp_path / "first", [WebSource("wayback", ("o.example",))])
    settings = replace(FAST, endpoints=Endpoints(wayback=f"{pywb.replay}/web/cdx"))
    asyncio.run(collect_async(study, settings=settings))
    assert write_lock(study, tmp_path / "study.lock") == len(PAGES)
    report = asyncio.run(collect_locked(replace(study, raw_folder=tmp_path / "second"), tmp_path / "study.lock", settings=settings))  # fmt: skip
    assert (len(report.match), report.changed, report.gone) == (len(PAGES), (), ())
    first, second = ([c.capture_id for c in Archive(tmp_path / name)] for name in ("first", "second"))
    assert sorted(first) == sorted(second)


def test_a_site_that_the_archive_does_not_hold_gives_nothing(pywb: Pywb, tmp_path: Path) -> None:
    study = WebStudy(tmp_path, [WebSource("wayback", ("no-such-site.example",))])
    found, summary = gather(study, Endpoints(wayback=f"{pywb.replay}/web/cdx"))
    assert (found, summary.left) == ({}, 0)


def test_common_crawl_records_by_pywbs_index_and_ranges(pywb: Pywb, tmp_path: Path) -> None:
    """The index is pywb's, as Common Crawl's own is; the files come from a server that honours ranges, as S3 does."""

    async def main() -> tuple[list[Capture], CollectSummary, int]:
        async with Site() as site:
            crawls = [{"id": CRAWL, "cdx-api": f"{pywb.index}/{CRAWL}-index"}, {"id": "CC-MAIN-2019-09", "cdx-api": f"{pywb.index}/none-index"}]  # fmt: skip

            async def listing(_: web.Request) -> web.Response:
                return web.Response(text=json.dumps(crawls), content_type="application/json")

            async def file(_: web.Request) -> web.StreamResponse:
                return web.FileResponse(pywb.warc)

            site.pages = {"/collinfo.json": listing, f"/{pywb.warc.name}": file}
            home = site.url("").rstrip("/")
            study = WebStudy(tmp_path, [WebSource("commoncrawl", ("o.example",))])
            endpoints = Endpoints(commoncrawl_index=home, commoncrawl_data=home)
            summary = await collect_async(study, settings=replace(FAST, endpoints=endpoints))
            return list(Archive(tmp_path)), summary, len(site.asked(f"/{pywb.warc.name}"))

    found, summary, asked = asyncio.run(main())
    wanted = [*PAGES, OTHERS[0]]
    assert sorted(c.capture_id for c in found) == sorted(
        id_of(answer) for answer in wanted
    )  # every version of a page, each its own record
    assert {c.outcome for c in found} == {"ok"}
    assert asked == len(wanted)
    assert summary.filtered == {"crawl outside the window": 1, "not a page": 1}


def id_of(answer: Answer) -> str:
    return capture_id(answer.url, answer.fetched_at, answer.digest)
