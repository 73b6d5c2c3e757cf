"""Signs made alike: one kind of quotation mark, apostrophe and space, so that counting and matching see the words.

*That* a word was quoted is kept: every pair of marks stays a pair. “…” stands for „…“, «…», "…" and ‘…’ stands for '…'.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")  # fmt: skip
_ODD = r"\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
SPACES = re.compile(f" *[{_ODD}][ {_ODD}]*| {{2,}}")  # all but the single plain space
LINE_ENDS = re.compile(r"\r\n?|\u2028|\u0085")
# Patterns begin with the sign itself and look back past it: begun with a look behind, every letter would be tried.
APOSTROPHE = re.compile(r"[ʼ'`´ʹ′‘’＇](?<=[^\W\d_].)(?=[^\W\d_])")
DOUBLE = '"“”„‟«»″〝〞＂'
SINGLE = "'‘’‚‛`´"
MARK = re.compile(f",,(?=\\w)|''|<<|>>|[{DOUBLE}{SINGLE}]")
ANY = re.compile(f"{MARK.pattern}|[ʼʹ′＇]")
AS_ONE = {",,": "„", "''": '"', "<<": "«", ">>": "»"}
OPENS_AFTER = frozenset(" \n\t([{—–-/|>“‘…")
MISSING_BEFORE = re.compile(r"“(?<=[^\W\d_].)(?=\w[^“”\n]*”)")
MISSING_AFTER = re.compile(r"”(?=[^\W\d_])")
LOST_SPACE = re.compile(r" (?<=\w.)(?=[,.](?:\s|$))")
MOST_PASSES = 5
FAR = 1500  # a quotation longer than this was never closed


def characters(text: str) -> str:
    """NFC, plain spaces, no invisible signs, canonical marks, spaces round quotations mended. Idempotent."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    text = SPACES.sub(" ", INVISIBLE.sub("", LINE_ENDS.sub("\n", text)))
    return "\n".join(_settled(line.strip()) for line in text.split("\n")).strip()


def _settled(line: str) -> str:
    if not ANY.search(line):
        return LOST_SPACE.sub("", line)
    for _ in range(MOST_PASSES):  # where marks are ambiguous («''вибори'») the first reading settles only in the second
        before, line = line, _marks(line)
        if line == before:
            break
    return line


def _marks(line: str) -> str:
    line = _canonical(APOSTROPHE.sub("’", line))
    return unicodedata.normalize("NFC", MISSING_AFTER.sub("” ", MISSING_BEFORE.sub(" “", LOST_SPACE.sub("", line))))


def _canonical(line: str) -> str:
    """One line with its marks in canonical pairs; a single mark that opens nothing is an apostrophe."""
    parts: list[str] = []
    low, has_open = 0, False  # a „ waits for its “ (and how many marks opened since); any double mark is open
    at = 0
    for match in MARK.finditer(line):
        mark, end = AS_ONE.get(match.group(), match.group()), match.end()
        if match.start() > at:
            parts.append(line[at : match.start()])
        before, after = parts[-1][-1] if parts else "", line[end : end + 1]
        at = end
        can_open = (not before or before in OPENS_AFTER) and bool(after) and not after.isspace()
        if mark in SINGLE:
            parts.append("‘" if mark != "’" and can_open and after.isalnum() and _closes(line, end) else "’")
            continue
        if mark in "„‟〝":
            is_open = bool(after) and not after.isspace()
            low = int(is_open)
        elif mark == "“":
            is_open = not low and bool(after) and not after.isspace()
            low = 0
        elif mark in "”〞":
            is_open = can_open and not has_open
        elif mark in "«»":
            is_open = can_open or (mark == "«" and after.isalnum())
        else:
            is_open = can_open or (not has_open and after.isalpha() and mark in line[end:])  # alleged"intention"
        if low and mark not in "„‟〝“":
            low += 1 if is_open else -1
        has_open = is_open
        parts.append("“" if is_open else "”")
    parts.append(line[at:])
    return "".join(parts)


def _closes(line: str, start: int) -> bool:
    """Whether a single mark that stands at a word's end follows: else the opening one was an apostrophe («'tis»)."""
    return re.search(r"[\w.,!?…%)][’'`´‘](?!\w)", line[start : start + FAR]) is not None
