"""Attribution as headlines have it: «X: …», «… – X», «‘…’: X …»."""

from __future__ import annotations

import re

from coverage.speech.lexicon import CUE, PARTY
from coverage.speech.page import Page
from coverage.speech.speakers import Named, Party, parties

COLON = re.compile(r"\s?:\s")
DASH = re.compile(r"\s[—–-]\s")
LONGEST_SPEAKER = 60
LONGEST_TAIL = 45
WORDS_BESIDE = 4  # words a speaker before the colon may have beside the actor's name

Heard = tuple[int, int, Named]


def headline_speech(page: Page) -> list[Heard]:
    """What the headline puts in somebody's mouth without a verb; empty for most."""
    text = page.text
    if ":" not in text and not DASH.search(text):
        return []
    return [one for one in _behind_colon(page) or _before_dash(page) if "\n" not in text[one[0] : one[1]]]


def _parties(page: Page, lo: int, hi: int) -> list[Party]:
    hits = page.hits_between(lo, hi)
    return parties(page, lo, hi, hits) if any(h.flags & PARTY for h in hits) else []


def _behind_colon(page: Page) -> list[Heard]:
    colon = next((m for m in COLON.finditer(page.text, 0, LONGEST_SPEAKER + 3) if not page.is_quoted(m.start())), None)
    if colon is None or colon.end() >= len(page.text):
        return []
    if (about := _about(page, colon)) is not None:
        return [about]
    named = [p for p in _parties(page, 0, colon.start()) if p.actor or (p.has_role and p.has_name)]
    if len(named) != 1 or named[0].is_place or named[0].is_blocked:
        return []
    one = named[0]
    between = page.text[one.end : colon.start()].split()
    beside = page.text[: one.start].split() + between
    if len(beside) > WORDS_BESIDE or any(h.flags & CUE and h.start < colon.start() for h in page.hits_of[0]):
        return []
    if between and between[0].lower() not in page.lexicon.prepositions | page.lexicon.about:
        return []
    return [(colon.end(), len(page.text.rstrip()), one.named())]


def _about(page: Page, colon: re.Match[str]) -> Heard | None:
    """«Clause: X про голосування»: what stands before the colon is X's."""
    named = [p for p in _parties(page, colon.end(), len(page.text)) if p.actor and p.start <= colon.end() + 2]
    if not named or page.word_after(named[0].end).lower() not in page.lexicon.about:
        return None
    return 0, colon.start(), named[0].named()


def _before_dash(page: Page) -> list[Heard]:
    dash = max(DASH.finditer(page.text), key=lambda m: m.start(), default=None)
    if dash is None or len(page.text) - dash.end() > LONGEST_TAIL or page.is_quoted(dash.start()):
        return []
    named = [p for p in _parties(page, dash.end(), len(page.text)) if p.actor or p.has_role]
    if not named or not page.text[: dash.start()].strip():
        return []
    one = named[-1]
    rest = page.text[dash.end() : one.start].split() + page.text[one.end :].split()
    allowed = 0 if one.is_place else WORDS_BESIDE - 1
    if len(rest) > allowed or (one.is_blocked and not one.is_at) or page.text[one.end :].strip(" .!…").split()[:1]:
        return []
    return [(0, dash.start(), one.named())]
