"""Families of copies: B-cubed F1 by `../shared/bench/score.py`, speed and memory, beside plain MinHash LSH on Jaccard, in one run.

python benchmarks/families.py [--quick] [--documents 2000 10000] [--seed 11]     (thresholds were tuned on seed 7)
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1].parent / "shared" / "bench"
LSH_THRESHOLD, PERMUTATIONS = 0.5, 128


def ours(path: Path) -> list[dict[str, str]]:
    from coverage.families import families_lines

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(families_lines(lines))


def minhash_lsh(path: Path) -> list[dict[str, str]]:
    """Word 5-gram sets, 128 permutations, banded LSH at Jaccard .5, pairs checked by estimated Jaccard, union of pairs."""
    import re

    from rensa import RMinHash, RMinHashLSH

    ids, sketches, lsh = [], [], RMinHashLSH(LSH_THRESHOLD, PERMUTATIONS, 32)
    parent: list[int] = []

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            words = re.findall(r"\w+", row["text"].lower())
            sketch = RMinHash(num_perm=PERMUTATIONS, seed=1)
            sketch.update([" ".join(words[n : n + 5]) for n in range(max(1, len(words) - 4))])
            parent.append(number)
            for other in sorted(lsh.query(sketch)):
                if sketches[other].jaccard(sketch) >= LSH_THRESHOLD:
                    parent[root(number)] = root(other)
            lsh.insert(number, sketch)
            ids.append(row["id"])
            sketches.append(sketch)
    return [{"id": i, "family": ids[root(number)]} for number, i in enumerate(ids)]


METHODS: dict[str, Callable[[Path], list[dict[str, str]]]] = {"ours": ours, "minhash-lsh": minhash_lsh}


def measure(method: str, corpus: Path, answers: Path) -> None:
    """Run one method in this process; writes its answers and prints seconds and memory."""
    started = time.process_time()
    rows = METHODS[method](corpus)
    seconds = time.process_time() - started
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {"cpu_seconds": round(seconds, 2), "documents_a_cpu_second": round(len(rows) / seconds), "peak_mb": peak}
        )
    )


def run(*command: str | Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, *map(str, command)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1,000 documents only")
    parser.add_argument("--documents", type=int, nargs="+", default=[2000, 10_000])
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--measure", nargs=3, metavar=("METHOD", "CORPUS", "ANSWERS"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.measure[0], Path(args.measure[1]), Path(args.measure[2]))
        return
    if not BENCH.exists():
        print("skipped: ../shared/bench is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        for documents in [1000] if args.quick else args.documents:
            corpus, answers = Path(folder) / f"{documents}.jsonl.gz", Path(folder) / "answers.jsonl"
            making = [BENCH / "make_families.py", corpus, "--documents", documents, "--seed", args.seed]
            subprocess.run([sys.executable, *map(str, making)], check=True, capture_output=True)
            for method in METHODS:
                cost = run(__file__, "--measure", method, corpus, answers)
                score = run(BENCH / "score.py", "families", answers, "--gold", corpus)
                print(json.dumps({"method": method, "seed": args.seed} | score | cost), flush=True)


if __name__ == "__main__":
    main()
