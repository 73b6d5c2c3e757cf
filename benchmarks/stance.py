"""Stance on the development gold: folds that share no outlet and no family of copies, scored by shared/bench/score.py as is.

    python benchmarks/stance.py [--quick] [--errors] [--train --force]

Always read the grouped figure; the packaged model has seen these labels, so its own figure is called in-sample.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from coverage.stance.features import features, group_of, sides_heard
from coverage.stance.judge import judge_article
from coverage.stance.model import CLASSES
from coverage.stance.training import Item, calibrate, calibration_error, decided, items_of, out_of_fold, reliability
from coverage.train import fold_groups, train_model

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLD = SHARED / "data" / "gold" / "stance_dev.jsonl"
TOPIC = SHARED / "data" / "articles" / "topic.jsonl.gz"
PACKAGE = Path(__file__).resolve().parents[1] / "src" / "coverage" / "stance"
RESAMPLES = 1_000
Predictions = dict[str, dict[str, Any]]


def read_gold() -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], dict[str, str]]:
    """Labels, their articles, and each article's fold group: outlets joined where they share a family of copies."""
    with GOLD.open(encoding="utf-8") as lines:
        labels = [json.loads(line) for line in lines]
    wanted = {row["id"] for row in labels}
    with gzip.open(TOPIC, "rt", encoding="utf-8") as lines:
        articles = {row["id"]: row for row in map(json.loads, lines) if row["id"] in wanted}
    return labels, articles, fold_groups(articles)


def predicted(items: Sequence[Item], shares: Mapping[str, Mapping[str, float]]) -> Predictions:
    """Rows as `vote-coverage judge` would write them, from out-of-fold probabilities."""
    found = {}
    for item in items:
        share = shares.get(item.id)
        stance = decided(share) if share else None
        found[item.id] = {"id": item.id, "about_vote": item.reading.about_vote, "stance": stance}
    return found


def score(rows: Predictions) -> dict[str, float]:
    """The shared scorer, run as is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows.values()), encoding="utf-8")
        command = [sys.executable, str(SHARED / "bench" / "score.py"), "stance", str(path)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(answer.stdout)
    return result


def macro_f1(truth: Sequence[str], guess: Sequence[str | None]) -> float:
    total = 0.0
    present = [c for c in CLASSES if c in truth]
    for name in present:
        hit = sum(t == g == name for t, g in zip(truth, guess, strict=True))
        total += 2 * hit / (truth.count(name) + list(guess).count(name)) if hit else 0.0
    return total / max(1, len(present))


def interval(truth: Sequence[str], guess: Sequence[str | None]) -> tuple[float, float]:
    """95 % bootstrap interval of macro-F1 over items; seeded."""
    chance = random.Random(0)
    drawn = sorted(
        macro_f1([truth[k] for k in picks], [guess[k] for k in picks])
        for picks in ([chance.randrange(len(truth)) for _ in truth] for _ in range(RESAMPLES))
    )
    return drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES)]


def by_part(items: Sequence[Item], rows: Predictions, part: Callable[[Item], str]) -> None:
    for name in sorted({part(i) for i in items if i.label in CLASSES}):
        held = [i for i in items if part(i) == name and i.label in CLASSES]
        truth, guess = [str(i.label) for i in held], [rows[i.id]["stance"] for i in held]
        low, high = interval(truth, guess)
        right = sum(t == g for t, g in zip(truth, guess, strict=True))
        print(
            f"  {name:<8} n {len(held):>3}  right {right:>3}  macro-F1 {macro_f1(truth, guess):.3f} [{low:.3f}, {high:.3f}]"
        )


def without(items: Sequence[Item], change: Callable[[Item], dict[str, float]]) -> Predictions:
    """Out-of-fold predictions where every item's features are changed first."""
    poorer = [replace(i, reading=replace(i.reading, values=change(i))) for i in items]
    return predicted(items, out_of_fold(poorer, calibrate(poorer)))


def changed(
    item: Item, voice: Callable[[str], str], kept: Callable[[Any], bool] = lambda hit: True
) -> dict[str, float]:
    """The item's features with other voices, or with fewer hits."""
    hits = [replace(h, voice=voice(h.voice)) for h in item.reading.hits if kept(h)]
    mentions = [replace(m, voice=voice(m.voice)) for m in item.reading.mentions]
    heard = frozenset(voice(side) for side in sides_heard(item.reading.mentions, item.reading.speech))
    return features(hits, mentions, heard, item.reading.about_vote) if mentions else {}


ABLATIONS: dict[str, Callable[[Item], dict[str, float]]] = {
    "no voice": lambda item: changed(item, lambda voice: "own"),
    "no actors (sides unknown)": lambda item: changed(item, lambda voice: voice if voice == "own" else "other"),
    "no scare quotes": lambda item: changed(item, str, lambda hit: hit.signal_class != "scare quotes"),
    "no territory": lambda item: changed(item, str, lambda hit: hit.signal_class != "territory"),
}


