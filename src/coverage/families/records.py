"""One article as the search for copies keeps it: hashes, credits and times, not its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from coverage.families.shingles import WordHashes, fingerprints, grams_of, words_of
from coverage.families.times import When, when
from coverage.names import names_in, numbers_in

if TYPE_CHECKING:
    from coverage.families.credits import Sources
    from coverage.families.shingles import Grams

LEAST_WORDS = 20  # below, only the headline is compared
FINGERPRINTED_CHARACTERS = 2_000_000
_LEAD = 1500


@dataclass(frozen=True, slots=True)
class Record:
    article_id: str
    outlet: str
    language: str
    when: When | None
    precision: str
    headline: tuple[str, ...]
    words: int
    grams: Grams
    prints: Grams
    credits: tuple[str, ...]
    numbers: frozenset[str]
    names: frozenset[str]

    @property
    def is_text(self) -> bool:
        return self.words >= LEAST_WORDS


def record(
    article_id: str,
    outlet: str,
    language: str,
    published: datetime | None,
    precision: str,
    title: str,
    text: str,
    agency: str | None,
    hashes: WordHashes,
    sources: Sources,
) -> Record:
    """The record of one article; only the first two million characters of a text are looked at."""
    text = text[:FINGERPRINTED_CHARACTERS]
    words = words_of(text)
    grams = grams_of(words, hashes) if len(words) >= LEAST_WORDS else grams_of([], hashes)
    lead = f"{title}. {text[:_LEAD]}"
    numbers = numbers_in(lead)
    return Record(
        article_id=article_id,
        outlet=outlet,
        language=language,
        when=when(published, precision),
        precision=precision,
        headline=tuple(words_of(title)),
        words=len(words),
        grams=grams,
        prints=fingerprints(grams),
        credits=sources.credited_in(text, agency),
        numbers=frozenset(numbers),
        names=frozenset(names_in(lead) if numbers else ()),
    )
