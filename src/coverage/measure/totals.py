"""Corpus-wide shares of each stance from predictions on every article and hand-coded ones drawn with known probability.

The difference (prediction-powered, design-based) estimator: the mean of the predictions plus the mean of their errors on the
hand-coded sample, each weighted by one over its inclusion probability. It is right whatever the classifier does; a good
classifier only makes it narrower. Särndal, Swensson, Wretman 1992; Angelopoulos et al. 2023 (PPI++); Egami et al. 2023 (DSL).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coverage.schema import STANCES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEVEL = 0.95
FEWEST_LABELS = 30
UNSEEN_ERRORS = 2  # in the variance: rare errors may be missed by the sample (as Agresti and Coull add two of each)


def corpus_totals(stances: pd.DataFrame, labels: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """One row a stance: share, low, high (of all articles in `stances`), raw_share (of the predictions), n, n_coded, design.

    `labels` has article_id, stance (empty or `none` where the coder found no vote) and inclusion_probability, the chance
    with which the article was drawn; without that column a simple random sample is assumed, and `design` says so. Raises
    ValueError for probabilities outside (0, 1], labels of articles that are not in `stances`, and under 30 labels.
    """
    import pandas as pd

    coded, design = _coded(stances, labels)
    rows: list[dict[str, Any]] = []
    for stance in STANCES:
        predicted = (stances["stance"] == stance).to_numpy(dtype=float)
        on_coded = (coded["predicted"] == stance).to_numpy(dtype=float)
        true = (coded["stance"] == stance).to_numpy(dtype=float)
        share, half = _estimate(predicted, on_coded, true, coded["inclusion_probability"].to_numpy(dtype=float), level)
        bounds = {"low": max(0.0, share - half), "high": min(1.0, share + half)}
        found = {"stance": stance, "share": min(1.0, max(0.0, share)), **bounds, "raw_share": predicted.mean()}
        rows.append(found | {"n": len(stances), "n_coded": len(coded), "design": design})
    return pd.DataFrame(rows)


def _coded(stances: pd.DataFrame, labels: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The hand-coded articles with what was predicted for them, and how they were drawn."""
    labels = labels.drop_duplicates("article_id")
    lost = labels[~labels["article_id"].isin(stances["article_id"])]
    if len(lost):
        raise ValueError(
            f"corpus_totals: {len(lost)} labels are of articles that have no row in stances, first {lost['article_id'].iloc[0]!r}; "
            "give the labels of this study only"
        )
    if len(labels) < FEWEST_LABELS:
        raise ValueError(
            f"corpus_totals: {len(labels)} labels; code at least {FEWEST_LABELS} by `vote-coverage annotate`"
        )
    coded = labels.merge(
        stances[["article_id", "stance"]].rename(columns={"stance": "predicted"}), on="article_id", how="left"
    )
    if "inclusion_probability" not in labels.columns or labels["inclusion_probability"].isna().all():
        return coded.assign(inclusion_probability=len(coded) / len(stances)), "assumed: simple random sample"
    wrong = coded[~coded["inclusion_probability"].between(0, 1, inclusive="right")]
    if len(wrong):
        raise ValueError(
            f"corpus_totals: {len(wrong)} labels lack an inclusion probability above 0 and up to 1, first "
            f"{wrong['article_id'].iloc[0]!r}; keep the column that `vote-coverage annotate` wrote"
        )
    return coded, "known inclusion probabilities"


def _estimate(
    predicted: np.ndarray, on_coded: np.ndarray, true: np.ndarray, chance: np.ndarray, level: float
) -> tuple[float, float]:
    """Share and half width of its interval; the predictions count as far as they tell the truth (slope between 0 and 1)."""
    import numpy as np
    from scipy.special import stdtrit

    weights = 1 / chance
    spread = float(np.cov(on_coded, aweights=weights)) if on_coded.any() else 0.0
    slope = float(np.cov(true, on_coded, aweights=weights)[0, 1]) / spread if spread else 0.0
    slope = min(1.0, max(0.0, slope))
    errors = true - slope * on_coded
    mean_error = float((weights * errors).sum() / weights.sum())
    n = len(true)
    scatter = ((1 - chance) * weights**2 * (errors - mean_error) ** 2).sum() / weights.sum() ** 2 * n / (n - 1)
    uneven = (weights**2).mean() / weights.mean() ** 2
    unseen = UNSEEN_ERRORS * (1 - chance.mean()) * uneven / (n + 2 * UNSEEN_ERRORS) ** 2
    half = stdtrit(n - 1, (1 + level) / 2) * np.sqrt(scatter + unseen)
    return float(slope * predicted.mean() + mean_error), float(half)
