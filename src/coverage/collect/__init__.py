"""The only door to the network, and the raw archive: everything that comes in becomes a capture in a WARC file."""

from __future__ import annotations

from coverage.collect.archive import Archive, ArchiveBusyError, ArchiveError, Stopped
from coverage.collect.crawl import CollectSummary, Settings, collect, collect_async
from coverage.collect.fetch import NoContactError
from coverage.collect.importer import ImportSummary, UnreadablePathError, import_path
from coverage.collect.records import Answer, Capture
from coverage.collect.sources.mediacloud import MissingKeyError

__all__ = [
    "Answer",
    "Archive",
    "ArchiveBusyError",
    "ArchiveError",
    "Capture",
    "CollectSummary",
    "ImportSummary",
    "MissingKeyError",
    "NoContactError",
    "Settings",
    "Stopped",
    "UnreadablePathError",
    "collect",
    "collect_async",
    "import_path",
]
