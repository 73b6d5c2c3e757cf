"""The outlet index: P(amplifies) − P(rejects) over an outlet's families, corrected for the classifier's errors.

Classify-and-count is biased and its intervals are far too narrow. Here an outlet's true composition is latent: predicted
classes come from true ones through a confusion matrix, known from hand-coded articles up to a Dirichlet posterior; outlets'
compositions share a non-parametric prior on a grid of the simplex (NPMLE by EM). What is reported are the REALISED shares of
the outlet's own families, so that a perfect classifier leaves no uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coverage.measure.units import CLASSES, by_outlet_and_family

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

GRID_STEPS = 10
FIRST_ROUNDS = 40  # of EM on the mean confusion matrix
ROUNDS = 8  # of EM in each draw, from there
STEPS_OFF_GRID = 2  # of Gibbs sampling: an outlet with much data may leave its grid point
GRID_WEIGHT = 8.0  # families that the grid point counts for in such a step
UNIFORM_SHARE = 0.05  # of the prior: no composition is held to be impossible
CONFUSION_DRAWS = 100
REALISED_DRAWS = 8  # of the latent classes, for each confusion draw
PSEUDO_COUNT = 0.5
LEVEL = 0.95
SEED = 20240309


@dataclass(frozen=True)
class Confusion:
    """Counts true × predicted (rows and columns in the order of CLASSES) and where they come from."""

    counts: tuple[tuple[float, ...], ...]
    source: str

    @property
    def n(self) -> float:
        return sum(map(sum, self.counts))


def pooled(validation: Mapping[str, Any]) -> Confusion:
    """All languages of a validation file (`by_language` → 3 × 3 counts) together."""
    tables = list(validation["by_language"].values())
    order = [validation["classes"].index(c) for c in CLASSES]
    counts = tuple(tuple(float(sum(table[i][j] for table in tables)) for j in order) for i in order)
    return Confusion(counts, "out-of-fold predictions on the development gold")


def from_labels(labels: pd.DataFrame, stances: pd.DataFrame) -> Confusion:
    """Counts from a study's hand-coded articles (article_id, stance) and what the model said of them."""
    both = labels[["article_id", "stance"]].merge(
        stances[["article_id", "stance"]], on="article_id", suffixes=("_true", "_found")
    )
    counts = tuple(
        tuple(float(((both["stance_true"] == t) & (both["stance_found"] == f)).sum()) for f in CLASSES) for t in CLASSES
    )
    return Confusion(counts, "the study's hand-coded sample")


