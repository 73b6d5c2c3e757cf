"""Each verb of speech (or "according to") with its speaker: the nearest subject, a name behind the verb, or whoever spoke last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coverage.speech.lexicon import (
    ACCORDING,
    BACK,
    CUE,
    LABEL,
    NOUN,
    PARTICIPLE,
    PRONOUN,
    SAY,
    TAIL,
    TELL,
    THAT,
    ZUFOLGE,
    Hit,
)  # fmt: skip
from coverage.speech.page import LONGEST_SENTENCE, Page
from coverage.speech.speakers import Named, Party, parties

BEFORE, AFTER = 110, 50  # characters from a verb to the subject before it, behind it
OPENING_WORDS = 60  # characters in which a sentence names its subject
SUBJECT_WITHIN = 60  # characters from the sentence's start to the subject of a participle
AT = 22  # from «в Кремле» to its verb
INVERTING = ",\"”»“«’'—–-!?"
SURNAME = re.compile(r"\s*([^\W\d_a-zа-яіїєґß-öø-ÿ][\w’'-]{2,})")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue at (start, end); (left, right) take in its speaker where he stands beside it."""

    start: int
    end: int
    left: int
    right: int
    flags: int
    speaker: Named | None
    is_negated: bool
    is_elided: bool  # "…, adding that": the speaker is taken from the verb before
    is_back: bool  # «Об этом сообщил»: it speaks of the sentence before


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its parties and attributions."""

    start: int
    end: int
    hits: list[Hit]
    parties: list[Party]
    attributions: list[Attribution]


class Listener:
    """Reads sentences in order and remembers who spoke, and of whom was spoken, last."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.last: Named | None = None
        self.surnames: dict[str, Named] = {}  # of those whom an office or a country has placed
        self.thats: list[Hit] = []  # of the sentence being heard

    def hear(self, k: int) -> Sentence:
        lo, hi = self.page.sentences[k]
        hits = self.page.hits_of[k]
        cues = [hit for hit in hits if hit.flags & CUE]
        self.thats = [hit for hit in hits if hit.flags & THAT]
        if not cues:
            self._remember_subject(lo, hi)
            return Sentence(lo, hi, hits, [], [])
        named = parties(self.page, lo, min(hi, lo + LONGEST_SENTENCE), hits)
        found: list[Attribution] = []
        for n, cue in enumerate(cues):
            limit = cues[n + 1].start if n + 1 < len(cues) else hi
            one = self._attribution(cue, named, hits, lo, limit, found[-1] if found else None)
            if one is not None:
                found.append(one)
                self.last = one.speaker or self.last
        return Sentence(lo, hi, hits, named, found)

    def _remember_subject(self, lo: int, hi: int) -> None:
        """A sentence that begins with a known person makes him the one whom "he said" in the next means."""
        if self.page.is_quoted(lo):
            return
        hits = self.page.hits_between(lo, min(hi, lo + OPENING_WORDS))
        if any(hit.actor is not None for hit in hits):
            first = parties(self.page, lo, min(hi, lo + OPENING_WORDS), hits)
            free = [p for p in first if p.actor and not (p.is_blocked or p.is_at or p.is_place)]
            self.last = free[0].named() if free else self.last

    def _attribution(
        self, cue: Hit, named: list[Party], hits: list[Hit], lo: int, limit: int, earlier: Attribution | None
    ) -> Attribution | None:
        page, known = self.page, self.page.lexicon
        near, at = page.two_before(cue.start, lo)
        is_negated = bool(near & known.negation) or page.text[cue.start : cue.end].lower().startswith(("не ", "nicht "))
        if near & known.first_person and page.word_before(cue.start)[0].lower() in known.first_person:
            return None
        party = self._party(cue, named, near, lo, limit, earlier)
        by_agent = cue.flags & (SAY | LABEL) and page.word_after(cue.end).lower() in known.by
        if by_agent or (near & known.passive and cue.flags & (SAY | LABEL) and not cue.flags & PARTICIPLE and known.by):
            party = self._agent(cue, named, limit)
            if party is None:
                return None
        start = self._with_auxiliary(cue)
        if isinstance(party, Party):
            speaker = self._named(party)
            left = party.start if 0 <= start - party.end <= AFTER else start
            right = max(cue.end, party.end)
            return Attribution(start, cue.end, left, right, cue.flags, speaker, is_negated, False, self._is_back(cue, lo, hits))  # fmt: skip
        if cue.flags & (NOUN | TAIL) and party is None:
            return None
        left = at if near & known.pronouns else start
        return Attribution(start, cue.end, left, cue.end, cue.flags, party, is_negated, self._elided(cue, near, earlier), self._is_back(cue, lo, hits))  # fmt: skip

    def _with_auxiliary(self, cue: Hit) -> int:
        """Where the verb begins with what belongs to it: "ha detto", "a déclaré"."""
        word, at = self.page.word_before(cue.start)
        beside = self.page.text[at + len(word) : cue.start].isspace() if word else False
        return at if beside and word.lower() in self.page.lexicon.inverting else cue.start

    def _named(self, party: Party) -> Named:
        if party.is_anaphor and party.actor is None:
            return self.last or party.named()
        named = party.named()
        surname = self.page.text[party.start : party.end].split()[-1]
        if party.has_name and named.actor_id is not None:
            self.surnames[surname] = named
        return self._recalled(named, surname) if named.actor_id is None else named

    def _recalled(self, named: Named, surname: str) -> Named:
        """A name met before beside an office: "US Ambassador Bridget Brink", later "Brink"."""
        known = self.surnames.get(surname)
        return Named(named.name, known.actor_id, known.side) if known is not None else named

    def _is_back(self, cue: Hit, lo: int, hits: list[Hit]) -> bool:
        return any(hit.flags & BACK and hit.start <= lo + 3 and 0 <= cue.start - hit.end <= 12 for hit in hits[:2])

    def _elided(self, cue: Hit, near: set[str], earlier: Attribution | None) -> bool:
        return earlier is not None and bool(cue.flags & PARTICIPLE or near & self.page.lexicon.conjunctions)

    def _party(
        self, cue: Hit, named: list[Party], near: set[str], lo: int, limit: int, earlier: Attribution | None
    ) -> Party | Named | None:
        """The speaker: a party of the sentence, or somebody known from before."""
        known = self.page.lexicon
        before = [p for p in named if p.end <= cue.start]
        after = [p for p in named if cue.end <= p.start < limit]
        if cue.flags & PRONOUN:
            return self.last
        if cue.flags & ACCORDING and self.page.word_after(cue.end).lower() in known.relative:
            return None
        if cue.flags & ACCORDING:
            return _first_within(after, cue.end, 70) or self._surname(cue.end)
        if cue.flags & ZUFOLGE:
            return before[-1] if before else None
        if cue.flags & NOUN:
            return before[-1] if before and cue.start - before[-1].end <= 3 and not before[-1].is_blocked else None
        if cue.flags & TAIL:
            return _first_within(after, cue.end, 5) if self._is_inverted(cue, lo) else None
        if near & known.pronouns or (
            self.page.word_after(cue.end).lower() in known.pronouns and self._is_inverted(cue, lo)
        ):
            return self.last
        return self._subject(cue, before, after, near, lo, earlier)

    def _subject(
        self, cue: Hit, before: list[Party], after: list[Party], near: set[str], lo: int, earlier: Attribution | None
    ) -> Party | Named | None:
        nearest = self._before(cue, before)
        if self._elided(cue, near, earlier) and earlier is not None and not _between(nearest, earlier, cue):
            return earlier.speaker
        is_inverted = self._is_inverted(cue, lo)
        behind = self._behind(cue, after) if is_inverted or self.page.lexicon.has_free_order else None
        if behind is not None and (nearest is None or is_inverted):
            return behind
        if cue.flags & PARTICIPLE:
            return next((p for p in before if not p.is_blocked and p.start < lo + SUBJECT_WITHIN), None)
        name = self._surname_before(cue)
        if (
            name is not None
            and (nearest is None or not self.page.lexicon.has_noun_capitals)
            and not _beside(nearest, cue)
        ):
            return name
        return nearest or (self._surname(cue.end) if is_inverted else None)

    def _before(self, cue: Hit, before: list[Party]) -> Party | None:
        for party in reversed(before):
            gap = cue.start - party.end
            if gap > BEFORE:
                return None
            if gap <= 2 and party.ends_in_name and not party.owns:
                return party
            if not party.is_blocked and (not party.is_at or gap <= AT):
                return party
        return None

    def _behind(self, cue: Hit, after: list[Party]) -> Party | None:
        if not after or cue.flags & TELL:
            return None
        gap = self.page.text[cue.end : after[0].start]
        if (
            len(gap) > AFTER
            or any(mark in gap for mark in ",:;")
            or any(cue.end <= h.start < after[0].start for h in self.thats)
        ):
            return None
        return after[0] if after[0].is_at or not after[0].is_blocked else None

    def _is_inverted(self, cue: Hit, lo: int) -> bool:
        """Whether the verb follows a comma, a closing mark or a dash, as in «…», said X."""
        text = self.page.text
        at = cue.start - 1
        while at >= lo and text[at].isspace():
            at -= 1
        if at < lo or text[at] in INVERTING:
            return True
        word = self.page.word_before(cue.start)[0].lower()
        return word in self.page.lexicon.as_words or word in self.page.lexicon.inverting

    def _agent(self, cue: Hit, named: list[Party], limit: int) -> Party | None:
        """Who is behind "by" after a passive verb."""
        for party in named:
            if cue.end <= party.start < min(limit, cue.end + 90):
                word, at = self.page.word_before(party.start)
                if word.lower() in self.page.lexicon.articles:
                    word, _ = self.page.word_before(at)
                if word.lower() in self.page.lexicon.by:
                    return party
        return None

    def _surname(self, position: int) -> Named | None:
        """A single capitalised word behind the cue."""
        match = SURNAME.match(self.page.text, position)
        if match is None or match.group(1).lower() in self.page.lexicon.articles:
            return None
        return self._recalled(Named(match.group(1), None, "other"), match.group(1))

    def _surname_before(self, cue: Hit) -> Named | None:
        page, known = self.page, self.page.lexicon
        word, at = page.word_before(cue.start)
        if len(word) < 3 or not word[0].isupper() or not page.text[at + len(word) : cue.start].isspace():
            return None
        low = page.word_before(at)[0].lower()
        return (
            None if low in known.prepositions or low in known.at else self._recalled(Named(word, None, "other"), word)
        )


def _between(party: Party | None, earlier: Attribution, cue: Hit) -> bool:
    """Whether the party stands between two verbs, right before the second: "X said …, and Y added"."""
    return party is not None and party.start >= earlier.end and cue.start - party.end <= 3


def _beside(party: Party | None, cue: Hit) -> bool:
    return party is not None and cue.start - party.end <= 2


def _first_within(after: list[Party], position: int, gap: int) -> Party | None:
    return after[0] if after and after[0].start - position <= gap else None
