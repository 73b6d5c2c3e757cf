"""Multinomial logistic regression on the features, drawn towards the codebook; coefficients, calibration and training digest in one JSON file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from math import exp
from typing import Any

from coverage.stance.features import FEATURE_VERSION
from coverage.stance.prior import PRIOR

CLASSES = ("rejects", "amplifies", "neutral")
MODEL_VERSION = f"2.{FEATURE_VERSION}"
STRENGTH = 10.0  # weight of the squared distance from the prior, chosen on grouped folds among 0.3, 1, 3, 10
INTERCEPT_STRENGTH = 0.02
MINIMUM_USES = 3  # a feature seen in fewer articles is left out
UNCLEAR_BELOW = 0.42


@dataclass(frozen=True)
class Model:
    """Coefficients per class over named features, and the calibration temperature."""

    intercepts: tuple[float, ...]
    coefficients: Mapping[str, tuple[float, ...]]
    temperature: float
    digest: str

    def scores(self, values: Mapping[str, float]) -> list[float]:
        found = list(self.intercepts)
        for name, value in values.items():
            for k, weight in enumerate(self.coefficients.get(name, ())):
                found[k] += weight * value
        return found

    def probabilities(self, values: Mapping[str, float]) -> dict[str, float]:
        """Class → calibrated probability; they sum to one."""
        scores = [score / self.temperature for score in self.scores(values)]
        top = max(scores)
        powers = [exp(score - top) for score in scores]
        return {name: power / sum(powers) for name, power in zip(CLASSES, powers, strict=True)}


@cache
def packaged() -> Model:
    """The model that comes with the package."""
    return read(json.loads((files("coverage.stance") / "model.json").read_text(encoding="utf-8")))


@cache
def validation() -> Mapping[str, Any]:
    """Out-of-fold confusion counts on the development gold: `classes`, and `by_language` → true × predicted."""
    found: Mapping[str, Any] = json.loads((files("coverage.stance") / "validation.json").read_text(encoding="utf-8"))
    return found


def read(data: Mapping[str, Any]) -> Model:
    coefficients = {name: tuple(weights) for name, weights in data["coefficients"].items()}
    return Model(tuple(data["intercepts"]), coefficients, float(data["temperature"]), str(data["training_digest"]))


def fit(rows: Sequence[Mapping[str, float]], labels: Sequence[str], temperature: float = 1.0) -> Model:
    """Fit on feature rows and their classes (both in a fixed order: the result is the same every time).

    Maximum a posteriori: log loss with balanced classes, plus a Gaussian prior around `prior.PRIOR` on the coefficients.
    """
    import numpy as np

    uses = Counter(name for row in rows for name in row)
    names = sorted({name for name, count in uses.items() if count >= MINIMUM_USES} | PRIOR.keys())
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    truth = np.array([CLASSES.index(label) for label in labels])
    weights, intercepts = _minimise(matrix, truth, np.array([PRIOR.get(name, (0.0, 0.0, 0.0)) for name in names]).T)
    coefficients = {name: tuple(round(float(w), 4) for w in weights[:, k]) for k, name in enumerate(names)}
    return Model(tuple(round(float(b), 4) for b in intercepts), coefficients, temperature, _digest(rows, labels))


def _minimise(matrix: Any, truth: Any, prior: Any) -> tuple[Any, Any]:
    """Coefficients (class × feature) and intercepts of least loss."""
    import numpy as np
    from scipy.optimize import minimize

    count = len(matrix)
    told = np.eye(len(CLASSES))[truth]
    weight = (count / (len(CLASSES) * np.maximum(told.sum(axis=0), 1)))[truth]

    def loss(flat: Any) -> tuple[float, Any]:
        coefficients, intercepts = flat[: prior.size].reshape(prior.shape), flat[prior.size :]
        scores = matrix @ coefficients.T + intercepts
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        away = coefficients - prior
        value = -(weight * np.log(shares[np.arange(count), truth] + 1e-12)).sum()
        value += STRENGTH / 2 * (away**2).sum() + INTERCEPT_STRENGTH / 2 * (intercepts**2).sum()
        residual = (shares - told) * weight[:, None]
        slope = residual.T @ matrix + STRENGTH * away
        return value, np.concatenate([slope.ravel(), residual.sum(axis=0) + INTERCEPT_STRENGTH * intercepts])

    begin = np.concatenate([prior.ravel(), np.zeros(len(CLASSES))])
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 2_000, "gtol": 1e-8}).x
    return found[: prior.size].reshape(prior.shape), found[prior.size :]


def to_json(model: Model) -> dict[str, Any]:
    """What model.json holds; `read` is its inverse."""
    return {
        "version": MODEL_VERSION,
        "classes": CLASSES,
        "training_digest": model.digest,
        "temperature": model.temperature,
        "intercepts": model.intercepts,
        "coefficients": dict(sorted(model.coefficients.items())),
    }


def _digest(rows: Sequence[Mapping[str, float]], labels: Sequence[str]) -> str:
    told = [[label, sorted((k, round(v, 6)) for k, v in row.items())] for row, label in zip(rows, labels, strict=True)]
    return "sha256:" + sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
