"""What the model sees: the codebook's questions, answered by signals in their voices; the same for every language."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from coverage.catalog.signals import Signal, Wording, folded
from coverage.speech import Speech
from coverage.stance.mentions import Mention, Sentence, Signs

FEATURE_VERSION = "3"
VERDICTS = ("label", "scare quotes", "legality", "coercion", "denial")  # in the narration: the outlet's own verdict
BLESSINGS = ("accession", "will", "legality", "observers", "framing")
DENIABLE = ("accession", "will", "legality", "observers")  # blessings that «not», «never» turn into a verdict
FIGURES = ("result", "turnout")
NEAR = (-1, 0, 1, 2)  # sentences from a mention whose signals are read with it
DENIED_WITHIN = 25  # characters from «not», «never» … to a wording that is then denied
HEARD_WITHIN = 200  # characters from a mention to a quotation that belongs to it
REPORTED_WITHIN = 90  # characters from «condemned», «called» … to a wording that is then somebody's judgement
CLAUSE_END = re.compile(r"[,;:.!?—–]")


@dataclass(frozen=True, slots=True)
class Hit:
    """One signal at one place of the article, in somebody's voice. `near`: next to a mention, not in it."""

    signal_id: str
    signal_class: str
    direction: str
    place: str
    field: str
    start: int
    end: int
    voice: str
    speaker: str | None
    near: bool


def find_hits(
    parts: list[Sentence],
    mentions: list[Mention],
    signs: Signs,
    speech: Speech,
    wording: Wording,
    title: str,
    text: str,
) -> list[Hit]:
    """Every signal in a mention or next to one, and scare quotes round a vote word."""
    mentioned = {(m.place, m.start) for m in mentions}
    at = [n for n, part in enumerate(parts) if (part.place, part.start) in mentioned]
    hits: list[Hit] = []
    for n in sorted({k + step for k in at for step in NEAR if 0 <= k + step < len(parts)}):
        hits += _signals(parts[n], signs[n], speech, wording, n not in at)
    return hits + _scare_quotes(speech, wording, title, text)


def _signals(
    part: Sentence, found: list[tuple[Signal, int, int]], speech: Speech, wording: Wording, near: bool
) -> list[Hit]:
    if not found:
        return []
    judged_at = [match.start() for match in wording.judging.finditer(part.words)]
    noes = [match.span() for match in wording.negation.finditer(part.words)]
    return [_hit(part, speech, signal, begin, stop, judged_at, noes, near) for signal, begin, stop in found]


def _hit(
    part: Sentence,
    speech: Speech,
    signal: Signal,
    begin: int,
    stop: int,
    judged_at: list[int],
    noes: list[tuple[int, int]],
    near: bool,
) -> Hit:
    start, end = part.start + begin, part.start + stop
    voice, speaker = _voice_of(speech, part.field, start, end)
    kind, direction = signal.signal_class, signal.direction
    if direction == "amplifies" and kind in DENIABLE and _is_denied(part.words, begin, stop, noes):
        kind, direction = "denial", "rejects"
    if voice == "own" and direction == "rejects" and _is_judged(kind, begin, stop, judged_at):
        voice = "other"
    return Hit(signal.id, kind, direction, part.place, part.field, start, end, voice, speaker, near)


def _is_denied(words: str, begin: int, stop: int, noes: list[tuple[int, int]]) -> bool:
    """«never voted to join», «the vote was neither free»: a word for no just before in the clause, or inside the wording.

    One that begins or ends the wording is part of it («without violations»).
    """
    return any(
        begin < start and end < stop
        if start >= begin
        else begin - end <= DENIED_WITHIN and not CLAUSE_END.search(words, end, begin)
        for start, end in noes
        if start < stop
    )


def _is_judged(signal_class: str, begin: int, stop: int, judged_at: list[int]) -> bool:
    """Whether the narration reports it as somebody's judgement: «Kiev dismissed the vote as a sham», «will not recognise»."""
    if signal_class == "recognition":
        return True
    return signal_class in VERDICTS and any(begin - REPORTED_WITHIN <= at < stop for at in judged_at)


