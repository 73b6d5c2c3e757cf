"""Sentence spans of a text, by rule: abbreviations, initials and closing quotation marks do not end or begin one wrongly."""

from __future__ import annotations

import re

ABBREVIATIONS = frozenset(
    ["mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "sgt", "st", "no", "vs", "etc", "inc", "ltd", "jr", "sr", "u.s", "u.k", "u.n", "e.g", "i.e", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "sen", "rep", "gov", "dpr", "lpr", "г", "гг", "тыс", "млн", "млрд", "руб", "ул", "им", "т.е", "т.к", "т.д", "т.п", "др", "см", "стр", "н.э", "обл", "пос", "с.г", "р", "рр", "тис", "грн", "вул", "ім", "ст", "об", "п", "с", "z.b", "d.h", "u.a", "bzw", "nr", "str", "ca", "ggf", "bspw", "abs", "art", "m", "mme", "p.ex", "av", "pág", "núm", "sr", "sra", "dott", "sig", "ul", "prof", "płk", "gen", "tzw", "np", "itd", "r"]
)  # fmt: skip
END = re.compile(r"[.!?…]+[\"'”’»“)\]]*(?=\s)|\n+")
OPENERS = "\"'“„«‘(—–-"


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, blanks at both ends left out; every non-blank character is in exactly one."""
    found, start = [], 0
    for match in END.finditer(text):
        if match.group()[0] != "\n" and not _ends(text, match.start(), match.end()):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [span for span in (_stripped(text, *s) for s in found) if span[0] < span[1]]


def _ends(text: str, stop: int, after: int) -> bool:
    """Whether the stop at `stop` ends a sentence, by the word before it and the letter after it."""
    if text[stop] == ".":
        word = re.search(r"[\w.]+$", text[max(0, stop - 20) : stop])
        before = word.group().lower() if word else ""
        if before in ABBREVIATIONS or (len(before) == 1 and before.isalpha()):
            return False
    rest = text[after : after + 6].lstrip().lstrip(OPENERS).lstrip()
    return not rest or not rest[0].islower()


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
