"""Every feed document of the corpus and many mutations of them: none may raise, none may take over a second.

Usage: python benchmarks/collect_feeds.py [--mutations 50000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import sys
import tarfile
import time
from pathlib import Path

from coverage.collect.sources import feeds

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data" / "robustness" / "feeds.tar.gz"


def mutated(document: bytes, chance: random.Random) -> bytes:
    """Cut, doubled, flipped or spliced in one to four places."""
    data = bytearray(document)
    for _ in range(chance.randint(1, 4)):
        start, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        match chance.randrange(5):
            case 0:
                del data[start : min(end, start + 200)]
            case 1:
                data[start:start] = data[start : min(end, start + 2000)]
            case 2 if data:
                data[start % len(data)] ^= 1 << chance.randrange(8)
            case 3:
                data[start:start] = chance.randbytes(8)
            case _:
                data[start:start] = chance.choice(
                    (b"<![CDATA[", b"<!--", b"&#x0;", b"<item>" * 50, b"]]>", b"\xff\xfe")
                )
    return bytes(data)


def main(mutations: int, seed: int) -> int:
    chance = random.Random(seed)
    with tarfile.open(CORPUS) as tar:
        documents = [file.read() for member in tar if (file := tar.extractfile(member))]
    raised, slowest, listed, began = 0, 0.0, 0, time.perf_counter()
    for number in range(len(documents) + mutations):
        document = documents[number] if number < len(documents) else mutated(chance.choice(documents), chance)
        start = time.process_time()
        try:
            listed += len(feeds.read(document, "http://feed.example/rss").listed)
        except Exception as error:
            raised += 1
            print(f"document {number}: {type(error).__name__}: {error}")
        slowest = max(slowest, time.process_time() - start)
    print(f"{len(documents)} documents and {mutations} mutations: {raised} raised, slowest {slowest:.2f} s, {listed} links, {time.perf_counter() - began:.0f} s in all")  # fmt: skip
    return int(bool(raised) or slowest > 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutations", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(main(options.mutations, options.seed))
