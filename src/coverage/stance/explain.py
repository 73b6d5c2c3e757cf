"""The words that decided, and why, in one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass

from coverage.stance.features import Hit, group_of
from coverage.stance.mentions import Mention
from coverage.stance.model import CLASSES, Model

LONGEST_WORDS = 12
MOST_REASONS = 3
WEIGHS_FROM = 0.1  # what weighs less for the decision is not told
TOLD = {
    ("label", "rejects"): "calls it",
    ("scare quotes", "rejects"): "puts in quotation marks",
    ("legality", "rejects"): "speaks against its legality:",
    ("legality", "amplifies"): "presents it as lawful or fair:",
    ("coercion", "rejects"): "tells of coercion or fraud:",
    ("rebuttal", "rejects"): "refutes the organisers:",
    ("denial", "rejects"): "denies the organisers' account:",
    ("hedge", "rejects"): "keeps its distance:",
    ("recognition", "rejects"): "reports that it is rejected:",
    ("distance", "neutral"): "calls it disputed:",
    ("result", "amplifies"): "gives as fact the figure",
    ("turnout", "amplifies"): "tells of voting as a fact:",
    ("observers", "amplifies"): "cites observers:",
    ("will", "amplifies"): "presents it as the people's will:",
    ("accession", "amplifies"): "presents the outcome as accession:",
    ("framing", "amplifies"): "speaks in the organisers' terms:",
    ("plan", "neutral"): "reports it as planned:",
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


def why(stance: str, hits: list[Hit], deciding: Deciding, model: Model, title: str, text: str) -> str:
    """One plain sentence: the wordings that speak most for the decision, each in whose voice."""
    if deciding.hit is None:
        return (
            "no wording that takes a side was found" if stance in ("neutral", "unclear") else "decided by who is quoted"
        )
    ranked = sorted(hits, key=lambda h: (h is not deciding.hit, -contribution(h, stance, model), h.start))
    reasons: dict[str, str] = {}
    for hit in ranked:
        if hit is deciding.hit or contribution(hit, stance, model) > WEIGHS_FROM:
            reasons.setdefault(hit.signal_class, _said(hit, title if hit.field == "headline" else text))
    return "; ".join([*reasons.values()][:MOST_REASONS])


def _said(hit: Hit, source: str) -> str:
    words = f"“{source[hit.start : _cut(source, hit.start, hit.end)]}”"
    told = TOLD.get(
        (hit.signal_class, hit.direction), "names the territory" if hit.signal_class == "territory" else "says"
    )
    if hit.voice == "own":
        return f"the {'headline' if hit.place == 'headline' else 'text'} {told} {words}"
    if hit.speaker is None:
        return f"{words} is somebody else's judgement"
    side = "" if hit.voice == "other" else f" ({hit.voice})"
    return f"{words} is credited to {hit.speaker}{side}"


def _cut(source: str, start: int, end: int) -> int:
    """At most twelve words, whole ones."""
    words = 0
    for at in range(start, end):
        if source[at].isspace() and not source[at - 1].isspace():
            words += 1
            if words == LONGEST_WORDS:
                return at
    return end
