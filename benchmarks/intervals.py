"""Coverage of the outlet index's 95 % intervals on simulated corpora, beside naive classify-and-count; speed at 1,000 outlets.

    python benchmarks/intervals.py [--quick]      1,000 corpora (60 with --quick)

A corpus: 30 to 100 outlets, four in ten of them wholly or nearly on one side, 1 to 200 families each (heavy-tailed); a
classifier that is right on .80 to .95 of each class, known only from a hand-coded sample of 298. Then the same where the
assumption of one confusion matrix fails: every outlet its own, and two languages classified differently, corrected by the
pooled matrix or by each language's own. Last, classes that are right only as often as today's model on the development gold.
Targets: ≥ .93 in every bin of size and class, ≤ .97 from 20 families on; 1,000 outlets within 1 s.
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coverage.measure.confusion import Confusion
from coverage.measure.index import index_of_counts
from coverage.measure.units import CLASSES

BINS = ((1, 4), (5, 9), (10, 19), (20, 49), (50, 200))
WHAT = (*CLASSES, "index")
LABELLED = 298


@dataclass(frozen=True)
class Setting:
    """How the classifier errs: accuracy of each class, spread over outlets (Dirichlet concentration) and languages."""

    title: str
    right: tuple[tuple[float, float], ...] = ((0.80, 0.95),) * 3
    concentration: float | None = None
    languages: int = 1
    by_language: bool = False


SETTINGS = (
    Setting("one confusion matrix (what the method assumes)"),
    Setting("classes right as often as on the development gold", ((0.88, 0.97), (0.70, 0.85), (0.45, 0.70))),
    Setting("every outlet its own confusion matrix, concentration 100", concentration=100),
    Setting("every outlet its own confusion matrix, concentration 30", concentration=30),
    Setting("two languages, two confusion matrices, corrected by the pooled one", languages=2),
    Setting("two languages, two confusion matrices, each corrected by its own", languages=2, by_language=True),
)


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


def measure(corpora: int, setting: Setting, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(corpora):
        true, frames, confusion = corpus(rng, setting)
        seen = sum(frames.values())
        found = index_of_counts(frames if setting.by_language else seen, confusion)
        sizes = true.sum(axis=1)
        for k, name in enumerate(WHAT):
            value = (true[:, 1] - true[:, 0] if name == "index" else true[:, k]) / sizes
            column = name if name == "index" else f"{name}_share"
            low, high = found[f"{column}_low"].to_numpy(), found[f"{column}_high"].to_numpy()
            naive_low, naive_high = naive(seen.to_numpy(), sizes, name)
            one = {
                "families": sizes, "what": name, "width": high - low,
                "covered": (low - 1e-9 <= value) & (value <= high + 1e-9),
                "naive": (naive_low <= value) & (value <= naive_high),
            }  # fmt: skip
            rows.append(pd.DataFrame(one))
    return pd.concat(rows)


def naive(seen: np.ndarray, sizes: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Classify and count as if the classifier were right: Wilson intervals of shares, a normal one of the index."""
    shares, z = seen / sizes[:, None], 1.96
    if name == "index":
        middle = shares[:, 1] - shares[:, 0]
        half = z * np.sqrt((shares[:, 1] + shares[:, 0] - middle**2) / sizes)
    else:
        share = shares[:, CLASSES.index(name)]
        middle = (share + z**2 / (2 * sizes)) / (1 + z**2 / sizes)
        half = z / (1 + z**2 / sizes) * np.sqrt(share * (1 - share) / sizes + z**2 / (4 * sizes**2))
    return middle - half - 1e-9, middle + half + 1e-9


def show(setting: Setting, corpora: int, rows: pd.DataFrame) -> None:
    print(
        f"\n{setting.title} ({corpora} corpora)\n{'families':>10} {'outlets':>8}  " + "".join(f"{n:>22}" for n in WHAT)
    )
    for low, high in BINS:
        part = rows[rows["families"].between(low, high)]
        cells = []
        for name in WHAT:
            one = part[part["what"] == name]
            cells.append(f"{one['covered'].mean():.3f} ±{one['width'].median() / 2:.2f} ({one['naive'].mean():.3f})")
        print(f"{low:>4}–{high:<5} {len(part) // 4:>8}  " + "".join(f"{cell:>22}" for cell in cells), flush=True)


def verdict(rows: pd.DataFrame) -> str:
    size = pd.cut(rows["families"], [low - 1 for low, _ in BINS] + [BINS[-1][1]], labels=[str(b) for b in BINS])
    cells = rows.groupby([size, "what"], observed=True)["covered"].mean().unstack()
    large = cells.loc[[str(b) for b in BINS if b[0] >= 20]]
    return f"lowest cell {cells.min(axis=None):.3f} (aim ≥ .93); highest from 20 families on {large.max(axis=None):.3f} (aim ≤ .97)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    corpora = 60 if parser.parse_args().quick else 1_000
    print("each cell: coverage ±half the median width (naive coverage); nominal .95")
    for seed, setting in enumerate(SETTINGS):
        some = corpora if seed == 0 else max(20, corpora // 5)
        rows = measure(some, setting, seed + 1)
        show(setting, some, rows)
        print(verdict(rows))
    rng = np.random.default_rng(3)
    counts = pd.DataFrame(rng.integers(0, 40, (1_000, 3)), columns=list(CLASSES))
    confusion = Confusion(((80.0, 5.0, 15.0), (4.0, 70.0, 26.0), (12.0, 10.0, 78.0)), "simulated")
    start, cpu = time.perf_counter(), time.process_time()
    index_of_counts(counts, confusion)
    print(f"\n1,000 outlets: {time.perf_counter() - start:.2f} s ({time.process_time() - cpu:.2f} s of processor time)")


if __name__ == "__main__":
    main()
