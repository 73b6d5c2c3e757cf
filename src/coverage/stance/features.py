"""What the model sees: counts of signal class × direction × voice × place, the same for every language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log1p

from coverage.catalog.signals import Signal, Wording
from coverage.speech import Speech
from coverage.stance.mentions import Mention, Sentence

FEATURE_VERSION = "2"
VOICE_OF_SIDE = {"own": "own", "organiser": "organiser", "opponent": "opponent", "other": "other"}


@dataclass(frozen=True, slots=True)
class Hit:
    """One signal at one place of the article, in somebody's voice."""

    feature: str
    signal_id: str
    signal_class: str
    direction: str
    place: str
    field: str
    start: int
    end: int
    voice: str
    speaker: str | None


def find_hits(
    parts: list[Sentence], mentions: list[Mention], speech: Speech, wording: Wording, title: str, text: str
) -> list[Hit]:
    """Every signal in a mention or next to one, and scare quotes round a vote word."""
    mentioned = {(m.place, m.start) for m in mentions}
    hits: list[Hit] = []
    for n, part in enumerate(parts):
        is_mention = (part.place, part.start) in mentioned
        is_next = any(0 <= k < len(parts) and (parts[k].place, parts[k].start) in mentioned for k in (n - 1, n + 1))
        if is_mention or is_next:
            hits += _signals(part, speech, wording.signals, is_mention)
    return hits + _scare_quotes(speech, wording, title, text)


def _signals(part: Sentence, speech: Speech, signals: tuple[Signal, ...], is_mention: bool) -> list[Hit]:
    found = []
    for signal in signals:
        for match in signal.pattern.finditer(part.words):
            start, end = part.start + match.start(), part.start + match.end()
            voice, speaker = _voice_of(speech, part.field, start, end)
            where = "headline" if part.place == "headline" else "text" if is_mention else "near"
            feature = f"{signal.signal_class}:{signal.direction}:{voice}:{where}"
            found.append(
                Hit(
                    feature,
                    signal.id,
                    signal.signal_class,
                    signal.direction,
                    part.place,
                    part.field,
                    start,
                    end,
                    voice,
                    speaker,
                )
            )
    return found


def _voice_of(speech: Speech, field: str, start: int, end: int) -> tuple[str, str | None]:
    """Whose words these are: quoted as soon as one end stands in a quotation («the voting a “sham”» is not the narrator's)."""
    first = speech.voice_at(field, start, end)
    return first if first[0] != "own" else speech.voice_at(field, end - 1, end)


def _scare_quotes(speech: Speech, wording: Wording, title: str, text: str) -> list[Hit]:
    found = []
    for scare in speech.scare_quotes:
        words = (title if scare.place == "headline" else text)[scare.start : scare.end]
        if not wording.vote.search(words):
            continue
        voice, speaker = speech.voice_at(scare.place, scare.start, scare.end)
        place = "headline" if scare.place == "headline" else "body"
        feature = f"scare quotes:rejects:{voice}:{'headline' if place == 'headline' else 'text'}"
        found.append(
            Hit(
                feature,
                "scare-quotes",
                "scare quotes",
                "rejects",
                place,
                scare.place,
                scare.start,
                scare.end,
                voice,
                speaker,
            )
        )
    return found


def features(hits: list[Hit], mentions: list[Mention], about_vote: str) -> dict[str, float]:
    """Feature → value: log counts, and a few facts of structure."""
    counts = Counter(hit.feature for hit in hits)
    values = {name: log1p(count) for name, count in counts.items()}
    by_direction = Counter(
        (hit.direction, hit.voice if hit.voice == "own" else "quoted")
        for hit in hits
        if not hit.feature.endswith(":near")
    )
    for (direction, voice), count in by_direction.items():
        values[f"sum:{direction}:{voice}"] = log1p(count)
    voices = Counter(m.voice for m in mentions)
    total = max(1, len(mentions))
    for voice, count in voices.items():
        values[f"mentions:{voice}"] = count / total
    values[f"about:{about_vote}"] = 1.0
    for direction in ("rejects", "amplifies"):
        if not any(d == direction for d, _ in by_direction):
            values[f"none:{direction}"] = 1.0
    return values | _sides(voices, {direction for direction, _ in by_direction})


def _sides(voices: Mapping[str, int], directions: set[str]) -> dict[str, float]:
    """Which sides speak of the vote, and whether what is said all points one way."""
    heard = [side for side in ("organiser", "opponent") if voices.get(side)]
    values = {f"side:{'both' if len(heard) == 2 else heard[0] if heard else 'none'}": 1.0}
    taken = sorted(directions & {"rejects", "amplifies"})
    if taken:
        values["both directions" if len(taken) == 2 else f"only:{taken[0]}"] = 1.0
    return values
