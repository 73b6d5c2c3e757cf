"""Which vote a sentence means: by its words, the places it names, the years it names, and the article's date."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from coverage.catalog import Event, load_catalog
from coverage.catalog.places import places_in

YEAR = re.compile(r"(?<!\d)((?:19[89]|20[012])\d)(?!\d)")
FIRST_YEAR = 2014
LONGEST_AHEAD = 270  # days: a vote was spoken of as planned from the spring of 2022


@cache
def _votes() -> tuple[Event, ...]:
    found = [event for event in load_catalog().events.values() if event.kind != "appeal"]
    return tuple(sorted(found, key=lambda event: (event.first_day, event.id)))


def event_of(words: str, around: str, is_referendum: bool, is_election: bool, published: date | None) -> str | None:
    """The event that a mention means; `around` is the whole article's head, which lends its places to a bare mention."""
    places = places_in(words) or places_in(around)
    years = {int(year) for year in YEAR.findall(words)}
    if years and max(years) < FIRST_YEAR:
        return None  # votes of 1991, 2004: none of these
    candidates = [
        e for e in _votes() if _kind_fits(e, is_referendum, is_election) and (not places or places & set(e.places))
    ]
    if years:
        named = [e for e in candidates if e.first_day.year in years]
        candidates = named or candidates
    if not candidates:
        return None
    if published is None:
        return _undated(candidates, places)
    return _dated(candidates, places, published)


def under_way(published: date | None) -> frozenset[str]:
    """Kinds of such votes (referendum, election) being prepared, held or followed on that day."""
    if published is None:
        return frozenset()
    return frozenset(e.kind for e in _votes() if e.watch_from <= published <= e.watch_to)


def _kind_fits(event: Event, is_referendum: bool, is_election: bool) -> bool:
    if is_referendum and not is_election:
        return event.kind == "referendum"
    if is_election and not is_referendum:
        return event.kind == "election"
    return True


def _dated(candidates: list[Event], places: frozenset[str], published: date) -> str | None:
    """The vote under way; else the latest that was held before, of the most places named; else the next to come."""
    now = [e for e in candidates if e.watch_from <= published <= e.watch_to]
    if now:
        return max(now, key=lambda e: (len(places & set(e.places)), e.first_day)).id
    past = [e for e in candidates if e.last_day <= published]
    if past:
        return max(past, key=lambda e: (len(places & set(e.places)), e.kind == "referendum", e.first_day)).id
    ahead = [e for e in candidates if (e.first_day - published).days <= LONGEST_AHEAD]
    return min(ahead, key=lambda e: (e.first_day, e.id)).id if ahead else None


def _undated(candidates: list[Event], places: frozenset[str]) -> str:
    return max(
        candidates, key=lambda e: (len(places & set(e.places)), e.kind == "referendum", -e.first_day.toordinal())
    ).id
