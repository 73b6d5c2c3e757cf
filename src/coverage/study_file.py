"""What a study file may say. Kept apart from `study.py` so that pydantic loads only when a study is opened."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

FILE_KINDS = ("articles", "pages", "warc")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Window(_Section):
    """First and last day, both included, UTC."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.last < self.first:
            raise ValueError(f"the window ends ({self.last}) before it begins ({self.first})")
        return self


class SourceEntry(_Section):
    """One source. A file (`path`, with the day it was `retrieved`) or addresses on the web (`urls`)."""

    kind: Literal[
        "articles",
        "pages",
        "warc",
        "feeds",
        "sitemaps",
        "addresses",
        "wayback",
        "commoncrawl",
        "gdelt",
        "telegram",
        "mediacloud",
    ]
    path: str | None = None
    retrieved: date | None = None
    urls: list[str] = []
    limit: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _file_or_web(self) -> SourceEntry:
        if self.kind in FILE_KINDS and not self.path:
            raise ValueError(f"a source of kind `{self.kind}` needs a `path`")
        return self


class StudyFile(_Section):
    """The whole file."""

    title: str = Field(min_length=1)
    question: str = ""
    events: list[str] = Field(min_length=1)
    window: Window
    languages: list[str] = Field(min_length=1)
    outlets: list[str] = []
    outlets_file: str | None = None
    events_file: str | None = None
    places: list[str] = []
    sources: list[SourceEntry] = []
    labels_file: str | None = None
    truth_file: str | None = None
    contact: str | None = None
    min_families: int = Field(default=5, ge=1)
    collect_delay_seconds: float = Field(default=3.0, ge=3.0)
