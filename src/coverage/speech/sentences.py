"""Sentence spans by rule: abbreviations, initials, numbers and closing quotation marks neither end nor begin one wrongly."""

from __future__ import annotations

import re

from coverage.speech.lexicon import lexicon

END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»“«)\]]*+(?=\s)|\n"
    r"|(?<=[a-zà-ÿа-яіїєґ\"”»)])[.!?][\"”»]?(?=[\"“«„]?[A-ZА-ЯІЇЄҐ][a-zà-ÿа-яіїєґ’' ])"  # "result.The": a blank was lost
)
BEFORE = re.compile(r"[\w.]*$")
OPENERS = "\"'“„«»‘‚(—–-[ "
LOOK_BACK = 24


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, blanks at both ends left out. No sentence crosses a line break.

    Every non-blank character is in exactly one span.
    """
    abbreviations = lexicon(language).abbreviations
    found: list[tuple[int, int]] = []
    start = 0
    for match in END.finditer(text):
        at = match.start()
        if text[at] == "\n" or _ends(text, start, at, match.end(), abbreviations):
            _add(found, text, start, match.end())
            start = match.end()
    _add(found, text, start, len(text))
    return found


def _ends(text: str, start: int, stop: int, after: int, abbreviations: frozenset[str]) -> bool:
    """Whether the stop at `stop` ends a sentence, judged by the word before it and the letter after it."""
    if text[stop] == "…" and text[stop - 1 : stop] == "[":
        return True  # […]: words were left out
    following = text[after : after + 8].lstrip(OPENERS + "\t\r ")[:1]
    if following.islower():
        return False
    if text[stop] != "." or after - stop > 1:
        return True
    word = BEFORE.search(text, max(0, stop - LOOK_BACK), stop)
    before = word.group() if word else ""
    if (len(before) == 1 and before.isalpha()) or (before.isdigit() and len(before) <= 2 and following.isalpha()):
        return False  # an initial, or a day: "am 3. Oktober"
    if following.isdigit() and stop - start <= LOOK_BACK and text[start:stop].strip().isupper():
        return False  # a dateline: "КИЇВ. 9 березня."
    return before.lower() not in abbreviations or following == ""


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
