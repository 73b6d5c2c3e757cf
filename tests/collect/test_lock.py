"""A locked study is fetched again and compared, digest by digest."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from loopback import FAST, Site, WebSource, WebStudy, article

from coverage.cli import main
from coverage.collect import Archive, collect_async
from coverage.collect.lists import Endpoints
from coverage.collect.lock import LockError, collect_locked, read_lock, write_lock


def test_what_matches_changed_or_went_is_told_apart(tmp_path: Path) -> None:
    async def cdx(_: web.Request) -> web.Response:
        heading = ["timestamp", "original", "mimetype", "statuscode"]
        return web.json_response([heading, ["20240315100000", "https://o.example/vote", "text/html", "200"]])

    async def main() -> None:
        async with Site() as site:
            home = site.url("").rstrip("/")
            settings = replace(FAST, endpoints=Endpoints(wayback=home))
            site.pages = {f"/{n}": article(f"page {n}") for n in range(3)}
            site.pages |= {"/cdx/search/cdx": cdx, "/web/20240315100000id_/https://o.example/vote": article("vote")}
            sources = [
                WebSource("addresses", tuple(site.url(f"/{n}") for n in range(3))),
                WebSource("wayback", ("o.example",)),
            ]
            study = WebStudy(tmp_path / "mine", sources)
            await collect_async(study, settings=settings)
            assert write_lock(study, tmp_path / "study.lock") == 4
            site.pages["/1"] = article("another text")
            del site.pages["/2"]
            theirs = WebStudy(tmp_path / "theirs", sources)
            report = await collect_locked(theirs, tmp_path / "study.lock", settings=settings)
            assert [entry.url for entry in report.match] == [site.url("/0"), "https://o.example/vote"]
            assert [entry.url for entry in report.changed] == [site.url("/1")]
            assert [entry.url for entry in report.gone] == [site.url("/2")]
            mine, copy = ({c.url: c for c in Archive(s.raw_folder)}["https://o.example/vote"] for s in (study, theirs))
            assert (mine.capture_id, mine.payload) == (copy.capture_id, copy.payload)
            again = await collect_locked(study, tmp_path / "study.lock", settings=settings)
            assert len(again.match) == 4

    asyncio.run(main())


def test_a_broken_lock_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "study.lock").write_text("{}\n")
    with pytest.raises(LockError, match=r"study\.lock:1"):
        read_lock(tmp_path / "study.lock")


def test_the_commands_write_a_lock_and_say_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "mine.yml").write_text(
        "title: M\nevents: [president-2024]\nwindow: {from: 2024-03-01, to: 2024-03-31}\nlanguages: [en]\n"
    )
    (tmp_path / "row.jsonl").write_text(
        '{"id": "1", "url": "https://o.example/a", "outlet_domain": "o.example", "title": "t", "text": "x\u2028y"}\n'
    )
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["vote-coverage", *arguments])
        with pytest.raises(SystemExit) as ending:
            main()
        told = capsys.readouterr()
        return int(ending.value.code or 0), told.out + told.err

    assert command("lock", "mine") == (3, "mine.lock: 0 captures\n")
    (tmp_path / "studies" / "mine.lock").unlink()
    code, said = command("collect", "mine", "--locked")
    assert (code, "no lock here" in said) == (2, True)
    assert command("import", "mine", "row.jsonl")[0] == 0
    assert command("lock", "mine") == (0, "mine.lock: 1 captures\n")
    assert command("collect", "mine", "--locked") == (0, "1 match, 0 changed, 0 gone\n")
    for path in (tmp_path / "data" / "raw" / "mine").glob("*.warc.gz"):
        path.unlink()
    code, said = command("collect", "mine", "--locked")
    assert (code, "0 match, 0 changed, 1 gone" in said) == (5, True)
    assert command("collect", "mine", "--locked", "--limit", "3")[0] == 2
