"""Stories: articles of one language that are close in time and alike, and the copies of each wherever they appear."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from coverage.topics.terms import count_terms, tf_idf

if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS = 3
LEAST_LIKENESS = 0.25


@dataclass(frozen=True, slots=True)
class Told:
    article_id: str
    language: str
    published: datetime | None  # UTC
    text: str
    family: str


def find_stories(articles: Sequence[Told]) -> list[dict[str, Any]]:
    """Rows of table `stories`, sorted by article_id: each article joins the story, at most three days old, that it is most like on
    average; else it begins one. Members of one family are in one story. An undated article joins only through its family."""
    by_language: dict[str, list[Told]] = defaultdict(list)
    for article in articles:
        by_language[article.language].append(article)
    group: dict[str, str] = {}
    for language in sorted(by_language):
        group |= _of_one_language(by_language[language], language)
    _join_families(articles, group)
    return _rows(articles, group)


def _of_one_language(articles: list[Told], language: str) -> dict[str, str]:
    import numpy as np

    dated = sorted((a for a in articles if a.published), key=lambda a: (a.published, a.article_id))
    group = {a.article_id: a.article_id for a in articles}
    if len(dated) < 2:
        return group
    matrix = tf_idf(count_terms([a.text for a in dated], language, 1, most_share=1.0, most_terms=50_000).counts)
    story = np.arange(len(dated))
    oldest = 0
    for here, article in enumerate(dated):
        while _published(article) - _published(dated[oldest]) > timedelta(days=DAYS):
            oldest += 1
        if oldest < here:
            likeness = (matrix[oldest:here] @ matrix[here].T).toarray().ravel()
            stories, where = np.unique(story[oldest:here], return_inverse=True)
            mean = np.round(np.bincount(where, likeness) / np.bincount(where), 9)
            if mean.max() >= LEAST_LIKENESS:
                story[here] = stories[mean.argmax()]
        group[article.article_id] = dated[story[here]].article_id
    return group


def _published(article: Told) -> datetime:
    assert article.published is not None
    return article.published


def _join_families(articles: Sequence[Told], group: dict[str, str]) -> None:
    """A family's later members move to the story of its earliest one."""
    first: dict[str, Told] = {}
    for article in sorted(articles, key=_order):
        first.setdefault(article.family, article)
    homes = {family: group[article.article_id] for family, article in first.items()}
    for article in articles:
        group[article.article_id] = homes[article.family]


def _order(article: Told) -> tuple[bool, float, str]:
    return article.published is None, article.published.timestamp() if article.published else 0.0, article.article_id


def _rows(articles: Sequence[Told], group: dict[str, str]) -> list[dict[str, Any]]:
    members: dict[str, list[Told]] = defaultdict(list)
    for article in articles:
        members[group[article.article_id]].append(article)
    rows = []
    for told in members.values():
        first = min(told, key=_order)
        rows += [
            {"article_id": a.article_id, "story_id": first.article_id, "first_seen": first.published} for a in told
        ]
    return sorted(rows, key=lambda row: str(row["article_id"]))
