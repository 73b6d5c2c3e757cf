"""What collecting asks of a study, how it behaves, and what it says at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from coverage.collect.decoding import BODY_CAP
from coverage.collect.lists import Endpoints, WebSource
from coverage.collect.sources import sitemaps
from coverage.schema import Problem


class WebStudy(Protocol):
    """What collecting asks of a study."""

    @property
    def raw_folder(self) -> Path: ...
    @property
    def sources(self) -> Sequence[WebSource]: ...
    @property
    def contact(self) -> str | None: ...
    @property
    def window(self) -> tuple[date, date]: ...
    @property
    def collect_delay_seconds(self) -> float: ...


@dataclass(frozen=True)
class Settings:
    """How a collection behaves. The defaults are the promise made to sites; tests change them for loopback servers."""

    timeout_seconds: float = 60.0
    body_cap: int = BODY_CAP
    allowed_networks: tuple[str, ...] = ()  # refused networks let through all the same: servers of one's own
    max_tries: int = 3
    patience_seconds: float = 120.0  # a host that asks for a longer wait is left for the next run
    host_budget: int = 5_000  # pages of one host in one run
    in_flight: int = 64
    max_depth: int = sitemaps.DEPTH_CAP
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(microsecond=0)
    wall: Callable[[], float] = time.time
    endpoints: Endpoints = field(default_factory=Endpoints)


@dataclass(frozen=True)
class CollectSummary:
    """What a run did. `fetched` counts pages put into the archive, by outcome; `left` what a later run can go on with."""

    fetched: int
    outcomes: dict[str, int]
    left: int
    filtered: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def in_words(self) -> str:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.items()) or "none"
        lines = [f"pages fetched: {self.fetched} ({outcomes})"]
        if self.filtered:
            lines.append("left out: " + ", ".join(f"{count} {reason}" for reason, count in self.filtered.items()))
        if self.problems:
            lines.append(f"problems: {len(self.problems)}, first: {self.problems[0].where}: {self.problems[0].reason}")
        if self.left:
            lines.append(f"still to fetch: {self.left}; run the same command again to go on")
        return "\n".join(lines)
