"""When an article appeared, as the span of time that its precision leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_SPANS = {
    "minute": timedelta(minutes=1),
    "day": timedelta(days=1),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}
_CLOCK_SLACK = timedelta(0)


@dataclass(frozen=True, slots=True)
class When:
    """From `first` (included) to `past` (excluded), UTC."""

    first: datetime
    past: datetime

    def is_before(self, other: When) -> bool:
        return self.past <= other.first


def when(published: datetime | None, precision: str) -> When | None:
    """None where the time is unknown. A time without offset is UTC."""
    if published is None or precision not in _SPANS:
        return None
    start = published.replace(tzinfo=UTC) if published.tzinfo is None else published.astimezone(UTC)
    try:
        return When(start, start + _SPANS[precision])
    except OverflowError:
        return None


def surely_before(first: When | None, second: When | None) -> bool:
    """True only where the two spans do not overlap."""
    return first is not None and second is not None and first.is_before(second)


def days_apart(first: When | None, second: When | None) -> float | None:
    """Days between the two spans, 0 where they overlap; None where one is unknown."""
    if first is None or second is None:
        return None
    gap = max(second.first - first.past, first.first - second.past, timedelta(0))
    return gap / timedelta(days=1)


def in_words(earlier: When, later: When) -> str:
    """“3 h earlier”, from start to start."""
    minutes = round((later.first - earlier.first) / timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} min earlier"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h earlier"
    return f"{round(minutes / 1440)} days earlier"
