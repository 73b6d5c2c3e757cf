"""A short quoted stretch: somebody's words, a name or title, or a word the outlet keeps at a distance."""

from __future__ import annotations

from coverage.speech.attributions import Attribution
from coverage.speech.lexicon import LABEL, VOTE, WORD, Lexicon
from coverage.speech.page import Page, Stretch

SHORT_WORDS = 4
LABEL_WITHIN = 110
SAID_WITHIN = 90
STOPS = "!?…"
SMALL = 3  # letters of a word that a title may leave in lower case


def is_short(words: str) -> bool:
    return len(words.split()) <= SHORT_WORDS


def is_vote_word(words: str, known: Lexicon) -> bool:
    """Whether the stretch is nothing but a word for the vote, the result, the republic…"""
    hits = known.hits(words)
    return bool(hits) and all(
        any(h.start <= m.start() < h.end and h.flags & VOTE for h in hits) for m in WORD.finditer(words)
    )


def is_vote_alone(words: str, known: Lexicon) -> bool:
    """The same with an article or two before it: "the referendum"."""
    parts = words.strip(" .,").split()
    while parts and parts[0].lower() in known.articles:
        parts = parts[1:]
    return bool(parts) and is_vote_word(" ".join(parts), known)


def is_name(page: Page, stretch: Stretch) -> bool:
    """A newspaper, party, ship…: capitals as names have them, or a word such as "newspaper" before it."""
    words, known = page.text[stretch.start : stretch.end].strip(" .,"), page.lexicon
    if not words:
        return True
    if known.has_vote_word(words):
        return False
    before = page.word_before(stretch.opens)[0].lower()
    if before and before.startswith(known.name_nouns):
        return True
    parts: list[str] = [part for part in WORD.findall(words) if part[0].isalpha()]
    if not parts or words[-1] in STOPS or not parts[0][0].isupper():
        return False
    if known.has_first_capital_names:
        return True  # «Единая Россия», «Крымская весна»
    if known.has_noun_capitals and len(parts) == 1:
        return parts[0].isupper()
    return all(part[0].isupper() or len(part) <= SMALL for part in parts)


def says_so_called(page: Page, stretch: Stretch) -> bool:
    before = page.text[max(0, stretch.opens - 28) : stretch.opens].lower()
    return any(word in before for word in page.lexicon.so_called)


def is_scare(page: Page, stretch: Stretch, one: Attribution | None, is_direct: bool) -> bool:
    """Whether the outlet, and nobody quoted, put the marks there. Names are to be told apart before."""
    words = page.text[stretch.start : stretch.end].strip()
    if not is_short(words) or words[-1] in STOPS:
        return False
    if says_so_called(page, stretch):
        return True
    if is_vote_word(words, page.lexicon):
        return True
    if is_direct:
        return False
    if one is None:
        return True
    gap = stretch.opens - one.right if one.right <= stretch.opens else one.left - stretch.closes
    return gap > (LABEL_WITHIN if one.flags & LABEL else SAID_WITHIN)
