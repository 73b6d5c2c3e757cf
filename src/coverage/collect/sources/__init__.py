"""Where addresses come from. Each kind of source is one file with `read(body, base, …) -> Listing`: bytes in, addresses out.

None of them fetches: the crawl asks for a source's documents as it asks for pages, politely and resumably.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from coverage.schema import Problem

Role = Literal["page", "feed", "sitemap", "wayback", "commoncrawl", "gdelt", "telegram", "mediacloud"]


@dataclass(frozen=True)
class Listed:
    """One address that a source lists. `role` says whether it is a page or a further list, and of which kind.

    `original` is the page's own address where `url` is an archive's copy of it; `payload` is the page itself where the
    list already held it whole.
    """

    url: str
    role: Role = "page"
    listed_at: datetime | None = None
    title: str = ""
    original: str | None = None
    payload: bytes | None = None


@dataclass
class Listing:
    """What one document of a source lists, what was left out (reason → count), and what was wrong with it."""

    listed: list[Listed] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def leave_out(self, reason: str, count: int = 1) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + count


@dataclass(frozen=True)
class Window:
    """The study's days. A page is listed near the day it appeared, so two days' grace is given either side."""

    first: date
    last: date
    grace_days: int = 2

    def holds(self, moment: datetime | None) -> bool:
        """Whether something listed then may belong to the window; what bears no date may."""
        if moment is None:
            return True
        grace = timedelta(days=self.grace_days)
        return self.first - grace <= moment.date() <= self.last + grace


def in_window(listing: Listing, window: Window) -> Listing:
    """The listing without the pages dated outside the window, these counted."""
    kept = Listing([], dict(listing.left_out), listing.problems)
    for item in listing.listed:
        if item.role == "page" and not window.holds(item.listed_at):
            kept.leave_out("outside the window")
        else:
            kept.listed.append(item)
    return kept
