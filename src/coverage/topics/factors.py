"""Topics of one language by non-negative matrix factorisation, how many there are, and how far they can be trusted.

Everything is deterministic: nndsvda start, a fixed number of iterations, seeded resampling, float64, weights rounded at the end.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import combinations
from typing import Any

ITERATIONS = 60
RESAMPLES = 4
RESAMPLED_SHARE = 0.8
LEAST_FOR_STABILITY = 20
ENOUGH_STABILITY = 0.7
CANDIDATES = (2, 3, 4, 6, 8, 11, 15)
TEXTS_A_TOPIC = 8
SEED = 20240315
RIDGE = 1e-9  # keeps topics that nearly coincide solvable


@dataclass(frozen=True)
class Fit:
    """`topics[k, j]`: weight of term j in topic k; `stability[k]` is None under 20 texts."""

    topics: Any
    stability: list[float] | None


def fit_topics(matrix: Any) -> Fit:
    """The largest number of topics, at least 8 texts each, whose mean stability reaches .7; else the stablest number.

    Under 20 texts there is nothing to resample: one topic for every 8 texts, at least one.
    """
    texts = matrix.shape[0]
    if texts < LEAST_FOR_STABILITY:
        return Fit(_factorise(matrix, max(1, texts // TEXTS_A_TOPIC)), None)
    best: tuple[float, Fit] | None = None
    for number in reversed([k for k in CANDIDATES if k * TEXTS_A_TOPIC <= texts and k < matrix.shape[1]] or [1]):
        topics = _factorise(matrix, number)
        stability = _stability(matrix, topics)
        mean = round(sum(stability) / len(stability), 6)
        if best is None or mean > best[0]:
            best = mean, Fit(topics, stability)
        if mean >= ENOUGH_STABILITY:
            break
    assert best is not None
    return best[1]


def _factorise(matrix: Any, number: int) -> Any:
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    start = "nndsvda" if number <= min(matrix.shape) else "random"
    model = NMF(number, init=start, random_state=SEED, max_iter=ITERATIONS, tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix)
    return model.components_


def _stability(matrix: Any, topics: Any) -> list[float]:
    """Mean, over resampled corpora, of the cosine between each topic and its match there (one to one)."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    draw = np.random.default_rng(SEED)
    size = max(2, round(RESAMPLED_SHARE * matrix.shape[0]))
    total = np.zeros(len(topics))
    for _ in range(RESAMPLES):
        chosen = np.sort(draw.permutation(matrix.shape[0])[:size])
        cosine = _unit(topics) @ _unit(_factorise(matrix[chosen], len(topics))).T
        rows, columns = linear_sum_assignment(-np.round(cosine, 9))
        total[rows] += cosine[rows, columns]
    return [float(min(1.0, max(0.0, value))) for value in np.round(total / RESAMPLES, 6)]


def _unit(rows: Any) -> Any:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1.0, lengths)


def shares(matrix: Any, topics: Any) -> Any:
    """Each text's weights on the topics, summing to 1, rounded to 6 digits (non-negative least squares in the topics' own space); a row of zeros where nothing fits."""
    import numpy as np
    from scipy.optimize import nnls

    gram, target = topics @ topics.T, np.asarray(matrix @ topics.T)
    root = np.linalg.cholesky(gram + RIDGE * np.trace(gram) * np.eye(len(topics)))
    solved = np.linalg.solve(root, target.T).T
    weights = np.array([nnls(root.T, row)[0] for row in solved]).reshape(matrix.shape[0], len(topics))
    weights *= np.linalg.norm(topics, axis=1)
    sums = weights.sum(axis=1, keepdims=True)
    return np.round(weights / np.where(sums == 0, 1.0, sums), 6)


def coherence(counts: Any, terms: list[int]) -> float | None:
    """Mean NPMI over pairs of the topic's terms, by the texts that hold both; None where there is no pair."""
    import numpy as np

    held = (counts[:, terms] > 0).toarray().astype(np.float64)
    share, values = held.mean(axis=0), []
    for a, b in combinations(range(len(terms)), 2):
        both = float((held[:, a] * held[:, b]).mean())
        values.append(_npmi(both, float(share[a]), float(share[b])))
    return round(sum(values) / len(values), 6) if values else None


def _npmi(both: float, first: float, second: float) -> float:
    from math import log

    if both == 0:
        return -1.0
    if both == 1:
        return 1.0
    return log(both / (first * second)) / -log(both)
