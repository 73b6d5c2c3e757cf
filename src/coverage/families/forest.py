"""From candidate pairs to families: every article points to at most one source, and a family is a tree of such pointers.

Pointing to one source, not joining every pair, keeps a round-up that quotes two stories from fusing them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coverage.families.credits import is_credited
from coverage.families.overlap import Overlap, compare, held_by
from coverage.families.records import Record
from coverage.families.times import dated_before, days_apart, in_words, surely_before

if TYPE_CHECKING:
    from coverage.families.credits import Sources
    from coverage.families.shingles import Grams

QUOTED_OWN_WORDS = 25  # a taker that adds this many words, and a seventh of its text, quotes rather than republishes
QUOTED_OWN_SHARE = 0.15
COMMON_FAMILIES = 4
LEAST_OWN_SHARED = 1 / 3  # of the shared fingerprints, those not in COMMON_FAMILIES families or more
LEAST_HEADLINE_WORDS = 6
HEADLINE_DAYS = 3.0
CREDIT_DAYS = 1.0  # by which a source may be dated later than the page that credits it


@dataclass(frozen=True, slots=True)
class Tie:
    """Why `taker` is held to come from `source` (positions in the list of records)."""

    taker: int
    source: int
    strength: float
    containment: float | None
    is_quotation: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    """One article's place: its family's root, its source if it has one."""

    root: int
    tie: Tie | None


def text_ties(records: list[Record], pairs: Iterable[tuple[int, int]]) -> Iterator[Tie]:
    """Ties by shared wording, for every candidate pair that holds when compared in full: a copy, or a credited long quotation."""
    for first, second in pairs:
        overlap = compare(records[first].grams, records[second].grams)
        if not overlap.is_copy and not (
            overlap.is_long_quotation and _is_credit_between(records[first], records[second])
        ):
            continue
        source, taker = by_precedence(records, first, second, overlap)
        turned = overlap if source == first else overlap.turned()
        yield _text_tie(records, source, taker, turned)


def _is_credit_between(a: Record, b: Record) -> bool:
    """Whether one names the other's outlet as its source."""
    return a.outlet != b.outlet and bool(is_credited(a.credits, b.outlet) or is_credited(b.credits, a.outlet))


def without_boilerplate(records: list[Record], ties: list[Tie]) -> list[Tie]:
    """Drop ties that rest on wording found in many families: subscription lines, notices, standing background paragraphs."""
    import numpy as np

    common = _common_prints(records, plant(records, ties))
    if not len(common):
        return ties
    kept = []
    for tie in ties:
        taken = records[tie.taker].prints
        shared = taken[held_by(taken, records[tie.source].prints)]
        if np.count_nonzero(~held_by(shared, common)) >= LEAST_OWN_SHARED * len(shared):
            kept.append(tie)
    return kept


def _common_prints(records: list[Record], members: list[Member]) -> Grams:
    """Fingerprints held in at least COMMON_FAMILIES families."""
    import numpy as np

    sizes = np.array([len(item.prints) for item in records], np.int64)
    roots = np.repeat(np.array([member.root for member in members], np.int64), sizes)
    prints = np.concatenate([item.prints for item in records]) if records else np.empty(0, np.uint32)
    by_print = np.lexsort((roots, prints))
    prints, roots = prints[by_print], roots[by_print]
    is_new = np.ones(len(prints), bool)
    is_new[1:] = (prints[1:] != prints[:-1]) | (roots[1:] != roots[:-1])
    found, families = np.unique(prints[is_new], return_counts=True)
    common: Grams = found[families >= COMMON_FAMILIES]
    return common


def by_precedence(records: list[Record], first: int, second: int, overlap: Overlap | None = None) -> tuple[int, int]:
    """(source, taker): by a credit of one to the other's outlet, else by the times, else by length and id.

    A page that names its source came after it, whatever the clocks and updates of the two say within a day.
    """
    a, b = records[first], records[second]
    a_credits, b_credits = is_credited(a.credits, b.outlet), is_credited(b.credits, a.outlet)
    if a.outlet != b.outlet and bool(a_credits) != bool(b_credits) and (days_apart(a.when, b.when) or 0) <= CREDIT_DAYS:
        return (second, first) if a_credits else (first, second)
    for is_before in (surely_before, dated_before):
        if is_before(a.when, b.when):
            return first, second
        if is_before(b.when, a.when):
            return second, first
    if overlap is not None and _quotes(overlap) != _quotes(overlap.turned()):
        return (
            (first, second)
            if _quotes(overlap) and overlap.covered_first > 0.9
            else _longer_first(records, first, second)
        )
    return _longer_first(records, first, second)


def _longer_first(records: list[Record], first: int, second: int) -> tuple[int, int]:
    a, b = records[first], records[second]
    return (first, second) if (-a.words, a.article_id) < (-b.words, b.article_id) else (second, first)


def _quotes(overlap: Overlap) -> bool:
    """Whether the second text carries much of its own round what it took from the first."""
    words = overlap.own_second / max(1e-9, 1 - overlap.covered_second) if overlap.covered_second < 1 else 1.0
    return overlap.own_second >= QUOTED_OWN_WORDS and overlap.own_second >= QUOTED_OWN_SHARE * words


