"""Signals of a language: what wording speaks for or against a vote, from signals/<language>.yml; a new language is one file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from coverage.catalog import CatalogError

DIRECTIONS = ("rejects", "amplifies", "neutral")


@dataclass(frozen=True)
class Signal:
    """One wording. `matches` and `rejects` are its own examples; tests run them."""

    id: str
    signal_class: str
    direction: str
    pattern: re.Pattern[str]
    source: str
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """What one language has: words for a vote, for the territory, for votes that are not meant, for passing judgement, for saying no, and the signals."""

    language: str
    vote: re.Pattern[str]
    referendum: re.Pattern[str]
    election: re.Pattern[str]
    not_such: re.Pattern[str]
    territory: re.Pattern[str]
    judging: re.Pattern[str]
    negation: re.Pattern[str]
    signals: tuple[Signal, ...]


def languages() -> tuple[str, ...]:
    """Languages that have signals."""
    folder = files("coverage.catalog") / "signals"
    return tuple(sorted(path.name.removesuffix(".yml") for path in folder.iterdir() if path.name.endswith(".yml")))


@cache
def wording(language: str) -> Wording | None:
    """The language's wording; None where it has no file. Raises CatalogError where the file is wrong."""
    import yaml

    path = files("coverage.catalog") / "signals" / f"{language}.yml"
    if not path.is_file():
        return None
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    signals = tuple(_signal(entry, f"{path.name}: {entry.get('id')}") for entry in data["signals"])
    patterns = {
        name: any_word(data[name])
        for name in ("vote", "referendum", "election", "not_such", "territory", "judging", "negation")
    }
    return Wording(language, **patterns, signals=signals)


def _signal(entry: dict[str, Any], where: str) -> Signal:
    if entry["direction"] not in DIRECTIONS:
        raise CatalogError(f"{where}: direction {entry['direction']!r} must be one of {', '.join(DIRECTIONS)}")
    try:
        pattern = re.compile(rf"(?<!\w)(?:{entry['pattern']})")
    except re.error as error:
        raise CatalogError(f"{where}: the pattern is no regular expression: {error}") from None
    return Signal(
        str(entry["id"]),
        str(entry["class"]),
        str(entry["direction"]),
        pattern,
        str(entry["source"]),
        tuple(entry["matches"]),
        tuple(entry["rejects"]),
    )


def any_word(patterns: list[str]) -> re.Pattern[str]:
    """One pattern for any of several, whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


def folded(text: str) -> str:
    """`text` in lower case, each character in its place: what a language's patterns are matched against (twice as fast as IGNORECASE)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
