"""The outlet index: exact where the classifier is perfect, honest where it is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.measure.index import Confusion, index_of_counts, outlet_index, pooled, standing
from coverage.measure.latent import simplex_grid
from coverage.measure.units import CLASSES

PERFECT = Confusion(((10_000.0, 0.0, 0.0), (0.0, 10_000.0, 0.0), (0.0, 0.0, 10_000.0)), "a test")
FAIR = Confusion(((80.0, 5.0, 15.0), (4.0, 70.0, 26.0), (12.0, 10.0, 78.0)), "a test")
NAMES = ["index", *(f"{c}_share" for c in CLASSES)]


def frame(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(CLASSES), index=[f"o{n}" for n in range(len(rows))])


def test_a_perfect_classifier_leaves_no_doubt() -> None:
    found = index_of_counts(frame([(8, 2, 0), (0, 0, 7)]), PERFECT)
    assert found.loc["o0", "index"] == pytest.approx(-0.6, abs=0.01)
    assert found.loc["o0", "index_high"] - found.loc["o0", "index_low"] <= 0.1
    assert found.loc["o1", "neutral_share_low"] == 1.0


def test_an_imperfect_classifier_pulls_the_counts_towards_what_it_confuses() -> None:
    """With 10 % of true neutrals seen as amplifying, ten of a hundred families are no sign of amplification."""
    found = index_of_counts(frame([(12, 10, 78)] * 20), FAIR)
    assert (found["amplifies_share"] < 0.1).all()
    assert (found["amplifies_share_low"] < 0.03).all()


def test_fewer_families_mean_wider_intervals() -> None:
    found = index_of_counts(frame([(3, 1, 2), (30, 10, 20)]), FAIR)
    widths = found["index_high"] - found["index_low"]
    assert widths["o0"] > widths["o1"]


def test_an_outlet_without_families_stays_empty() -> None:
    found = index_of_counts(frame([(0, 0, 0), (5, 0, 0)]), FAIR)
    assert found.loc["o0"].drop("is_mostly_amplifying").isna().all()
    assert not found.loc["o0", "is_mostly_amplifying"]
    assert found.loc["o1"].notna().all()


def test_no_outlet_at_all() -> None:
    assert index_of_counts(frame([]), FAIR).empty


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 60)] * 3).filter(any), min_size=1, max_size=8))
def test_shares_are_shares_and_lie_in_their_intervals(rows: list[tuple[int, int, int]]) -> None:
    found = index_of_counts(frame(rows), FAIR)
    for name in NAMES:
        assert (found[f"{name}_low"] <= found[name] + 1e-9).all()
        assert (found[name] <= found[f"{name}_high"] + 1e-9).all()
    assert (found[[f"{c}_share_low" for c in CLASSES]] >= 0).all().all()
    assert (found[[f"{c}_share_high" for c in CLASSES]] <= 1).all().all()


def test_the_same_counts_give_the_same_numbers() -> None:
    rows = [(5, 5, 5), (20, 1, 3)]
    pd.testing.assert_frame_equal(index_of_counts(frame(rows), FAIR), index_of_counts(frame(rows), FAIR))


def test_intervals_hold_on_simulated_outlets() -> None:
    """Nominal 95 %: the true realised index lies inside for at least nine in ten outlets, where the naive one fails."""
    rng = np.random.default_rng(5)
    rates = np.array([[0.82, 0.05, 0.13], [0.05, 0.72, 0.23], [0.14, 0.10, 0.76]])
    held = naive = total = 0
    for _ in range(6):
        shares = rng.dirichlet([0.4, 0.4, 0.4], 40)
        sizes = rng.integers(5, 60, 40)
        true = np.stack([rng.multinomial(n, s) for n, s in zip(sizes, shares, strict=True)])
        seen = np.stack([sum(rng.multinomial(t[k], rates[k]) for k in range(3)) for t in true])
        sample = np.stack([rng.multinomial(90, rates[k]) for k in range(3)])
        found = index_of_counts(
            frame([tuple(row) for row in seen]), Confusion(tuple(map(tuple, sample.astype(float))), "simulated")
        )
        index = (true[:, 1] - true[:, 0]) / sizes
        held += ((found["index_low"] - 1e-9 <= index) & (index <= found["index_high"] + 1e-9)).sum()
        share = (seen[:, 1] - seen[:, 0]) / sizes
        spread = 1.96 * np.sqrt(((seen[:, 1] + seen[:, 0]) / sizes - share**2) / sizes)
        naive += (np.abs(share - index) <= spread).sum()
        total += len(index)
    assert held / total >= 0.9
    assert naive < held


def test_at_most_one_in_twenty_named_as_mostly_amplifying_is_not() -> None:
    """Truth and draws from one posterior, so only the rule is tested; naming all above one half would err far more."""
    rng = np.random.default_rng(11)
    share = rng.beta(1.0, 1.0, 2_000)
    amplifying = rng.binomial(21, share[:, None], (2_000, 201))
    drawn = np.stack([21 - amplifying, amplifying, np.zeros_like(amplifying)], axis=2)
    truly, found = 2 * drawn[:, 0, 1] > 21, standing(drawn[:, 1:], 5)
    named = found["is_mostly_amplifying"].to_numpy()
    assert (~truly & named).sum() / named.sum() <= 0.05
    assert named[truly].mean() > 0.8
    likely = (found["p_mostly_amplifying"] > 0.5).to_numpy()
    assert (~truly & likely).sum() / likely.sum() > 0.07


def test_validation_counts_are_pooled_in_the_right_order() -> None:
    found = pooled(
        {
            "classes": ["neutral", "rejects", "amplifies"],
            "by_language": {"en": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "uk": [[1, 0, 0], [0, 0, 0], [0, 0, 0]]},
        }
    )
    assert found.counts == ((5.0, 6.0, 4.0), (8.0, 9.0, 7.0), (2.0, 3.0, 2.0))


def test_the_grid_has_its_corners() -> None:
    grid, weights = simplex_grid(4)
    assert len(grid) == len(weights) == 15 + 18
    assert np.allclose(grid.sum(axis=1), 1)
    assert {(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)} <= {tuple(row) for row in grid}


def study(rows: list[tuple[str, str, str, str]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tables stances, families, articles of (article, outlet, family, stance)."""
    stances = pd.DataFrame(
        [{"article_id": a, "stance": s, **{f"p_{c}": 0.9 if c == s else 0.05 for c in CLASSES}} for a, _, _, s in rows]
    )
    families = pd.DataFrame([{"article_id": a, "family_id": f} for a, _, f, _ in rows])
    articles = pd.DataFrame(
        [
            {"article_id": a, "outlet_id": o, "language": "en", "is_appeal": False, "event_ids": ["vote"]}
            for a, o, _, _ in rows
        ]
    )
    return stances, families, articles


