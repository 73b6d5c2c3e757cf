"""Quotation marks paired into spans, in every house style: « » „ “ ” " ‘ ’, nested, unbalanced ones closed at the paragraph's end."""

from __future__ import annotations

import re

PAIRS = {"«": "»", "„": "“”", "“": "”", "‘": "’", "‹": "›", "‚": "‘’"}
MARK = re.compile(r"[«»„“”\"‘’‹›‚]|(?<![\w'])'(?=\w)|(?<=[\w.,!?])'(?!\w)")


def marked_spans(text: str) -> list[tuple[int, int]]:
    """Inner spans (marks excluded) of all quotations, outer ones before the inner ones they hold."""
    spans = []
    for start, end in _paragraphs(text):
        spans += _in_paragraph(text, start, end)
    return sorted(spans, key=lambda s: (s[0], -s[1]))


def _paragraphs(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for match in re.finditer(r"\n+", text):
        found.append((start, match.start()))
        start = match.end()
    return [*found, (start, len(text))]


def _in_paragraph(text: str, start: int, end: int) -> list[tuple[int, int]]:
    open_marks: list[tuple[str, int]] = []  # (closers, where the inner span begins)
    spans = []
    for match in MARK.finditer(text, start, end):
        at, mark = match.start(), match.group()
        if mark in "’‘" and _is_apostrophe(text, at):
            continue
        if mark == "'":
            if text[at + 1 : at + 2].isalnum():
                open_marks.append(("'", at + 1))
                continue
            if not any(closers == "'" for closers, _ in open_marks):
                continue  # a plural's apostrophe
        closing = next((i for i in range(len(open_marks) - 1, -1, -1) if mark in open_marks[i][0]), None)
        if closing is not None and not (mark in '“‘"' and _opens(text, at) and mark != '"'):
            spans.append((open_marks[closing][1], at))
            del open_marks[closing:]
        elif mark == '"':
            open_marks.append(('"', at + 1))
        elif mark in PAIRS:
            open_marks.append((PAIRS[mark], at + 1))
    if open_marks and end - open_marks[0][1] > 20:  # a quotation that goes on in the next paragraph
        spans.append((open_marks[0][1], end))
    return [span for span in spans if text[span[0] : span[1]].strip()]


def _is_apostrophe(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return before.isalnum() and after.isalnum()


def _opens(text: str, at: int) -> bool:
    """Whether the mark stands where one opens: after a blank or opener and before a letter."""
    before, after = text[at - 1 : at] if at else " ", text[at + 1 : at + 2]
    return (not before or before.isspace() or before in "([—–-«„“") and bool(after) and not after.isspace()
