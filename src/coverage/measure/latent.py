"""The latent class model behind the outlet index: true classes of an outlet's families, drawn given the predicted ones.

Predicted classes come from true ones through a confusion matrix that a hand-coded sample tells up to a Dirichlet posterior;
outlets' compositions share a non-parametric prior over the simplex. Arrays in, arrays out; classes in the order of CLASSES.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

GRID_STEPS = 16
NEAR_CORNER = (0.01, 0.03)  # compositions of an outlet that strays once in a hundred, or in thirty
CORNER_WEIGHT = 6.0  # of a corner before any outlet is seen: as much as the points near it together
NEAR_WEIGHT = 0.7
UNSEEN_SHARE = 0.15  # of the prior: no composition is held to be impossible
UNSEEN_OUTLETS = 4.0  # that the prior unseen counts for: a handful of outlets tells little of the next one
PSEUDO_COUNT = 1.0  # in each cell of the confusion matrix
FIRST_ROUNDS = 20  # of EM on the mean confusion matrix
ROUNDS = 12  # of EM in each draw
NOISE_SHAPE = 0.5  # of the gamma noise that each draw's EM starts from
MOST_DRAWS, FEWEST_DRAWS = 400, 150  # of the confusion matrix and the prior
DRAW_BUDGET = 150_000  # draws × outlets: well under a second
REALISED_DRAWS = 2  # of the latent classes, for each of them


@dataclass(frozen=True)
class Seen:
    """Families by predicted class (outlets × classes) that one confusion table (true × predicted counts) holds for."""

    counts: np.ndarray
    confusion: np.ndarray


def draw_true_counts(seen: Sequence[Seen], rng: np.random.Generator) -> np.ndarray:
    """Draws of the outlets' true class counts: (outlets, draws × REALISED_DRAWS, classes), whole numbers.

    Each draw takes its own confusion matrices from their posterior and its own prior, fitted on a Bayesian bootstrap of
    the outlets from a noisy start: where the data cannot tell two compositions apart (all or nearly all families on one
    side), EM keeps the odds it began with, so the noise is what spreads the draws over both. Draws are joint over outlets.
    """
    import numpy as np

    grid, base = simplex_grid()
    n = len(seen[0].counts)
    draws = max(FEWEST_DRAWS, min(MOST_DRAWS, DRAW_BUDGET // max(n, 1)))
    unseen = max(UNSEEN_SHARE, UNSEEN_OUTLETS / (UNSEEN_OUTLETS + n))
    rates = [_draw_rates(one.confusion, draws, rng) for one in seen]
    fitted = _fit_prior(_likelihood(seen, [_mean(one.confusion) for one in seen], grid), base, np.ones(n), FIRST_ROUNDS)
    found = np.empty((draws, n * REALISED_DRAWS, 3), dtype=np.int32)
    twice = [Seen(np.repeat(one.counts, REALISED_DRAWS, axis=0), one.confusion) for one in seen]
    for d in range(draws):
        matrices = [rate[d] for rate in rates]
        likelihood = _likelihood(seen, matrices, grid)
        start = (fitted + base / 2) * rng.gamma(NOISE_SHAPE, size=len(grid))
        prior = _fit_prior(likelihood, start / start.sum(), rng.exponential(size=n), ROUNDS)
        prior = (1 - unseen) * prior + unseen * base
        chosen = _draw_points(likelihood, prior, rng)
        found[d] = _draw_latent(twice, matrices, grid[chosen], rng)
    return found.reshape(draws, n, REALISED_DRAWS, 3).transpose(1, 0, 2, 3).reshape(n, draws * REALISED_DRAWS, 3)


def simplex_grid(steps: int = GRID_STEPS) -> tuple[np.ndarray, np.ndarray]:
    """Compositions of three classes (points × 3) in steps of 1/steps and near the corners, and their weights unseen."""
    import numpy as np

    even = np.array([(i, j, steps - i - j) for i in range(steps + 1) for j in range(steps + 1 - i)]) / steps
    near = np.array(
        [
            np.roll((1 - small, small * part, small * (1 - part)), turn)
            for small in NEAR_CORNER
            for part in (0.0, 0.5, 1.0)
            for turn in range(3)
        ]
    )
    weights = np.concatenate(
        [np.where(even.max(axis=1) == 1, CORNER_WEIGHT, 1.0), np.full(len(near), NEAR_WEIGHT)],
    )
    return np.concatenate([even, near]), weights / weights.sum()


def _mean(confusion: np.ndarray) -> np.ndarray:
    weights = confusion + PSEUDO_COUNT
    mean: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return mean


def _draw_rates(confusion: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws × true × predicted. A Latin hypercube: each cell's draws are spread evenly over its distribution."""
    import numpy as np
    from scipy.special import gammaincinv

    shape = confusion + PSEUDO_COUNT
    order = np.argsort(rng.random((draws, *shape.shape)), axis=0)
    weights = gammaincinv(shape, (order + rng.random(order.shape)) / draws) + 1e-9
    rates: np.ndarray = weights / weights.sum(axis=2, keepdims=True)
    return rates


def _likelihood(seen: Sequence[Seen], rates: Sequence[np.ndarray], grid: np.ndarray) -> np.ndarray:
    """Likelihood of each outlet's predicted counts at each grid point (points × outlets), 1 at the best."""
    import numpy as np

    logs = np.zeros((len(grid), len(seen[0].counts)), dtype=np.float32)
    for one, matrix in zip(seen, rates, strict=True):
        logs += np.log(grid @ matrix + 1e-12).astype(np.float32) @ one.counts.T.astype(np.float32)
    logs -= logs.max(axis=0)
    found: np.ndarray = np.exp(logs)
    return found


def _fit_prior(likelihood: np.ndarray, start: np.ndarray, weights: np.ndarray, rounds: int) -> np.ndarray:
    """Non-parametric maximum likelihood over the grid: EM from `start`, outlets weighted."""
    import numpy as np

    prior = np.maximum(start, 1e-7).astype(likelihood.dtype)
    weights = (weights / weights.sum()).astype(likelihood.dtype)
    for _ in range(rounds):
        prior = np.maximum(prior * (likelihood @ (weights / (prior @ likelihood))), np.float32(1e-7))
    fitted: np.ndarray = prior
    return fitted


def _draw_points(likelihood: np.ndarray, prior: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """REALISED_DRAWS grid points for each outlet, from its posterior."""
    import numpy as np

    cumulative = (likelihood * prior.astype(likelihood.dtype)[:, None]).cumsum(axis=0)
    aims = rng.random((REALISED_DRAWS, likelihood.shape[1]), dtype=np.float32) * cumulative[-1]
    chosen = np.stack([(cumulative < aim).sum(axis=0) for aim in aims], axis=1)
    drawn: np.ndarray = chosen.clip(max=len(prior) - 1).ravel()
    return drawn


def _draw_latent(
    seen: Sequence[Seen], rates: Sequence[np.ndarray], shares: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """True class counts given predicted ones: each predicted class is split by its posterior."""
    import numpy as np

    true = np.zeros_like(seen[0].counts)
    for one, matrix in zip(seen, rates, strict=True):
        first, second, third = (shares[:, k, None] * matrix[k] + 1e-12 for k in range(3))
        is_first = rng.binomial(one.counts, first / (first + second + third))
        is_second = rng.binomial(one.counts - is_first, second / (second + third))
        true[:, 0] += is_first.sum(axis=1)
        true[:, 1] += is_second.sum(axis=1)
        true[:, 2] += (one.counts - is_first - is_second).sum(axis=1)
    return true
