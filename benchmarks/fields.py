"""Day, title and authors beside the peers in one run, on the 300 WCXB development pages that come with them.

python benchmarks/fields.py [--quick] [--methods ours trafilatura …] [--peers FOLDER] [--python newspaper3k=PATH …] [--differences]

Each field counts on the pages whose gold has it (a day: a whole one; «2015-11» is none). Right is exact: the same day; the
same title but for case, marks and spaces; the same set of names. `--differences` prints where we and the gold differ, with
what the best-known peer says: some of these are the gold's own slips (a day of change, a day in another time zone).
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from extraction import Found, Page, corpus_pages, environments, names_of, plain, run_apart

FIELDS = ("day", "title", "authors")
METHODS = ("ours", "trafilatura", "newspaper4k", "htmldate", "newspaper3k", "readability", "news-please")


def gold_of(page: Page) -> dict[str, Any]:
    truth = page.fields or {}
    day = (truth.get("day") or "")[:10]
    names = names_of(truth.get("author"))
    return {
        "day": day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None,
        "title": plain(truth.get("title")),
        "authors": names,
    }


def told(found: Found) -> dict[str, Any]:
    authors = names_of("; ".join(a for a in found.get("authors") or [] if a))
    return {"day": found.get("day"), "title": plain(found.get("title")), "authors": authors}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="40 pages only")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--python", nargs="*", default=[], metavar="METHOD=PATH")
    parser.add_argument("--peers", type=Path, help="folder with an environment a peer, made by benchmarks/peers.sh")
    parser.add_argument("--differences", action="store_true")
    args = parser.parse_args()
    pythons = {**environments(args.peers), **dict(pair.split("=", 1) for pair in args.python)}
    pages = corpus_pages("WCXB", args.quick)
    gold = [gold_of(page) for page in pages]
    counts = {field: sum(bool(one[field]) for one in gold) for field in FIELDS}
    print(f"{len(pages)} pages; gold has {', '.join(f'{field} on {counts[field]}' for field in FIELDS)}")
    print(f"{'method':14}" + "".join(f"{field:>10}" for field in FIELDS))
    by_method = {}
    for method in args.methods:
        result = run_apart(method, "WCXB", args.quick, pythons.get(method, sys.executable))
        if result is None:
            print(f"{method:14}not installed here (name an interpreter that has it: --python {method}=PATH)")
            continue
        by_method[method] = found = [told(result["found"][page.key]) for page in pages]
        right = {f: sum(bool(g[f]) and one[f] == g[f] for one, g in zip(found, gold, strict=True)) for f in FIELDS}
        print(f"{method:14}" + "".join(f"{right[f] / max(1, counts[f]):>10.3f}" for f in FIELDS), flush=True)
    if args.differences:
        differences(pages, gold, by_method)


def differences(pages: list[Page], gold: list[dict[str, Any]], by_method: dict[str, list[dict[str, Any]]]) -> None:
    for field in FIELDS:
        print(f"\n{field}:")
        for n, page in enumerate(pages):
            if gold[n][field] and by_method["ours"][n][field] != gold[n][field]:
                said = "  ".join(f"{m}: {_shown(found[n][field])}" for m, found in by_method.items())
                print(f"  {page.url[:80]}\n    gold: {_shown(gold[n][field])}  {said}")


def _shown(value: Any) -> str:
    return "; ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


if __name__ == "__main__":
    main()