def _text_tie(records: list[Record], source: int, taker: int, overlap: Overlap) -> Tie:
    """`overlap` has the source first."""
    share = overlap.of_second
    if overlap.of_second >= overlap.of_first:
        reason = f"{_percent(share)} of its 5-word sequences stand in {records[source].article_id}"
    else:
        reason = f"holds {_percent(overlap.of_first)} of the 5-word sequences of {records[source].article_id}"
    return Tie(taker, source, overlap.containment, round(overlap.containment, 4), _quotes(overlap), reason)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def headline_ties(records: list[Record]) -> Iterator[Tie]:
    """Rows without a text join the earliest row of nearly the same headline, at most one word apart, within three days."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, item in enumerate(records):
        if len(item.headline) >= LEAST_HEADLINE_WORDS and len(item.headline) <= 60:
            for key in _near_keys(item.headline):
                holders[key].append(number)
    seen = set()
    for key in sorted(holders):
        group = sorted(holders[key], key=lambda n: _order(records[n]))
        for place, taker in enumerate(group):
            for source in dict.fromkeys([*group[:1], *group[max(0, place - 2) : place]]) if place else ():
                if (taker, source) not in seen and _headline_may_join(records[source], records[taker]):
                    seen.add((taker, source))
                    yield _headline_tie(records, *by_precedence(records, source, taker))


def _near_keys(headline: tuple[str, ...]) -> list[tuple[str, ...]]:
    if len(headline) <= LEAST_HEADLINE_WORDS:
        return [headline]
    return list(dict.fromkeys([headline, *(headline[:n] + headline[n + 1 :] for n in range(len(headline)))]))


def _order(item: Record) -> tuple[bool, float, int, str]:
    return item.when is None, item.when.first.timestamp() if item.when else 0.0, -item.words, item.article_id


def _headline_may_join(first: Record, second: Record) -> bool:
    if first.is_text and second.is_text:
        return False
    if _changed_figures(first, second):
        return False
    gap = days_apart(first.when, second.when)
    return first.headline == second.headline if gap is None else gap <= HEADLINE_DAYS


def _changed_figures(first: Record, second: Record) -> bool:
    """A headline that differs in a number or a negation says something else."""
    differing = set(first.headline) ^ set(second.headline)
    return any(w.isdigit() or w in {"not", "no", "не", "нет", "ні", "nicht", "kein"} for w in differing)


def _headline_tie(records: list[Record], source: int, taker: int) -> Tie:
    same = records[source].headline == records[taker].headline
    reason = f"{'same headline' if same else 'same headline but for one word'} as {records[source].article_id}"
    return Tie(taker, source, 0.1 if same else 0.05, None, False, reason)


def plant(records: list[Record], ties: Iterable[Tie]) -> list[Member]:
    """Each article's best source, cycles cut, and the root it leads to."""
    best: dict[int, tuple[tuple[float | str | bool, ...], Tie]] = {}
    for tie in ties:
        rank = _rank(records, tie)
        if tie.taker not in best or rank < best[tie.taker][0]:
            best[tie.taker] = (rank, tie)
    parent = {taker: tie for taker, (_, tie) in best.items()}
    _cut_cycles(records, parent)
    roots: dict[int, int] = {}
    return [Member(_root(number, parent, roots), parent.get(number)) for number in range(len(records))]


def _rank(records: list[Record], tie: Tie) -> tuple[float | str | bool, ...]:
    """Least is best: much the same wording, then the credited outlet, then sure order, then the earliest."""
    source, taker = records[tie.source], records[tie.taker]
    return (
        -round(tie.strength * 20),
        is_credited(taker.credits, source.outlet) is None,
        not dated_before(source.when, taker.when),
        *_order(source),
    )


def _cut_cycles(records: list[Record], parent: dict[int, Tie]) -> None:
    """Times that overlap can make three articles point in a ring; the one first in order then stands as the original."""
    state: dict[int, int] = {}
    for start in sorted(parent, key=lambda n: records[n].article_id):
        path, here = [], start
        while here in parent and here not in state:
            state[here] = start
            path.append(here)
            here = parent[here].source
        if here in parent and state.get(here) == start and here in path:
            ring = path[path.index(here) :]
            del parent[min(ring, key=lambda n: _order(records[n]))]


def _root(number: int, parent: dict[int, Tie], known: dict[int, int]) -> int:
    path = []
    while number in parent and number not in known:
        path.append(number)
        number = parent[number].source
    root = known.get(number, number)
    for step in path:
        known[step] = root
    return root


def evidence(records: list[Record], tie: Tie, sources: Sources) -> str:
    """The reason, the order in time as far as it is known, and the credit."""
    source, taker = records[tie.source], records[tie.taker]
    if source.when and taker.when and surely_before(source.when, taker.when):
        order = f"published {in_words(source.when, taker.when)}"
    elif source.outlet == taker.outlet and dated_before(source.when, taker.when):
        order = "dated earlier by the same outlet"
    elif source.when and taker.when and surely_before(taker.when, source.when):
        order = f"the credit decides (dated {in_words(taker.when, source.when)})"
    else:
        order = "order unknown"
    credit = is_credited(taker.credits, source.outlet) or (taker.credits[0] if taker.credits else None)
    return f"{tie.reason}, {order}" + (f"; credits {sources.shown(credit)}" if credit else "")
