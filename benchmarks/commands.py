"""The commands `vote-coverage extract` and `vote-coverage judge` scored by ../shared/bench/score.py as they are.

    python benchmarks/commands.py

The stance figures are in-sample (the packaged model was fitted on these labels): `benchmarks/stance.py` has the grouped ones.
"""

import gzip
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"


def through(command: str, rows: list[dict]) -> list[dict]:
    """The rows that `vote-coverage <command>` answers."""
    given = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    done = subprocess.run(
        [sys.executable, "-m", "coverage", command], input=given.encode(), capture_output=True, check=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(rows)
    return found


def score(what: str, content: str, suffix: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=suffix, encoding="utf-8") as file:
        file.write(content)
        file.flush()
        done = subprocess.run(
            [sys.executable, SHARED / "bench" / "score.py", what, file.name], capture_output=True, text=True, check=True
        )
    return " ".join(done.stdout.split())


def main() -> None:
    with tarfile.open(SHARED / "data" / "html" / "article-extraction-benchmark.tar.gz") as tar:
        gold = json.load(tar.extractfile("ground-truth.json"))
        pages = [
            {
                "id": key,
                "url": row["url"],
                "html": gzip.decompress(tar.extractfile(f"html/{key}.html.gz").read()).decode("utf-8", "replace"),
            }
            for key, row in gold.items()
        ]
    extracted = {row["id"]: row.get("text", "") for row in through("extract", pages)}
    print(
        "vote-coverage extract, score.py extraction (pages that its model has seen):",
        score("extraction", json.dumps(extracted), ".json"),
    )
    labels = [json.loads(line)["id"] for line in (SHARED / "data" / "gold" / "stance_dev.jsonl").open(encoding="utf-8")]
    with gzip.open(SHARED / "data" / "articles" / "topic.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = {row["id"]: row for row in map(json.loads, lines)}
    judged = through("judge", [articles[key] for key in labels])
    print(
        "vote-coverage judge, score.py stance (in-sample):",
        score("stance", "".join(json.dumps(row) + "\n" for row in judged), ".jsonl"),
    )


if __name__ == "__main__":
    main()
