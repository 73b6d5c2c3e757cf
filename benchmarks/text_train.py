"""Train the body model (src/coverage/text/body_model.json) on the development pages of ../shared, and say how it does on unseen sites.

python benchmarks/text_train.py [--folds 5] [--seed 0] [--write]     Folds are grouped by site. Without --write nothing is changed.

A block's label is whether at least half of its words stand in the hand-marked body, in order (difflib).
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from coverage.text.article import LONG_PAGE
from coverage.text.blocks import read_blocks
from coverage.text.body import chosen, is_hopeless, joined, newspaper_text, settle, trafilatura_text
from coverage.text.features import features_of
from coverage.text.markup import read_html
from coverage.text.metadata import read_metadata
from coverage.text.normalise import normalise
from coverage.text.titles import find_title
from extraction import Page, body_scores, marked_bodies, wcxb_pages

MODEL = Path(__file__).resolve().parents[1] / "src" / "coverage" / "text" / "body_model.json"
SETTINGS = {"max_iter": 240, "learning_rate": 0.09, "max_leaf_nodes": 16, "max_depth": 5, "min_samples_leaf": 30, "l2_regularization": 3.0, "max_bins": 63, "max_features": 0.04, "random_state": 0}  # fmt: skip
WORD = re.compile(r"\w+")


@dataclass
class Example:
    page: Page
    corpus: str
    features: np.ndarray
    labels: np.ndarray
    words: np.ndarray
    blocks: Any
    kept: np.ndarray
    title: str

    @property
    def fold(self) -> int:
        host = ".".join((urlsplit(self.page.url).hostname or self.page.key).split(".")[-2:])
        return int(hashlib.md5(host.encode()).hexdigest(), 16)

    @property
    def weights(self) -> np.ndarray:
        """Long blocks weigh more, each page the same in all."""
        return 10 * np.sqrt(self.words + 1) / np.sqrt(1 + self.words.sum())


def example(page: Page, corpus: str) -> Example:
    html = read_html(page.html)
    found = read_metadata(html, page.url)
    blocks = read_blocks(html.text)
    features = features_of(blocks, found)
    owner, tokens = [], []
    for n, block in enumerate(blocks.blocks):
        words = WORD.findall(block.text.lower())
        tokens += words
        owner += [n] * len(words)
    hits = Counter()
    matcher = difflib.SequenceMatcher(None, tokens, WORD.findall(page.body.lower()), autojunk=False)
    for start, _, size in matcher.get_matching_blocks():
        hits.update(owner[start : start + size])
    words = np.array([len(WORD.findall(block.text)) for block in blocks.blocks])
    labels = np.array([hits[n] >= max(1, words[n]) / 2 for n in range(len(words))])
    return Example(page, corpus, features, labels, words, blocks, ~is_hopeless(features), find_title(found, page.url))


def fit(examples: list[Example]) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(**SETTINGS).fit(
        np.concatenate([one.features[one.kept] for one in examples]),
        np.concatenate([one.labels[one.kept] for one in examples]),
        sample_weight=np.concatenate([one.weights[one.kept] for one in examples]),
    )


def exported(model: Any) -> dict[str, Any]:
    """The trees as plain numbers: per tree feature, threshold, left, right (children by number; a leaf is its own child), value."""
    trees = []
    for (tree,) in model._predictors:
        nodes = tree.nodes
        own = np.arange(len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        trees.append(
            {
                "feature": np.where(leaf, 0, nodes["feature_idx"]).tolist(),
                "threshold": [round(float(t), 5) for t in np.where(leaf, 0, nodes["num_threshold"])],
                "left": np.where(leaf, own, nodes["left"]).tolist(),
                "right": np.where(leaf, own, nodes["right"]).tolist(),
                "value": [round(float(v), 4) for v in np.where(leaf, nodes["value"], 0)],
            }
        )
    return {"bias": round(float(model._baseline_prediction.ravel()[0]), 4), "settings": SETTINGS, "trees": trees}


def cross_validated(examples: list[Example], folds: int) -> None:
    """Body F1 of pages whose site the model has not seen: trafilatura's, the model's alone, what is settled on, what `extract_article` gives."""
    alone: dict[str, dict[str, Any]] = {}
    settled: dict[str, dict[str, Any]] = {}
    cleaned: dict[str, dict[str, Any]] = {}
    peer = {one.page.key: trafilatura_text(one.page.html) for one in examples}
    asked: Counter[str] = Counter()
    for fold in range(folds):
        model = fit([one for one in examples if one.fold % folds != fold])
        for one in examples:
            if one.fold % folds != fold:
                continue
            sure = np.zeros(len(one.labels))
            if one.kept.any():
                sure[one.kept] = model.predict_proba(one.features[one.kept])[:, 1]
            html, url = one.page.html, one.page.url
            newspaper = partial(newspaper_text, html, url, "en") if html.count("<") <= LONG_PAGE else None
            choice = settle(one.blocks, sure, partial(peer.__getitem__, one.page.key), newspaper)
            asked["trafilatura"] += choice.extractor.count("trafilatura")
            asked["newspaper"] += choice.extractor.count("newspaper")
            alone[one.page.key] = {"text": joined(one.blocks, chosen(one.blocks, sure))}
            settled[one.page.key] = {"text": choice.text}
            cleaned[one.page.key] = {"text": normalise(choice.text, one.title, has_markup=True).text}
    trafilatura = {one.page.key: {"text": peer[one.page.key]} for one in examples}
    rows = {
        "trafilatura": trafilatura,
        "model alone": alone,
        f"settled ({dict(asked)} asked)": settled,
        "and normalised": cleaned,
    }
    for name, found in rows.items():
        for corpus in ("181", "WCXB"):
            pages = [one.page for one in examples if one.corpus == corpus]
            print(f"{name:54}{corpus:6}{body_scores({page.key: found[page.key] for page in pages}, pages)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument(
        "--seed", type=int, default=SETTINGS["random_state"], help="of the trees: how much of a figure is chance"
    )
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    SETTINGS["random_state"] = args.seed
    examples = [example(page, "181") for page in marked_bodies()] + [example(page, "WCXB") for page in wcxb_pages()]
    print(f"{len(examples)} pages, {sum(len(one.labels) for one in examples)} blocks")
    if args.folds > 1:
        cross_validated(examples, args.folds)
    if args.write:
        MODEL.write_text(json.dumps(exported(fit(examples)), separators=(",", ":")) + "\n")
        print(f"written: {MODEL.name}")


if __name__ == "__main__":
    main()
