"""Title and text → stretches of speech with their speakers, and scare quotes apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from coverage.speech.cues import Cues, cues
from coverage.speech.marks import marked_spans
from coverage.speech.sentences import sentences
from coverage.speech.speakers import Named, named_in

SHORT_WORDS = 4  # a quoted stretch of up to so many words may be a scare quote or a name
NEAR = 70  # characters between a cue and the words it introduces
NAME = re.compile(r"(?:[A-ZА-ЯІЇЄҐ][\w’'-]+\s+){1,3}[A-ZА-ЯІЇЄҐ][\w’'-]+")
DASH_SPEECH = re.compile(r"^[—–-]\s")


@dataclass(frozen=True, slots=True)
class Quote:
    """One stretch of speech; `place` is headline or text, `side` the speaker's (schema.SIDES)."""

    place: str
    start: int
    end: int
    kind: str
    speaker: str | None
    actor_id: str | None
    side: str


@dataclass(frozen=True, slots=True)
class ScareQuote:
    """A word or two in quotation marks that nobody is said to have spoken; marks excluded."""

    place: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speech:
    """All speech of one article."""

    quotes: tuple[Quote, ...]
    scare_quotes: tuple[ScareQuote, ...]

    def voice_at(self, place: str, start: int, end: int) -> tuple[str, str | None]:
        """(voice, speaker) of a span: that of the smallest stretch of speech that holds its first character."""
        holding = [q for q in self.quotes if q.place == place and q.start <= start < q.end]
        if not holding:
            return "own", None
        inner = min(holding, key=lambda q: (q.end - q.start, q.start))
        return inner.side, inner.speaker


def find_speech(title: str, text: str, language: str) -> Speech:
    """Find the speech of one article. `language` is ISO 639-1; languages without cues use the English ones."""
    known = cues(language)
    quotes: list[Quote] = []
    scare: list[ScareQuote] = []
    last: Named | None = None
    for place, words in (("headline", title or ""), ("text", text or "")):
        spans = marked_spans(words)
        names = named_in(words, language)
        for start, end in sentences(words, language):
            found, scared, last = _sentence(words, place, start, end, spans, names, known, last)
            quotes += found
            scare += scared
    return Speech(tuple(dict.fromkeys(quotes)), tuple(dict.fromkeys(scare)))


def _sentence(
    text: str,
    place: str,
    start: int,
    end: int,
    spans: list[tuple[int, int]],
    names: list[Named],
    known: Cues,
    last: Named | None,
) -> tuple[list[Quote], list[ScareQuote], Named | None]:
    """Speech within one sentence, and who was the last speaker after it."""
    inside = [(max(s, start), min(e, end)) for s, e in spans if s < end and e > start]
    here = [n for n in names if start <= n.start < end]
    cue = _cue(text, start, end, inside, known)
    speaker = _speaker(text, start, end, cue, here, inside, known, last)
    quotes, scare = [], []
    for s, e in inside:
        if not text[s:e].strip():
            continue
        if _is_scare(text, s, e, cue, s == start or e == end):
            scare.append(ScareQuote(place, s, e))
        elif _is_name(text[s:e]):
            continue
        else:
            quotes.append(_quote(place, s, e, "marked", speaker))
    if cue:
        reported = _reported_span(text, start, end, cue, here, known)
        if reported:
            quotes.append(_quote(place, *reported, "reported", speaker))
    elif place == "headline":
        quotes += _headline(text, start, end, here, place)
    elif DASH_SPEECH.match(text[start:end]):
        quotes.append(_quote(place, start, end, "block", speaker))
    if cue and speaker:
        last = speaker
    return quotes, scare, last


def _quote(place: str, start: int, end: int, kind: str, speaker: Named | None) -> Quote:
    if speaker is None:
        return Quote(place, start, end, kind, None, None, "other")
    return Quote(place, start, end, kind, speaker.name, speaker.actor_id, speaker.side)


def _cue(text: str, start: int, end: int, inside: list[tuple[int, int]], known: Cues) -> tuple[int, int, str] | None:
    """The first cue outside quotation marks: (start, end, "according" or "verb")."""
    for kind, pattern in (("according", known.according), ("verb", known.verb)):
        for match in pattern.finditer(text, start, end):
            if not any(s <= match.start() < e for s, e in inside):
                return match.start(), match.end(), kind
    return None


def _speaker(
    text: str,
    start: int,
    end: int,
    cue: tuple[int, int, str] | None,
    here: list[Named],
    inside: list[tuple[int, int]],
    known: Cues,
    last: Named | None,
) -> Named | None:
    outside = [n for n in here if not any(s <= n.start < e and e - s > 25 for s, e in inside)]
    if cue is None:
        return last if inside else None
    if outside:
        after = [n for n in outside if n.start >= cue[1]]
        before = [n for n in outside if n.end <= cue[0]]
        if cue[2] == "according" and after:
            return after[0]
        gap_before = cue[0] - before[-1].end if before else 10_000
        gap_after = after[0].start - cue[1] if after else 10_000
        if min(gap_before, gap_after) < 10_000:
            return before[-1] if gap_before <= gap_after + 12 else after[0]
    around = text[max(start, cue[0] - 40) : min(end, cue[1] + 40)]
    if known.pronoun.search(around):
        return last
    name = NAME.search(text, start, end)
    if name and not any(s <= name.start() < e for s, e in inside):
        return Named(name.start(), name.end(), name.group(), None, "other")
    return None


def _is_scare(text: str, start: int, end: int, cue: tuple[int, int, str] | None, whole: bool) -> bool:
    words = text[start:end].split()
    if len(words) > SHORT_WORDS or (whole and len(words) > 2) or _is_name(text[start:end]):
        return False
    near = cue is not None and (abs(cue[1] - start) <= 14 or abs(end - cue[0]) <= 6)
    return not near


def _is_name(words: str) -> bool:
    parts = words.split()
    return (
        bool(parts)
        and len(parts) <= 5
        and parts[0][:1].isupper()
        and (len(parts) == 1 or any(p[:1].isupper() for p in parts[1:]))
    )


def _reported_span(
    text: str, start: int, end: int, cue: tuple[int, int, str], here: list[Named], known: Cues
) -> tuple[int, int] | None:
    if cue[2] == "according":
        return (start, end)
    that = known.that.match(text, cue[1] + 1) or known.that.search(text, cue[1], min(end, cue[1] + NEAR))
    if that:
        return (that.end(), end) if that.end() < end else None
    tail = text[cue[1] : end].strip(" .,")
    if len(tail) < 40 and cue[0] - start > 30:  # “…, X said.”
        return (start, cue[0])
    if len(tail) >= 20:
        return (cue[1], end)
    return None


def _headline(text: str, start: int, end: int, here: list[Named], place: str) -> list[Quote]:
    """«X: …» and «… – X»: attribution by colon or dash, as headlines have it."""
    colon = re.search(r":\s", text[start:end])
    if colon:
        before = [n for n in here if n.end <= start + colon.start()]
        if before and colon.start() < 60:
            return [_quote(place, start + colon.end(), end, "reported", before[-1])]
    dash = list(re.finditer(r"\s[–—-]\s", text[start:end]))
    if dash:
        after = [n for n in here if n.start >= start + dash[-1].end()]
        if after and end - (start + dash[-1].end()) < 45:
            return [_quote(place, start, start + dash[-1].start(), "reported", after[0])]
    return []


def _index(spans: list[tuple[int, int]], at: int) -> int:
    return bisect_right([s for s, _ in spans], at)
