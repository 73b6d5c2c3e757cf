"""The unit of every share: one family in one outlet, however often the outlet printed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coverage.schema import UNKNOWN_OUTLET

if TYPE_CHECKING:
    import pandas as pd

CLASSES = ("rejects", "amplifies", "neutral")


def speaks_of(articles: pd.DataFrame, event_id: str | None) -> pd.Series:
    """Which articles speak of the event, as a boolean Series; all of them where none is given."""
    if event_id is None:
        return articles["article_id"].notna()
    return articles["event_ids"].map(lambda ids: event_id in ids).astype(bool)


def outlet_families(
    stances: pd.DataFrame, families: pd.DataFrame, articles: pd.DataFrame, event_id: str | None
) -> pd.DataFrame:
    """One row per outlet and family of an event: outlet_id, family_id, language, n_articles, stance, p_<class>, certainty.

    An outlet's stance in a family is the class of highest mean probability over its own articles in it; `unclear` where
    all of them are. Reports of the appeal not to cover are left out: they are a lane of their own. So are articles without
    a stance, which are not about a vote, and those of unknown outlets, which are not one outlet.
    """
    is_named = articles["outlet_id"] != UNKNOWN_OUTLET
    wanted = articles[speaks_of(articles, event_id) & ~articles["is_appeal"] & is_named]
    rows = wanted[["article_id", "outlet_id", "language"]].merge(
        stances[["article_id", "stance", *(f"p_{c}" for c in CLASSES)]].dropna(subset=["stance"]), on="article_id"
    )
    rows = rows.merge(families[["article_id", "family_id"]], on="article_id", how="left")
    rows["family_id"] = rows["family_id"].fillna(rows["article_id"])
    rows["is_clear"] = rows["stance"].isin(CLASSES)
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


def reach(articles: pd.DataFrame, families: pd.DataFrame) -> pd.Series:
    """By outlet: articles anywhere in the families that it began or carried."""
    rows = articles[["article_id", "outlet_id"]].merge(families[["article_id", "family_id"]], on="article_id")
    sizes = rows.groupby("family_id")["article_id"].nunique()
    pairs = rows.drop_duplicates(["outlet_id", "family_id"])
    return pairs["family_id"].map(sizes).groupby(pairs["outlet_id"]).sum()
