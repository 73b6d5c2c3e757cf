"""The files that a study names as its sources, or that a person names, into its archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coverage.collect.importer import import_path
from coverage.progress import Tick, quiet
from coverage.schema import Problem

if TYPE_CHECKING:
    from coverage.study import Study

FILE_KINDS = ("articles", "pages", "warc")  # a list of addresses is a file too, but it is collected, not imported


@dataclass(frozen=True)
class StudyImport:
    """What an import did: per path (added, already there), all problems, and the study's files that are not here."""

    study: str
    paths: dict[str, tuple[int, int]]
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]

    @property
    def captures(self) -> int:
        """Captures that are in the archive from these paths now."""
        return sum(added + already for added, already in self.paths.values())

    def in_words(self) -> str:
        lines = [
            f"{path}: {added} captures added, {already} already there" for path, (added, already) in self.paths.items()
        ]
        counts = Counter(dict.fromkeys(sorted({p.reason for p in self.problems}), 0))
        for problem in self.problems:
            counts[problem.reason] += problem.count
        lines += [f"  {count} × {reason}" for reason, count in counts.items()]
        lines += [
            f"  {p.where}: {p.reason}" + (f" ({p.detail})" if p.detail else "") + (f"; {p.remedy}" if p.remedy else "")
            for p in self.problems[:5]
        ]
        lines += [f"{path}: not here" for path in self.missing]
        if self.missing:
            lines.append(
                "Put the missing file there, or import another: vote-coverage import STUDY FILE.jsonl.gz\n"
                "or gather the articles yourself: add feeds, sitemaps or addresses to the study's sources, "
                "then vote-coverage collect STUDY"
            )
        return "\n".join(lines)


def import_sources(study: Study, paths: Sequence[Path] = (), progress: Tick = quiet) -> StudyImport:
    """Import `paths`, or without any the files that the study names. Idempotent; raises UnreadablePathError for a wrong path."""
    wanted: list[tuple[Path, datetime | None]] = [(path, None) for path in paths]
    if not paths:
        wanted = [(s.path, s.retrieved_at) for s in study.sources if s.path and s.kind in FILE_KINDS]
    done: dict[str, tuple[int, int]] = {}
    problems: list[Problem] = []
    missing = []
    for n, (path, retrieved) in enumerate(wanted, start=1):
        if not paths and not path.exists():
            missing.append(path.name)
            continue
        summary = import_path(study, path, retrieved=retrieved)
        done[path.name] = (summary.added, summary.already_there)
        problems += summary.problems
        progress("importing", n, len(wanted))
    return StudyImport(study.name, done, tuple(problems), tuple(missing))
