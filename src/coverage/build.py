"""The one place that knows the order: captures → articles → quotes, mentions, stances, claims → families, topics → measures."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.compute import executor, map_chunks
from coverage.progress import Tick, quiet
from coverage.schema import TABLES, Problem, check_table, frame_of, to_arrow

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from coverage.catalog import Catalog
    from coverage.collect import Capture, ImportSummary
    from coverage.stance import Judgement
    from coverage.study import Study
    from coverage.text import Article

Row = dict[str, Any]


@dataclass(frozen=True)
class BuildResult:
    """What a build made: rows a table, the digest over all tables, and what was skipped (reason → count)."""

    folder: Path
    rows: dict[str, int]
    digest: str
    skipped: dict[str, int]

    def in_words(self) -> str:
        about = (
            f"{self.rows['articles']} articles, {self.rows['stances']} about a vote, {self.rows['outlets']} outlet rows"
        )
        skipped = "; ".join(f"{count} {reason}" for reason, count in self.skipped.items()) or "nothing"
        return f"{about}\nskipped or doubted: {skipped}\ntables: {self.folder}\ndigest: {self.digest}"


@dataclass
class Cleaned:
    """What became of one capture: an article with everything found in it, or the reason why not."""

    article: Row | None = None
    quotes: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    stance: Row | None = None
    problem: Problem | None = None


def build(
    study: Study, *, workers: int | None = None, cluster: str | None = None, progress: Tick = quiet
) -> BuildResult:
    """Build every table of the study from its archive and write them as Parquet.

    Raises DataCheckError where a table breaks its definition; nothing is written then.
    """
    from coverage.collect import Archive

    archive = Archive(study.raw_folder)
    captures: list[Row] = []
    problems: list[Problem] = list(archive.problems())
    work = partial(_clean_chunk, study)
    cleaned: list[Cleaned] = []
    with executor(workers, cluster) as pool:
        for n, result in enumerate(map_chunks(work, _noted(archive, captures), pool), start=1):
            progress("reading and judging captures", n, None)
            if result.problem:
                problems.append(result.problem)
            if result.article:
                cleaned.append(result)
    if not captures:
        raise FileNotFoundError(
            f"study {study.name} has no captures in {study.raw_folder}; run `import` or `collect` first"
        )
    kept, older = _latest_versions(cleaned)
    problems += older
    frames = _frames(study, captures, kept, problems, progress)
    tables = {name: to_arrow(name, frame) for name, frame in frames.items()}
    for name, table in tables.items():
        check_table(name, table, tables)
    return _write(study, tables, problems)


def _noted(archive: Any, rows: list[Row]) -> Iterator[Capture]:
    """The archive's captures, each noted for the table on its way."""
    for capture in archive:
        rows.append({name: getattr(capture, name) for name in TABLES["captures"].names})
        yield capture
