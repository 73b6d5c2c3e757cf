"""A full disk, a read-only folder, a second process: each its own exit code, nothing corrupt, the same command goes on.

Really full and really read-only: a small file system is mounted where this is allowed; as root no permission would bind.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from loopback import FAST, Site, WebSource, WebStudy

from coverage.cli import main
from coverage.collect import Archive, DiskFullError, NotWritableError, collect_async
from coverage.collect.warc_read import Damage, read_records

STUDY = """
title: Mine
events: [president-2024]
window: {from: 2024-03-01, to: 2024-03-31}
languages: [en]
contact: tests@vote-coverage.example
sources: [{kind: addresses, urls: ["http://127.0.0.1:9/a"]}]
"""
ROWS = 60
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 128 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A study file, and rows that need about 250 KB."""
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "mine.yml").write_text(STUDY)
    chance, path = random.Random(3), tmp_path / "rows.jsonl"
    row = {"outlet_domain": "o.example", "published": "2024-03-15", "language": "en", "title": "t"}
    texts = [" ".join(f"{chance.getrandbits(64):x}" for _ in range(400)) for _ in range(ROWS)]
    lines = [json.dumps({"id": str(n), "url": f"https://o.example/{n}", "text": text, **row}) for n, text in enumerate(texts)]  # fmt: skip
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def command(
    rows: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run a command of the study whose data are below `home`; returns its exit code and what it said."""
    monkeypatch.chdir(rows.parent)

    def run(home: Path, *arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("VOTE_COVERAGE_HOME", str(home))
        monkeypatch.setattr(sys, "argv", ["vote-coverage", *arguments])
        with pytest.raises(SystemExit) as ending:
            main()
        told = capsys.readouterr()
        return int(ending.value.code or 0), told.out + told.err

    return run


def whole(folder: Path) -> list[str]:
    """The addresses in the archive; fails where a record is damaged or doubled."""
    found = [read for path in sorted(folder.glob("*.warc.gz")) for read in read_records(path)]
    assert not [read for read in found if isinstance(read, Damage)]
    urls = [capture.url for capture in Archive(folder)]
    assert len(urls) == len(set(urls))
    return urls


def test_a_really_full_disk_ends_an_import_with_6_and_the_next_goes_on(small: Path, command: Command) -> None:
    code, said = command(small, "import", "mine", "rows.jsonl")
    assert (code, "disk is full" in said) == (6, True), said
    remount(small, "size=4m")
    code, said = command(small, "import", "mine", "rows.jsonl")
    assert code == 0, said
    assert sorted(whole(small / "data" / "raw" / "mine")) == sorted(f"https://o.example/{n}" for n in range(ROWS))


@pytest.mark.parametrize("room", ["128k", "256k"])  # full at the queue, full at the pages
def test_a_really_full_disk_stops_a_collection_and_the_next_goes_on(small: Path, room: str) -> None:
    chance = random.Random(4)
    pages = {f"/{n}": "<p>" + " ".join(f"{chance.getrandbits(64):x}" for _ in range(400)) for n in range(ROWS)}

    async def main() -> None:
        async with Site(dict(pages)) as site:
            study = WebStudy(small / "raw", [WebSource("addresses", tuple(site.url(path) for path in pages))])
            remount(small, f"size={room}")
            with pytest.raises(DiskFullError, match="disk is full"):
                await collect_async(study, settings=FAST)
            remount(small, "size=4m")
            summary = await collect_async(study, settings=replace(FAST, patience_seconds=5))
            assert summary.left == 0
            assert sorted(whole(study.raw_folder)) == sorted(site.url(path) for path in pages)

    asyncio.run(main())


@pytest.mark.parametrize("arguments", [["import", "mine", "rows.jsonl"], ["collect", "mine"]])
def test_a_really_read_only_folder_ends_with_7(small: Path, command: Command, arguments: list[str]) -> None:
    remount(small, "ro")
    code, said = command(small, *arguments)
    assert (code, "may not be written to" in said) == (7, True), said


def test_an_archive_that_became_read_only_is_named_and_whole(small: Path) -> None:
    study = WebStudy(small / "raw", [WebSource("addresses", ("http://127.0.0.1:9/a",))])
    remount(small, "size=4m")
    asyncio.run(collect_async(study, settings=replace(FAST, max_tries=1)))
    remount(small, "ro")
    with pytest.raises(NotWritableError):
        asyncio.run(collect_async(study, settings=FAST))
    assert whole(study.raw_folder) == ["http://127.0.0.1:9/a"]


@pytest.mark.parametrize("arguments", [["import", "mine", "rows.jsonl"], ["collect", "mine"]])
def test_a_second_process_ends_with_8(tmp_path: Path, command: Command, arguments: list[str]) -> None:
    with Archive(tmp_path / "data" / "raw" / "mine") as first:
        first.lock()
        code, said = command(tmp_path, *arguments)
    assert (code, "another process" in said) == (8, True), said
    assert command(tmp_path, "import", "mine", "rows.jsonl")[0] == 0
