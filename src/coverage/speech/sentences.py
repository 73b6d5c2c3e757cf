"""Sentence spans by rule: abbreviations, initials, numbers and closing quotation marks neither end nor begin one wrongly."""

from __future__ import annotations

import re
from functools import lru_cache

from coverage.speech.lexicon import Lexicon, lexicon

STOP = re.compile(r"[.!?…]++[\"'”’»“«)\]]*+")
LOST_BLANK = re.compile(
    r"(?<=[a-zà-ÿа-яіїєґ\"”»)])[.!?][\"”»]?(?=[\"“«„]?[A-ZА-ЯІЇЄҐ][a-zà-ÿа-яіїєґ’' ])"
)  # "result.The"
BEFORE = re.compile(r"[\w.]*$")
OPENERS = "\"'“„«»‘‚(—–-[ \t\r"
LOOK_BACK = 24
PEEK = 8  # characters behind a stop in which the next letter is sought
LONGEST_ABBREVIATION = 8
KEPT = 4  # texts whose sentences are remembered: speech and stance ask for the same one


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, blanks at both ends left out. No sentence crosses a line break.

    Every non-blank character is in exactly one span.
    """
    return list(_sentences(text, language))


@lru_cache(maxsize=KEPT)
def _sentences(text: str, language: str) -> tuple[tuple[int, int], ...]:
    known = lexicon(language)
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        for match in STOP.finditer(text, start, line_end):
            stop, after = match.span()
            if after == line_end:
                break
            if not text[after].isspace():
                lost = LOST_BLANK.match(text, stop)
                if lost is None:
                    continue
                after = lost.end()
            if _ends(text, start, stop, after, known):
                _add(found, text, start, after)
                start = after
        _add(found, text, start, line_end)
        start = line_end + 1
    return tuple(found)


def _ends(text: str, start: int, stop: int, after: int, known: Lexicon) -> bool:
    """Whether the stop at `stop` ends a sentence, judged by the word before it and the letter after it."""
    if text[stop] == "…" and text[stop - 1 : stop] == "[":
        return True  # […]: words were left out
    following = text[after : after + PEEK].lstrip(OPENERS)[:1]
    if following.islower():
        return False
    if text[stop] != "." or after - stop > 1:
        return True
    word = BEFORE.search(text, max(0, stop - LONGEST_ABBREVIATION), stop)
    before = word.group() if word else ""
    if len(before) == 1 and before.isalpha():
        return False  # an initial
    if before.isdigit() and len(before) <= 2 and following.isalpha() and (known.has_ordinal_stops or stop - start <= 3):
        return False  # a day: "am 3. Oktober"; a number in a list
    if following.isdigit() and stop - start <= LOOK_BACK and text[start:stop].strip().isupper():
        return False  # a dateline: "КИЇВ. 9 березня."
    return before.lower() not in known.abbreviations or following == ""


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
