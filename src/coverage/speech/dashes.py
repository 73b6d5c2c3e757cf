"""Speech set off by dashes, as in «— Мы пришли, — сказал он. — И останемся.»"""

from __future__ import annotations

import re
from bisect import bisect_left

from coverage.speech.lexicon import CUE, Hit
from coverage.speech.marks import Marked

OPENING = re.compile(r"(?:^|(?<=\n))[ \t]*[—–-]\s+(?=\S)")
BREAK = re.compile(r"[,.!?…]\s{0,3}[—–-]\s+")
NEAR = 45  # characters from the dash to the verb


def dash_spans(text: str, hits: list[Hit], marks: list[Marked]) -> list[tuple[int, int]]:
    """Spoken parts of paragraphs that open with a dash and say who speaks; dashes excluded."""
    openings = list(OPENING.finditer(text))
    if not openings:
        return []
    cues = [hit.start for hit in hits if hit.flags & CUE]
    marked = [mark.start for mark in marks]
    found: list[tuple[int, int]] = []
    for opening in openings:
        start = opening.end()
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if not _any_between(marked, start, end):
            found += _spoken(text, start, end, cues)
    return found


def _any_between(places: list[int], start: int, end: int) -> bool:
    n = bisect_left(places, start)
    return n < len(places) and places[n] < end


def _spoken(text: str, start: int, end: int, cues: list[int]) -> list[tuple[int, int]]:
    """The parts spoken before and after the words that tell who speaks; nothing where no verb follows the first dash."""
    first = BREAK.search(text, start, end)
    if first is None or not _any_between(cues, first.end(), min(end, first.end() + NEAR)):
        return []
    found = [(start, first.start() + (text[first.start()] != ","))]
    second = BREAK.search(text, first.end(), end)
    if second is not None:
        found.append((second.end(), end))
    return [(s, e) for s, e in found if text[s:e].strip()]
