"""What was talked about: topics of each language, aligned across languages, and stories over time."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coverage.schema import frame_of
from coverage.topics.alignment import align, anchors_of, profile
from coverage.topics.factors import Fit, coherence, fit_topics, shares
from coverage.topics.stories import Told, find_stories
from coverage.topics.terms import Counted, count_terms, tf_idf

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Topics", "find_topics"]

LEAST_WORDS = 30
LEAST_TEXTS = 10
LEAST_SHARE = 0.1  # weaker topics of an article are not listed
SPEAKS_OF = 0.3  # an article with this share of a topic lends it its names and numbers
TERMS_LISTED = 10
CHARACTERS_READ = 200_000


@dataclass(frozen=True)
class Topics:
    """`topics`, `terms`, `stories`: the tables topics, topic_terms and stories. `notes`: what was left out, and why."""

    topics: pd.DataFrame
    terms: pd.DataFrame
    stories: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def balance(self) -> pd.DataFrame:
        """One row a topic (aligned ones together), one column a language: share of its articles in that language."""
        if self.terms.empty:
            return self.terms.pivot_table(index="topic_id", columns="language", values="n_articles")
        shared = self.terms["aligned_id"].fillna(self.terms["topic_id"]).rename("aligned_id")
        counts = self.terms.groupby([shared, "language"])["n_articles"].sum().unstack(fill_value=0)
        return counts.div(counts.sum(axis=1).where(lambda n: n > 0, 1), axis=0)


def find_topics(articles: pd.DataFrame, families: pd.DataFrame | None = None) -> Topics:
    """Topics per language and stories of `articles` (article_id, language, title, text, published_at).

    With `families` (table of that name), a family counts once when topics are fitted. Articles under 30 words are not fitted and have
    no topic; a language with fewer than 10 such texts (families counted once) gets none, and `notes` says so.
    """
    told = _told(articles, families)
    by_language: dict[str, list[Told]] = defaultdict(list)
    for article in told:
        if len(article.text.split()) >= LEAST_WORDS:
            by_language[article.language].append(article)
    topics: list[dict[str, Any]] = []
    terms: list[dict[str, Any]] = []
    notes = _note_short(told, by_language)
    profiles: dict[str, tuple[str, dict[str, float]]] = {}
    for language in sorted(by_language):
        found = _of_one_language(by_language[language], language)
        if found is None:
            notes.append(f"{language}: fewer than {LEAST_TEXTS} different texts, so no topics")
            continue
        topics += found.memberships
        terms += found.terms
        profiles |= {topic: (language, anchors) for topic, anchors in found.profiles.items()}
    aligned = align(profiles)
    for row in terms:
        row["aligned_id"] = aligned.get(row["topic_id"])
    return Topics(
        frame_of("topics", sorted(topics, key=lambda row: (row["article_id"], row["topic_id"]))),
        frame_of("topic_terms", terms),
        frame_of("stories", find_stories(told)),
        tuple(notes),
    )


def _told(articles: pd.DataFrame, families: pd.DataFrame | None) -> list[Told]:
    """The articles in the order of their ids, so that the order given does not matter."""
    family: dict[str, str] = {}
    if families is not None:
        family = dict(zip(families["article_id"].astype(str), families["family_id"].astype(str), strict=True))
    columns = zip(*(articles[n] for n in ("article_id", "language", "title", "text", "published_at")), strict=True)
    told = [
        Told(
            str(i),
            _word(language),
            _time(at),
            f"{_word(title)}\n{_word(text)}"[:CHARACTERS_READ],
            family.get(str(i), str(i)),
        )
        for i, language, title, text, at in columns
    ]
    if len({article.article_id for article in told}) < len(told):
        raise ValueError("find_topics: an article_id stands twice; give each article one row")
    return sorted(told, key=lambda article: article.article_id)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: Any) -> datetime | None:
    if not isinstance(value, datetime) or value != value:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _note_short(told: list[Told], by_language: dict[str, list[Told]]) -> list[str]:
    short = len(told) - sum(len(group) for group in by_language.values())
    return [f"{short} of {len(told)} articles have fewer than {LEAST_WORDS} words and no topic"] if short else []


@dataclass(frozen=True)
class _Found:
    memberships: list[dict[str, Any]]
    terms: list[dict[str, Any]]
    profiles: dict[str, dict[str, float]]


def _of_one_language(articles: list[Told], language: str) -> _Found | None:
    """Fit on one article a family, the longest; then weigh every article."""
    import numpy as np

    chosen: dict[str, int] = {}
    for number in sorted(range(len(articles)), key=lambda n: (-len(articles[n].text), articles[n].article_id)):
        chosen.setdefault(articles[number].family, number)
    basis = sorted(chosen.values())
    if len(basis) < LEAST_TEXTS:
        return None
    counted = count_terms([a.text for a in articles], language, 2 if len(basis) < 200 else 3, basis=basis)
    if counted.counts.shape[1] < 2:
        return None
    matrix = tf_idf(counted.counts, basis)
    fit = fit_topics(matrix[basis])
    weights = shares(matrix, fit.topics)
    order = np.argsort(-np.round(weights[basis].sum(axis=0), 6), kind="stable").tolist()
    ids = {k: f"{language}-{place:02}" for place, k in enumerate(order, 1)}
    strongest = Counter(int(row.argmax()) for row in weights if row.any())
    terms = [_terms_row(ids[k], language, fit, k, counted, basis, strongest[k]) for k in order]
    return _Found(_memberships(articles, weights, ids), terms, _profiles(articles, basis, weights, ids))


def _terms_row(
    topic: str, language: str, fit: Fit, k: int, counted: Counted, basis: list[int], n: int
) -> dict[str, Any]:
    strongest = (-fit.topics[k].round(9)).argsort(kind="stable")[:TERMS_LISTED].tolist()
    strongest = [j for j in strongest if fit.topics[k, j] > 0] or strongest[:1]
    listed = [counted.shown[j] for j in strongest]
    return {
        "topic_id": topic,
        "language": language,
        "label": " · ".join(listed[:3]),
        "terms": listed,
        "n_articles": n,
        "stability": fit.stability[k] if fit.stability else None,
        "coherence": coherence(counted.counts[basis], strongest),
        "aligned_id": None,
    }


def _memberships(articles: list[Told], weights: Any, ids: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {"article_id": article.article_id, "topic_id": ids[k], "weight": float(weight)}
        for article, row in zip(articles, weights, strict=True)
        for k, weight in enumerate(row)
        if weight >= LEAST_SHARE
    ]


def _profiles(articles: list[Told], basis: list[int], weights: Any, ids: dict[int, str]) -> dict[str, dict[str, float]]:
    anchors = {n: anchors_of(articles[n].text) for n in basis}
    return {
        topic: profile([(anchors[n], float(weights[n, k])) for n in basis if weights[n, k] >= SPEAKS_OF])
        for k, topic in ids.items()
    }
