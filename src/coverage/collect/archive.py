"""The raw archive of a study: WARC files that say everything themselves, written once and never edited.

`import-00001.warc.gz`, … hold what was imported, `crawl-00001.warc.gz`, … what was fetched; both give captures.
`sources-00001.warc.gz`, … hold feeds, sitemaps and robots files as they were read: evidence, but no captures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from coverage.collect.http_message import parse_response
from coverage.collect.problem_file import read_problems
from coverage.collect.records import (
    Answer,
    Capture,
    as_mapping,
    capture_id,
    parse_warc_date,
)
from coverage.collect.stops import ArchiveBusyError, ArchiveError, Stopped
from coverage.collect.warc_read import Damage, Record, read_records
from coverage.collect.warc_write import MARK, capture_members, stored_headers, warcinfo_member
from coverage.schema import Problem

__all__ = ["Archive", "ArchiveBusyError", "ArchiveError", "Stopped", "cut_tail"]
SEGMENT_BYTES = 100_000_000
CAPTURE_SERIES = ("crawl", "import")


class Archive:
    """One study's raw folder. Iterating gives its captures in (file, offset) order; `append` adds one.

    Nothing on disk is touched before the first `append`. `damage` lists what the last iteration could not read.
    """

    def __init__(self, folder: Path, *, series: str = "import", segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self.damage: list[Problem] = []
        self._series = series
        self._segment_bytes = segment_bytes
        self._known: dict[str, Capture] | None = None
        self._out: FileIO | None = None
        self._lock: BinaryIO | None = None
        self._shares_lock = False

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[Capture]:
        self.damage = []
        for path in self.segments(*CAPTURE_SERIES):
            yield from self._captures_of(path)

    def problems(self) -> list[Problem]:
        """What imports and collections could not take in, and what the last iteration could not read."""
        return [*read_problems(self.folder), *self.damage]

    def sibling(self, series: str) -> Archive:
        """Another series of the same folder, under the same lock."""
        self.lock()
        other = Archive(self.folder, series=series, segment_bytes=self._segment_bytes)
        other._shares_lock = True
        return other

    def segments(self, *series: str) -> list[Path]:
        """The archive files of these series, in name order."""
        return sorted(path for name in series for path in self.folder.glob(f"{name}-[0-9]*.warc.gz"))

    def append(self, answer: Answer) -> Capture:
        """Write the answer, unless this very capture (same url, time and payload) is already there."""
        known = self._known_captures()
        identity = capture_id(answer.url, answer.fetched_at, answer.digest)
        if identity not in known:
            known[identity] = _without_payload(self.write(answer))
        return known[identity]

    def has(self, answer: Answer) -> bool:
        return capture_id(answer.url, answer.fetched_at, answer.digest) in self._known_captures()

    def write(self, answer: Answer) -> Capture:
        """Write the answer without looking whether it is there: for fetches, whose time is always new."""
        out = self._open(answer.fetched_at)
        identity = capture_id(answer.url, answer.fetched_at, answer.digest)
        main, *others = capture_members(answer, identity)
        offset = out.tell()
        _write_all(out, b"".join((main, *others)))
        return _capture(answer, identity, Path(out.name).name, offset, len(main))

    def flush(self, *, to_disk: bool = False) -> tuple[str, int]:
        """Make sure that what was written is on the disk, where asked to; returns the (file, offset) reached."""
        if self._out is None:
            return "", 0
        if to_disk:
            os.fsync(self._out.fileno())
        return Path(self._out.name).name, self._out.tell()

    def cut_back(self, file: str, offset: int) -> None:
        """Drop whatever this series holds beyond (file, offset): pages whose record was never committed."""
        self._take_lock()
        for path in self.segments(self._series):
            if path.name > file:
                path.unlink()
            elif path.name == file and path.stat().st_size > offset:
                os.truncate(path, offset)

    def lock(self) -> None:
        """Make this process the archive's only writer; raises ArchiveBusyError where another is."""
        self._take_lock()

    def close(self) -> None:
        if self._out is not None:
            self.flush(to_disk=True)
            self._out.close()
            self._out = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _captures_of(self, path: Path) -> Iterator[Capture]:
        for found in read_records(path):
            if isinstance(found, Damage):
                self.damage.append(_damage_problem(path, found))
            elif MARK.lower() in found.headers:
                yield _capture_of(found, path.name)

    def _known_captures(self) -> dict[str, Capture]:
        if self._known is None:
            self._known = {capture.capture_id: _without_payload(capture) for capture in self}
        return self._known

    def _open(self, moment: datetime) -> FileIO:
        if self._out is not None and self._out.tell() < self._segment_bytes:
            return self._out
        self._take_lock()
        present = self.segments(self._series)
        if self._out is not None:
            self.flush(to_disk=True)
            self._out.close()
        elif present:
            cut_tail(present[-1])
        if not present:
            path = self.folder / f"{self._series}-00001.warc.gz"
        elif present[-1].stat().st_size < self._segment_bytes:
            path = present[-1]
        else:
            number = int(present[-1].name.split("-")[-1].split(".")[0]) + 1
            path = self.folder / f"{self._series}-{number:05d}.warc.gz"
        self._out = path.open("ab", buffering=0)
        if self._out.tell() == 0:
            _write_all(self._out, warcinfo_member(path.name, self.folder.name, moment))
        return self._out

    def _take_lock(self) -> None:
        if self._lock is not None or self._shares_lock:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self.folder / ".lock")


