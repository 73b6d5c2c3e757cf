"""Each verb of speech (or "according to") with its speaker: the nearest subject, a name behind the verb, or whoever spoke last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coverage.speech.lexicon import (
    ACCORDING,
    ACT,
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
    WEAK,
    ZUFOLGE,
    Hit,
)  # fmt: skip
from coverage.speech.page import LONGEST_SENTENCE, Page
from coverage.speech.speakers import Named, Party, parties

BEFORE, AFTER = 110, 50  # characters from a verb to the subject before it, behind it
LOOK_BACK = 4  # sentences
OPENING_WORDS = 60  # characters in which a sentence names its subject
SUBJECT_WITHIN = 60  # characters from the sentence's start to the subject of a participle
AT = 22  # from «в Кремле» to its verb
INVERTING = ",\"”»“«’'—–-!?"
NEXT_TWO = re.compile(r"\s+([\w'’-]+)(?:\s*([.,;:!?—–)])|\s+([\w'’-]+)|\s*$)")
CLAUSE_WORD = re.compile(r",\s(\w+)\s")
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
    is_passive: bool = False  # "condemned by X"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its known words and attributions."""

    start: int
    end: int
    hits: list[Hit]
    attributions: list[Attribution]


class Listener:
    """Reads sentences in order and remembers who spoke, or of whom was spoken, last."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.surnames: dict[str, Named] = {}  # of those whom an office or a country has placed
        self.thats: list[Hit] = []  # of the sentence being heard
        self._now = 0  # the sentence being heard
        self._last: Named | None = None
        self._since = 0  # the first sentence that may name somebody later than `_last`
        self._heard: list[tuple[Named | None, int]] = []

    def hear(self, k: int) -> Sentence:
        """Sentence k; to be called in order."""
        self._now = k
        lo, hi = self.page.sentences[k]
        hits = self.page.hits_of[k]
        found: list[Attribution] = []
        if cues := [hit for hit in hits if hit.flags & CUE]:
            self.thats = [hit for hit in hits if hit.flags & THAT]
            named = parties(self.page, lo, min(hi, lo + LONGEST_SENTENCE), hits)
            for n, cue in enumerate(cues):
                limit = cues[n + 1].start if n + 1 < len(cues) else hi
                one = self._attribution(cue, named, hits, lo, limit, found[-1] if found else None)
                if one is not None:
                    found.append(one)
                    if one.speaker is not None:
                        self._last, self._since = one.speaker, k + 1
        self._heard.append((self._last, self._since))
        return Sentence(lo, hi, hits, found)

    def last_after(self, k: int) -> Named | None:
        """Whom "he" would mean behind sentence k."""
        last, since = self._heard[k]
        return self._latest(last, since, k)

    @property
    def last(self) -> Named | None:
        self._last = self._latest(self._last, self._since, self._now - 1)
        self._since = self._now
        return self._last

    def _latest(self, last: Named | None, since: int, k: int) -> Named | None:
        """The subject of the nearest sentence up to k that has a known one, else whoever spoke before."""
        for earlier in range(k, max(since, k - LOOK_BACK) - 1, -1):
            if (named := self._subject_of(*self.page.sentences[earlier])) is not None:
                return named
        return last

    def _subject_of(self, lo: int, hi: int) -> Named | None:
        """The known person or body with whom a sentence begins: whom "he said" in the next one means."""
        if self.page.is_quoted(lo):
            return None
        hi = min(hi, lo + OPENING_WORDS)
        hits = self.page.hits_between(lo, hi)
        if not any(hit.actor is not None for hit in hits):
            return None
        free = [p for p in parties(self.page, lo, hi, hits) if p.actor and not (p.is_blocked or p.is_at or p.is_place)]
        return free[0].named() if free else None

    def _attribution(
        self, cue: Hit, named: list[Party], hits: list[Hit], lo: int, limit: int, earlier: Attribution | None
    ) -> Attribution | None:
        page, known = self.page, self.page.lexicon
        near, at = page.two_before(cue.start, lo)
        is_negated = bool(near & known.negation) or page.text[cue.start : cue.end].lower().startswith(("не ", "nicht "))
        if near & known.first_person:
            return None
        party = self._party(cue, named, near, lo, limit, earlier)
        by_agent = bool(cue.flags & (SAY | LABEL)) and page.word_after(cue.end).lower() in known.by
        is_passive = by_agent or bool(near & known.passive and cue.flags & (SAY | LABEL) and not cue.flags & PARTICIPLE and known.by)  # fmt: skip
        if is_passive:
            party = self._agent(cue, named, limit)
            if party is None:
                return None
        start = self._with_auxiliary(cue)
        if isinstance(party, Party):
            speaker = self._named(party)
            left = party.start if 0 <= start - party.end <= AFTER else start
            right = max(cue.end, party.end)
            return Attribution(start, cue.end, left, right, cue.flags, speaker, is_negated, False, self._is_back(cue, lo, hits), is_passive)  # fmt: skip
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
            party = _first_within(after, cue.end, 70)
            if party is not None and known.has_free_order and "," in self.page.text[cue.end : party.start]:
                return None  # «по данным опросов, в ДНР»
            return party or self._surname(cue.end)
        if cue.flags & ZUFOLGE:
            return before[-1] if before else None
        if cue.flags & NOUN:
            return before[-1] if before and cue.start - before[-1].end <= 3 and not before[-1].is_blocked else None
        if cue.flags & TAIL:
            return _first_within(after, cue.end, 5) if self._is_inverted(cue, lo) else None
        if near & known.pronouns or self._has_pronoun_behind(cue, lo):
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

    def _has_pronoun_behind(self, cue: Hit, lo: int) -> bool:
        """«…», сказал он · sagte er; yet not "…, says he plans"."""
        match, known = NEXT_TWO.match(self.page.text, cue.end), self.page.lexicon
        if match is None or match.group(1).lower() not in known.pronouns or not self._is_inverted(cue, lo):
            return False
        following = (match.group(3) or "").lower()
        return known.has_free_order or not following or following in known.prepositions

    def _before(self, cue: Hit, before: list[Party]) -> Party | None:
        for party in reversed(self._without_relative_clause(cue, before)):
            gap = cue.start - party.end
            if gap > BEFORE:
                return None
            if gap <= 2 and party.ends_in_name and not party.owns:
                return party
            if party.is_at and cue.flags & LABEL and not (party.actor or party.has_role):
                continue  # «На Херсонщине назвали победителя»
            if party.is_at and cue.flags & (WEAK | ACT) and not any(h.start > cue.start for h in self.thats):
                continue  # «В Крыму отмечают годовщину»
            if not party.is_blocked and (not party.is_at or gap <= AT):
                return party
        return None

    def _without_relative_clause(self, cue: Hit, before: list[Party]) -> list[Party]:
        """«The mayor, who was ousted by Russia, said»: Russia is not the subject."""
        start = self._with_auxiliary(cue)
        text = self.page.text
        if not before or text[before[-1].end : start].strip()[:1] != ",":
            return before
        for clause in CLAUSE_WORD.finditer(text, before[0].start, before[-1].start):
            if clause.group(1).lower() in self.page.lexicon.relative:
                return [p for p in before if p.end <= clause.start()] or before
        return before

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
