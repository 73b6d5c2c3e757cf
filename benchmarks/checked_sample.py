"""A random sample of the development pages, read by eye, against what we find, field by field; every error is printed.

python benchmarks/checked_sample.py [--draw]

The 20 pages of `checked_sample.json` were drawn by its seed from all 481 (`--draw` draws them again); beside them stand the
four pages in Cyrillic script. What a person would write was noted from the rendered page and its head before our output
was looked at; where the page allows two readings (standfirst or first paragraph, a section under two names) both were
noted beforehand. A body is right at its begin or end when the noted words (at most eight) are its own first or last.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from extraction import Page, marked_bodies, plain, wcxb_pages

ANSWERS = Path(__file__).with_suffix(".json")
FIELDS = ("title", "day", "minute", "authors", "agency", "section", "language", "begin", "end")


def pages() -> dict[tuple[str, str], Page]:
    """All 481 development pages, by corpus and name (of the 181, the first twelve digits of it)."""
    return {("181", p.key[:12]): p for p in marked_bodies()} | {("WCXB", p.key): p for p in wcxb_pages()}


def draw(every: dict[tuple[str, str], Page], seed: int, n: int = 20) -> list[tuple[str, str]]:
    return random.Random(seed).sample(list(every), n)


def judged(answer: dict[str, Any], page: Page) -> dict[str, tuple[bool, Any]]:
    """Field → whether we are right, and what we said. `minute` only where the page writes a time of day."""
    from coverage.text import extract_article
    from coverage.text.lines import local_time

    article = extract_article(page.html, page.url)
    assert article is not None, page.url
    at, when = article.published_at, answer["published"]
    day = local_time(article)[:10] if at and article.published_precision in ("minute", "day") else None
    minute = f"{at:%Y-%m-%dT%H:%M}" if at and article.published_precision == "minute" else None
    text = plain(article.text)
    verdicts = {
        "title": (plain(article.title) == plain(answer["title"]), article.title),
        "day": (day == when or (len(when or "") > 10 and minute == when), day),
        "authors": (sorted(map(plain, article.authors)) == sorted(map(plain, answer["authors"])), article.authors),
        "agency": (article.agency == answer["agency"], article.agency),
        "section": (plain(article.section) in map(plain, answer["section"]), article.section),
        "language": (article.language == answer["language"], article.language),
        "begin": (text.startswith(tuple(map(plain, answer["begins"]))), " ".join(article.text.split()[:10])),
        "end": (text.endswith(tuple(map(plain, answer["ends"]))), " ".join(article.text.split()[-10:])),
    }
    if len(when or "") > 10:
        verdicts["minute"] = (minute == when, minute)
    return verdicts


def counted(answers: list[dict[str, Any]], every: dict[tuple[str, str], Page]) -> tuple[dict[str, str], list[str]]:
    """Field → «right/all», and a line an error."""
    right, total, errors = dict.fromkeys(FIELDS, 0), dict.fromkeys(FIELDS, 0), []
    for answer in answers:
        for field, (is_right, said) in judged(answer, every[answer["corpus"], answer["key"]]).items():
            right[field] += is_right
            total[field] += 1
            if not is_right:
                wanted = answer.get(
                    {"day": "published", "minute": "published"}.get(field, field), answer.get(f"{field}s")
                )
                errors.append(f"{answer['key']} {field}: {said!r}, a person: {wanted!r}")
    return {field: f"{right[field]}/{total[field]}" for field in FIELDS}, errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true", help="print the drawn pages' names and addresses only")
    args = parser.parse_args()
    known, every = json.loads(ANSWERS.read_text(encoding="utf-8")), pages()
    if args.draw:
        for corpus, key in draw(every, known["seed"]):
            print(corpus, key, every[corpus, key].url)
        return
    for name in ("pages", "cyrillic"):
        scores, errors = counted(known[name], every)
        sums = [sum(int(score.split("/")[part]) for score in scores.values()) for part in (0, 1)]
        print(f"{name}: {sums[0]} of {sums[1]} fields right;", ", ".join(f"{f} {s}" for f, s in scores.items()))
        print(*(f"  {error}" for error in errors), sep="\n")


if __name__ == "__main__":
    main()
