"""Translations: reports in another language that credit where they come from and agree in names and numbers.

Without a credit nothing is claimed: two desks that report one press conference share its names and figures too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from coverage.families.credits import is_credited
from coverage.families.forest import Tie, by_precedence
from coverage.families.times import days_apart

if TYPE_CHECKING:
    from coverage.families.credits import Sources
    from coverage.families.records import Record

DAYS = 2.0
MOST_HOLDERS = 40  # a number that more articles hold at a time tells no report from another
# of numbers and names, where the taker credits the outlet of the other (or is its own edition in another language)
CREDITED_ANCHORS, CREDITED_SHARE = 4, 1 / 3
# where both only credit one agency
AGENCY_NUMBERS, AGENCY_NAMES, AGENCY_SHARE = 2, 3, 0.5


def translation_ties(records: list[Record], sources: Sources) -> Iterator[Tie]:
    """Ties across languages, each with its credit, names and numbers; sorted."""
    for first, second in sorted(_candidates(records)):
        if tie := _tie(records, first, second, sources):
            yield tie


def _candidates(records: list[Record]) -> set[tuple[int, int]]:
    """Pairs that share a number within two days, where one credits the other's outlet or both credit one source."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    timed = [n for n, item in enumerate(records) if item.is_text and item.numbers and item.when]
    for number in sorted(timed, key=lambda n: (_begins(records[n]), n)):
        item = records[number]
        for group in dict.fromkeys([item.outlet, *item.credits]):
            for value in sorted(item.numbers):
                holders[group, value].append(number)
    found = set()
    by_name = _outlets_by_credit(records)
    for number in timed:
        item = records[number]
        groups = dict.fromkeys(name for credit in item.credits for name in (credit, *by_name.get(credit, ())))
        for group in groups:
            for value in item.numbers:
                found |= {
                    (min(number, other), max(number, other))
                    for other in _near(records, holders.get((group, value), []), item)
                    if records[other].language != item.language
                }
    return found


def _outlets_by_credit(records: list[Record]) -> dict[str, list[str]]:
    """Credit → the outlets of `records` that it names in another form than their id."""
    outlets = sorted({item.outlet for item in records})
    credits = {credit for item in records for credit in item.credits}
    found: dict[str, list[str]] = defaultdict(list)
    for outlet in outlets:
        if (credit := is_credited(tuple(sorted(credits - {outlet})), outlet)) is not None:
            found[credit].append(outlet)
    return found


def _begins(item: Record) -> float:
    return item.when.first.timestamp() if item.when else 0.0


def _near(records: list[Record], holders: list[int], item: Record) -> list[int]:
    """Of `holders` (in order of time) those that may lie within two days; none where they are too many to mean anything."""
    assert item.when is not None
    reach = timedelta(days=DAYS + 1).total_seconds()  # a day's precision reaches one day further
    low = bisect_left(holders, item.when.first.timestamp() - reach, key=lambda n: _begins(records[n]))
    high = bisect_right(holders, item.when.past.timestamp() + reach, key=lambda n: _begins(records[n]))
    return holders[low:high] if high - low <= MOST_HOLDERS else []


def _tie(records: list[Record], first: int, second: int, sources: Sources) -> Tie | None:
    a, b = records[first], records[second]
    gap = days_apart(a.when, b.when)
    if gap is None or gap > DAYS:
        return None
    names, numbers = a.names & b.names, a.numbers & b.numbers
    share = (len(names) + len(numbers)) / max(1, min(len(a.names) + len(a.numbers), len(b.names) + len(b.numbers)))
    source, taker = by_precedence(records, first, second)
    if _credits(a, b) or _credits(b, a):
        credit = is_credited(records[taker].credits, records[source].outlet) or records[source].outlet
        is_same = len(names) + len(numbers) >= CREDITED_ANCHORS and share >= CREDITED_SHARE
        said = f"credits {sources.shown(credit)}"
    elif agency := next((credit for credit in a.credits if credit in b.credits), None):
        is_same = len(numbers) >= AGENCY_NUMBERS and len(names) >= AGENCY_NAMES and share >= AGENCY_SHARE
        said = f"same agency ({sources.shown(agency)})"
    else:
        return None
    if not is_same:
        return None
    reason = (
        f"in another language: {said}, {len(names)} name{'s' * (len(names) != 1)} and the number{'s' * (len(numbers) != 1)} "
        f"{', '.join(sorted(numbers)[:4])} in common with {records[source].article_id}"
    )
    return Tie(taker, source, 0.04 * share, None, False, reason)


def _credits(taker: Record, source: Record) -> bool:
    return is_credited(taker.credits, source.outlet) is not None
