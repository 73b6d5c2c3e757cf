"""One article → how it presents the vote, how sure that is, and the words that decide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from coverage.catalog.signals import Wording, wording
from coverage.speech import Speech, find_speech
from coverage.stance.explain import deciding_words, why
from coverage.stance.features import Hit, features, find_hits, sides_heard
from coverage.stance.mentions import Mention, Signs, find_mentioned, find_mentions, is_appeal, split
from coverage.stance.model import CLASSES, MODEL_VERSION, UNCLEAR_BELOW, Model, packaged

if TYPE_CHECKING:
    import pandas as pd

APPEAL_EVENT = "appeal-2024"
APPEAL_YEARS = (2024,)
FALLBACK_LANGUAGE = "en"
SHORT = 6  # sentences: a text this short that names the vote at its beginning is about it


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in one article. Probabilities are None where it is not about such a vote."""

    about_vote: str
    event_ids: tuple[str, ...]
    is_appeal: bool
    stance: str | None
    p_amplifies: float | None
    p_rejects: float | None
    p_neutral: float | None
    voice: str | None
    evidence: str | None
    evidence_place: str | None
    evidence_start: int | None
    evidence_end: int | None
    why: str | None
    mentions: tuple[Mention, ...]
    speech: Speech
    model_version: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of one article with what they were counted from."""

    about_vote: str
    mentions: list[Mention]
    hits: list[Hit]
    values: dict[str, float]
    speech: Speech


def judge_article(
    title: str, text: str, language: str, published: date | None = None, places: tuple[str, ...] = ()
) -> Judgement:
    """Judge one article. `language` is ISO 639-1; a language without signals is read as English and ends mostly unclear.

    `places` are beginnings of place names that mean the territory, besides those the catalog knows.
    """
    return judge_reading(read_article(title, text, language, published, places), title, text, published)


def read_article(
    title: str, text: str, language: str, published: date | None = None, places: tuple[str, ...] = ()
) -> Reading:
    """Find mentions, speech and signals: all that the model is given. Speech is not looked for where no vote is mentioned."""
    words = _wording(language)
    parts = split(title, text, language, words, places)
    mentioned = find_mentioned(parts, words, published)
    if not mentioned:
        return Reading("none", [], [], {}, Speech((), ()))
    speech, signs = find_speech(title, text, language), Signs(parts, words)
    mentions = find_mentions(parts, mentioned, speech, words, signs)
    hits = find_hits(parts, mentions, signs, speech, words, title, text)
    about = relevance(mentions, len(parts))
    return Reading(about, mentions, hits, features(hits, mentions, sides_heard(mentions, speech), about), speech)


def _wording(language: str) -> Wording:
    found = wording(language) or wording(FALLBACK_LANGUAGE)
    assert found is not None
    return found


def relevance(mentions: list[Mention], n_sentences: int) -> str:
    """central: in the headline, or a quarter of many sentences; substantial: three or more; passing: fewer."""
    if any(m.place == "headline" for m in mentions) or len(mentions) >= max(4, n_sentences / 4):
        return "central"
    if n_sentences <= SHORT and any(m.place == "lead" for m in mentions):
        return "central"
    return "substantial" if len(mentions) >= 3 else "passing"


def judge_reading(
    reading: Reading, title: str, text: str, published: date | None, model: Model | None = None
) -> Judgement:
    """Decide on a reading, with the packaged model unless another is given."""
    if not reading.mentions:
        return Judgement(
            "none",
            (),
            False,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            (),
            reading.speech,
            MODEL_VERSION,
        )
    appeal = is_appeal(title, text) and (published is None or published.year in APPEAL_YEARS)
    events = _events(reading.mentions)
    if appeal:
        events = (APPEAL_EVENT, *events)
    model = model or packaged()
    shares = model.probabilities(reading.values)
    stance = max(CLASSES, key=lambda c: shares[c])
    if shares[stance] < UNCLEAR_BELOW:
        stance = "unclear"
    deciding = deciding_words(reading.hits, reading.mentions, stance, model, title, text)
    return Judgement(
        reading.about_vote,
        events,
        appeal,
        stance,
        shares["amplifies"],
        shares["rejects"],
        shares["neutral"],
        deciding.voice,
        deciding.words,
        deciding.place,
        deciding.start,
        deciding.end,
        why(stance, reading.hits, deciding, model, title, text),
        tuple(reading.mentions),
        reading.speech,
        MODEL_VERSION,
    )


def _events(mentions: list[Mention]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for mention in mentions:
        counts[mention.event_id] = counts.get(mention.event_id, 0) + (3 if mention.place == "headline" else 1)
    return tuple(sorted(counts, key=lambda e: (-counts[e], e)))


def judge_articles(articles: pd.DataFrame) -> pd.DataFrame:
    """Table `stances` for a frame with id or article_id, title, text, language and, if there, published or published_at."""
    from coverage.schema import frame_of

    key = "article_id" if "article_id" in articles.columns else "id"
    when = next((c for c in ("published_at", "published") if c in articles.columns), None)
    rows = []
    for row in articles.to_dict("records"):
        judgement = judge_article(
            _words(row["title"]), _words(row["text"]), row["language"], _day(row[when]) if when else None
        )
        rows.append({"article_id": row[key], **_stance_row(judgement)})
    return frame_of("stances", rows)


def _stance_row(judgement: Judgement) -> dict[str, Any]:
    names = (
        "about_vote",
        "stance",
        "p_amplifies",
        "p_rejects",
        "p_neutral",
        "voice",
        "evidence",
        "evidence_place",
        "evidence_start",
        "evidence_end",
        "why",
        "model_version",
    )
    return {name: getattr(judgement, name) for name in names}


def judge_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """`vote-coverage judge`: one row out for each line in, with `error` where a line is bad."""
    for line in lines:
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("a line must be a JSON object")
            yield _line_row(row)
        except (ValueError, KeyError, TypeError, UnicodeError) as error:
            yield {"id": None, "error": f"{type(error).__name__}: {error}"}


def _line_row(row: dict[str, Any]) -> dict[str, Any]:
    judgement = judge_article(
        _words(row.get("title")),
        _words(row.get("text")),
        str(row.get("language") or FALLBACK_LANGUAGE),
        _day(row.get("published")),
    )
    names = ("about_vote", "stance", "p_amplifies", "p_rejects", "p_neutral", "voice", "evidence", "why")
    return {"id": row.get("id"), **{name: getattr(judgement, name) for name in names}}


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    if isinstance(value, date) and value == value:
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
