"""Reported speech without marks: which words of the sentence each attribution governs."""

from __future__ import annotations

import re

from coverage.speech.attributions import Attribution, Sentence
from coverage.speech.lexicon import ACCORDING, ACT, DENY, LABEL, PARTICIPLE, TAIL, TELL, THAT, WEAK, ZUFOLGE
from coverage.speech.page import Page
from coverage.speech.scare import is_vote_alone

SHORTEST = 8  # characters of a clause
CLAUSE = 12  # characters before ", he said" that make it a clause
THAT_WITHIN = 95
TOLD = 70  # characters behind "told" that only say who was told, where and when
ADJUNCT = 45  # characters behind "said on …" or "told …" that make more than a time and a place
CLOSING = "\"”»“’'"
TITLE = 160  # characters that may stand between the comma and a speaker: ", the U.S. …"
NOUN_PHRASE = 50
AGENTS = 60  # characters in which those are named by whom the vote was condemned
MARKS_BESIDE = "()[],\"“”»’'"
TRIM = " \t\xa0,;:.—–-"
SITE_NAME = re.compile(r"\s(?:[-–—|]|«)\s[^-–—|«]*$")  # " - TASS", " | Censor.NET"
ENDS_CLAUSE = re.compile(r"[,;]\s*$|[\"”»“’']\s*[—–-]?\s*$|\s[—–-]\s*$")

Span = tuple[int, int]


def governed(page: Page, sentence: Sentence, n: int) -> Span | None:
    """What attribution `n` reports, trimmed; None where it reports nothing in this sentence."""
    one = sentence.attributions[n]
    if one.flags & (ACCORDING | ZUFOLGE):
        span = _around(page, sentence, one)
    elif one.flags & TAIL or _stands_behind(page, sentence, one):
        span = (_begin(sentence, n), _clause_end(page, sentence, one))
    else:
        span = _ahead(page, sentence, n)
    found = _trimmed(page, span)
    return None if found is not None and _only_tells_who(sentence, found) else found


def _trimmed(page: Page, span: Span) -> Span | None:
    start, end = span
    start = max(start, page.quoted_until(start))
    while start < end and page.text[start] in TRIM:
        start += 1
    while end > start and page.text[end - 1] in TRIM:
        end -= 1
    if end - start < SHORTEST or end - start - _marked_within(page, start, end) < SHORTEST:
        return None
    return start, end


def _only_tells_who(sentence: Sentence, span: Span) -> bool:
    start, end = span
    return end - start < ADJUNCT and any(start <= a.start and a.end <= end for a in sentence.attributions)


def _marked_within(page: Page, start: int, end: int) -> int:
    return sum(max(0, min(s.closes, end) - max(s.opens, start)) for s in page.outer_between(start, end))


def _begin(sentence: Sentence, n: int) -> int:
    """Where the clause before attribution `n` begins: behind an earlier one that has its own speaker."""
    for earlier in reversed(sentence.attributions[:n]):
        if not earlier.flags & (ACCORDING | ZUFOLGE | TAIL):
            return earlier.right
    return sentence.start


def _around(page: Page, sentence: Sentence, one: Attribution) -> Span:
    """«According to X, clause» · «clause, according to X» · «clause, according to X, clause»."""
    if one.left - sentence.start > 14 and page.text[one.right : one.right + 2].lstrip()[:1] == ",":
        return sentence.start, sentence.end
    comma = page.text.find(",", one.right, min(sentence.end, one.right + 60))
    right = comma + 1 if comma >= 0 else one.right
    if one.left - sentence.start <= 14:
        return right, sentence.end
    if sentence.end - one.right <= 40:
        return sentence.start, one.left
    return sentence.start, sentence.end


def _stands_behind(page: Page, sentence: Sentence, one: Attribution) -> bool:
    """Whether the clause comes first: «clause, X said on Friday.»"""
    if one.flags & PARTICIPLE or _clause_end(page, sentence, one) - sentence.start < CLAUSE:
        return False
    if _that(page, sentence, one, 12) is not None:
        return False
    if one.flags & (WEAK | ACT) and one.speaker is None:
        return False
    rest = page.text[one.right : sentence.end].strip(" .")
    if rest[:1] == ":":
        return False
    if one.flags & TELL and len(rest) < TOLD and not _that(page, sentence, one, THAT_WITHIN):
        return True
    if len(rest) < 30 or rest[0] in ',;:—–"“«':
        return True
    if one.flags & (WEAK | ACT | LABEL):
        return False
    if not page.lexicon.days:  # the verb itself must follow the comma: «…, заявил X»
        return one.left == one.start and not _that(page, sentence, one, THAT_WITHIN)
    return page.word_after(one.right).lower() in page.lexicon.days and not _that(page, sentence, one, THAT_WITHIN)


