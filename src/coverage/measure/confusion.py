"""How often the classifier takes one class for another: counts of hand-coded against predicted, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coverage.measure.units import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Counts = tuple[tuple[float, ...], ...]

POOLED_WEIGHT = 20.0  # hand-coded articles that all languages together count for in each row of one language's table


@dataclass(frozen=True)
class Confusion:
    """Counts true × predicted (rows and columns in the order of CLASSES) and where they come from.

    `by_language`, where given, holds each language's own counts.
    """

    counts: Counts
    source: str
    by_language: tuple[tuple[str, Counts], ...] = ()
    is_assumed: bool = False  # nothing was hand-coded: the counts are a guess

    @property
    def n(self) -> float:
        return sum(map(sum, self.counts))

    def of(self, language: str) -> Counts:
        """One language's counts with the pooled rates behind them, so that few labels lean on all."""
        own = dict(self.by_language).get(language, ((0.0,) * 3,) * 3)
        pooled = [[(cell + 1) / (sum(row) + 3) for cell in row] for row in self.counts]
        return tuple(
            tuple(a + POOLED_WEIGHT * b for a, b in zip(*rows, strict=True)) for rows in zip(own, pooled, strict=True)
        )


ASSUMED = Confusion(
    ((8.0, 1.0, 1.0), (1.0, 8.0, 1.0), (1.0, 1.0, 8.0)),
    "assumed: nothing was hand-coded, so the classifier's errors are a guess (8 of 10 right)",
    is_assumed=True,
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
