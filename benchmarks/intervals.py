"""Do the intervals hold? Outlets, ranks, majorities and corpus totals of simulated corpora, beside counting classes.

    python benchmarks/intervals.py [--quick]      1,000 corpora (40 with --quick)

A corpus: 30 to 100 outlets, four in ten of them wholly or nearly on one side, 1 to 200 families each (heavy-tailed); a
classifier that is right on .70 to .95 of each class, known only from a hand-coded sample of 298. Then the same with a weak
classifier, and where the assumption of one confusion matrix fails: every outlet its own, and two languages classified
differently, corrected by the pooled matrix or by each language's own.
Targets: ≥ .93 in every bin of size and class, ≤ .97 from 20 families on; false discoveries ≤ .05; 1,000 outlets within 1 s.
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coverage.measure.confusion import Confusion
from coverage.measure.index import TOP, index_of_counts
from coverage.measure.totals import corpus_totals
from coverage.measure.units import CLASSES

BINS = ((1, 4), (5, 9), (10, 19), (20, 49), (50, 200))
WHAT = (*CLASSES, "index")
LABELLED = 298
AMPLIFIES, REJECTS = CLASSES.index("amplifies"), CLASSES.index("rejects")


@dataclass(frozen=True)
class Setting:
    """How the classifier errs: accuracy of each class, spread over outlets (Dirichlet concentration) and languages."""

    title: str
    right: tuple[tuple[float, float], ...] = ((0.70, 0.95),) * 3
    concentration: float | None = None
    languages: int = 1
    is_by_language: bool = False


SETTINGS = (
    Setting("one confusion matrix (what the method assumes)"),
    Setting("a weak classifier: right on .88–.97, .70–.85, .45–.70 of the classes", ((0.88, 0.97), (0.70, 0.85), (0.45, 0.70))),
    Setting("two languages, two confusion matrices, each corrected by its own (as reported)", languages=2, is_by_language=True),
    Setting("two languages, two confusion matrices, corrected by the pooled one", languages=2),
    Setting("every outlet its own confusion matrix, concentration 100", concentration=100),
    Setting("every outlet its own confusion matrix, concentration 30", concentration=30),
)  # fmt: skip


def draw_rates(rng: np.random.Generator, setting: Setting) -> np.ndarray:
    right = [rng.uniform(low, high) for low, high in setting.right]
    errors = [np.insert(rng.dirichlet([2.0, 2.0]), k, 0) for k in range(3)]
    return np.stack([np.where(np.arange(3) == k, right[k], (1 - right[k]) * errors[k]) for k in range(3)])


def corpus(rng: np.random.Generator, setting: Setting) -> tuple[np.ndarray, dict[str, pd.DataFrame], Confusion]:
    """True family counts of each outlet, the predicted ones by language, and the confusion counts of the labelled sample."""
    n = int(rng.integers(30, 101))
    shares = np.where(rng.random((n, 1)) < 0.4, rng.dirichlet([0.05] * 3, n), rng.dirichlet([1.0] * 3, n))
    sizes = np.clip(np.round(rng.lognormal(2.2, 1.3, n)), 1, 200).astype(int)
    true = np.stack([rng.multinomial(size, share) for size, share in zip(sizes, shares, strict=True)])
    rates = [draw_rates(rng, setting) for _ in range(setting.languages)]
    spoken = rng.integers(0, setting.languages, n)  # an outlet has one language
    seen = np.zeros((setting.languages, n, 3), dtype=int)
    for o in range(n):
        own = rates[spoken[o]]
        if setting.concentration:
            own = np.stack([rng.dirichlet(row * setting.concentration + 1e-3) for row in own])
        seen[spoken[o], o] = sum(rng.multinomial(true[o, k], own[k]) for k in range(3))
    tables = {}
    cells = np.array([true[spoken == one].sum(axis=0) for one in range(setting.languages)])
    sample = rng.multinomial(LABELLED, (cells / cells.sum()).ravel()).reshape(cells.shape)
    for one in range(setting.languages):
        counts = [rng.multinomial(sample[one, k], rates[one][k]) for k in range(3)]
        tables[f"l{one}"] = tuple(tuple(map(float, row)) for row in counts)
    pooled = tuple(tuple(sum(t[i][j] for t in tables.values()) for j in range(3)) for i in range(3))
    frames = {f"l{one}": pd.DataFrame(seen[one], columns=list(CLASSES)) for one in range(setting.languages)}
    return true, frames, Confusion(pooled, "simulated", tuple(tables.items()))


def measure(corpora: int, setting: Setting, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Intervals (a row an outlet and figure) and standing (a row an outlet) over `corpora` corpora."""
    rng = np.random.default_rng(seed)
    rows, standing = [], []
    for nth in range(corpora):
        true, frames, confusion = corpus(rng, setting)
        seen = sum(frames.values())
        found = index_of_counts(frames if setting.is_by_language else seen, confusion)
        sizes = true.sum(axis=1)
        for k, name in enumerate(WHAT):
            value = (true[:, AMPLIFIES] - true[:, REJECTS] if name == "index" else true[:, k]) / sizes
            column = name if name == "index" else f"{name}_share"
            low, high = found[f"{column}_low"].to_numpy(), found[f"{column}_high"].to_numpy()
            naive_low, naive_high = naive(seen.to_numpy(), sizes, name)
            one = {
                "families": sizes, "what": name, "width": high - low,
                "covered": (low - 1e-9 <= value) & (value <= high + 1e-9),
                "naive": (naive_low <= value) & (value <= naive_high),
            }  # fmt: skip
            rows.append(pd.DataFrame(one))
        standing.append(stand(nth, true, seen.to_numpy(), found))
    return pd.concat(rows), pd.concat(standing)


