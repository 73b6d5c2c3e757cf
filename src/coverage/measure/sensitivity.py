"""The headline figures under each reasonable coding choice, in one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coverage.measure.index import Confusion, by_language, index_of_counts
from coverage.measure.units import CLASSES, outlet_families, speaks_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class _Choice:
    """One way to count; the defaults are the ones reported."""

    name: str
    min_families: int = 5
    is_by_family: bool = True
    has_passing: bool = True
    has_unclear: bool = False
    by_language: bool = True
    is_corrected: bool = True


REPORTED = _Choice("as reported: families, all mentions, at least 5, corrected")
CHOICES = (
    REPORTED,
    replace(REPORTED, name="not corrected: the classifier's classes counted", is_corrected=False),
    replace(REPORTED, name="all languages corrected by the same errors", by_language=False),
    replace(REPORTED, name="articles instead of families", is_by_family=False),
    replace(REPORTED, name="passing mentions left out", has_passing=False),
    replace(REPORTED, name="unclear counted as neutral", has_unclear=True),
    replace(REPORTED, name="at least 3 families", min_families=3),
    replace(REPORTED, name="at least 10 families", min_families=10),
)


def sensitivity(
    event_id: str, articles: pd.DataFrame, stances: pd.DataFrame, families: pd.DataFrame, confusion: Confusion
) -> pd.DataFrame:
    """One row a choice: units, shares of the clear ones as classified, and how many outlets are clearly on a side.

    Columns event_id, choice, n_units, n_outlets (with an index), rejects, amplifies, neutral, clearly_amplify,
    clearly_reject (whole interval above or below 0), mostly_amplify (more than half amplified, false discoveries ≤ 5 %).
    """
    import pandas as pd

    mine = articles[speaks_of(articles, event_id)]
    return pd.DataFrame([_figures(event_id, choice, mine, stances, families, confusion) for choice in CHOICES])


def _figures(
    event_id: str,
    choice: _Choice,
    articles: pd.DataFrame,
    stances: pd.DataFrame,
    families: pd.DataFrame,
    confusion: Confusion,
) -> dict[str, Any]:
    if not choice.has_passing:
        stances = stances[stances["about_vote"] != "passing"]
    if not choice.is_by_family:
        families = families.assign(family_id=families["article_id"])
    units = outlet_families(stances, families, articles, event_id)
    if choice.has_unclear:
        units["stance"] = units["stance"].replace("unclear", "neutral")
    clear = units[units["stance"].isin(CLASSES)]
    many = clear.groupby("outlet_id")["family_id"].transform("size") >= choice.min_families
    sides = _sides(clear[many], choice, confusion)
    shares = clear["stance"].value_counts(normalize=True)
    return {
        "event_id": event_id,
        "choice": choice.name,
        "n_units": len(units),
        "n_outlets": int(clear[many]["outlet_id"].nunique()),
        **{c: float(shares.get(c, 0.0)) for c in CLASSES},
        **sides,
    }


def _sides(units: pd.DataFrame, choice: _Choice, confusion: Confusion) -> dict[str, int]:
    if not choice.by_language:
        confusion = replace(confusion, by_language=())
    tables = by_language(units, confusion)
    if not choice.is_corrected:
        return _plain_sides(sum(tables.values(), start=0))
    measured = index_of_counts(tables, confusion)
    return {
        "clearly_amplify": int((measured["index_low"] > 0).sum()),
        "clearly_reject": int((measured["index_high"] < 0).sum()),
        "mostly_amplify": int(measured["is_mostly_amplifying"].sum()),
    }


def _plain_sides(counts: pd.DataFrame) -> dict[str, int]:
    """As a count without correction would have it: normal intervals of the index, as if the classifier never erred."""
    total = counts.sum(axis=1)
    index = (counts["amplifies"] - counts["rejects"]) / total
    half = 1.96 * (((counts["amplifies"] + counts["rejects"]) / total - index**2) / total) ** 0.5
    return {
        "clearly_amplify": int((index - half > 0).sum()),
        "clearly_reject": int((index + half < 0).sum()),
        "mostly_amplify": int((2 * counts["amplifies"] > total).sum()),
    }
