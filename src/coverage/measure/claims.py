"""Official claims echoed in an article: turnout, results, observers; who is said to claim them, and who doubts them there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from coverage.catalog.places import places_in
from coverage.speech import Speech, sentences

if TYPE_CHECKING:
    from coverage.catalog import Event

FALLBACK = "en"
LEAD_CHARACTERS = 500
ROUNDING = 0.51  # a whole-number figure equals an official one that rounds to it
PERCENT = r"(?P<value>\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|percent|per cent|процент\w*|відсотк\w*|prozent|pour cent|por ciento|por cento|per cento|proc\.|procent\w*)"
AND = re.compile(r"(?<!\w)(?:and|и|й|та|und|et|y|e|i)(?!\w)", re.IGNORECASE)
COUNT = r"(?P<value>\d[\d\s.,]{0,7})"


@dataclass(frozen=True)
class _Words:
    """One language's patterns: which figure is a turnout, a result, a number of observers; what casts doubt."""

    turnout: re.Pattern[str]
    result: re.Pattern[str]
    observers: re.Pattern[str]
    praise: re.Pattern[str]
    doubt: re.Pattern[str]


@cache
def _words(language: str) -> _Words:
    import yaml

    folder = files("coverage.measure") / "claim_words"
    path = folder / f"{language}.yml"
    if not path.is_file():
        path = folder / f"{FALLBACK}.yml"
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return _Words(
        **{
            name: re.compile(rf"(?<!\w)(?:{data[name]})", re.IGNORECASE)
            for name in ("turnout", "result", "observers", "praise", "doubt")
        }
    )


def find_claims(title: str, text: str, language: str, speech: Speech, event: Event) -> list[dict[str, Any]]:
    """Rows of table `claims` less article_id; spans are those of the figure (or of the words of praise)."""
    words = _words(language)
    found: list[dict[str, Any]] = []
    for field, source in (("headline", title), ("text", text)):
        for start, end in sentences(source, language):
            found += _in_sentence(field, source, start, end, words, speech, event)
    return list({(row["place"], row["start"], row["end"]): row for row in found}.values())


def _in_sentence(
    field: str, source: str, start: int, end: int, words: _Words, speech: Speech, event: Event
) -> list[dict[str, Any]]:
    part = source[start:end]
    found = []
    for kind, value, unit, span in _figures(part, words):
        at, to = start + span[0], start + span[1]
        voice, speaker = speech.voice_at(field, at, to)
        found.append(
            {
                "event_id": event.id,
                "place": "headline" if field == "headline" else "lead" if at < LEAD_CHARACTERS else "body",
                "start": at,
                "end": to,
                "kind": kind,
                "value": value,
                "unit": unit,
                "place_code": _place(part, event),
                "speaker": speaker,
                "side": None if voice == "own" else voice,
                "is_attributed": voice != "own",
                "is_contradicted": bool(words.doubt.search(_paragraph(source, at))),
                "is_official": is_official(kind, value, unit, event),
            }
        )
    return found


def _figures(part: str, words: _Words) -> list[tuple[str, float | None, str | None, tuple[int, int]]]:
    found: list[tuple[str, float | None, str | None, tuple[int, int]]] = []
    for match in re.finditer(PERCENT, part, re.IGNORECASE):
        percentage = float(match["value"].replace(",", "."))
        kind = _kind_of_percent(part, match.start(), match.end(), words)
        if kind and percentage <= 100:
            found.append((kind, percentage, "percent", match.span()))
    for match in words.observers.finditer(part):
        number = re.search(COUNT + r"\s*$", part[: match.start()])
        value: float | None = None
        if number and re.search(r"\d", number["value"]):
            value = float(re.sub(r"\D", "", number["value"]))
        if value is not None or words.praise.search(part):
            begin = number.start("value") if number and value is not None else match.start()
            found.append(("observers", value, "observers" if value is not None else None, (begin, match.end())))
    return found


def _kind_of_percent(part: str, start: int, end: int, words: _Words) -> str | None:
    """What a percentage says, by the nearest word for turnout or result; not by one joined on: «87 percent and record turnout»."""
    nearest = []
    for kind, pattern in (("turnout", words.turnout), ("result", words.result)):
        gaps = [
            max(m.start() - end, start - m.end(), 0)
            for m in pattern.finditer(part)
            if not AND.search(part, end, max(end, m.start()))
        ]
        if gaps:
            nearest.append((min(gaps), kind))
    return min(nearest)[1] if nearest and min(nearest)[0] <= 120 else None


def _paragraph(source: str, at: int) -> str:
    first = source.rfind("\n", 0, at) + 1
    last = source.find("\n", at)
    return source[first : last if last >= 0 else len(source)]


def _place(part: str, event: Event) -> str | None:
    """The one place of the event that the sentence names; None for none or several."""
    named = places_in(part) & set(event.places)
    return next(iter(named)) if len(named) == 1 else None


def is_official(kind: str, value: float | None, unit: str | None, event: Event) -> bool:
    """Whether the figure equals an official claim of the event: to the digits given, or rounded to a whole number."""
    if value is None:
        return False
    for claim in event.claims:
        if claim.kind != kind or claim.value is None or claim.unit != (unit or claim.unit):
            continue
        if abs(claim.value - value) < 0.051 or (
            value == int(value) and unit == "percent" and abs(claim.value - value) < ROUNDING
        ):
            return True
    return False
