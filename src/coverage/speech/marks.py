"""Quotation marks paired into spans, whatever the house style: « » » « „ “ ” " ' ‘ ’ ‹ › ‚, nested, unbalanced ones recovered."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKS = "«»„“”\"‘’‹›‚'"
MARK = re.compile(f"[{MARKS}]")
SENTENCE_END = re.compile(r"[.!?…](?=\s)")
CLOSED_BY = {"«": "»", "»": "«", "„": "“”\"", "“": "”“\"", "”": "”", '"': '"“”', "‹": "›", "‚": "‘’", "‘": "’'", "'": "'’"}  # fmt: skip
SINGLE = "‘‚'"
BEFORE_OPENING = " \t\r\n\xa0([{—–-/«„“\"‘:'"
AFTER_CLOSING = " \t\r\n\xa0.,;:!?…)]}—–-»”“\"’'/"
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Marked:
    """One quoted stretch: inner span, marks excluded. `runs_on`: its paragraph ended before it was closed."""

    start: int
    end: int
    depth: int
    runs_on: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    mark: str
    inner: int


def marked_spans(text: str) -> list[Marked]:
    """All quoted stretches, outer ones before the inner ones they hold; none crosses a line break."""
    found: list[Marked] = []
    marks = list(MARK.finditer(text))
    first = 0
    while first < len(marks):
        end = text.find("\n", marks[first].start())
        end = len(text) if end < 0 else end
        begin = text.rfind("\n", 0, marks[first].start()) + 1
        last = first
        while last < len(marks) and marks[last].start() < end:
            last += 1
        found += _in_paragraph(text, begin, end, [m.start() for m in marks[first:last]])
        first = last
    found.sort(key=lambda s: (s.start, -s.end))
    return found


def _in_paragraph(text: str, begin: int, end: int, places: list[int]) -> list[Marked]:
    stack: list[_Open] = []
    found: list[Marked] = []
    for at in places:
        mark = text[at]
        before = text[at - 1] if at > begin else " "
        after = text[at + 1] if at + 1 < end else " "
        if mark in "'’" and before.isalnum() and after.isalnum():
            continue  # an apostrophe
        opens = before in BEFORE_OPENING and not after.isspace()
        closes = not before.isspace() and after in AFTER_CLOSING
        closing = _closing(stack, mark, opens, closes)
        if closing is not None:
            _close(text, stack, closing, at, found)
        elif _may_open(mark, opens, closes, after) and len(stack) < DEEPEST:
            if mark in '"“' and stack and stack[-1].mark == mark:
                _recover(text, stack.pop(), begin, at, found, len(stack))
            stack.append(_Open(mark, at + 1))
    for depth, left in enumerate(stack[:1]):
        _recover(text, left, begin, end, found, depth)
    return found


def _closing(stack: list[_Open], mark: str, opens: bool, closes: bool) -> int | None:
    """Which open mark this one closes, if it closes any."""
    if mark in "„‚" or (mark in "“\"‘'" and opens and not closes):
        return None
    if mark in "'" and not closes:
        return None
    for n in range(len(stack) - 1, -1, -1):
        if mark in CLOSED_BY[stack[n].mark]:
            return n
    return None


def _may_open(mark: str, opens: bool, closes: bool, after: str) -> bool:
    if mark in "«„‚‹“":
        return True
    if mark in "»”":
        return opens
    if mark in "'‘":
        return opens and (after.isalnum() or after in '"“')
    return mark == '"' and (opens or not closes)


def _close(text: str, stack: list[_Open], n: int, at: int, found: list[Marked]) -> None:
    opened = stack[n]
    del stack[n:]
    if text[opened.inner : at].strip():
        found.append(Marked(opened.inner, at, n))


def _recover(text: str, left: _Open, begin: int, end: int, found: list[Marked], depth: int) -> None:
    """A mark never closed: to the paragraph's end where it opens the paragraph, else to its sentence's end."""
    if left.mark in SINGLE or text[left.inner : left.inner + 1].isspace():
        return
    is_reopened = end < len(text) and text[end] in MARKS
    opens_paragraph = not is_reopened and not text[begin : left.inner - 1].strip()
    stop = None if opens_paragraph else SENTENCE_END.search(text, left.inner, end)
    to = stop.end() if stop else end
    if text[left.inner : to].strip():
        found.append(Marked(left.inner, to, depth, runs_on=to == end and not is_reopened))