def words_only(items: Sequence[Item], folds: int = 10) -> Predictions:
    """TF-IDF of the words with logistic regression, the same folds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from coverage.stance.training import fold_of, trainable

    used = trainable(items)
    found = {i.id: {"id": i.id, "about_vote": i.reading.about_vote, "stance": None} for i in items}
    for fold in range(folds):
        held = [i for i in items if fold_of(i.group) == fold and i.reading.mentions]
        seen = [i for i in used if fold_of(i.group) != fold]
        if held:
            model = make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
                LogisticRegression(C=10, class_weight="balanced", max_iter=2000),
            )
            model.fit([f"{i.title}\n{i.text}" for i in seen], [i.label for i in seen])
            for item, guess in zip(held, model.predict([f"{i.title}\n{i.text}" for i in held]), strict=True):
                found[item.id]["stance"] = str(guess)
    return found


def keywords(items: Sequence[Item]) -> Predictions:
    """Rejecting less amplifying signals, whoever speaks."""
    found = {}
    for item in items:
        count = sum({"rejects": 1, "amplifies": -1}.get(h.direction, 0) for h in item.reading.hits)
        stance = (
            ("rejects" if count > 0 else "amplifies" if count < 0 else "neutral") if item.reading.mentions else None
        )
        found[item.id] = {"id": item.id, "about_vote": item.reading.about_vote, "stance": stance}
    return found


def speed() -> None:
    """On the articles that mention a vote, and on all that the real study is cut from, each read once before; and memory."""
    for name in ("topic", "pool"):
        with gzip.open(TOPIC.with_name(f"{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
            found = [json.loads(one) for one in lines]
        rows = [(r.get("title") or "", r.get("text") or "", str(r["language"])) for r in found]
        for row in rows if name == "topic" else rows[:300]:
            judge_article(*row)
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        for row in rows:
            judge_article(*row)
        spent, after = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(
            f"{name}: {len(rows) / spent:.0f} articles per CPU-second of {len(rows)}, memory +{(after - before) / 1024:.0f} MB"
        )


def line(name: str, result: Mapping[str, float]) -> None:
    told = ("macro_f1", "relevance_f1", "precision_amplifies_elsewhere")
    print(
        f"{name:<34}"
        + "".join(f" {k} {result[k]:.3f} " for k in told)
        + f"({result['flagged_amplifies_elsewhere']:.0f} flagged)"
    )


def errors(items: Sequence[Item], rows: Predictions, shares: Mapping[str, Mapping[str, float]]) -> None:
    gold = {row["id"]: row for row in map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())}
    for item in items:
        row = rows[item.id]
        if (item.label in CLASSES and row["stance"] != item.label) or (row["about_vote"] == "none") != (
            item.about_vote == "none"
        ):
            share = {c: round(p, 2) for c, p in shares.get(item.id, {}).items()}
            print(
                f"\n{item.id} {item.language} {item.group} gold {item.about_vote}/{item.label} said {row['about_vote']}/{row['stance']} {share}"
            )
            print(f"  T: {item.title}\n  gold: {gold[item.id]['evidence']}  voice {gold[item.id]['voice']}")
            for m in item.reading.mentions[:6]:
                print(f"  [{m.voice}] {(item.title if m.place == 'headline' else item.text)[m.start : m.end][:300]!r}")
            print(
                "  "
                + "; ".join(
                    str(group_of(h)) + "=" + (item.title if h.field == "headline" else item.text)[h.start : h.end][:40]
                    for h in item.reading.hits[:12]
                )
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the grouped figure and the in-sample one only")
    parser.add_argument("--errors", action="store_true", help="show what is wrong, with its features")
    parser.add_argument("--train", action="store_true", help="refit the packaged model and its validation counts first")
    parser.add_argument("--force", action="store_true", help="with --train: replace the files that are there")
    options = parser.parse_args()
    if not GOLD.is_file():
        raise SystemExit(
            f"{GOLD.name} is not here: the development gold is kept beside the repository, in ../shared/data"
        )
    labels, articles, groups = read_gold()
    if options.train:
        print(train_model(GOLD, TOPIC, force=options.force))
    items = items_of(labels, articles, groups)
    temperature = calibrate(items)
    shares = out_of_fold(items, temperature)
    rows = predicted(items, shares)
    line("grouped cross-validation", score(rows))
    packaged = {i.id: judge_article(i.title, i.text, i.language, i.published) for i in items}
    line(
        "in-sample (packaged model)",
        score({k: {"id": k, "about_vote": j.about_vote, "stance": j.stance} for k, j in packaged.items()}),
    )
    bins = reliability(items, shares)
    print(f"expected calibration error {calibration_error(bins):.3f} (temperature {temperature:.2f})")
    speed()
    if options.errors:
        errors(items, rows, shares)
    if options.quick or options.errors:
        return
    for row in bins:
        print(
            f"  sure {row['p_from']:.1f} to {row['p_to']:.1f}: n {row['n']:>3}, mean {row['mean_p']:.2f}, right {row['right']:.2f}"
        )
    line("ungrouped folds", score(predicted(items, out_of_fold(items, temperature, by_group=False))))
    for name, change in ABLATIONS.items():
        line(name, score(without(items, change)))
    line("TF-IDF + logistic regression", score(words_only(items)))
    line("keywords", score(keywords(items)))
    print("by language, grouped:")
    by_part(items, rows, lambda i: i.language)
    print("by voice of the deciding words, grouped:")
    voices = {row["id"]: str(row["voice"]) for row in labels}
    by_part(items, rows, lambda i: voices[i.id])


if __name__ == "__main__":
    main()
