"""`study.lock`: every capture by archive file, offset, length and digest, so that others can get the same bytes again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from coverage.collect.archive import Archive
from coverage.collect.crawl import Settings, WebStudy, collect_async
from coverage.collect.frontier import Address
from coverage.collect.records import Capture, parse_warc_date, warc_date
from coverage.progress import Tick

COPIES = ("wayback", "commoncrawl")  # sources that give the very same bytes again


class LockError(ValueError):
    """The lock file cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Locked:
    """One capture as it was: where it is kept, what it was, and where the same bytes can be had (`place`)."""

    capture_id: str
    url: str
    fetched_at: str
    digest: str
    outcome: str
    source: str
    place: str
    warc: str
    offset: int
    length: int


@dataclass(frozen=True)
class LockReport:
    """What became of the captures that a lock names."""

    match: tuple[Locked, ...]
    changed: tuple[Locked, ...]
    gone: tuple[Locked, ...]

    def in_words(self) -> str:
        lines = [f"{len(self.match)} match, {len(self.changed)} changed, {len(self.gone)} gone"]
        lines += [f"changed: {entry.url} ({entry.place})" for entry in self.changed[:5]]
        lines += [f"gone: {entry.url} ({entry.place})" for entry in self.gone[:5]]
        return "\n".join(lines)


def write_lock(study: WebStudy, path: Path) -> int:
    """Write the lock of the study's archive, sorted, one capture a line; returns how many."""
    entries = sorted((_locked(capture) for capture in Archive(study.raw_folder)), key=lambda e: (e.url, e.capture_id))
    text = "".join(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries)
    path.write_text(text, "utf-8", newline="\n")
    return len(entries)


def read_lock(path: Path) -> list[Locked]:
    """The entries of a lock file; raises LockError."""
    if not path.is_file():
        raise LockError(f"{path}: no lock here; whoever has the archive writes one with `vote-coverage lock STUDY`")
    entries = []
    for number, line in enumerate(path.read_text("utf-8").removesuffix("\n").split("\n"), start=1):
        try:
            entries.append(Locked(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise LockError(f"{path}:{number}: not a line of a lock file ({error}); write the lock again") from None
    return entries


async def collect_locked(
    study: WebStudy, path: Path, *, progress: Tick | None = None, settings: Settings | None = None
) -> LockReport:
    """Fetch what the lock names and the archive does not hold yet, and compare digests.

    Copies in archives give the same bytes again; a live page may have changed, and an imported row cannot be fetched:
    import its file first.
    """
    entries = read_lock(path)
    held = {capture.capture_id for capture in Archive(study.raw_folder)}
    wanted = [_address(entry) for entry in entries if entry.capture_id not in held and _can_be_fetched(entry)]
    if wanted:
        await collect_async(study, progress=progress, settings=settings, only=wanted)
    return compare(entries, Archive(study.raw_folder))


def fetch_locked(study: WebStudy, path: Path, *, progress: Tick | None = None) -> LockReport:
    """`collect_locked` outside an event loop."""
    return asyncio.run(collect_locked(study, path, progress=progress))


def compare(entries: Iterable[Locked], captures: Iterable[Capture]) -> LockReport:
    """Which locked captures the archive holds with the same digest, with another one, or not at all."""
    digests: dict[str, set[str]] = {}
    for capture in captures:
        if capture.outcome == "ok":
            digests.setdefault(capture.url, set()).add(capture.digest)
    match, changed, gone = [], [], []
    for entry in entries:
        found = digests.get(entry.url)
        if found is None and entry.outcome == "ok":
            gone.append(entry)
        elif found is None or entry.digest in found or entry.outcome != "ok":
            match.append(entry)
        else:
            changed.append(entry)
    return LockReport(tuple(match), tuple(changed), tuple(gone))


def _locked(capture: Capture) -> Locked:
    is_copy = capture.source in COPIES and capture.source_detail is not None
    return Locked(
        capture.capture_id, capture.url, warc_date(capture.fetched_at), capture.digest, capture.outcome, capture.source,
        str(capture.source_detail) if is_copy else capture.url, capture.warc, capture.offset, capture.length,
    )  # fmt: skip


def _can_be_fetched(entry: Locked) -> bool:
    return entry.outcome == "ok" and entry.warc.startswith("crawl-") and entry.place.startswith("http")


def _address(entry: Locked) -> Address:
    moment = parse_warc_date(entry.fetched_at)
    original = entry.url if entry.source in COPIES else None
    return Address(entry.place, "page", entry.source, f"lock of {entry.capture_id}", moment, original=original)
