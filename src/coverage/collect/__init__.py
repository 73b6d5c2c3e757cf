"""The only door to the network, and the raw archive: everything that comes in becomes a capture in a WARC file."""

from __future__ import annotations

from coverage.collect.archive import Archive
from coverage.collect.crawl import CollectSummary, Settings, collect, collect_async
from coverage.collect.fetch import NoContactError
from coverage.collect.importer import ImportSummary, UnreadablePathError, import_path
from coverage.collect.lock import LockError, LockReport, collect_locked, write_lock
from coverage.collect.records import Answer, Capture
from coverage.collect.sources.mediacloud import MissingKeyError
from coverage.collect.stops import ArchiveBusyError, ArchiveError, DiskFullError, NotWritableError, Stopped

__all__ = [
    "Answer",
    "Archive",
    "ArchiveBusyError",
    "ArchiveError",
    "Capture",
    "CollectSummary",
    "DiskFullError",
    "ImportSummary",
    "LockError",
    "LockReport",
    "MissingKeyError",
    "NoContactError",
    "NotWritableError",
    "Settings",
    "Stopped",
    "UnreadablePathError",
    "collect",
    "collect_async",
    "collect_locked",
    "import_path",
    "write_lock",
]
