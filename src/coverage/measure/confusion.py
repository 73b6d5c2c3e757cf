"""How often the classifier takes one class for another: counts of hand-coded against predicted, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coverage.measure.units import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Counts = tuple[tuple[float, ...], ...]

POOLED_WEIGHT = 4.0  # hand-coded articles that all languages together count for in each row of one language's table
FEWEST_OF_A_LANGUAGE = 60  # hand-coded articles for a table of its own; the other languages share the pooled one
OTHERS = ""  # stands for the languages without a table of their own


@dataclass(frozen=True)
class Confusion:
    """Counts true × predicted (rows and columns in the order of CLASSES) and where they come from.

    `by_language`, where given, holds each language's own counts.
    """

    counts: Counts
    source: str
    by_language: tuple[tuple[str, Counts], ...] = ()

    @property
    def n(self) -> float:
        return sum(map(sum, self.counts))

    def table_for(self, language: str) -> str:
        """The language itself where enough of it was hand-coded for errors of its own, else OTHERS."""
        own = dict(self.by_language).get(language)
        return language if own is not None and sum(map(sum, own)) >= FEWEST_OF_A_LANGUAGE else OTHERS

    def of(self, language: str) -> Counts:
        """Counts for a language (or OTHERS): its own with the pooled rates behind them, so that few labels lean on all."""
        if self.table_for(language) == OTHERS:
            return self.counts
        pooled = [[(cell + 1) / (sum(row) + 3) for cell in row] for row in self.counts]
        return tuple(
            tuple(a + POOLED_WEIGHT * b for a, b in zip(*rows, strict=True))
            for rows in zip(dict(self.by_language)[language], pooled, strict=True)
        )


def pooled(validation: Mapping[str, Any]) -> Confusion:
    """All languages of a validation file (`classes`, `by_language` → square counts, true × predicted) together."""
    order = [validation["classes"].index(c) for c in CLASSES]
    tables = {
        language: tuple(tuple(float(table[i][j]) for j in order) for i in order)
        for language, table in sorted(validation["by_language"].items())
    }
    counts = tuple(tuple(sum(table[i][j] for table in tables.values()) for j in range(3)) for i in range(3))
    return Confusion(counts, "out-of-fold predictions on the development gold", tuple(tables.items()))


def from_labels(labels: pd.DataFrame, stances: pd.DataFrame, articles: pd.DataFrame | None = None) -> Confusion:
    """Counts from a study's hand-coded articles (article_id, stance) and what the model said of them.

    By language too where `articles` are given, which tell it.
    """
    both = labels[["article_id", "stance"]].merge(
        stances[["article_id", "stance"]], on="article_id", suffixes=("_true", "_found")
    )
    tables: tuple[tuple[str, Counts], ...] = ()
    if articles is not None:
        spoken = both.merge(articles[["article_id", "language"]], on="article_id").groupby("language")
        tables = tuple((str(language), _counts(part)) for language, part in spoken)
    return Confusion(_counts(both), "the study's hand-coded sample", tables)


def _counts(both: pd.DataFrame) -> Counts:
    return tuple(
        tuple(float(((both["stance_true"] == t) & (both["stance_found"] == f)).sum()) for f in CLASSES) for t in CLASSES
    )
