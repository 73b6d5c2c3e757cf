"""What is already on disk → the study's archive: JSON lines of articles, pages, WARC files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from coverage.collect.archive import Archive
from coverage.collect.foreign import read_warc
from coverage.collect.pages import MEDIA_TYPES, file_time, read_folder, read_page
from coverage.collect.problem_file import keep_problems
from coverage.collect.records import Answer
from coverage.collect.rows import latest_publication, read_rows
from coverage.collect.stops import stops
from coverage.schema import Problem

ARTICLE_ENDINGS = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
WARC_ENDINGS = (".warc", ".warc.gz", ".arc", ".arc.gz")


class HasRawFolder(Protocol):
    """All that importing asks of a study."""

    @property
    def raw_folder(self) -> Path: ...


class UnreadablePathError(ValueError):
    """Nothing can be imported from this path; the message says why."""


@dataclass(frozen=True)
class ImportSummary:
    """`added` captures are new; `already_there` were in the archive before; `problems` lists all that was wrong."""

    added: int = 0
    already_there: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_path(study: HasRawFolder, path: Path, *, retrieved: datetime | None = None) -> ImportSummary:
    """Take a file or folder into the study's archive. The same input twice changes nothing on disk.

    `retrieved` is when the material was got; without it, and where rows do not say so themselves, the file's own time
    counts. Everything wrong is a problem, kept beside the archive too; all that is good is imported.
    """
    if not path.exists():
        raise UnreadablePathError(f"{path}: no such file or folder")
    problems: list[Problem] = []
    added = already_there = 0
    with stops(study.raw_folder), Archive(study.raw_folder) as archive:
        for found in _read(path, retrieved):
            if isinstance(found, Problem):
                problems.append(found)
            elif archive.has(found):
                already_there += 1
            else:
                archive.append(found)
                added += 1
        problems += archive.damage
    if not added and not already_there and not problems:
        problems.append(Problem("import", path.name, "nothing in it", None, "check that it is the right file"))
    with stops(study.raw_folder):
        kept = keep_problems(study.raw_folder, path.name, problems)
    return ImportSummary(added, already_there, kept)


def _read(path: Path, retrieved: datetime | None) -> Iterator[Answer | Problem]:
    if path.is_dir():
        return read_folder(path, retrieved)
    name = path.name.lower()
    if path.stat().st_size == 0:
        return iter([Problem("import", path.name, "empty file", None, "get the file again")])
    if name.endswith(ARTICLE_ENDINGS):
        return read_rows(path, retrieved or file_time(path), latest_publication(retrieved))
    if name.endswith(WARC_ENDINGS):
        return read_warc(path)
    if path.suffix.lower() in MEDIA_TYPES:
        return iter([read_page(path, retrieved, path.name)])
    raise UnreadablePathError(
        f"{path}: not a kind of file that can be imported; these can: {', '.join((*ARTICLE_ENDINGS, *WARC_ENDINGS, *MEDIA_TYPES))}"
    )
