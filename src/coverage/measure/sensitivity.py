"""The headline figures under each reasonable coding choice, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coverage.measure.index import Confusion, index_of_counts
from coverage.measure.units import CLASSES, outlet_families, speaks_of

if TYPE_CHECKING:
    import pandas as pd


def sensitivity(
    event_id: str, articles: pd.DataFrame, stances: pd.DataFrame, families: pd.DataFrame, confusion: Confusion
) -> pd.DataFrame:
    """One row a choice: units, raw shares, and how many outlets are clearly on a side.

    Columns event_id, choice, n_units, rejects, amplifies, neutral (shares of clear units), clearly_amplify, clearly_reject.
    """
    import pandas as pd

    not_passing = stances[stances["about_vote"] != "passing"]
    alone = families.assign(family_id=families["article_id"])
    choices = (
        ("as reported: families, all mentions, at least 5", stances, families, 5, False),
        ("articles instead of families", stances, alone, 5, False),
        ("passing mentions left out", not_passing, families, 5, False),
        ("unclear counted as neutral", stances, families, 5, True),
        ("at least 3 families", stances, families, 3, False),
        ("at least 10 families", stances, families, 10, False),
    )
    mine = articles[speaks_of(articles, event_id)]
    rows = [
        _figures(event_id, name, mine, some, groups, confusion, least, fold)
        for name, some, groups, least, fold in choices
    ]
    return pd.DataFrame(rows)


def _figures(
    event_id: str,
    choice: str,
    articles: pd.DataFrame,
    stances: pd.DataFrame,
    families: pd.DataFrame,
    confusion: Confusion,
    least: int,
    fold: bool,
) -> dict[str, Any]:
    units = outlet_families(stances, families, articles, event_id)
    if fold:
        units["stance"] = units["stance"].replace("unclear", "neutral")
    clear = units[units["stance"].isin(CLASSES)]
    counts = (
        clear.groupby(["outlet_id", "stance"]).size().unstack(fill_value=0).reindex(columns=list(CLASSES), fill_value=0)
    )
    measured = index_of_counts(counts[counts.sum(axis=1) >= least], confusion)
    shares = clear["stance"].value_counts(normalize=True)
    return {
        "event_id": event_id,
        "choice": choice,
        "n_units": len(units),
        **{c: float(shares.get(c, 0.0)) for c in CLASSES},
        "clearly_amplify": int((measured["index_low"] > 0).sum()),
        "clearly_reject": int((measured["index_high"] < 0).sum()),
    }
