"""The unit of every share: one family in one outlet, however often the outlet printed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

CLASSES = ("rejects", "amplifies", "neutral")


def speaks_of(articles: pd.DataFrame, event_id: str) -> pd.Series:
    """Which articles speak of the event, as a boolean Series."""
    return articles["event_ids"].map(lambda ids: event_id in ids).astype(bool)


def outlet_families(
    stances: pd.DataFrame, families: pd.DataFrame, articles: pd.DataFrame, event_id: str
) -> pd.DataFrame:
    """One row per outlet and family of an event: outlet_id, family_id, language, n_articles, stance, p_<class>, certainty.

    An outlet's stance in a family is the class of highest mean probability over its own articles in it; `unclear` where
    all of them are. Reports of the appeal not to cover are left out: they are a lane of their own.
    """
    wanted = articles[speaks_of(articles, event_id) & ~articles["is_appeal"]]
    rows = wanted[["article_id", "outlet_id", "language"]].merge(stances.drop(columns=["about_vote"]), on="article_id")
    return by_outlet_and_family(rows.merge(families[["article_id", "family_id"]], on="article_id", how="left"))


def by_outlet_and_family(rows: pd.DataFrame) -> pd.DataFrame:
    """The grouping itself: `rows` are articles with outlet_id, family_id (empty: alone), language, stance and p_<class>."""
    rows = rows.assign(family_id=rows["family_id"].fillna(rows["article_id"]), is_clear=rows["stance"].isin(CLASSES))
    found = rows.groupby(["outlet_id", "family_id"], sort=True).agg(
        language=("language", "first"),
        n_articles=("article_id", "count"),
        is_clear=("is_clear", "any"),
        **{f"p_{c}": (f"p_{c}", "mean") for c in CLASSES},
    )
    best = (
        found[[f"p_{c}" for c in CLASSES]].fillna(0).idxmax(axis=1).str.removeprefix("p_")
        if len(found)
        else found.get("p_neutral")
    )
    found["stance"] = best.where(found["is_clear"], "unclear") if len(found) else []
    found["certainty"] = found[[f"p_{c}" for c in CLASSES]].max(axis=1)
    return found.reset_index()
