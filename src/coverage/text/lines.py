"""The command `extract`: pages in, articles out, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta, timezone
from typing import Any

from coverage.compute import PAGE_SECONDS, OutOfTime, within
from coverage.text.article import Article, NotAnArticle, read_article


def extract_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One row out for each line in (id, url, html), with `error` where there is no article. Never raises."""
    for line in lines:
        row: Any = None
        try:
            row = json.loads(line)
            with within(PAGE_SECONDS):
                answer = _line(_article(row))
            yield {"id": row.get("id"), **answer}
        except NotAnArticle as reason:
            yield {"id": row.get("id"), "error": str(reason)}
        except (
            OutOfTime,
            Exception,
        ) as error:  # whatever a page does to a parser, the line's place in the output is kept
            yield {"id": row.get("id") if isinstance(row, dict) else None, "error": _in_words(error)}


def _article(row: dict[str, Any]) -> Article:
    html, url = row["html"], row.get("url") or ""
    if not isinstance(html, str):
        raise TypeError("`html` must be a string")
    return read_article(html, str(url))


def _in_words(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"the line has no field {error.args[0]!r}"
    return f"{type(error).__name__}: {error}"


def _line(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "text": article.text,
        "published_at": local_time(article),
        "published_precision": article.published_precision,
        "authors": list(article.authors),
        "language": article.language,
    }


def local_time(article: Article) -> str | None:
    """The time as the page tells it: with its offset where it names one, without where it does not, a day as a day."""
    when = article.published_at
    if when is None:
        return None
    if article.published_precision != "minute":
        return when.date().isoformat()
    if article.published_offset is None:
        return when.replace(tzinfo=None).isoformat()
    return when.astimezone(timezone(timedelta(minutes=article.published_offset))).isoformat()
