"""Sentences and headlines that speak of a vote held by Russia or its proxies in occupied Ukraine."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache

from coverage.catalog.signals import Signal, Wording, folded
from coverage.speech import Speech, sentences
from coverage.stance.events import event_of, under_way

LEAD_CHARACTERS = 500
APPEAL = re.compile(
    r"not to cover|do not take part in (?:the )?coverage|refrain from cover\w+|не (?:висвітлювати|освещать)|утриматис\w+ від висвітлення|воздержаться от освещения|nicht (?:über|zu) \w+ (?:zu )?berichten|nicht zu berichten|keine berichterstattung|verzicht\w* auf (?:die )?berichterstattung",
    re.IGNORECASE,
)

WARRING = re.compile(r"ukrain|russia|moscow|украин|росси|москв|україн|росі|ukraine|russland", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """One such sentence: whose voice, and which signals match in it. Spans are in the title (headline) or the text."""

    event_id: str
    place: str
    start: int
    end: int
    voice: str
    speaker: str | None
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the article, with what stands in it."""

    place: str
    field: str
    start: int
    end: int
    words: str  # in lower case
    has_vote: bool
    has_territory: bool


def split(title: str, text: str, language: str, wording: Wording, places: tuple[str, ...] = ()) -> list[Sentence]:
    """The article's sentences, headline first. `places`: beginnings of further names that mean the territory."""
    named = _named(places)
    found = []
    for field, words in (("headline", title), ("text", text)):
        low, in_field = folded(words), sentences(words, language)
        starts = [start for start, _ in in_field]
        votes = _holding(starts, wording.vote, wording.not_such.sub(lambda m: " " * len(m.group()), low))
        lands = _holding(starts, wording.territory, low) | (_holding(starts, named, low) if named else set())
        for k, (start, end) in enumerate(in_field):
            place = "headline" if field == "headline" else "lead" if start < LEAD_CHARACTERS else "body"
            found.append(Sentence(place, field, start, end, low[start:end], k in votes, k in lands))
    return found


def _holding(starts: list[int], pattern: re.Pattern[str], words: str) -> set[int]:
    """Which of the sentences that begin at `starts` hold a match."""
    return {bisect_right(starts, match.start()) - 1 for match in pattern.finditer(words)}


@cache
def _named(places: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(folded(place)) for place in places)})") if places else None


class Signs:
    """The signals of each sentence, looked for when first asked for: (signal, begin, stop) within the sentence."""

    def __init__(self, parts: list[Sentence], wording: Wording) -> None:
        self._parts, self._signals = parts, wording.signals
        self._found: dict[int, list[tuple[Signal, int, int]]] = {}

    def __getitem__(self, n: int) -> list[tuple[Signal, int, int]]:
        if n not in self._found:
            words = self._parts[n].words
            self._found[n] = [(sign, *m.span()) for sign in self._signals for m in sign.pattern.finditer(words)]
        return self._found[n]


def find_mentioned(parts: list[Sentence], wording: Wording, published: date | None) -> dict[int, str]:
    """Which sentences speak of such a vote, and of which event. A bare «the vote» counts where the article has tied it to the territory."""
    if not any(part.has_vote for part in parts):
        return {}
    head = " ".join(part.words for part in parts[:4])
    kinds = under_way(published)
    tied = any(part.has_territory for part in parts) or ("referendum" in kinds and bool(WARRING.search(head)))
    found = {}
    for n, part in enumerate(parts):
        if not part.has_vote:
            continue
        near = part.has_territory or any(parts[k].has_territory for k in (n - 1, n + 1) if 0 <= k < len(parts))
        bare = tied and bool(kinds) and (part.place == "headline" or _fits(part, wording, kinds))
        if near or bare:
            is_referendum, is_election = (bool(p.search(part.words)) for p in (wording.referendum, wording.election))
            event = event_of(part.words, head, is_referendum, is_election, published)
            if event is not None:
                found[n] = event
    return found


def find_mentions(
    parts: list[Sentence], mentioned: dict[int, str], speech: Speech, wording: Wording, signs: Signs
) -> list[Mention]:
    """The sentences `find_mentioned` names, each with its voice and its signals."""
    found = []
    for n, event in mentioned.items():
        part = parts[n]
        voice, speaker = _voice(part, speech, wording)
        ids = tuple(dict.fromkeys(signal.id for signal, _, _ in signs[n]))
        found.append(Mention(event, part.place, part.start, part.end, voice, speaker, ids))
    return found


def _fits(part: Sentence, wording: Wording, kinds: frozenset[str]) -> bool:
    """Whether a bare vote word can mean a vote under way: a referendum then, or any other vote while an election is on."""
    is_referendum = bool(wording.referendum.search(part.words))
    return is_referendum if kinds == {"referendum"} else True


def _voice(part: Sentence, speech: Speech, wording: Wording) -> tuple[str, str | None]:
    """The voice in which the vote word itself stands."""
    match = wording.vote.search(part.words)
    start = part.start + (match.start() if match else 0)
    return speech.voice_at(part.field, start, start + 1)


def is_appeal(title: str, text: str) -> bool:
    """Whether it reports the appeal to journalists not to cover the vote."""
    return bool(APPEAL.search(title) or APPEAL.search(text[:1500]))
