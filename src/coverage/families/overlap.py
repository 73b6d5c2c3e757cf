"""How much of one text stands in another, and in which shape: whole, edited throughout, or one passage of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coverage.families.shingles import GRAM_WORDS

if TYPE_CHECKING:
    from coverage.families.shingles import Grams

BRIDGED_WORDS = 20  # an edit this long between two shared passages does not part them
LEAST_SHARED = 8
LEAST_CONTAINMENT = 0.15
LEAST_COVERED = 0.5  # the larger part of at least one of the two texts
LEAST_QUOTED, LEAST_QUOTED_SHARED = 0.25, 20  # enough where one credits the other


@dataclass(frozen=True, slots=True)
class Overlap:
    """`of_first`, `of_second`: share of a text's 5-grams found in the other. `covered_*`: share of its words that lie in passages
    taken over, short edits bridged. `own_second`: words of the second outside them (`own_first` likewise)."""

    shared: int
    of_first: float
    of_second: float
    covered_first: float
    covered_second: float
    own_first: int
    own_second: int

    @property
    def containment(self) -> float:
        """Share of the shorter text's 5-grams found in the other."""
        return max(self.of_first, self.of_second)

    @property
    def is_copy(self) -> bool:
        return (
            self.shared >= LEAST_SHARED
            and self.containment >= LEAST_CONTAINMENT
            and max(self.covered_first, self.covered_second) >= LEAST_COVERED
        )

    @property
    def is_long_quotation(self) -> bool:
        return (
            self.shared >= LEAST_QUOTED_SHARED
            and self.containment >= LEAST_CONTAINMENT
            and max(self.covered_first, self.covered_second) >= LEAST_QUOTED
        )

    def turned(self) -> Overlap:
        return Overlap(
            self.shared, self.of_second, self.of_first, self.covered_second, self.covered_first, self.own_second, self.own_first
        )  # fmt: skip


def compare(first: Grams, second: Grams) -> Overlap:
    """Both texts hold at least one 5-gram."""
    import numpy as np

    if len(first) == len(second) and np.array_equal(first, second):
        return Overlap(len(first), 1.0, 1.0, 1.0, 1.0, 0, 0)
    in_first, in_second = held_by(first, second), held_by(second, first)
    hit_first, hit_second = int(in_first.sum()), int(in_second.sum())
    covered_first, covered_second = _covered_words(in_first), _covered_words(in_second)
    words_first, words_second = len(first) + GRAM_WORDS - 1, len(second) + GRAM_WORDS - 1
    return Overlap(
        min(hit_first, hit_second),
        hit_first / len(first),
        hit_second / len(second),
        covered_first / words_first,
        covered_second / words_second,
        words_first - covered_first,
        words_second - covered_second,
    )


def held_by(grams: Grams, other: Grams) -> Any:
    """For each of `grams`, whether `other` (not empty) holds it."""
    import numpy as np

    held = np.sort(other)
    places = np.searchsorted(held, grams)
    places[places == len(held)] = 0
    return held[places] == grams


def _covered_words(is_shared: Any) -> int:
    """Words in shared 5-grams, with gaps of up to BRIDGED_WORDS between them counted in."""
    import numpy as np

    places = np.flatnonzero(is_shared)
    if not len(places):
        return 0
    steps = np.diff(places)
    return int(GRAM_WORDS + np.where(steps <= GRAM_WORDS + BRIDGED_WORDS, steps, GRAM_WORDS).sum())
