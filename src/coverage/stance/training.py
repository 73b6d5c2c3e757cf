"""Fitting and honest measurement: folds that never share an outlet or a family of copies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import exp, log
from typing import Any

from coverage.stance.judge import Reading, read_article
from coverage.stance.model import CLASSES, UNCLEAR_BELOW, Model, fit

FOLDS = 10


@dataclass(frozen=True)
class Item:
    """One labelled article, read."""

    id: str
    group: str
    language: str
    label: str | None
    about_vote: str
    reading: Reading
    title: str
    text: str
    published: date | None


def items_of(
    labels: Sequence[Mapping[str, Any]], articles: Mapping[str, Mapping[str, Any]], groups: Mapping[str, str]
) -> list[Item]:
    """Labels joined with their articles, in order of id; `groups` maps an article id to its fold group."""
    found = []
    for row in sorted(labels, key=lambda r: str(r["id"])):
        article = articles[str(row["id"])]
        title, text = article.get("title") or "", article.get("text") or ""
        published = date.fromisoformat(str(article["published"])[:10]) if article.get("published") else None
        reading = read_article(title, text, str(article["language"]), published)
        found.append(
            Item(
                str(row["id"]),
                groups[str(row["id"])],
                str(article["language"]),
                row["stance"],
                str(row["about_vote"]),
                reading,
                title,
                text,
                published,
            )
        )
    return found


def trainable(items: Sequence[Item]) -> list[Item]:
    """Items with a class and a mention: what the regression learns from."""
    return [item for item in items if item.label in CLASSES and item.reading.mentions]


def fit_items(items: Sequence[Item], temperature: float = 1.0) -> Model:
    used = trainable(items)
    return fit([item.reading.values for item in used], [str(item.label) for item in used], temperature)


def fold_of(group: str, folds: int = FOLDS) -> int:
    """A fold by the digest of the group's name: the same on every machine."""
    return int(sha256(group.encode()).hexdigest(), 16) % folds


def out_of_fold(items: Sequence[Item], temperature: float = 1.0, by_group: bool = True) -> dict[str, dict[str, float]]:
    """Item id → class probabilities from a model that saw neither its outlet nor its family."""
    found: dict[str, dict[str, float]] = {}
    for fold in range(FOLDS):
        held = [i for i in items if fold_of(i.group if by_group else i.id) == fold]
        if not held:
            continue
        model = fit_items([i for i in items if fold_of(i.group if by_group else i.id) != fold], temperature)
        found |= {i.id: model.probabilities(i.reading.values) for i in held if i.reading.mentions}
    return found


def calibrate(items: Sequence[Item]) -> float:
    """The temperature that gives the out-of-fold probabilities the least log loss (grid of 1 %)."""
    raw = out_of_fold(items)
    truth = {i.id: str(i.label) for i in trainable(items)}

    def loss(temperature: float) -> float:
        total = 0.0
        for key, label in truth.items():
            powers = {c: exp(log(max(p, 1e-12)) / temperature) for c, p in raw[key].items()}
            total -= log(powers[label] / sum(powers.values()))
        return total

    return min((0.4 + 0.01 * k for k in range(261)), key=loss)


def confusion(items: Sequence[Item], predicted: Mapping[str, str]) -> dict[str, Any]:
    """Counts true × predicted by language, as the outlet index takes them."""
    counts: dict[str, list[list[int]]] = {}
    for item in trainable(items):
        table = counts.setdefault(item.language, [[0] * len(CLASSES) for _ in CLASSES])
        if predicted[item.id] in CLASSES:
            table[CLASSES.index(str(item.label))][CLASSES.index(predicted[item.id])] += 1
    content: dict[str, Any] = {"classes": list(CLASSES), "by_language": dict(sorted(counts.items()))}
    return content | {"digest": "sha256:" + sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()}


def reliability(
    items: Sequence[Item], shares: Mapping[str, Mapping[str, float]], bins: int = 10
) -> list[dict[str, float]]:
    """How often the top class was right, by how sure the model was: p_from, p_to, n, mean_p and right (shares, 0 to 1).

    Equal-width bins; empty ones are left out. `shares` are out-of-fold probabilities by item id.
    """
    told = []
    for item in trainable(items):
        share = shares[item.id]
        top = max(CLASSES, key=lambda c: share[c])
        told.append((share[top], top == item.label))
    found = []
    for k in range(bins):
        held = [(p, right) for p, right in told if k / bins < p <= (k + 1) / bins]
        if held:
            mean = sum(p for p, _ in held) / len(held)
            right = sum(right for _, right in held) / len(held)
            span = {"p_from": k / bins, "p_to": (k + 1) / bins}
            found.append(span | {"n": len(held), "mean_p": round(mean, 4), "right": round(right, 4)})
    return found


def calibration_error(rows: Sequence[Mapping[str, float]]) -> float:
    """Expected calibration error of `reliability`'s rows: the mean distance of sureness and success, weighted by n."""
    total = sum(row["n"] for row in rows)
    return sum(row["n"] * abs(row["mean_p"] - row["right"]) for row in rows) / total if total else 0.0


@dataclass(frozen=True)
class Trained:
    """What a training makes: the model, its out-of-fold confusion (the outlet index corrects with it) and reliability."""

    model: Model
    validation: dict[str, Any]


def train(
    labels: Sequence[Mapping[str, Any]], articles: Mapping[str, Mapping[str, Any]], groups: Mapping[str, str]
) -> Trained:
    """Refit from labels (id, about_vote, stance) and their articles; `groups` maps an article id to its fold group."""
    items = items_of(labels, articles, groups)
    temperature = calibrate(items)
    shares = out_of_fold(items, temperature)
    predicted = {key: decided(share) for key, share in shares.items()}
    validation = confusion(items, predicted) | {"reliability": reliability(items, shares)}
    return Trained(fit_items(items, temperature), validation)


def decided(share: Mapping[str, float]) -> str:
    top = max(CLASSES, key=lambda c: share[c])
    return top if share[top] >= UNCLEAR_BELOW else "unclear"
