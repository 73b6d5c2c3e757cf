"""One capture → one article with everything found in it, or a counted reason why not. The work of one build step's process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from coverage.compute import PAGE_SECONDS, OutOfTime, within
from coverage.schema import UNKNOWN_OUTLET, Problem

if TYPE_CHECKING:
    from coverage.collect import Capture
    from coverage.speech import Quote
    from coverage.stance import Judgement
    from coverage.study import Study
    from coverage.text import Article

LEAD_CHARACTERS = 500
BEYOND = "page beyond the limits"
Row = dict[str, Any]


@dataclass
class Cleaned:
    """What became of one capture. `problems` may stand beside an article (a doubt) or instead of one (a skip)."""

    article: Row | None = None
    fetched_at: datetime | None = None
    quotes: list[Row] = field(default_factory=list)
    mentions: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    stance: Row | None = None
    problems: list[Problem] = field(default_factory=list)


class Skip(Exception):  # noqa: N818 - not an error: the capture is no article of this study, and this says why
    """A capture that gives no article of this study; carries the problem row."""

    def __init__(self, where: str, reason: str, detail: str | None = None, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.problem = Problem("clean", where, reason, detail, remedy)


def clean_captures(study: Study, captures: list[Capture]) -> list[Cleaned]:
    """`clean_capture` over a chunk: what a worker process is given."""
    return [clean_capture(study, capture) for capture in captures]


def clean_capture(study: Study, capture: Capture) -> Cleaned:
    """Read, place and judge one capture. Never raises for what a page may hold."""
    try:
        article, outlet_address, source_id = _read(study, capture)
        return _judged(study, capture, article, outlet_address, source_id)
    except Skip as skip:
        return Cleaned(problems=[skip.problem])


def _read(study: Study, capture: Capture) -> tuple[Article, str, str | None]:
    """(article, address that names the outlet, id it came with); raises Skip."""
    from coverage.text import NotAnArticle, article_from_row, read_article

    if capture.outcome != "ok":
        raise Skip(capture.url, capture.outcome, capture.reason)
    if (capture.content_type or "").startswith("application/json"):
        row = json.loads(capture.payload)
        _skip_outside(study, capture, row.get("published"))
        try:
            article = article_from_row(row)
        except ValueError as error:
            raise Skip(
                capture.source_detail or capture.url, "unusable row", str(error), "mend the row and import it again"
            ) from None
        return article, row.get("outlet_domain") or row["url"], row.get("id")
    try:
        with within(PAGE_SECONDS):
            page = read_article(
                capture.payload,
                capture.final_url or capture.url,
                content_type=capture.content_type,
                fetched_at=capture.fetched_at,
            )
    except NotAnArticle as reason:
        raise Skip(capture.url, "no article in the page", str(reason)) from None
    except (OutOfTime, MemoryError, RecursionError) as limit:
        raise Skip(capture.url, BEYOND, f"{type(limit).__name__}: {limit}") from None
    return page, page.canonical_url or page.url, None


def _skip_outside(study: Study, capture: Capture, published: object) -> None:
    """A cheap first look: rows plainly dated outside the window are not cleaned at all."""
    try:
        day = date.fromisoformat(str(published)[:10])
    except ValueError:
        return
    margin = timedelta(days=1)  # the offset of a full timestamp may still move the day
    if not study.window[0] - margin <= day <= study.window[1] + margin:
        raise Skip(_file(capture), "outside the window")


def _file(capture: Capture) -> str:
    """The file or kind of source a capture came from: scope decisions are counted per file."""
    return (capture.source_detail or capture.source).rpartition(":")[0] or capture.source


def _judged(study: Study, capture: Capture, article: Article, outlet_address: str, source_id: str | None) -> Cleaned:
    in_window = is_within(article.published_at, article.published_precision, study.window)
    if in_window is False:
        raise Skip(_file(capture), "outside the window")
    if article.language not in study.languages:
        raise Skip(_file(capture), "language not in the study", article.language)
    outlet_id = study.catalog.outlet_id(outlet_address)
    if study.only_outlets and outlet_id not in study.only_outlets:
        raise Skip(_file(capture), "outlet not in the study", outlet_id)
    row = _article_row(capture, article, outlet_id, source_id)
    result = _with_findings(study, row, capture.fetched_at)
    if in_window is None and not row["event_ids"]:
        raise Skip(_file(capture), "undated and not about the study's vote")
    if outlet_id == UNKNOWN_OUTLET:
        remedy = (
            "give the row a url or the outlet's domain; until then the article counts for the corpus, but for no outlet"
        )
        result.problems.append(Problem("clean", _file(capture), "outlet unknown", outlet_address or None, remedy))
    elif outlet_id.startswith("unknown:"):
        remedy = "add the outlet to src/coverage/catalog/outlets or to the study's outlets_file"
        result.problems.append(Problem("clean", outlet_id, "outlet not in the catalog", None, remedy))
    return result


def lost_capture(capture: Capture) -> Cleaned:
    """What stands for a capture whose reading killed its worker process, tried alone."""
    detail = "the process that read it died: a fault in native code, or more time or memory than a page may take"
    return Cleaned(problems=[Problem("clean", capture.url, BEYOND, detail)])


def lost_repeats(work: tuple[Cleaned, frozenset[str]]) -> Cleaned:
    """The article as it was read before, with a doubt: its second pass killed the worker process."""
    result, lines = work
    assert result.article is not None
    detail = f"{len(lines)} lines that its outlet repeats were not taken off: the process that did so died"
    result.problems.append(Problem("clean", result.article["url"], BEYOND, detail))
    return result


def clean_repeats(study: Study, work: list[tuple[Cleaned, frozenset[str]]]) -> list[Cleaned]:
    """The same articles without the lines that their outlets repeat (they go into `removed`), judged anew."""
    return [_without_repeats(study, result, lines) for result, lines in work]


def _without_repeats(study: Study, result: Cleaned, lines: frozenset[str]) -> Cleaned:
    from coverage.text.repeats import without_lines

    assert result.article is not None
    text, taken = without_lines(result.article["text"], lines)
    removed = {**json.loads(result.article["removed"]), "repeated": taken}
    row = {
        **result.article,
        "text": text,
        "words": len(text.split()),
        "removed": json.dumps(removed, ensure_ascii=False),
    }
    again = _with_findings(study, row, result.fetched_at)
    again.problems = result.problems
    return again


def _with_findings(study: Study, row: Row, fetched_at: datetime | None) -> Cleaned:
    """Judge a row: completes it (event_ids, about_vote, is_appeal) and makes what belongs to it."""
    from coverage.stance import judge_article

    published = row["published_at"].date() if row["published_at"] else None
    judgement = judge_article(row["title"], row["text"], row["language"], published, study.places)
    event_ids = [event_id for event_id in judgement.event_ids if event_id in study.events]
    row |= {
        "event_ids": event_ids,
        "about_vote": judgement.about_vote if event_ids else "none",
        "is_appeal": judgement.is_appeal,
    }
    result = Cleaned(row, fetched_at)
    if event_ids:
        _add_findings(result, judgement, study, event_ids)
    return result


def is_within(moment: datetime | None, precision: str, window: tuple[date, date]) -> bool | None:
    """Whether a time known to `precision` can lie in the window (both days included); None where it is unknown."""
    if moment is None or precision == "unknown":
        return None
    first = moment.astimezone(UTC).date()
    last = {"month": first + timedelta(days=30), "year": date(first.year, 12, 31)}.get(precision, first)
    return first <= window[1] and last >= window[0]


def article_id(canonical_url: str | None, outlet_id: str, title: str, text: str) -> str:
    """Stable id: SHA-256 over the canonical URL, or over outlet, title and text where there is none; 16 hex digits."""
    what = canonical_url or "\n".join((outlet_id, title, text))
    return sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _article_row(capture: Capture, article: Article, outlet_id: str, source_id: str | None) -> Row:
    from coverage.text import headline_language

    return {
        "article_id": article_id(article.canonical_url, outlet_id, article.title, article.text),
        "source_id": source_id,
        "capture_id": capture.capture_id,
        "digest": capture.digest,
        "outlet_id": outlet_id,
        "url": article.url or None,
        "canonical_url": article.canonical_url or None,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "published_source": article.published_source,
        "date_conflict": article.date_conflict,
        "date_candidates": json.dumps([asdict(c) for c in article.date_candidates], default=str, ensure_ascii=False),
        "modified_at": article.modified_at,
        "language": article.language,
        "title_language": headline_language(article.title, article.language),
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "agency": article.agency,
        "named_source": article.named_source,
        "section": article.section,
        "removed": json.dumps(article.removed, ensure_ascii=False),
        "extractor": article.extractor,
        "extractor_agreement": article.extractor_agreement,
        "flags": list(article.flags),
        "words": len(article.text.split()),
    }


def _add_findings(result: Cleaned, judgement: Judgement, study: Study, event_ids: list[str]) -> None:
    from coverage.measure.claims import find_claims

    assert result.article is not None
    article, key = result.article, result.article["article_id"]
    result.stance = {
        "article_id": key,
        "about_vote": judgement.about_vote,
        "stance": judgement.stance,
        "p_amplifies": judgement.p_amplifies,
        "p_rejects": judgement.p_rejects,
        "p_neutral": judgement.p_neutral,
        "voice": judgement.voice,
        "evidence": judgement.evidence,
        "evidence_place": judgement.evidence_place,
        "evidence_start": judgement.evidence_start,
        "evidence_end": judgement.evidence_end,
        "why": judgement.why,
        "model_version": judgement.model_version,
    }
    result.mentions = [
        {"article_id": key, **asdict(m), "signals": list(m.signals)}
        for m in judgement.mentions
        if m.event_id in study.events
    ]
    result.quotes = [{"article_id": key, **asdict(q), "place": _place(q)} for q in judgement.speech.quotes]
    vote = next((e for e in event_ids if study.catalog.events[e].kind != "appeal"), None)
    if vote:
        claims = find_claims(
            article["title"], article["text"], article["language"], judgement.speech, study.catalog.events[vote]
        )
        result.claims = [{"article_id": key, **claim} for claim in claims]


def _place(quote: Quote) -> str:
    if quote.place == "headline":
        return "headline"
    return "lead" if quote.start < LEAD_CHARACTERS else "body"
