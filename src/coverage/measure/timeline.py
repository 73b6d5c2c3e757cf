"""Table `timeline`: articles and families by day and stance, days without any included."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from coverage.measure.units import speaks_of
from coverage.schema import STANCES

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Event


def timeline(
    events: list[Event],
    articles: pd.DataFrame,
    stances: pd.DataFrame,
    families: pd.DataFrame,
    window: tuple[date, date],
) -> pd.DataFrame:
    """Counts for every day of the event's watch window within the study's. Only dates known to the day count.

    A family is counted once, on the day of its first dated article and with that article's stance.
    """
    from coverage.schema import frame_of

    rows: list[dict[str, Any]] = []
    for event in events:
        dated = _dated(event, articles, stances, families)
        first = dated.sort_values(["published_at", "article_id"]).drop_duplicates("family_id")
        n_articles, n_families = (part.groupby(["day", "stance"]).size().to_dict() for part in (dated, first))
        for day in days_of(event, window):
            rows += [
                {
                    "event_id": event.id,
                    "day": day,
                    "stance": s,
                    "n_articles": n_articles.get((day, s), 0),
                    "n_families": n_families.get((day, s), 0),
                }
                for s in STANCES
            ]
    return frame_of("timeline", rows)


def days_of(event: Event, window: tuple[date, date]) -> list[date]:
    """The days of the event's watch window that lie in the study's."""
    first, last = max(event.watch_from, window[0]), min(event.watch_to, window[1])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _dated(event: Event, articles: pd.DataFrame, stances: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    mine = articles[speaks_of(articles, event.id) & articles["published_precision"].isin(["minute", "day"])]
    if event.kind != "appeal":
        mine = mine[~mine["is_appeal"]]
    rows = mine[["article_id", "published_at"]].merge(stances[["article_id", "stance"]], on="article_id")
    rows = rows.merge(families[["article_id", "family_id"]], on="article_id", how="left").dropna(subset=["stance"])
    return rows.assign(day=rows["published_at"].dt.date, family_id=rows["family_id"].fillna(rows["article_id"]))
