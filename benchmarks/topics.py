"""Topics on the real articles: seconds, stability, coherence. python benchmarks/topics.py"""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

ARTICLES = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "articles" / "topic.jsonl.gz"


def main() -> None:
    if not ARTICLES.exists():
        print("skipped: ../shared/data/articles is not here")
        return
    import pandas as pd

    from coverage.families import find_families
    from coverage.topics import find_topics

    with gzip.open(ARTICLES, "rt", encoding="utf-8") as file:
        rows = list({row["id"]: row for row in map(json.loads, file)}.values())
    frame = pd.DataFrame(rows).rename(columns={"id": "article_id", "outlet_domain": "outlet_id"})
    frame["published_at"] = pd.to_datetime(frame["published"], utc=True)
    frame["published_precision"] = frame["published"].map(lambda day: "day" if day else "unknown")
    started = time.process_time()
    families = find_families(frame)
    between = time.process_time()
    found = find_topics(frame, families)
    print(
        json.dumps(
            {
                "articles": len(frame),
                "families_cpu_seconds": round(between - started, 2),
                "topics_cpu_seconds": round(time.process_time() - between, 2),
                "topics": found.terms.groupby("language").size().to_dict(),
                "mean_stability": round(found.terms["stability"].mean(), 3),
                "mean_coherence": round(found.terms["coherence"].mean(), 3),
                "aligned": int(found.terms["aligned_id"].notna().sum()),
                "stories": int(found.stories["story_id"].nunique()),
            }
        )
    )


if __name__ == "__main__":
    main()
