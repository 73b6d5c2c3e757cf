"""The outlet index: exact where the classifier is perfect, honest where it is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.measure.index import Confusion, index_of_counts, pooled, simplex_grid
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
    assert found.loc["o0"].isna().all()
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


def test_validation_counts_are_pooled_in_the_right_order() -> None:
    found = pooled(
        {
            "classes": ["neutral", "rejects", "amplifies"],
            "by_language": {"en": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "uk": [[1, 0, 0], [0, 0, 0], [0, 0, 0]]},
        }
    )
    assert found.counts == ((5.0, 6.0, 4.0), (8.0, 9.0, 7.0), (2.0, 3.0, 2.0))


def test_the_grid_has_its_corners() -> None:
    grid = simplex_grid(4)
    assert len(grid) == 15
    assert np.allclose(grid.sum(axis=1), 1)
    assert {(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)} <= {tuple(row) for row in grid}


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [(f"a{n}", "one", "rejects", f"f{n}") for n in range(6)]
    rows += [(f"b{n}", "two", "amplifies", "wire") for n in range(6)]  # one wire story, printed six times
    stances = pd.DataFrame([{"article_id": a, "outlet_id": o, "stance": s} for a, o, s, _ in rows])
    for name in CLASSES:
        stances[f"p_{name}"] = (stances["stance"] == name) * 0.8 + 0.1
    return stances, pd.DataFrame([{"article_id": a, "family_id": f} for a, _, _, f in rows])


def test_the_public_index_takes_stances_families_and_labels() -> None:
    import coverage as cov

    stances, families = tables()
    labels = stances[["article_id", "stance"]]
    found = cov.outlet_index(stances, families, labels).set_index("outlet_id")
    assert found.loc["one", "n_families"] == 6
    assert found.loc["one", "index"] < -0.5
    assert found.loc["one", "index_low"] <= found.loc["one", "index"] <= found.loc["one", "index_high"]
    assert found.loc["two", "n_families"] == 1
    assert np.isnan(found.loc["two", "index"])


def test_the_public_index_says_what_it_lacks() -> None:
    import coverage as cov

    stances, families = tables()
    with pytest.raises(ValueError, match="give `articles`"):
        cov.outlet_index(stances.drop(columns="outlet_id"), families, PERFECT)
    with pytest.raises(ValueError, match="no label belongs"):
        cov.outlet_index(stances, families, pd.DataFrame({"article_id": ["x"], "stance": ["rejects"]}))