ROWS = [(f"a{n}", "alpha", f"f{n}", "amplifies") for n in range(6)] + [
    *((f"b{n}", "beta", f"f{n}", "rejects") for n in range(6)),
    *((f"c{n}", "gamma", "f0", "rejects") for n in range(9)),
    ("c9", "gamma", "g9", "unclear"),
]


def test_one_table_in_one_row_an_outlet_out() -> None:
    stances, families, articles = study(ROWS)
    found = outlet_index(stances, families, PERFECT, articles=articles, event="vote").set_index("outlet_id")
    assert list(found["state"]) == ["shown", "shown", "suppressed"]
    assert found.loc["gamma", ["n_articles", "n_families", "n_rejects", "n_unclear"]].tolist() == [10, 2, 1, 1]
    assert np.isnan(found.loc["gamma", "index"])
    assert found.loc["alpha", "index"] == pytest.approx(1, abs=0.02)
    assert found.loc["alpha", "reach"] == 6 + 6 + 9
    assert found.loc["alpha", "is_mostly_amplifying"]
    assert not found.loc["beta", "is_mostly_amplifying"]
    assert outlet_index(stances, families, PERFECT, articles=articles, event="another").empty


def test_without_articles_the_outlet_may_stand_in_the_stances() -> None:
    stances, families, articles = study(ROWS)
    named = stances.merge(articles[["article_id", "outlet_id"]], on="article_id")
    pd.testing.assert_frame_equal(
        outlet_index(named, families, PERFECT), outlet_index(stances, families, PERFECT, articles=articles)
    )
    with pytest.raises(ValueError, match=r"articles=study\.articles"):
        outlet_index(stances, families, PERFECT)


def test_labels_of_other_articles_are_refused() -> None:
    stances, families, articles = study(ROWS)
    with pytest.raises(ValueError, match="no label belongs"):
        outlet_index(stances, families, pd.DataFrame({"article_id": ["x"], "stance": ["rejects"]}), articles=articles)


def test_an_empty_study_gives_an_empty_index() -> None:
    stances, families, articles = study(ROWS)
    assert outlet_index(stances[:0], families[:0], PERFECT, articles=articles[:0]).empty


