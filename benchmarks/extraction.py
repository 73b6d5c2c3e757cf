"""Extraction beside its peers in one run: body F1 by `../shared/bench/score.py`, day, title and authors, speed and memory.

python benchmarks/extraction.py [--quick] [--methods ours trafilatura …] [--peers FOLDER] [--python newspaper3k=PATH …]

Two corpora: 181 pages with hand-marked bodies, and 300 WCXB development pages with text, title, date and author. Each
method runs in a process of its own, under the interpreter of FOLDER/METHOD (`benchmarks/peers.sh FOLDER` makes these) or
the one named by --python; a peer that is not installed is named and left out. All get the same decoded page; the same functions score all.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import unicodedata
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
SCORE = SHARED / "bench" / "score.py"
QUICK = {"181": 60, "WCXB": 40}
Found = dict[str, Any]  # text, title, day (YYYY-MM-DD or None), authors


@dataclass(frozen=True)
class Page:
    """One gold page. `fields` is None where only the body was marked."""

    key: str
    url: str
    html: str
    body: str
    fields: Found | None = None


BARE = Page(
    "bare", "https://page.example/", "<html><body><h1>A page</h1><p>Few words stand here.</p></body></html>", ""
)


def marked_bodies() -> list[Page]:
    """The 181 pages of the article extraction benchmark."""
    with tarfile.open(SHARED / "data/html/article-extraction-benchmark.tar.gz") as tar:
        gold = json.load(tar.extractfile("ground-truth.json"))
        return [
            Page(key, one.get("url", ""), _unpack(tar.extractfile(f"html/{key}.html.gz")), one["articleBody"])
            for key, one in sorted(gold.items())
        ]


def wcxb_pages() -> list[Page]:
    """The 300 development pages of WCXB."""
    with tarfile.open(SHARED / "data/html/wcxb-dev-articles.tar.gz") as tar:
        pages = []
        for name in sorted(n for n in tar.getnames() if n.startswith("ground-truth/") and n.endswith(".json")):
            record, key = json.load(tar.extractfile(name)), Path(name).stem
            truth = record["ground_truth"]
            fields = {"title": truth["title"], "day": truth["publish_date"], "author": truth["author"]}
            html = _unpack(tar.extractfile(f"html/{key}.html.gz"))
            pages.append(Page(key, record["url"], html, truth["main_content"], fields))
        return pages


def _unpack(file: Any) -> str:
    return gzip.decompress(file.read()).decode("utf-8", "replace")


def ours(page: Page) -> Found:
    from coverage.text import extract_article
    from coverage.text.lines import local_time

    article = extract_article(page.html, page.url)
    if article is None:
        return {}
    knows_day = article.published_at and article.published_precision in ("minute", "day")
    day = local_time(article)[:10] if knows_day else None
    return {"text": article.text, "title": article.title, "day": day, "authors": list(article.authors)}


def trafilatura(page: Page) -> Found:
    from trafilatura import bare_extraction

    found = bare_extraction(page.html, url=page.url or None, with_metadata=True)
    if found is None:
        return {}
    authors = (found.author or "").split("; ")
    return {"text": found.text, "title": found.title, "day": found.date, "authors": authors}


def trafilatura_text(page: Page) -> Found:
    """Its default call, no metadata: the speed to beat."""
    import trafilatura

    return {"text": trafilatura.extract(page.html)}


def language_of(page: Page) -> str:
    """What the peers that take a language are told: read off the gold body, Russian where Cyrillic prevails."""
    letters = [c for c in page.body if c.isalpha()]
    return "ru" if sum("\u0400" <= c <= "\u04ff" for c in letters) * 2 > len(letters) else "en"


def newspaper(page: Page) -> Found:
    import newspaper as engine

    config = engine.Config()
    config.fetch_images = False  # else parse() downloads pictures
    article = engine.Article(page.url or "https://page.example/", language=language_of(page), config=config)
    article.download(input_html=page.html)
    article.parse()
    day = article.publish_date.isoformat()[:10] if hasattr(article.publish_date, "isoformat") else None
    return {"text": article.text, "title": article.title, "day": day, "authors": list(article.authors)}


def readability(page: Page) -> Found:
    from lxml import html
    from readability import Document

    document = Document(page.html)
    tree = html.fromstring(document.summary())
    for block in tree.iter("p", "div", "li", "br", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"):
        block.tail = "\n" + (block.tail or "")  # it answers in HTML: neighbouring blocks must not run together
    return {"text": tree.text_content(), "title": document.short_title()}


def resiliparse(page: Page) -> Found:
    from resiliparse.extract.html2text import extract_plain_text

    # pictures' descriptions and marks of lists are no article text: without them it scores better
    text = extract_plain_text(page.html, main_content=True, alt_texts=False, list_bullets=False)
    return {"text": text}


def news_please(page: Page) -> Found:
    from newsplease import NewsPlease

    article = NewsPlease.from_html(page.html, url=page.url or None, fetch_images=False)  # else it downloads pictures
    day = article.date_publish.isoformat()[:10] if article.date_publish else None
    return {"text": article.maintext, "title": article.title, "day": day, "authors": list(article.authors or [])}


def htmldate(page: Page) -> Found:
    from htmldate import find_date

    return {"day": find_date(page.html, original_date=True, url=page.url or None)}


# method → (function, module it needs)
METHODS: dict[str, tuple[Callable[[Page], Found], str]] = {
    "ours": (ours, "coverage.text"),
    "trafilatura": (trafilatura, "trafilatura"),
    "trafilatura-text": (trafilatura_text, "trafilatura"),
    "newspaper4k": (newspaper, "newspaper"),
    "newspaper3k": (newspaper, "newspaper"),
    "readability": (readability, "readability"),
    "resiliparse": (resiliparse, "resiliparse"),
    "news-please": (news_please, "newsplease"),
    "htmldate": (htmldate, "htmldate"),
}
QUICK_METHODS = ("ours", "trafilatura", "newspaper4k")


def is_installed(method: str) -> bool:
    """Whether this interpreter has the peer (newspaper3k and 4k share an import name: told apart by distribution)."""
    from importlib.metadata import PackageNotFoundError, version

    if method.startswith("newspaper"):
        try:
            return bool(version(method))
        except PackageNotFoundError:
            return False
    return importlib.util.find_spec(METHODS[method][1].split(".")[0]) is not None


def run_here(method: str, pages: list[Page]) -> Found:
    """All pages by one method: predictions, CPU seconds, peak resident memory (MB), pages that made it fall over."""
    warnings.simplefilter("ignore")
    call = METHODS[method][0]
    for page in (BARE, pages[0]):  # imports and models are loaded outside the clock; a bare page makes us ask everyone
        with contextlib.suppress(Exception):
            call(page)
    cpu, found, failures = 0.0, {}, 0
    for page in pages:
        started = time.process_time()
        try:
            found[page.key] = call(page)
        except Exception:  # a peer that falls over has no prediction for the page
            found[page.key], failures = {}, failures + 1
        cpu += time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"found": found, "cpu": cpu, "peak_mb": peak, "failures": failures}


def run_apart(method: str, corpus: str, quick: bool, python: str) -> Found | None:
    """`run_here` in a fresh process; None where that interpreter lacks the peer."""
    command = [python, __file__, "--child", method, "--corpus", corpus, *(["--quick"] if quick else [])]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode == 3:
        return None
    if done.returncode:
        raise SystemExit(f"{method} failed on {corpus}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def body_scores(found: dict[str, Found], pages: list[Page]) -> dict[str, float]:
    """Precision, recall and F1 by score.py, run as it is."""
    with tempfile.TemporaryDirectory() as folder:
        predictions, gold = Path(folder) / "pred.json", Path(folder) / "gold.json"
        predictions.write_text(json.dumps({key: one.get("text") or "" for key, one in found.items()}))
        gold.write_text(json.dumps({page.key: {"articleBody": page.body} for page in pages}))
        command = [sys.executable, str(SCORE), "extraction", str(predictions), "--gold", str(gold)]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def plain(words: str | None) -> str:
    """For comparing titles and names: NFKC, straight marks, single spaces, no case."""
    words = unicodedata.normalize("NFKC", words or "").casefold()
    words = words.translate(str.maketrans("‘’‚“”„«»–—−ʼ`", "'''\"\"\"\"\"---''"))
    return " ".join(words.split()).strip()


def names_of(author: str | None) -> frozenset[str]:
    """Gold authors, one string, as a set of names; «By» and degrees after a comma are not names."""
    parts = re.split(r"\s*(?:;|,|&|\band\b|\|)\s*", re.sub(r"^by\s+", "", plain(author)))
    return frozenset(
        p for p in parts if p and not re.fullmatch(r"(?:ph\.?d|m\.?d|rd|mba|cpa|r\.?n|jr|cfp|ms|esq)\.?", p)
    )


def field_scores(found: dict[str, Found], pages: list[Page]) -> dict[str, float]:
    """Shares of pages (of those whose gold has the field) whose day, title and set of authors are exactly right."""
    counts = {"day": [0, 0], "title": [0, 0], "authors": [0, 0]}
    for page in pages:
        got, truth = found[page.key], page.fields or {}
        authors = names_of("; ".join(a for a in got.get("authors") or [] if a))
        for name, is_right in (
            ("day", truth.get("day") and got.get("day") == truth["day"][:10]),
            ("title", truth.get("title") and plain(got.get("title")) == plain(truth["title"])),
            ("authors", truth.get("author") and authors == names_of(truth["author"])),
        ):
            counts[name][0] += bool(is_right)
            counts[name][1] += bool(truth.get("author" if name == "authors" else name))
    return {name: right / max(1, all_) for name, (right, all_) in counts.items()}


def environments(folder: Path | None) -> dict[str, str]:
    """Method → interpreter, for the environments that `benchmarks/peers.sh` made in this folder."""
    found = sorted(folder.glob("*/bin/python")) if folder else []
    return {path.parents[1].name: str(path.absolute()) for path in found}


def corpus_pages(corpus: str, quick: bool, method: str = "") -> list[Page]:
    pages = marked_bodies() if corpus == "181" else wcxb_pages()
    if quick and not (method == "ours" and corpus == "181"):
        pages = pages[: QUICK[corpus]]
    return pages


def report(corpus: str, methods: list[str], quick: bool, pythons: dict[str, str], keep: Path | None) -> None:
    pages = corpus_pages(corpus, quick)
    print(
        f"\n{corpus}: {len(pages)} pages (our model has seen them: its F1 on unseen sites is printed by text_train.py)"
    )
    print(f"{'method':18}{'precision':>10}{'recall':>8}{'F1':>8}{'day':>8}{'title':>8}{'authors':>9}{'pages/CPU-s':>13}{'peak MB':>9}{'failed':>8}")  # fmt: skip
    for method in methods:
        result = run_apart(method, corpus, quick, pythons.get(method, sys.executable))
        if result is None:
            print(f"{method:18}not installed here (name an interpreter that has it: --python {method}=PATH)")
            continue
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{corpus}-{method}.json").write_text(json.dumps(result["found"], ensure_ascii=False))
        body = body_scores({p.key: result["found"][p.key] for p in pages}, pages)
        fields = field_scores(result["found"], pages) if corpus == "WCXB" else {}
        cells = "".join(
            f"{fields[n]:>{w}.3f}" if fields else " " * w for n, w in (("day", 8), ("title", 8), ("authors", 9))
        )
        rate = len(result["found"]) / result["cpu"]
        print(f"{method:18}{body['precision']:>10.4f}{body['recall']:>8.4f}{body['f1']:>8.4f}{cells}{rate:>13.1f}{result['peak_mb']:>9.0f}{result['failures']:>8}", flush=True)  # fmt: skip
        if method == "ours" and corpus == "181" and quick:
            every = body_scores(result["found"], corpus_pages("181", False))
            print(f"{'ours, all 181':18}{every['precision']:>10.4f}{every['recall']:>8.4f}{every['f1']:>8.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer pages and peers: under a minute")
    parser.add_argument("--methods", nargs="+", choices=METHODS)
    parser.add_argument("--python", nargs="*", default=[], metavar="METHOD=PATH")
    parser.add_argument("--peers", type=Path, help="folder with an environment a peer, made by benchmarks/peers.sh")
    parser.add_argument("--corpus", nargs="+", choices=("181", "WCXB"), default=["181", "WCXB"])
    parser.add_argument("--keep", type=Path, help="folder for the predictions")
    parser.add_argument("--child", choices=METHODS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not SHARED.exists():
        raise SystemExit("../shared is not beside the project: nothing to score against")
    if args.child:
        if not is_installed(args.child):
            raise SystemExit(3)
        print(json.dumps(run_here(args.child, corpus_pages(args.corpus[0], args.quick, args.child))))
        return
    methods = args.methods or list(QUICK_METHODS if args.quick else METHODS)
    pythons = {**environments(args.peers), **dict(pair.split("=", 1) for pair in args.python)}
    for corpus in args.corpus:
        report(corpus, methods, args.quick, pythons, args.keep)


if __name__ == "__main__":
    main()
