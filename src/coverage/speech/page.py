"""One headline or text with all that is found in it once: words, known words, quoted stretches, sentences."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from coverage.speech.dashes import OPENING, dash_spans
from coverage.speech.lexicon import LIVE, Hit, Known, hits_of, lexicon
from coverage.speech.marks import marked_spans
from coverage.speech.sentences import sentences

LONGEST_SENTENCE = 2_000  # characters of a sentence that are searched for cues: what is longer is no sentence
NEXT_WORD = re.compile(r"[^\w]*([\w'’-]+)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something said: marked by quotation marks or by dashes. `opens`, `closes`: where its marks begin and end."""

    start: int
    end: int
    kind: str
    depth: int
    runs_on: bool

    @property
    def opens(self) -> int:
        return self.start - 1

    @property
    def closes(self) -> int:
        return self.end + 1


class Page:
    """Spans are character offsets into `text`. `hits_of[k]` are the known words of sentence k outside quoted stretches.

    `hits_of[k]` is empty where the sentence holds no cue; `outer` are the stretches that no other holds.
    """

    def __init__(self, place: str, text: str, language: str) -> None:
        self.place, self.text, self.lexicon = place, text, lexicon(language)
        self._word_starts, self._word_ends, self._known = self.lexicon.known_words(text)
        self._known_starts = [start for start, _, _ in self._known]
        self.stretches = self._stretches()
        self.outer = [s for s in self.stretches if s.depth == 0]
        self._outer_starts = [s.start for s in self.outer]
        self.sentences = sentences(text, language)
        self.hits_of = [self._live_hits(lo, hi) for lo, hi in self.sentences]

    def _stretches(self) -> list[Stretch]:
        marks = marked_spans(self.text)
        found = [Stretch(m.start, m.end, "marked", m.depth, m.runs_on) for m in marks]
        if self.lexicon.has_dash_speech and OPENING.search(self.text):
            hits = hits_of(self.text, self._known, len(self.text))
            found += [Stretch(s, e, "block", 0, False) for s, e in dash_spans(self.text, hits, marks)]
            found.sort(key=lambda s: (s.start, -s.end))
        return found

    def _live_hits(self, lo: int, hi: int) -> list[Hit]:
        known = self._known_between(lo, hi)
        if not any(entry.flags & LIVE for _, _, entry in known):
            return []
        holder = self._holder(lo)
        if holder is not None and holder.end >= hi:
            return []
        hi = min(hi, lo + LONGEST_SENTENCE)
        return self._outside(hits_of(self.text, self._known_between(lo, hi), hi), lo, hi)

    def _known_between(self, lo: int, hi: int) -> list[Known]:
        return self._known[bisect_left(self._known_starts, lo) : bisect_left(self._known_starts, hi)]

    def hits_between(self, lo: int, hi: int) -> list[Hit]:
        """Known words outside quoted stretches, whether or not the sentence holds a cue."""
        return self._outside(hits_of(self.text, self._known_between(lo, hi), hi), lo, hi)

    def _outside(self, hits: list[Hit], lo: int, hi: int) -> list[Hit]:
        quoted = self.outer_between(lo, hi)
        if not quoted:
            return hits
        return [hit for hit in hits if not any(s.start <= hit.start < s.end for s in quoted)]

    def _holder(self, position: int) -> Stretch | None:
        n = bisect_right(self._outer_starts, position) - 1
        return self.outer[n] if n >= 0 and position < self.outer[n].end else None

    def is_quoted(self, position: int) -> bool:
        """Whether a quoted stretch holds the character."""
        return self._holder(position) is not None

    def quoted_until(self, position: int) -> int:
        """Behind the quoted stretch that holds the character; 0 where none does."""
        holder = self._holder(position)
        return holder.closes if holder is not None else 0

    def outer_between(self, start: int, end: int) -> list[Stretch]:
        """Outermost stretches that share a character with (start, end)."""
        n = max(0, bisect_right(self._outer_starts, start) - 1)
        m = bisect_left(self._outer_starts, end)
        return [s for s in self.outer[n:m] if s.end > start]

    def sentence_at(self, position: int) -> int:
        return max(0, bisect_right(self.sentences, (position, len(self.text) + 1)) - 1)

    def word_before(self, position: int) -> tuple[str, int]:
        """The word that ends before `position`, and where it begins; ("", position) where there is none near."""
        n = bisect_left(self._word_starts, position) - 1
        if n >= 0 and 0 <= position - (end := self._word_ends[n]) <= 2 and not self.text[end:position].isalnum():
            return self.text[self._word_starts[n] : end], self._word_starts[n]
        return self._spelled_before(position)

    def _spelled_before(self, position: int) -> tuple[str, int]:
        text, least = self.text, max(0, position - 30)
        end = position
        while end > least and not text[end - 1].isalnum():
            end -= 1
        start = end
        while start > least and (text[start - 1].isalnum() or text[start - 1] in "'’-"):
            start -= 1
        return (text[start:end], start) if start < end else ("", position)

    def two_before(self, position: int, lo: int) -> tuple[set[str], int]:
        """The two words right before `position` in lower case, no punctuation between, and where the nearer begins."""
        near: set[str] = set()
        place = nearer = position
        for _ in range(2):
            word, at = self.word_before(place)
            if not word or at < lo or not self.text[at + len(word) : place].isspace():
                break
            nearer = nearer if near else at
            near.add(word.lower())
            place = at
        return near, nearer

    def word_after(self, position: int) -> str:
        match = NEXT_WORD.match(self.text, position, position + 40)
        return match.group(1) if match else ""