def test_labels_may_be_hand_coded_articles() -> None:
    """All of alpha's hand-coded articles were found amplifying though half of them are not: the index comes down."""
    stances, families, articles = study(ROWS)
    right = stances[["article_id", "stance"]]
    wrong = right.assign(stance=right["stance"].where(~right["article_id"].isin(["a0", "a1", "a2"]), "neutral"))
    found = [
        outlet_index(stances, families, labels, articles=articles).set_index("outlet_id").loc["alpha", "index"]
        for labels in (right, wrong)
    ]
    assert found[1] < found[0] - 0.1


def test_the_appeal_and_articles_without_a_stance_do_not_count() -> None:
    stances, families, articles = study(ROWS)
    articles.loc[articles["article_id"] == "a0", "is_appeal"] = True
    stances.loc[stances["article_id"] == "a1", "stance"] = None
    found = outlet_index(stances, families, PERFECT, articles=articles).set_index("outlet_id")
    assert found.loc["alpha", "n_articles"] == 4


def test_a_language_is_corrected_by_its_own_errors() -> None:
    """In the second language half of the true rejections are seen as neutral; in the first none are."""
    good, bad = (
        ((90.0, 0.0, 0.0), (0.0, 90.0, 0.0), (0.0, 0.0, 90.0)),
        ((45.0, 0.0, 45.0), (0.0, 90.0, 0.0), (0.0, 0.0, 90.0)),
    )
    both = tuple(tuple(a + b for a, b in zip(*rows, strict=True)) for rows in zip(good, bad, strict=True))
    confusion = Confusion(both, "a test", (("en", good), ("uk", bad)))
    halves = frame([(10, 0, 10)] * 20)
    alone = index_of_counts({"en": halves}, confusion)["rejects_share"].iloc[0]
    other = index_of_counts({"uk": halves}, confusion)["rejects_share"].iloc[0]
    assert alone < 0.65
    assert other > alone + 0.2
    few = Confusion(both, "a test", (("en", good), ("uk", tuple(tuple(n / 10 for n in row) for row in bad))))
    assert (few.table_for("uk"), few.of("uk")) == ("", few.counts)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 60)] * 3).filter(any), min_size=1, max_size=6))
def test_shares_sum_to_one_and_make_the_index(rows: list[tuple[int, int, int]]) -> None:
    found = index_of_counts(frame(rows), FAIR)
    assert np.allclose(found[[f"{c}_share" for c in CLASSES]].sum(axis=1), 1)
    assert np.allclose(found["amplifies_share"] - found["rejects_share"], found["index"])


def test_the_order_of_the_outlets_does_not_matter() -> None:
    counts = frame([(5, 5, 5), (20, 1, 3), (0, 9, 0), (5, 5, 5)])
    names = [name for name in index_of_counts(counts, FAIR).columns if name != "p_top"]
    pd.testing.assert_frame_equal(
        index_of_counts(counts[::-1], FAIR).loc[counts.index, names], index_of_counts(counts, FAIR)[names]
    )


def test_the_top_and_the_majority_are_told_with_their_doubt() -> None:
    """Three outlets, four draws of their true counts: one always first, two that take turns."""
    drawn = np.array([[[0, 9, 1]] * 4, [[5, 5, 0], [3, 7, 0], [5, 5, 0], [3, 7, 0]], [[4, 6, 0]] * 4])
    found = standing(drawn, top=2)
    assert found["p_top"].tolist() == [1.0, 0.5, 0.5]
    assert found["p_mostly_amplifying"].tolist() == [1.0, 0.5, 1.0]
    assert found["is_mostly_amplifying"].tolist() == [True, False, True]


def test_articles_of_unknown_outlets_are_no_outlet() -> None:
    from coverage.measure.units import outlet_families

    ids = ["a", "b", "c"]
    articles = pd.DataFrame(
        {"article_id": ids, "outlet_id": ["unknown", "unknown", "tass"], "language": "en", "is_appeal": False, "event_ids": [["e"]] * 3}
    )  # fmt: skip
    stances = pd.DataFrame(
        {"article_id": ids, "stance": "amplifies", "p_rejects": 0.1, "p_amplifies": 0.8, "p_neutral": 0.1}
    )
    families = pd.DataFrame({"article_id": ids, "family_id": ids})
    assert outlet_families(stances, families, articles, "e")["outlet_id"].tolist() == ["tass"]