def _voice_of(speech: Speech, field: str, start: int, end: int) -> tuple[str, str | None]:
    """Whose words these are: quoted as soon as one end stands in a quotation («the voting a “sham”» is not the narrator's)."""
    first = speech.voice_at(field, start, end)
    return first if first[0] != "own" else speech.voice_at(field, end - 1, end)


def _scare_quotes(speech: Speech, wording: Wording, title: str, text: str) -> list[Hit]:
    found = []
    for scare in speech.scare_quotes:
        words = folded((title if scare.place == "headline" else text)[scare.start : scare.end])
        if wording.vote.search(words):
            voice, speaker = speech.voice_at(scare.place, scare.start, scare.end)
            place = "headline" if scare.place == "headline" else "body"
            span = (place, scare.place, scare.start, scare.end)
            found.append(Hit("scare-quotes", "scare quotes", "rejects", *span, voice, speaker, False))
    return found


def group_of(hit: Hit) -> str | None:
    """The feature that a hit feeds; None for a territory wording in a side's mouth, and for figures in the opponents'."""
    voice = "own" if hit.voice == "own" else "quoted"
    where = "headline" if hit.place == "headline" else "text"
    if hit.signal_class in ("plan", "distance"):
        return hit.signal_class
    if hit.signal_class == "territory":
        return f"territory {hit.direction}" if hit.voice in ("own", "other") else None
    if hit.signal_class in FIGURES:
        return f"figures {voice} {where}" if hit.voice != "opponent" else None
    if hit.signal_class == "hedge":
        return f"hedge {voice}"
    kind = "verdict" if hit.direction == "rejects" else "blessing"
    return f"{kind} {voice} {where}"


def sides_heard(mentions: list[Mention], speech: Speech) -> frozenset[str]:
    """Sides (organiser, opponent, other) that are quoted in a sentence that speaks of the vote, or beside it."""
    spans = [
        ("headline" if m.place == "headline" else "text", m.start - HEARD_WITHIN, m.end + HEARD_WITHIN)
        for m in mentions
    ]
    return frozenset(
        quote.side
        for quote in speech.quotes
        if any(place == quote.place and quote.start < end and quote.end > start for place, start, end in spans)
    )


def features(hits: list[Hit], mentions: list[Mention], heard: frozenset[str], about_vote: str) -> dict[str, float]:
    """Feature → 0 or 1. `mentions`, `hits` and `heard` as `find_mentions`, `find_hits` and `sides_heard` give them."""
    weighed = [hit for hit in hits if not hit.near or about_vote == "central"]
    groups = Counter(group for hit in weighed if (group := group_of(hit)))
    found = set(groups)
    found |= {f"{kind} own twice" for kind in ("verdict", "blessing") if _count(groups, f"{kind} own") > 1}
    found |= _balance(groups) | _speaking(mentions, heard)
    found.add(f"about {about_vote}")
    return dict.fromkeys(sorted(found), 1.0)


def _count(groups: Counter[str], beginning: str) -> int:
    return sum(count for name, count in groups.items() if name.startswith(beginning))


def _balance(groups: Counter[str]) -> set[str]:
    """Whether what is said of the vote points one way, both ways or nowhere."""
    against, own_against = _count(groups, "verdict"), _count(groups, "verdict own")
    blessed = _count(groups, "blessing") + _count(groups, "figures own")
    told = _count(groups, "blessing quoted") + _count(groups, "figures quoted")
    if against and told and not own_against + _count(groups, "blessing own"):
        return {"both ways, nothing own"}
    if against and blessed:
        return {"both ways", "both ways, own verdict" if own_against else "both ways, quoted verdict"}
    if own_against:
        return {"only against", "only against, own"}
    if against:
        return {"only against", "a reply" if groups["territory amplifies"] else "only against, quoted"}
    if blessed:
        own = _count(groups, "blessing own") + _count(groups, "figures own")
        return {"only for", "only for, own" if own else "only for, quoted"}
    last = "only figures, attributed" if _count(groups, "figures") else "only a plan" if groups["plan"] else "bare"
    return {"neither way", last}


def _speaking(mentions: list[Mention], heard: frozenset[str]) -> set[str]:
    found = {f"{side} speaks" for side in ("organiser", "opponent") if side in heard}
    if len(found) == 2:
        found = {"both sides speak"}
    return found | ({"all quoted"} if all(mention.voice != "own" for mention in mentions) else set())