def outlet_index(
    stances: pd.DataFrame,
    families: pd.DataFrame,
    labels: pd.DataFrame | Confusion,
    *,
    articles: pd.DataFrame | None = None,
    min_families: int = 5,
) -> pd.DataFrame:
    """One row an outlet, by outlet_id: n_families, n_<class>, n_unclear, and from `min_families` clear families on the
    corrected shares and index with 95 % intervals (columns as in table `outlets`), empty below.

    `stances` and `families` are tables of those names; whose an article is stands in a column outlet_id of `stances`, or in
    `articles`. `labels` are hand-coded articles (article_id, stance) of the same `stances`, or a Confusion. Raises ValueError
    where the outlet is nowhere said, or where no label belongs to any article.
    """
    if "outlet_id" not in stances.columns:
        if articles is None:
            raise ValueError("whose articles are these? give `articles`, or `stances` with a column outlet_id")
        stances = stances.merge(articles[["article_id", "outlet_id", "language"]], on="article_id")
    confusion = labels if isinstance(labels, Confusion) else from_labels(labels, stances)
    if not confusion.n:
        raise ValueError("no label belongs to an article of `stances`; the index cannot be corrected without")
    rows = stances.assign(language=stances["language"] if "language" in stances.columns else "und")
    rows = rows.merge(families[["article_id", "family_id"]], on="article_id", how="left")
    units = by_outlet_and_family(rows[rows["stance"].notna()])
    counts = units.groupby(["outlet_id", "stance"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[*CLASSES, "unclear"], fill_value=0)
    measured = index_of_counts(counts[counts[list(CLASSES)].sum(axis=1) >= min_families], confusion)
    totals = counts.add_prefix("n_").assign(n_families=counts.sum(axis=1))
    return totals.join(measured).reset_index()


def index_of_counts(
    counts: pd.DataFrame, confusion: Confusion, *, level: float = LEVEL, seed: int = SEED
) -> pd.DataFrame:
    """Realised shares and index with equal-tailed credible intervals.

    `counts` has one row an outlet with columns rejects, amplifies, neutral: its families by predicted class. Returns its
    index with, for each class, <class>_share, _low, _high, and index, index_low, index_high. Rows without families are empty.
    """
    import numpy as np
    import pandas as pd

    matrix = counts[list(CLASSES)].to_numpy(dtype=np.int64)
    distinct, where, sizes = np.unique(matrix, axis=0, return_inverse=True, return_counts=True)
    draws = _realised(distinct, sizes, np.array(confusion.counts), np.random.default_rng(seed))
    columns: dict[str, np.ndarray] = {}
    tails = ((1 - level) / 2, (1 + level) / 2)
    for k, name in enumerate(CLASSES):
        columns |= _summary(f"{name}_share", draws[:, :, k], tails)
    columns |= _summary("index", draws[:, :, CLASSES.index("amplifies")] - draws[:, :, CLASSES.index("rejects")], tails)
    frame = pd.DataFrame({name: values[where.ravel()] for name, values in columns.items()}, index=counts.index)
    frame[matrix.sum(axis=1) == 0] = np.nan
    return frame


def _summary(name: str, draws: np.ndarray, tails: tuple[float, float]) -> dict[str, np.ndarray]:
    import numpy as np

    low, high = np.quantile(draws, tails, axis=1, method="inverted_cdf")
    middle = np.clip(draws.mean(axis=1), low, high)
    return {name: middle, f"{name}_low": low, f"{name}_high": high}


def _realised(counts: np.ndarray, sizes: np.ndarray, confusion: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draws of the realised shares: (distinct count vectors, draws, classes). `sizes` says how many outlets have each vector.

    Each draw takes its own confusion matrix from its posterior and its own prior, fitted on a Bayesian bootstrap of the
    outlets: what is not known of either is in the intervals.
    """
    import numpy as np

    grid = simplex_grid(GRID_STEPS)
    mean = (confusion + PSEUDO_COUNT) / (confusion + PSEUDO_COUNT).sum(axis=1, keepdims=True)
    start = _prior(counts, grid, mean, sizes.astype(float), np.full(len(grid), 1 / len(grid)), FIRST_ROUNDS)
    totals = np.maximum(counts.sum(axis=1), 1)
    found = []
    for _ in range(CONFUSION_DRAWS):
        rates = np.stack([rng.dirichlet(row + PSEUDO_COUNT) for row in confusion])
        prior = _prior(counts, grid, rates, rng.gamma(sizes), start, ROUNDS)
        weights = _posterior(counts, grid, rates, prior)
        cumulative = weights.cumsum(axis=1)
        for _ in range(REALISED_DRAWS):
            chosen = (rng.random((len(counts), 1)) > cumulative).sum(axis=1).clip(max=len(grid) - 1)
            shares = grid[chosen]
            for _ in range(STEPS_OFF_GRID):
                shares = _dirichlet(_latent(counts, shares, rates, rng) + GRID_WEIGHT * shares + 1e-3, rng)
            found.append(_latent(counts, shares, rates, rng) / totals[:, None])
    return np.stack(found, axis=1)


def _dirichlet(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One draw for each row of weights."""
    drawn = rng.gamma(weights) + 1e-12
    shares: np.ndarray = drawn / drawn.sum(axis=1, keepdims=True)
    return shares


def _latent(counts: np.ndarray, shares: np.ndarray, rates: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """True class counts drawn given predicted counts: each predicted class is split by its posterior."""
    import numpy as np

    true = np.zeros_like(counts)
    for k in range(counts.shape[1]):
        joint = shares * rates[:, k] + 1e-12
        split = joint / joint.sum(axis=1, keepdims=True)
        true += rng.multinomial(counts[:, k], split)
    return true


def simplex_grid(steps: int) -> np.ndarray:
    """All compositions of three classes in steps of 1/steps, corners and edges included."""
    import numpy as np

    points = [(i, j, steps - i - j) for i in range(steps + 1) for j in range(steps + 1 - i)]
    grid: np.ndarray = np.array(points) / steps
    return grid


def _likelihood(counts: np.ndarray, grid: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Log likelihood of predicted counts at each grid point, less the constant."""
    import numpy as np

    logs: np.ndarray = counts @ np.log(grid @ rates + 1e-12).T
    return logs


def _posterior(counts: np.ndarray, grid: np.ndarray, rates: np.ndarray, prior: np.ndarray) -> np.ndarray:
    import numpy as np

    logs = _likelihood(counts, grid, rates) + np.log(prior)
    weights: np.ndarray = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _prior(
    counts: np.ndarray, grid: np.ndarray, rates: np.ndarray, weights: np.ndarray, start: np.ndarray, rounds: int
) -> np.ndarray:
    """Non-parametric maximum likelihood over the grid (EM from `start`, outlets weighted), mixed with a little uniform."""
    import numpy as np

    prior = start
    if not len(counts):
        return prior
    logs = _likelihood(counts, grid, rates)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    for _ in range(rounds):
        posterior = likelihood * prior
        posterior *= (weights / posterior.sum(axis=1))[:, None]
        prior = np.maximum(posterior.sum(axis=0), 1e-9)
        prior = prior / prior.sum()
    return (1 - UNIFORM_SHARE) * prior + UNIFORM_SHARE / len(grid)
