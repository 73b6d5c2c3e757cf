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
# a day, month or year without an offset begins somewhere between UTC+14 and UTC−12
_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class When:
    """From `first` (included) to `past` (excluded), UTC, read as if no offset were missing; `is_local`: the true span may lie
    up to 14 h earlier or 12 h later, by a clock that all pages of one outlet share."""

    first: datetime
    past: datetime
    is_local: bool = False

    def is_before(self, other: When) -> bool:
        """By what the pages say."""
        return self.past <= other.first

    @property
    def possible(self) -> When:
        """The whole span in which it may have been."""
        return When(self.first - _EASTERNMOST, self.past + _WESTERNMOST) if self.is_local else self


def when(published: datetime | None, precision: str) -> When | None:
    """None where the time is unknown. A time without offset is UTC; a day, month or year is of an unknown zone."""
    if published is None or precision not in _SPANS:
        return None
    start = published.replace(tzinfo=UTC) if published.tzinfo is None else published.astimezone(UTC)
    try:
        found = When(start, start + _SPANS[precision], precision != "minute")
        return found if found.possible else None
    except OverflowError:
        return None


def surely_before(first: When | None, second: When | None) -> bool:
    """True only where the two spans do not overlap, whatever zones their days are of."""
    return first is not None and second is not None and first.possible.is_before(second.possible)


def dated_before(first: When | None, second: When | None) -> bool:
    """True where the first page's date ends before the second's begins, as both say it."""
    return first is not None and second is not None and first.is_before(second)


def days_apart(first: When | None, second: When | None) -> float | None:
    """Days between the two spans, 0 where they overlap; None where one is unknown."""
    if first is None or second is None:
        return None
    gap = max(second.first - first.past, first.first - second.past, timedelta(0))
    return gap / timedelta(days=1)


def in_words(earlier: When, later: When) -> str:
    """“3 h earlier” from minute to minute; “at least 3 h earlier” where a span leaves more open."""
    is_exact = not (earlier.is_local or later.is_local)
    gap = later.first - earlier.first if is_exact else later.possible.first - earlier.possible.past
    minutes, least = gap / timedelta(minutes=1), "" if is_exact else "at least "
    if minutes < 60:
        return f"{least}{minutes:.0f} min earlier"
    if minutes < 48 * 60:
        return f"{least}{int(minutes / 60 + is_exact / 2)} h earlier"
    return f"{least}{int(minutes / 1440 + is_exact / 2)} days earlier"
