"""One study: its settings, its folders, its tables. What an analyst opens."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.schema import TABLES
from coverage.yamlfile import FileError, load

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Catalog, Event


class StudyError(FileError):
    """The study file is wrong, or there is no such study."""


class NotBuiltError(RuntimeError):
    """A table was asked for that has not been built yet."""


@dataclass(frozen=True)
class Source:
    """Where a study's captures come from. Paths are absolute here, relative to the study file in the file."""

    kind: str
    path: Path | None = None
    retrieved: date | None = None
    urls: tuple[str, ...] = ()
    limit: int | None = None

    @property
    def retrieved_at(self) -> datetime | None:
        """Midnight UTC of the day the file was retrieved."""
        return (
            datetime(self.retrieved.year, self.retrieved.month, self.retrieved.day, tzinfo=UTC)
            if self.retrieved
            else None
        )


@dataclass(frozen=True)
class Study:
    """One study. `window` is (first day, last day), both included, UTC. Every table is an attribute: `study.articles`."""

    name: str
    path: Path
    title: str
    question: str
    events: tuple[str, ...]
    window: tuple[date, date]
    languages: tuple[str, ...]
    sources: tuple[Source, ...]
    contact: str | None
    only_outlets: tuple[str, ...]
    outlets_file: Path | None
    events_file: Path | None
    labels_file: Path | None
    truth_file: Path | None
    places: tuple[str, ...]
    min_families: int
    collect_delay_seconds: float
    home: Path = field(repr=False)

    @property
    def raw_folder(self) -> Path:
        return self.home / "data" / "raw" / self.name

    @property
    def processed_folder(self) -> Path:
        return self.home / "data" / "processed" / self.name

    @property
    def report_folder(self) -> Path:
        return self.home / "reports" / self.name

    @cached_property
    def catalog(self) -> Catalog:
        """What is known beforehand, with the study's own outlets and events added."""
        from coverage.catalog import load_catalog

        return load_catalog(self.outlets_file, self.events_file)

    @property
    def event_records(self) -> list[Event]:
        """The study's events from the catalog, in the study's order."""
        return [self.catalog.events[event_id] for event_id in self.events]

    def table(self, name: str) -> pd.DataFrame:
        """One built table as a pandas DataFrame, columns as in the codebook; raises NotBuiltError before `build`."""
        import pyarrow.parquet as pq

        path = self.processed_folder / f"{name}.parquet"
        if not path.exists():
            raise NotBuiltError(f"{name} of study {self.name} is not built yet; run `vote-coverage build {self.path}`")
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
        return frame

    def query(self, sql: str) -> pd.DataFrame:
        """Any DuckDB query over the study's tables by their names, e.g. `select outlet_id, count(*) from articles group by 1`.

        The same query gives the same rows in the same order every time, ties included: DuckDB runs in one thread.
        """
        import duckdb

        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("set timezone='UTC'")
            for name in TABLES:
                path = self.processed_folder / f"{name}.parquet"
                if path.exists():
                    connection.read_parquet(str(path)).create_view(name)
            frame: pd.DataFrame = connection.sql(sql).df()
            return frame

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in TABLES:
            return self.table(name)
        raise AttributeError(f"Study has no {name!r}; tables are {', '.join(TABLES)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *TABLES]


def open_study(name_or_path: str | Path) -> Study:
    """Open `studies/<name>.yml` of this folder, of a folder above it, or any .yml by path.

    Raises StudyError where the file is missing or wrong, naming file, line and the nearest right key.
    """
    path = _find(name_or_path)
    settings = _settings(path)
    home = Path(os.environ.get("VOTE_COVERAGE_HOME") or _home_of(path))
    study = Study(name=path.stem, path=path, home=home, **settings)
    unknown = [event_id for event_id in study.events if event_id not in study.catalog.events]
    if unknown:
        known = ", ".join(sorted(study.catalog.events))
        raise StudyError(f"{path}: event {unknown[0]!r} is not in the catalog; known events: {known}")
    return study


def _find(name_or_path: str | Path) -> Path:
    given = Path(name_or_path)
    if given.suffix in (".yml", ".yaml"):
        if given.is_file():
            return given.resolve()
        raise StudyError(f"{given}: no such study file; the ready ones are in studies/")
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        path = folder / "studies" / f"{name_or_path}.yml"
        if path.is_file():
            return path
    ready = sorted(p.stem for folder in (here, *here.parents) for p in folder.glob("studies/*.yml"))
    raise StudyError(
        f"no study {str(name_or_path)!r} in a `studies` folder here or above; ready ones: {', '.join(ready) or 'none'}"
    )


def _home_of(path: Path) -> Path:
    return path.parent.parent if path.parent.name == "studies" else path.parent


def _settings(path: Path) -> dict[str, Any]:
    from coverage.study_file import StudyFile

    try:
        settings = load(path, StudyFile)
    except FileError as error:
        raise StudyError(str(error)) from None

    def beside(relative: str | None) -> Path | None:
        return (path.parent / relative).resolve() if relative else None

    return {
        "title": settings.title,
        "question": settings.question,
        "events": tuple(settings.events),
        "window": (settings.window.first, settings.window.last),
        "languages": tuple(settings.languages),
        "sources": tuple(Source(s.kind, beside(s.path), s.retrieved, tuple(s.urls), s.limit) for s in settings.sources),
        "contact": settings.contact,
        "only_outlets": tuple(settings.outlets),
        "outlets_file": beside(settings.outlets_file),
        "events_file": beside(settings.events_file),
        "labels_file": beside(settings.labels_file),
        "truth_file": beside(settings.truth_file),
        "places": tuple(settings.places),
        "min_families": settings.min_families,
        "collect_delay_seconds": settings.collect_delay_seconds,
    }
