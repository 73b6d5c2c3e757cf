"""The same topic in several languages: found by the names, numbers and dates that its articles share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import log, sqrt

from coverage.names import names_in, numbers_in

LEAST_COSINE = 0.5
LEAST_SHARED = 3
Profile = Mapping[str, float]


def anchors_of(text: str) -> set[str]:
    """Names (transliterated) and numbers of a text."""
    return names_in(text) | numbers_in(text)


def profile(texts: list[tuple[set[str], float]]) -> dict[str, float]:
    """Share of a topic's weight that speaks of each name or number; those in one text only are left out."""
    weights, texts_with = Counter[str](), Counter[str]()
    for anchors, weight in texts:
        for anchor in sorted(anchors):
            weights[anchor] += weight  # type: ignore[assignment]
            texts_with[anchor] += 1
    total = sum(weight for _, weight in texts) or 1.0
    return {anchor: weights[anchor] / total for anchor in sorted(weights) if texts_with[anchor] > 1}


def align(profiles: Mapping[str, tuple[str, Profile]]) -> dict[str, str]:
    """Topic id → shared id, for topics (id → language, profile) that match in another language. Best pairs join first; a group
    never holds two topics of one language. The shared id is the least topic id of the group."""
    profiles = _in_two_languages(profiles)
    rarity = _rarity([found for _, found in profiles.values()])
    group = {topic: {topic} for topic in profiles}
    for _, first, second in sorted(_matches(profiles, rarity)):
        languages = [profiles[topic][0] for topic in (*group[first], *group[second])]
        if group[first] is not group[second] and len(set(languages)) == len(languages):
            joined = group[first] | group[second]
            group |= dict.fromkeys(sorted(joined), joined)
    return {topic: min(members) for topic, members in group.items() if len(members) > 1}


def _matches(profiles: Mapping[str, tuple[str, Profile]], rarity: Profile) -> list[tuple[float, str, str]]:
    found = []
    names = sorted(profiles)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            (language, one), (other_language, two) = profiles[first], profiles[second]
            if language != other_language and len(one.keys() & two.keys()) >= LEAST_SHARED:
                cosine = round(_cosine(one, two, rarity), 6)
                if cosine >= LEAST_COSINE:
                    found.append((-cosine, first, second))
    return found


def _in_two_languages(profiles: Mapping[str, tuple[str, Profile]]) -> dict[str, tuple[str, Profile]]:
    """Profiles less what only one language ever names: a foreign outlet's own politicians must not count against a match."""
    spoken: dict[str, set[str]] = {}
    for language, found in profiles.values():
        for anchor in found:
            spoken.setdefault(anchor, set()).add(language)
    return {
        topic: (language, {anchor: weight for anchor, weight in found.items() if len(spoken[anchor]) > 1})
        for topic, (language, found) in profiles.items()
    }


def _rarity(profiles: list[Profile]) -> dict[str, float]:
    held = Counter(anchor for found in profiles for anchor in found)
    return {anchor: log((1 + len(profiles)) / count) for anchor, count in held.items()}


def _cosine(one: Profile, two: Profile, rarity: Profile) -> float:
    def length(found: Profile) -> float:
        return sqrt(sum((found[a] * rarity[a]) ** 2 for a in sorted(found)))

    shared = sum(one[a] * two[a] * rarity[a] ** 2 for a in sorted(one.keys() & two.keys()))
    return shared / (length(one) * length(two) or 1.0)
