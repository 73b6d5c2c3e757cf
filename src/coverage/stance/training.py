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


@dataclass(frozen=True)
class Trained:
    """What a training makes: the model, and the out-of-fold confusion that the outlet index corrects with."""

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
    return Trained(fit_items(items, temperature), confusion(items, predicted))


def decided(share: Mapping[str, float]) -> str:
    top = max(CLASSES, key=lambda c: share[c])
    return top if share[top] >= UNCLEAR_BELOW else "unclear"
