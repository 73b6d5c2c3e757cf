"""Coverage of the outlet index's 95 % intervals on simulated corpora, beside naive classify-and-count; speed at 1,000 outlets.

    python benchmarks/intervals.py [--quick]      1,000 corpora (60 with --quick)

A corpus: 30 to 100 outlets, many of them wholly on one side, 1 to 200 families each (heavy-tailed); a classifier of
accuracy .7 to .95, known only from a hand-coded sample of 298. `shifted` gives every outlet its own confusion matrix.
Targets: ≥ .93 in every bin of size and class, ≤ .97 from 20 families on; 1,000 outlets within 1 s.
"""

import argparse
import time

import numpy as np
import pandas as pd

from coverage.measure.index import Confusion, index_of_counts
from coverage.measure.units import CLASSES

BINS = ((1, 4), (5, 9), (10, 19), (20, 49), (50, 200))


def corpus(rng: np.random.Generator, shift: float) -> tuple[np.ndarray, np.ndarray, Confusion]:
    """True and seen family counts of each outlet, and the confusion counts of the labelled sample."""
    n = int(rng.integers(30, 101))
    extreme = rng.random(n) < 0.4
    shares = np.where(extreme[:, None], rng.dirichlet([0.05] * 3, n), rng.dirichlet([1.0] * 3, n))
    sizes = np.clip(np.round(rng.lognormal(2.0, 1.2, n)), 1, 200).astype(int)
    true = np.stack([rng.multinomial(size, share) for size, share in zip(sizes, shares, strict=True)])
    right = rng.uniform(0.7, 0.95, 3)
    rates = np.stack(
        [
            np.where(np.arange(3) == k, right[k], (1 - right[k]) * np.insert(rng.dirichlet([2.0, 2.0]), k, 0))
            for k in range(3)
        ]
    )
    seen = np.zeros_like(true)
    for o in range(n):
        own = rates if shift == 0 else np.stack([rng.dirichlet(rates[k] / shift + 1e-3) for k in range(3)])
        seen[o] = sum(rng.multinomial(true[o, k], own[k]) for k in range(3))
    sample = np.stack(
        [rng.multinomial(m, rates[k]) for k, m in enumerate(rng.multinomial(298, true.sum(axis=0) / true.sum()))]
    )
    return true, seen, Confusion(tuple(tuple(map(float, row)) for row in sample), "simulated")


def measure(corpora: int, shift: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(corpora):
        true, seen, confusion = corpus(rng, shift)
        found = index_of_counts(pd.DataFrame(seen, columns=list(CLASSES)), confusion)
        sizes = true.sum(axis=1)
        for k, name in enumerate((*CLASSES, "index")):
            value = (true[:, 1] - true[:, 0]) / sizes if name == "index" else true[:, k] / sizes
            column = name if name == "index" else f"{name}_share"
            low, high = found[f"{column}_low"].to_numpy(), found[f"{column}_high"].to_numpy()
            naive_low, naive_high = naive(seen, sizes, name)
            for size, is_in, width, is_naive in zip(
                sizes,
                (low - 1e-9 <= value) & (value <= high + 1e-9),
                high - low,
                (naive_low <= value) & (value <= naive_high),
                strict=True,
            ):
                rows.append((size, name, is_in, width, is_naive))
    return pd.DataFrame(rows, columns=["families", "what", "covered", "width", "naive"])


def naive(seen: np.ndarray, sizes: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Classify and count with a normal interval, as if the classifier were right."""
    shares = seen / sizes[:, None]
    if name == "index":
        middle = shares[:, 1] - shares[:, 0]
        variance = shares[:, 1] + shares[:, 0] - middle**2
    else:
        middle = shares[:, CLASSES.index(name)]
        variance = middle * (1 - middle)
    half = 1.96 * np.sqrt(variance / sizes)
    return middle - half - 1e-9, middle + half + 1e-9


def show(title: str, rows: pd.DataFrame) -> None:
    print(f"\n{title}\n{'families':>10}  " + "  ".join(f"{name:>24}" for name in (*CLASSES, "index")))
    for low, high in BINS:
        part = rows[rows["families"].between(low, high)]
        cells = []
        for name in (*CLASSES, "index"):
            one = part[part["what"] == name]
            cells.append(f"{one['covered'].mean():.3f} ±{one['width'].median():.2f} ({one['naive'].mean():.3f})")
        print(f"{low:>4}–{high:<5}  " + "  ".join(f"{cell:>24}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    corpora = 60 if parser.parse_args().quick else 1_000
    print(f"{corpora} simulated corpora; each cell: coverage ±median width (naive coverage); nominal .95")
    show("one confusion matrix, known from 298 hand-coded items", measure(corpora, 0.0, 1))
    show(
        "every outlet its own confusion matrix (Dirichlet, concentration 30): where it breaks",
        measure(max(20, corpora // 5), 1 / 30, 2),
    )
    rng = np.random.default_rng(3)
    counts = pd.DataFrame(rng.integers(0, 40, (1_000, 3)), columns=list(CLASSES))
    start = time.perf_counter()
    index_of_counts(counts, Confusion(((80.0, 5.0, 15.0), (4.0, 70.0, 26.0), (12.0, 10.0, 78.0)), "simulated"))
    print(f"\n1,000 outlets: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
