"""Texts as sequences of hashed word 5-grams, and the fingerprints by which two texts that share a passage find each other.

Hashes depend on the words alone, never on the order in which texts arrive, so results do not either.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grams = NDArray[np.uint32]

GRAM_WORDS = 5
WINDOW_GRAMS = 6  # any passage of 10 shared words leaves at least one shared fingerprint
WORDS_REMEMBERED = 400_000  # bounds memory on corpora of any size
_WORD = re.compile(r"\w+")
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD)


class WordHashes(dict[str, int]):
    """Word → 64-bit hash, remembered up to a bound."""

    def __missing__(self, word: str) -> int:
        if len(self) >= WORDS_REMEMBERED:
            self.clear()
        value = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        self[word] = value
        return value


def words_of(text: str) -> list[str]:
    """Lower-case words; punctuation and quotation marks of any style fall away."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _WORD.findall(text.lower())


def grams_of(words: list[str], hashes: WordHashes) -> Grams:
    """The hashed 5-grams in text order; empty for fewer than five words."""
    import numpy as np

    count = len(words) - GRAM_WORDS + 1
    if count <= 0:
        return np.empty(0, np.uint32)
    values = np.fromiter(map(hashes.__getitem__, words), np.uint64, len(words))
    mixed = np.zeros(count, np.uint64)
    for place, factor in enumerate(_FACTORS):
        mixed += values[place : place + count] * np.uint64(factor)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0x94D049BB133111EB)
    grams: Grams = (mixed >> np.uint64(32)).astype(np.uint32)
    return grams


def fingerprints(grams: Grams) -> Grams:
    """The least gram of every window (winnowing, Schleimer et al. 2003): a minimum hash for each place in the text, not one for
    the whole, so that a short text inside a long one is found as surely as a whole copy."""
    import numpy as np

    if len(grams) <= WINDOW_GRAMS:
        return grams.min(keepdims=True) if len(grams) else grams
    count = len(grams) - WINDOW_GRAMS + 1
    least = grams[:count].copy()
    for shift in range(1, WINDOW_GRAMS):
        np.minimum(least, grams[shift : shift + count], out=least)
    least.sort()
    chosen: Grams = least[np.append(True, least[1:] != least[:-1])]
    return chosen


def candidate_pairs(prints: list[Grams], order: Any) -> list[tuple[int, int]]:
    """Pairs of texts that share fingerprints enough to be worth comparing; near-linear in the number of texts.

    `order` ranks the texts (longest first): a fingerprint held by many pairs each holder with its neighbours and with the first
    few in rank, so a story reprinted a thousand times costs thousands of pairs, not a million.
    """
    import numpy as np

    sizes = np.array([len(p) for p in prints], np.int64)
    if sizes.sum() == 0:
        return []
    rank = np.empty(len(prints), np.int64)
    rank[order] = np.arange(len(prints))
    hashes = np.concatenate(prints)
    holders = np.repeat(rank, sizes)
    by_hash = np.lexsort((holders, hashes))
    hashes, holders = hashes[by_hash], holders[by_hash]
    keys, counts = _count_pairs(hashes, holders, len(prints))
    first, second = keys // len(prints), keys % len(prints)
    smaller = np.minimum(sizes[order][first], sizes[order][second])
    worth = (counts >= 2) & (counts >= 0.06 * smaller) | (counts >= smaller)
    first, second = order[first[worth]], order[second[worth]]
    return sorted(zip(first.tolist(), second.tolist(), strict=True))


NEIGHBOURS, LEADERS = 12, 3


def _count_pairs(hashes: Any, holders: Any, total: int) -> tuple[Any, Any]:
    import numpy as np

    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
    lengths = np.diff(np.append(starts, len(hashes)))
    place = np.arange(len(hashes)) - np.repeat(starts, lengths)
    keys, counts = np.empty(0, np.int64), np.empty(0, np.int64)

    def add(first: Any, second: Any) -> tuple[Any, Any]:
        new, times = np.unique(holders[first] * total + holders[second], return_counts=True)
        joined, where = np.unique(np.concatenate([keys, new]), return_inverse=True)
        return joined, np.bincount(where, np.concatenate([counts, times]), len(joined)).astype(np.int64)

    for back in range(1, NEIGHBOURS + 1):
        here = np.flatnonzero(place >= back)
        keys, counts = add(here - back, here)
    start_of = np.repeat(starts, lengths)
    for leader in range(LEADERS):
        here = np.flatnonzero(place > NEIGHBOURS + leader)
        keys, counts = add(start_of[here] + leader, here)
    return keys, counts