def stand(nth: int, true: np.ndarray, seen: np.ndarray, found: pd.DataFrame) -> pd.DataFrame:
    """Who truly amplifies most and mostly, and who was said to. Ties for the last place at the top share it."""
    index = (true[:, AMPLIFIES] - true[:, REJECTS]) / true.sum(axis=1)
    above, level = (index[None, :] > index[:, None]).sum(axis=1), (index[None, :] == index[:, None]).sum(axis=1)
    return pd.DataFrame(
        {
            "corpus": nth,
            "top": np.clip((TOP - above) / level, 0, 1),
            "p_top": found["p_top"],
            "mostly": 2 * true[:, AMPLIFIES] > true.sum(axis=1),
            "called": found["is_mostly_amplifying"],
            "counted": 2 * seen[:, AMPLIFIES] > seen.sum(axis=1),
        }
    )


def naive(seen: np.ndarray, sizes: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Classify and count as if the classifier were right: Wilson intervals of shares, a normal one of the index."""
    shares, z = seen / sizes[:, None], 1.96
    if name == "index":
        middle = shares[:, AMPLIFIES] - shares[:, REJECTS]
        half = z * np.sqrt((shares[:, AMPLIFIES] + shares[:, REJECTS] - middle**2) / sizes)
    else:
        share = shares[:, CLASSES.index(name)]
        middle = (share + z**2 / (2 * sizes)) / (1 + z**2 / sizes)
        half = z / (1 + z**2 / sizes) * np.sqrt(share * (1 - share) / sizes + z**2 / (4 * sizes**2))
    return middle - half - 1e-9, middle + half + 1e-9


def show(rows: pd.DataFrame) -> None:
    print(f"{'families':>10} {'outlets':>8}  " + "".join(f"{n:>22}" for n in WHAT))
    for low, high in BINS:
        part = rows[rows["families"].between(low, high)]
        cells = []
        for name in WHAT:
            one = part[part["what"] == name]
            cells.append(f"{one['covered'].mean():.3f} ±{one['width'].median() / 2:.2f} ({one['naive'].mean():.3f})")
        print(f"{low:>4}–{high:<5} {len(part) // 4:>8}  " + "".join(f"{cell:>22}" for cell in cells), flush=True)
    size = pd.cut(rows["families"], [low - 1 for low, _ in BINS] + [BINS[-1][1]], labels=[str(b) for b in BINS])
    cells = rows.groupby([size, "what"], observed=True)["covered"].mean().unstack()
    large = cells.loc[[str(b) for b in BINS if b[0] >= 20]]
    counted = rows[rows["families"] >= 10].groupby("what")["naive"].mean()
    print(
        f"lowest cell {cells.min(axis=None):.3f} (aim ≥ .93); highest from 20 families on {large.max(axis=None):.3f} "
        f"(aim ≤ .97); counting classes, from 10 families on: {counted.min():.3f} to {counted.max():.3f}"
    )


def show_standing(rows: pd.DataFrame) -> None:
    """Realised false discoveries of "mostly amplifying", and whether P(top) means what it says."""
    shares = {}
    for name in ("called", "counted"):
        calls = rows[rows[name]].groupby("corpus")["mostly"].agg(["size", "sum"]).reindex(rows["corpus"].unique())
        shares[name] = (1 - calls["sum"] / calls["size"]).fillna(0).mean()
    found = rows[rows["mostly"]]["called"].mean()
    print(
        f"mostly amplifying: {shares['called']:.3f} of calls are false (aim ≤ .05; counting classes {shares['counted']:.3f}), "
        f"{found:.2f} of the true ones are called"
    )
    bins = pd.cut(rows["p_top"], [-0.01, 0.05, 0.25, 0.5, 0.75, 1])
    told = rows.groupby(bins, observed=True).agg(said=("p_top", "mean"), true=("top", "mean"), outlets=("top", "size"))
    print(f"among the top {TOP}, said → true: " + "; ".join(f"{t.said:.2f} → {t.true:.2f} (n {t.outlets})" for t in told.itertuples()))  # fmt: skip


def totals(corpora: int, seed: int) -> None:
    """Corpus-wide shares: 400 to 3,000 articles, a classifier right on .7 to .95 that errs towards one class."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(corpora):
        n = int(rng.integers(400, 3_001))
        true = pd.Series(rng.choice(CLASSES, n, p=rng.dirichlet([2.0, 1.0, 2.0])))
        stance = true.where(rng.random(n) < rng.uniform(0.7, 0.95), rng.choice(CLASSES))
        stances = pd.DataFrame({"article_id": np.arange(n).astype(str), "stance": stance})
        for design, size in (("simple", 100), ("simple", LABELLED), ("by predicted class", LABELLED)):
            chance = np.full(n, size / n)
            if design != "simple":  # as many of each class as of the others, as `annotate` draws
                chance = np.minimum(
                    1, size / stances["stance"].nunique() / stances.groupby("stance")["stance"].transform("size")
                )
            labels = stances[draw(rng, chance)]
            labels = labels.assign(inclusion_probability=chance[labels.index], stance=true[labels.index])
            rows += judged(stances, labels, true, f"{design}, {size}")
    frame = pd.DataFrame(rows, columns=["design", "covered", "half", "labels_half", "counted"])
    print(
        f"\ncorpus totals ({corpora} corpora, nominal .95): coverage ±half the median width (labels alone), counting classes within ±.02"
    )
    for design, part in frame.groupby("design"):
        print(
            f"{design:>24}  {part['covered'].mean():.3f} ±{part['half'].median():.3f} (±{part['labels_half'].median():.3f}), {part['counted'].mean():.2f}"
        )


def draw(rng: np.random.Generator, chance: np.ndarray) -> np.ndarray:
    """A systematic sample in random order: as many of every stratum as its chances add up to, to the next whole number."""
    order = rng.permutation(len(chance))
    order = order[np.argsort(chance[order], kind="stable")]
    steps = np.floor(np.concatenate([[0.0], np.cumsum(chance[order])]) + rng.random())
    taken = np.zeros(len(chance), dtype=bool)
    taken[order] = np.diff(steps) > 0
    return taken


def judged(stances: pd.DataFrame, labels: pd.DataFrame, true: pd.Series, design: str) -> list[tuple[object, ...]]:
    found = corpus_totals(stances, labels).set_index("stance")
    blind = corpus_totals(stances.assign(stance="unclear"), labels).set_index("stance")  # the labels alone
    rows: list[tuple[object, ...]] = []
    for name in CLASSES:
        one, share = found.loc[name], (true == name).mean()
        rows.append(
            (
                design,
                one["low"] <= share <= one["high"],
                (one["high"] - one["low"]) / 2,
                (blind.loc[name, "high"] - blind.loc[name, "low"]) / 2,
                abs(one["raw_share"] - share) <= 0.02,
            )
        )
    return rows


def speed() -> None:
    rng = np.random.default_rng(3)
    counts = pd.DataFrame(rng.integers(0, 40, (1_000, 3)), columns=list(CLASSES))
    confusion = Confusion(((80.0, 5.0, 15.0), (4.0, 70.0, 26.0), (12.0, 10.0, 78.0)), "simulated")
    times = []
    for _ in range(3):
        start = time.process_time()
        index_of_counts(counts, confusion)
        times.append(time.process_time() - start)
    print(f"\n1,000 outlets: {min(times):.2f} s of processor time, best of three (aim ≤ 1 s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    corpora = 40 if parser.parse_args().quick else 1_000
    print("each cell: coverage ±half the median width (naive coverage); nominal .95")
    for seed, setting in enumerate(SETTINGS):
        some = corpora if seed == 0 else corpora // 4
        print(f"\n{setting.title} ({some} corpora)")
        rows, standing = measure(some, setting, seed + 1)
        show(rows)
        show_standing(standing)
    totals(corpora, 9)
    speed()


if __name__ == "__main__":
    main()
