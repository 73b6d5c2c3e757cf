"""Multinomial logistic regression on the features; coefficients, calibration and training digest in one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from math import exp
from typing import Any

from coverage.stance.features import FEATURE_VERSION

CLASSES = ("rejects", "amplifies", "neutral")
MODEL_VERSION = f"1.{FEATURE_VERSION}"
STRENGTH = 0.25  # C of the regression: strong regularisation, chosen on grouped folds
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
    """Fit on feature rows and their classes (both in a fixed order: the result is the same every time)."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    uses: dict[str, int] = {}
    for row in rows:
        for name in row:
            uses[name] = uses.get(name, 0) + 1
    names = sorted(name for name, count in uses.items() if count >= MINIMUM_USES)
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    regression = LogisticRegression(C=STRENGTH, max_iter=5_000, tol=1e-9, class_weight="balanced").fit(
        matrix, list(labels)
    )
    order = [list(regression.classes_).index(c) for c in CLASSES]
    weights = regression.coef_[order]
    coefficients = {name: tuple(round(float(w), 6) for w in weights[:, k]) for k, name in enumerate(names)}
    return Model(
        tuple(round(float(b), 6) for b in regression.intercept_[order]),
        coefficients,
        temperature,
        _digest(rows, labels),
    )


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
