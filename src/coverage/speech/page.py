"""One headline or text with all that is found in it once: words, known words, quoted stretches, sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from coverage.speech.dashes import dash_spans
from coverage.speech.lexicon import Hit, Lexicon, lexicon
from coverage.speech.marks import marked_spans
from coverage.speech.sentences import sentences

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


@dataclass(frozen=True)
class Page:
    """Spans are character offsets into `text`. `hits_of[k]` are the known words of sentence k, outside quoted stretches."""

    place: str
    text: str
    lexicon: Lexicon
    sentences: list[tuple[int, int]]
    hits_of: list[list[Hit]]
    stretches: list[Stretch]
    outer: list[Stretch]

    @classmethod
    def of(cls, place: str, text: str, language: str) -> Page:
        known = lexicon(language)
        hits = known.hits(text)
        marks = marked_spans(text)
        stretches = [Stretch(m.start, m.end, "marked", m.depth, m.runs_on) for m in marks]
        if known.has_dash_speech:
            stretches += [Stretch(s, e, "block", 0, False) for s, e in dash_spans(text, hits, marks)]
            stretches.sort(key=lambda s: (s.start, -s.end))
        spans = sentences(text, language)
        outer = [s for s in stretches if s.depth == 0]
        return cls(place, text, known, spans, _outside(hits, spans, outer), stretches, outer)

    def is_quoted(self, position: int) -> bool:
        """Whether an outermost quoted stretch holds the character."""
        n = bisect_right(self.outer, position, key=lambda s: s.start) - 1
        return n >= 0 and position < self.outer[n].end

    def outer_between(self, start: int, end: int) -> list[Stretch]:
        """Outermost stretches that share a character with (start, end)."""
        n = bisect_right(self.outer, start, key=lambda s: s.end)
        m = n
        while m < len(self.outer) and self.outer[m].start < end:
            m += 1
        return self.outer[n:m]

    def sentence_at(self, position: int) -> int:
        return max(0, bisect_right(self.sentences, (position, len(self.text) + 1)) - 1)

    def word_before(self, position: int) -> tuple[str, int]:
        """The word that ends before `position`, and where it begins; ("", position) where there is none near."""
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
        place = position
        for _ in range(2):
            word, at = self.word_before(place)
            if not word or at < lo or not self.text[at + len(word) : place].isspace():
                break
            near.add(word.lower())
            place = at
        return near, self.word_before(position)[1] if near else position

    def word_after(self, position: int) -> str:
        match = NEXT_WORD.match(self.text, position, position + 40)
        return match.group(1) if match else ""


def _outside(hits: list[Hit], spans: list[tuple[int, int]], top: list[Stretch]) -> list[list[Hit]]:
    """Hits outside quoted stretches, by sentence."""
    found: list[list[Hit]] = [[] for _ in spans]
    k = n = 0
    for hit in hits:
        while k < len(spans) - 1 and spans[k][1] <= hit.start:
            k += 1
        while n < len(top) and top[n].end <= hit.start:
            n += 1
        if n == len(top) or hit.start < top[n].start:
            found[k].append(hit)
    return found
