"""The sample's chances are known and exact, the same everywhere, and give back the population."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.annotate import CodingError, coding_folder, draw_sample, load_sample
from coverage.annotate.sample import REST, allocate, draw, stratify

if TYPE_CHECKING:
    from coverage.study import Study

pytestmark = pytest.mark.xdist_group("demo")


@given(
    st.dictionaries(st.text(min_size=1, max_size=4), st.integers(1, 5000), min_size=1, max_size=30), st.integers(1, 500)
)
@settings(max_examples=60)
def test_an_allocation_is_exact_and_takes_of_every_stratum(sizes: dict[str, int], total: int) -> None:
    taken = allocate(sizes, total)
    assert taken.keys() == sizes.keys()
    assert all(min(2, sizes[s]) <= n <= sizes[s] for s, n in taken.items())
    fewest = sum(min(2, n) for n in sizes.values())
    assert sum(taken.values()) == max(fewest, min(total, sum(sizes.values())))


def population(n: int, seed: int) -> pd.DataFrame:
    """Articles whose predicted stance errs by language and side; `true` is what a coder would say."""
    rng = np.random.default_rng(seed)
    true = rng.choice(["rejects", "amplifies", "neutral"], n, p=[0.55, 0.1, 0.35])
    language = rng.choice(["en", "uk", "ru", "de"], n, p=[0.5, 0.3, 0.15, 0.05])
    wrong = rng.random(n) < np.where(language == "ru", 0.4, 0.15)
    stance = np.where(
        wrong, rng.choice(["rejects", "amplifies", "neutral", "unclear"], n, p=[0.2, 0.3, 0.4, 0.1]), true
    )
    side = np.where(language == "ru", "organisers", rng.choice(["Ukraine", "elsewhere"], n))
    ids = [f"{k:06d}" for k in range(n)]
    return pd.DataFrame({"article_id": ids, "stance": stance, "language": language, "side": side, "true": true})


def test_weights_give_back_shares_and_errors_where_plain_counts_do_not() -> None:
    """100 samples of 150 from 1,500: the weighted mean of the estimates is the truth within its own error."""
    frame = population(1500, 5)
    truths = {name: (frame["true"] == name).mean() for name in ("rejects", "amplifies", "neutral")}
    of_neutral = frame[frame["true"] == "neutral"]
    truths["neutral taken for amplifying"] = (of_neutral["stance"] == "amplifies").mean()
    weighted: dict[str, list[float]] = {name: [] for name in truths}
    plain: dict[str, list[float]] = {name: [] for name in truths}
    for seed in range(100):
        drawn = draw(frame, 150, seed).merge(frame, on="article_id")
        for found, weights in ((weighted, 1 / drawn["inclusion_probability"]), (plain, pd.Series(1.0, drawn.index))):
            for name in ("rejects", "amplifies", "neutral"):
                found[name].append(weights[drawn["true"] == name].sum() / weights.sum())
            neutral = drawn["true"] == "neutral"
            taken = neutral & (drawn["stance"] == "amplifies")
            found["neutral taken for amplifying"].append(weights[taken].sum() / weights[neutral].sum())
    for name, truth in truths.items():
        error = np.std(weighted[name]) / 10
        assert abs(np.mean(weighted[name]) - truth) < 4 * error + 0.002, name
    assert np.mean(plain["amplifies"]) - truths["amplifies"] > 0.02
    assert np.mean(plain["neutral taken for amplifying"]) > 1.3 * truths["neutral taken for amplifying"]


def test_each_article_is_drawn_as_often_as_its_chance_says() -> None:
    frame = population(60, 2)
    draws = [draw(frame, 20, seed).set_index("article_id")["inclusion_probability"] for seed in range(200)]
    times = pd.concat(draws).groupby(level=0).agg(["size", "first"]).reindex(frame["article_id"])
    expected = times["first"] * 200
    scores = (times["size"] - expected) / np.sqrt(np.maximum(expected * (1 - times["first"]), 1e-9))
    uncertain = times["first"] < 1
    assert (times.loc[~uncertain, "size"] == 200).all()
    assert scores[uncertain].abs().max() < 4.5
    assert np.mean(scores[uncertain] ** 2) < 1.5


def test_small_strata_are_pooled_within_their_stance() -> None:
    frame = population(3000, 5)
    for size in (8, 20, 60, 400):
        stratum = stratify(frame, size)
        assert stratum.nunique() * 2 <= size
        assert (stratum.str.split(" / ").str[0] == frame["stance"]).all()
        assert len(draw(frame, size, 1)) == size
    assert stratify(frame, 20).str.contains(REST).any()
    with pytest.raises(CodingError, match="draw at least 8"):
        stratify(frame, 7)


def test_a_sample_is_reproducible_and_its_weights_add_up(coding: Study) -> None:
    first = draw_sample(coding, 30, seed=7)
    assert load_sample(coding) == first
    assert len({item.article_id for item in first.items}) == len(first.items) == 30
    assert (1 / first.frame()["inclusion_probability"]).sum() == pytest.approx(len(coding.stances))
    with pytest.raises(CodingError, match="drawn already"):
        draw_sample(coding, 30)
    (coding_folder(coding) / "sample.json").unlink()
    assert draw_sample(coding, 30, seed=7) == first
    (coding_folder(coding) / "sample.json").unlink()
    assert draw_sample(coding, 30, seed=8).items != first.items


def test_a_larger_sample_holds_the_smaller_one_where_strata_are_the_same() -> None:
    frame = population(3000, 5)
    assert set(draw(frame, 200, 1)["article_id"]) <= set(draw(frame, 300, 1)["article_id"])


def test_articles_are_dealt_among_coders(coding: Study) -> None:
    sample = draw_sample(coding, 20, coders=["ana", "bo"], shared=6)
    ana, bo = set(sample.items_of("ana")), set(sample.items_of("bo"))
    assert (len(ana), len(bo), len(ana & bo), len(ana | bo)) == (13, 13, 6, 20)
    with pytest.raises(CodingError, match="'cy' is not one of the sample's: ana, bo"):
        sample.items_of("cy")


def test_without_a_sample_the_message_says_how_to_draw_one(coding: Study) -> None:
    with pytest.raises(CodingError, match="annotate demo draw"):
        load_sample(coding)
    path = coding_folder(coding) / "sample.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"items": [{}]}', encoding="utf-8")
    with pytest.raises(CodingError, match=r"sample.json: not a sample as `draw` writes it"):
        load_sample(coding)