def _write_all(out: FileIO, data: bytes) -> None:
    """Unbuffered, so that what the queue counts as written has been handed to the operating system."""
    view = memoryview(data)
    while view:
        view = view[out.write(view) :]


def cut_tail(path: Path) -> int:
    """Cut off what follows the file's last whole record (a crash's leftovers); returns the bytes dropped."""
    end = 0
    for found in read_records(path):
        if isinstance(found, Record):
            end = max(end, found.offset + found.length)
    dropped = path.stat().st_size - end
    if dropped:
        os.truncate(path, end)
    return dropped


def _locked(path: Path) -> BinaryIO:
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        return path.open("ab")
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise ArchiveBusyError(
            f"{path.parent}: another process is writing to this study's archive; wait for it, or stop it first"
        ) from None
    return handle


def _damage_problem(path: Path, damage: Damage) -> Problem:
    return Problem(
        "import",
        f"{path.name}:{damage.offset}",
        "damaged archive record",
        damage.what,
        "restore the archive file from a copy, or import or collect the source again",
    )


def _without_payload(capture: Capture) -> Capture:
    return replace(capture, payload=b"", headers={})


def _capture(answer: Answer, identity: str, warc: str, offset: int, length: int) -> Capture:
    """The capture as reading it back will give it."""
    headers = as_mapping(stored_headers(answer)) if answer.status is not None else {}
    return Capture(
        capture_id=identity, url=answer.url, final_url=answer.final_url, fetched_at=answer.fetched_at,
        status=answer.status, content_type=answer.content_type or headers.get("content-type"), digest=answer.digest,
        warc=warc, offset=offset, length=length, source=answer.source, source_detail=answer.source_detail,
        outcome=answer.outcome, reason=answer.reason, payload=answer.payload, headers=headers,
        listed_at=answer.listed_at,
    )  # fmt: skip


def _capture_of(record: Record, warc: str) -> Capture:
    about = record.headers
    status, http_headers, payload = None, {}, record.block
    if record.kind in ("response", "revisit"):
        status, pairs, payload = parse_response(record.block)
        http_headers = as_mapping(pairs)
    elif record.kind == "metadata":
        payload = b""
    listed_at = about.get("coverage-listed-at")
    return Capture(
        capture_id=about[MARK.lower()], url=about["warc-target-uri"], final_url=about.get("coverage-final-uri"),
        fetched_at=parse_warc_date(about["warc-date"]), status=status,
        content_type=about.get("coverage-content-type") or http_headers.get("content-type"),
        digest=about["warc-payload-digest"], warc=warc, offset=record.offset, length=record.length,
        source=about["coverage-source"], source_detail=about.get("coverage-source-detail"),
        outcome=about["coverage-outcome"], reason=about.get("coverage-reason"), payload=payload, headers=http_headers,
        listed_at=parse_warc_date(listed_at) if listed_at else None,
    )  # fmt: skip
