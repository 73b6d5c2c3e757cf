"""The words that decided, and why, in one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass

from coverage.stance.features import Hit, group_of
from coverage.stance.mentions import Mention
from coverage.stance.model import CLASSES, Model

LONGEST_WORDS = 12
IN_WORDS = {
    "label": "labels it {words}",
    "scare quotes": "puts “{words}” in quotation marks",
    "legality": "speaks of its legality ({words})",
    "coercion": "speaks of coercion ({words})",
    "result": "gives a figure ({words})",
    "turnout": "speaks of turnout ({words})",
    "observers": "names observers ({words})",
    "will": "presents it as the people's will ({words})",
    "accession": "presents the outcome as accession ({words})",
    "territory": "names the territory “{words}”",
    "recognition": "reports that it is not recognised ({words})",
    "hedge": "keeps its distance ({words})",
    "plan": "reports it as planned ({words})",
}


@dataclass(frozen=True, slots=True)
class Deciding:
    """The deciding words and where they stand; `voice` is own, quoted or both."""

    words: str
    place: str
    start: int
    end: int
    voice: str
    hit: Hit | None


def deciding_words(
    hits: list[Hit], mentions: list[Mention], stance: str, model: Model, title: str, text: str
) -> Deciding:
    """The signal that spoke most for the decision; the first mention's beginning where none did."""
    ranked = sorted(hits, key=lambda h: (-contribution(h, stance, model), h.place != "headline", h.start))
    best = next((h for h in ranked if contribution(h, stance, model) > 0), None)
    if best is None:
        first = mentions[0]
        source = title if first.place == "headline" else text
        end = _cut(source, first.start, first.end)
        return Deciding(
            source[first.start : end], first.place, first.start, end, "own" if first.voice == "own" else "quoted", None
        )
    source = title if best.field == "headline" else text
    end = _cut(source, best.start, best.end)
    speaking = {("own" if h.voice == "own" else "quoted") for h in ranked if contribution(h, stance, model) > 0.05}
    voice = "both" if len(speaking) == 2 else next(iter(speaking), "own" if best.voice == "own" else "quoted")
    return Deciding(source[best.start : end], best.place, best.start, end, voice, best)


def contribution(hit: Hit, stance: str, model: Model) -> float:
    """How much a hit's feature speaks for `stance` over the mean of the classes."""
    weights = model.coefficients.get(group_of(hit) or "")
    if weights is None or stance not in CLASSES:
        return 0.0
    return weights[CLASSES.index(stance)] - sum(weights) / len(weights)


def why(stance: str, hits: list[Hit], deciding: Deciding, model: Model) -> str:
    """One plain sentence: what speaks for the decision, in whose voice."""
    if deciding.hit is None:
        return (
            "no wording that takes a side was found"
            if stance in ("neutral", "unclear")
            else "decided by who is quoted and how often"
        )
    parts = [_said(deciding.hit, deciding.words)]
    for hit in sorted(hits, key=lambda h: (-contribution(h, stance, model), h.start)):
        if hit.signal_class != deciding.hit.signal_class and contribution(hit, stance, model) > 0.1:
            parts.append(_said(hit, ""))
            break
    return "; ".join(parts)


def _said(hit: Hit, words: str) -> str:
    who = "the headline" if hit.place == "headline" else "the text"
    if hit.voice != "own":
        who = f"{hit.speaker or 'somebody quoted'} ({'' if hit.voice == 'other' else hit.voice + ', '}quoted)"
    told = IN_WORDS.get(hit.signal_class, "says {words}").format(words=words or hit.signal_id)
    return (
        f"{who} {told.replace(' ()', '').replace('()', '').strip()}"
        if words
        else f"{who} {told.split('(')[0].split('“')[0].strip()}"
    )


def _cut(source: str, start: int, end: int) -> int:
    """At most twelve words, whole ones."""
    words = 0
    for at in range(start, end):
        if source[at].isspace() and not source[at - 1].isspace():
            words += 1
            if words == LONGEST_WORDS:
                return at
    return end
