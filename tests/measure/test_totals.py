"""Corpus totals: right whatever the classifier does; and the headline figures under other choices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from coverage.measure.index import Confusion
from coverage.measure.sensitivity import CHOICES, sensitivity
from coverage.measure.totals import corpus_totals
from coverage.measure.units import CLASSES


def corpus(rng: np.random.Generator, n: int, right: float) -> tuple[pd.DataFrame, pd.Series]:
    true = pd.Series(rng.choice(["rejects", "amplifies", "neutral"], n, p=[0.5, 0.15, 0.35]))
    seen = true.where(rng.random(n) < right, "neutral")  # errs to one side only: a count of classes is far off
    return pd.DataFrame({"article_id": [f"a{i}" for i in range(n)], "stance": seen}), true


def drawn(rng: np.random.Generator, stances: pd.DataFrame, true: pd.Series) -> pd.DataFrame:
    """Amplifying ones are drawn four times as often as the others."""
    chance = np.where(stances["stance"] == "amplifies", 0.4, 0.1)
    is_drawn = rng.random(len(stances)) < chance
    labels = stances[is_drawn].assign(stance=true[is_drawn], inclusion_probability=chance[is_drawn])
    return labels.reset_index(drop=True)


def test_intervals_hold_where_the_classifier_errs_to_one_side_and_the_sample_is_uneven() -> None:
    rng = np.random.default_rng(11)
    held = raw = total = 0
    for _ in range(120):
        stances, true = corpus(rng, 1500, 0.8)
        found = corpus_totals(stances, drawn(rng, stances, true)).set_index("stance")
        for name in CLASSES:
            value = (true == name).mean()
            held += found.loc[name, "low"] <= value <= found.loc[name, "high"]
            raw += abs(found.loc[name, "raw_share"] - value) < 0.02
            total += 1
    assert 0.92 <= held / total <= 0.985
    assert raw / total < 0.4


def test_a_better_classifier_gives_a_narrower_interval() -> None:
    rng = np.random.default_rng(12)
    widths = []
    for right in (0.4, 0.95):
        stances, true = corpus(rng, 3000, right)
        found = corpus_totals(stances, drawn(rng, stances, true)).set_index("stance")
        widths.append(found.loc["rejects", "high"] - found.loc["rejects", "low"])
    assert widths[1] < 0.6 * widths[0]


def test_a_sample_of_everything_leaves_no_doubt() -> None:
    rng = np.random.default_rng(13)
    stances, true = corpus(rng, 100, 0.5)
    found = corpus_totals(stances, stances.assign(stance=true, inclusion_probability=1.0)).set_index("stance")
    for name in CLASSES:
        assert found.loc[name, ["share", "low", "high"]].tolist() == pytest.approx([(true == name).mean()] * 3)


def test_no_error_among_forty_is_not_certainty() -> None:
    stances = pd.DataFrame({"article_id": [f"a{i}" for i in range(4000)], "stance": ["rejects", "neutral"] * 2000})
    found = corpus_totals(stances, stances[:40]).set_index("stance")
    assert found.loc["rejects", "high"] - found.loc["rejects", "low"] > 0.02
    assert found.loc["rejects", "design"] == "assumed: simple random sample"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"article_id": "lost"}, "no row in stances"),
        ({"inclusion_probability": 0.0}, "above 0 and up to 1"),
        ({"inclusion_probability": 1.5}, "above 0 and up to 1"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(change: dict[str, object], message: str) -> None:
    stances, true = corpus(np.random.default_rng(14), 60, 0.8)
    labels = stances.assign(stance=true, inclusion_probability=1.0)
    for name, value in change.items():
        labels.loc[3, name] = value
    with pytest.raises(ValueError, match=message):
        corpus_totals(stances, labels)


def test_a_handful_of_labels_is_refused() -> None:
    stances, _ = corpus(np.random.default_rng(15), 60, 0.8)
    with pytest.raises(ValueError, match="at least 30"):
        corpus_totals(stances, stances[:10])


def test_each_choice_changes_what_it_says() -> None:
    """Alpha: 6 families that amplify, one of them in passing, and 6 copies of one; beta: 4 that reject, 2 unclear."""
    rows = [(f"a{n}", "alpha", f"f{n}", "amplifies", "passing" if n == 0 else "central") for n in range(6)]
    rows += [(f"c{n}", "alpha", "f1", "amplifies", "central") for n in range(6)]
    rows += [(f"b{n}", "beta", f"g{n}", "rejects" if n < 4 else "unclear", "central") for n in range(6)]
    chances = [{f"p_{c}": 0.9 if c == s else 0.05 for c in CLASSES} for *_, s, _ in rows]
    stances = pd.DataFrame(
        [{"article_id": a, "stance": s, "about_vote": w, **p} for (a, _, _, s, w), p in zip(rows, chances, strict=True)]
    )
    families = pd.DataFrame([{"article_id": a, "family_id": f} for a, _, f, *_ in rows])
    articles = pd.DataFrame(
        [
            {"article_id": a, "outlet_id": o, "language": "en", "is_appeal": False, "event_ids": ["v"]}
            for a, o, *_ in rows
        ]
    )
    perfect = Confusion(((900.0, 0, 0), (0, 900.0, 0), (0, 0, 900.0)), "a test")
    found = sensitivity("v", articles, stances, families, perfect)
    assert len(found) == len(CHOICES)
    units = dict(zip(found["choice"], found["n_units"], strict=True))
    outlets = dict(zip(found["choice"], found["n_outlets"], strict=True))
    first = CHOICES[0].name
    assert (units[first], outlets[first]) == (12, 1)
    assert units["articles instead of families"] == 18
    assert units["passing mentions left out"] == 11
    assert outlets["unclear counted as neutral"] == 2
    assert outlets["at least 3 families"] == 2
    assert outlets["at least 10 families"] == 0
    assert found.set_index("choice").loc[first, ["clearly_amplify", "clearly_reject", "mostly_amplify"]].tolist() == [
        1,
        0,
        1,
    ]