def _clause_end(page: Page, sentence: Sentence, one: Attribution) -> int:
    """Where the clause before the attribution ends: at a comma, a closing mark or a dash; the sentence's start if at none."""
    before = page.text[sentence.start : one.left]
    end = len(before) if ENDS_CLAUSE.search(before) else 0
    comma = before.rstrip(" ,").rfind(",")
    while comma >= 0 and len(before) - comma <= TITLE and _is_title(page, before[comma + 1 :]):
        end, comma = comma, before.rfind(",", 0, comma)
    return sentence.start + end


def _is_title(page: Page, words: str) -> bool:
    """Whether the words say no more than who speaks: "former president and head of the Security Council,"."""
    known = page.lexicon
    plain = [word for word in (part.strip(MARKS_BESIDE) for part in words.split()) if word]
    return (
        bool(plain)
        and plain[0].lower() not in known.conjunctions
        and all(
            word[0].isupper()
            or word.lower() in known.articles | known.links | known.conjunctions | known.former
            or known.is_role(word)
            for word in plain
        )
    )


def _that(page: Page, sentence: Sentence, one: Attribution, within: int) -> int | None:
    for hit in sentence.hits:
        if hit.flags & THAT and one.end <= hit.start <= one.right + within:
            return hit.end if _leads_to(page, one, hit.start) else None
    return None


def _leads_to(page: Page, one: Attribution, that: int) -> bool:
    """Whether nothing but when, where and to whom stands before "that": not "said they are polls that …"."""
    between = page.text[one.right : that].strip()
    if not page.lexicon.days or one.flags & (TELL | ACT | ACCORDING) or between[:1] in ("", ","):
        return True
    following = page.word_after(one.right).lower()
    return following in page.lexicon.days or following in page.lexicon.prepositions


def _ahead(page: Page, sentence: Sentence, n: int) -> Span:
    """«X said (that) clause»: to the sentence's end, or to the next attribution that has a speaker of its own."""
    one = sentence.attributions[n]
    end = sentence.end
    for later in sentence.attributions[n + 1 :]:
        if not later.is_elided and later.speaker != one.speaker and _begins_clause(page, one, later):
            end = later.left
            break
    if page.place == "headline" and (rest := SITE_NAME.search(page.text, one.right, end)):
        end = rest.start()
    that = _that(page, sentence, one, THAT_WITHIN)
    if that is not None and that < end:
        return that, end
    start = one.end if one.flags & TELL else one.right
    if (
        one.is_passive and one.flags & LABEL
    ):  # "condemned by the EU and others as a farce", "condemned by the EU, which …"
        found = re.search(rf"\b(?:{'|'.join(page.lexicon.as_words)})\b", page.text[start : min(end, start + AGENTS)])
        return (start + found.start(), end) if found else (end, end)
    if one.flags & LABEL and is_vote_alone(page.text[start:end], page.lexicon):
        return end, end  # "he has called the referendum"
    return (start, end) if _needs_no_that(page, sentence, one, start, end) else (end, end)


def _begins_clause(page: Page, one: Attribution, later: Attribution) -> bool:
    """Whether the later speaker opens a clause of his own: "…, but Russia says"."""
    if later.left <= one.right:
        return False
    word, at = page.word_before(later.left)
    if word.lower() in page.lexicon.articles:
        word, at = page.word_before(at)
    gap = page.text[at + len(word) : later.left].strip()
    return gap[:1] in (",", ";", "—", "–") or word.lower() in page.lexicon.conjunctions


def _needs_no_that(page: Page, sentence: Sentence, one: Attribution, start: int, end: int) -> bool:
    """Whether the words behind the verb are what was said, though no "that" says so."""
    if one.speaker is None or one.flags & ACT:
        return False
    if one.flags & WEAK and one.speaker.actor_id is None:
        return False
    before = page.text[sentence.start : one.left].rstrip(" \t,—–-")
    if before[-1:] and before[-1] in CLOSING and not one.flags & PARTICIPLE:
        return False  # “…”, he said in Moscow
    is_adjunct = page.word_after(start).lower() in page.lexicon.days and not one.flags & LABEL
    return end - start >= (ADJUNCT if is_adjunct or one.flags & TELL else SHORTEST)


def denies(one: Attribution) -> bool:
    """Whether the speaker does not stand by the words: "denied that", "did not say that"."""
    return bool(one.flags & DENY) or (one.is_negated and not one.flags & LABEL)
