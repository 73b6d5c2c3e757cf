"""The one place that knows the order: captures → articles → quotes, mentions, stances, claims → families, topics → measures."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.clean import Cleaned, Row, clean_captures, clean_repeats, lost_capture, lost_repeats
from coverage.compute import executor, map_chunks
from coverage.progress import Tick, quiet
from coverage.schema import TABLES, DataCheckError, Problem, check_table, frame_of, to_arrow
from coverage.text.urls import canonical_url

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd
    import pyarrow as pa

    from coverage.collect import Archive, Capture
    from coverage.measure.index import Confusion
    from coverage.measure.revisions import Version
    from coverage.study import Study

MANIFEST = "manifest.json"
FEWEST_LABELS = 30  # fewer hand-coded articles of its own say too little: the development gold's errors are used


class NothingCapturedError(RuntimeError):
    """A study's archive is empty; the message says how to fill it."""


@dataclass(frozen=True)
class BuildResult:
    """What a build made: rows a table, the digest over all tables, and what was skipped (reason → count)."""

    folder: Path
    rows: dict[str, int]
    digest: str
    skipped: dict[str, int]

    def in_words(self) -> str:
        about = f"{self.rows['articles']} articles, {self.rows['stances']} about the vote, {self.rows['outlets']} outlet rows"
        skipped = "; ".join(f"{count} {reason}" for reason, count in self.skipped.items()) or "nothing"
        return f"{about}\nskipped or doubted: {skipped}\ndigest of the tables: {self.digest}"


def build(
    study: Study, *, workers: int | None = None, cluster: str | None = None, progress: Tick = quiet
) -> BuildResult:
    """Build every table of the study from its archive and write them as Parquet.

    Raises NothingCapturedError for an empty archive, DataCheckError where a table breaks its definition; the tables of
    an earlier build stay as they were then.
    """
    from coverage.collect import Archive

    archive = Archive(study.raw_folder)
    captures: list[Row] = []
    cleaned: list[Cleaned] = []
    with executor(workers, cluster) as pool:
        for n, result in enumerate(
            map_chunks(partial(clean_captures, study), _noted(archive, captures), pool, lost=lost_capture), start=1
        ):
            progress("reading and judging", n, None)
            cleaned.append(result)
        cleaned = without_repeats(study, cleaned, pool, progress)
    if not captures:
        raise NothingCapturedError(_how_to_fill(study))
    problems = [*archive.problems(), *(problem for result in cleaned for problem in result.problems)]
    kept, older, revisions = _latest_versions([result for result in cleaned if result.article])
    frames = _frames(study, captures, kept, problems + older, progress)
    frames["revisions"] = frame_of("revisions", revisions)
    tables = {name: to_arrow(name, _in_key_order(name, frame)) for name, frame in frames.items()}
    for name, table in tables.items():
        check_table(name, table, tables)
    return _write(study, tables)


def without_repeats(
    study: Study, cleaned: list[Cleaned], pool: Executor | None = None, progress: Tick = quiet
) -> list[Cleaned]:
    """Second pass: lines that repeat across an outlet's articles come off; only the articles that hold one are judged again."""
    from coverage.text.repeats import OutletText, repeated_lines, without_lines

    articles = [(n, result, result.article) for n, result in enumerate(cleaned) if result.article]
    learned = repeated_lines(
        OutletText(
            row["outlet_id"],
            row["text"],
            tuple((m["start"], m["end"]) for m in result.mentions if m["place"] != "headline"),
        )
        for _, result, row in articles
    )
    work = [
        (n, (result, learned[row["outlet_id"]]))
        for n, result, row in articles
        if row["outlet_id"] in learned and without_lines(row["text"], learned[row["outlet_id"]])[1]
    ]
    progress("taking off repeated lines", len(work), len(work))
    again = map_chunks(partial(clean_repeats, study), [item for _, item in work], pool, lost=lost_repeats)
    done = dict(zip((n for n, _ in work), again, strict=True))
    return [done.get(n, result) for n, result in enumerate(cleaned)]


def _how_to_fill(study: Study) -> str:
    missing = [str(source.path) for source in study.sources if source.path and not source.path.exists()]
    lines = [f"study {study.name} has no captures yet."]
    if missing:
        lines.append(f"Its files are not here: {', '.join(missing)}")
    lines.append(f"Bring files in: vote-coverage import {study.path.name} FILE.jsonl.gz")
    lines.append(f"or add feeds, sitemaps or addresses to its sources and run: vote-coverage collect {study.path.name}")
    return "\n".join(lines)


def _noted(archive: Archive, rows: list[Row]) -> Iterator[Capture]:
    """The archive's captures, each noted for the table on its way."""
    names = TABLES["captures"].names
    for capture in archive:
        rows.append({name: getattr(capture, name) for name in names})
        if capture.outcome != "unchanged":  # the version it repeats is in the archive
            yield capture


def _latest_versions(cleaned: list[Cleaned]) -> tuple[list[Cleaned], list[Problem], list[Row]]:
    """One version an article: the latest captured, the longest of equals; the others become problem rows.

    What changed from one version to the next are the rows of `revisions`, returned third.
    """
    from coverage.measure.revisions import find_revisions

    by_id: dict[str, list[Cleaned]] = {}
    for result in cleaned:
        assert result.article is not None
        by_id.setdefault(result.article["article_id"], []).append(result)
    kept, older, revisions = [], [], []
    for versions in by_id.values():
        *rest, latest = sorted(versions, key=_version_order)
        kept.append(latest)
        revisions += find_revisions([_as_version(r) for r in (*rest, latest)]) if rest else []
        older += [
            Problem(
                "clean",
                str(r.article and (r.article["url"] or r.article["article_id"])),
                "another version of the same article",
                None,
                "the latest, longest one is used",
            )
            for r in rest
        ]
    return kept, older, revisions


def _as_version(result: Cleaned) -> Version:
    from coverage.measure.revisions import Version

    assert result.article is not None
    assert result.fetched_at is not None
    return Version(result.fetched_at, result.article, result.mentions, (result.stance or {}).get("stance"))


def _version_order(result: Cleaned) -> tuple[Any, ...]:
    article = result.article
    assert article is not None
    return (result.fetched_at, len(article["text"]), len(article["title"]), article["capture_id"])


def _frames(
    study: Study, captures: list[Row], kept: list[Cleaned], problems: list[Problem], progress: Tick
) -> dict[str, pd.DataFrame]:
    """Every table of the study as a frame with the columns of its definition."""
    from coverage.families import find_families
    from coverage.topics import find_topics

    articles = frame_of("articles", [result.article for result in kept if result.article])
    found = {
        "captures": frame_of("captures", captures),
        "articles": articles,
        "quotes": frame_of("quotes", [row for result in kept for row in result.quotes]),
        "mentions": frame_of("mentions", [row for result in kept for row in result.mentions]),
        "claims": frame_of("claims", [row for result in kept for row in result.claims]),
        "stances": frame_of("stances", [result.stance for result in kept if result.stance]),
        "problems": frame_of("problems", _counted(problems)),
    }
    on_vote = articles[articles["about_vote"] != "none"].reset_index(drop=True)
    progress("finding copies", 0, 1)
    found["families"] = find_families(articles, study.catalog.outlets)
    progress("finding topics", 0, 1)
    topics = find_topics(on_vote, found["families"])
    found |= {"topics": topics.topics, "topic_terms": topics.terms, "stories": topics.stories}
    progress("measuring", 0, 1)
    return found | _measures(study, found)


def _measures(study: Study, found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    from coverage.measure.outlets import outlets
    from coverage.measure.silence import silence
    from coverage.measure.timeline import timeline

    events, catalog = study.event_records, study.catalog
    articles, stances, families = found["articles"], found["stances"], found["families"]
    days = silence(events, catalog, articles, found["captures"], study.window)
    return {
        "silence": days,
        "timeline": timeline(events, articles, stances, families, study.window),
        "outlets": outlets(
            events,
            catalog,
            articles,
            stances,
            families,
            days,
            confusion_of(study, articles, stances),
            study.min_families,
        ),
    }


def confusion_of(study: Study, articles: pd.DataFrame, stances: pd.DataFrame) -> Confusion:
    """How often the model mistakes one class for another: from the study's hand-coded labels, else from the development gold."""
    from coverage.measure.index import from_labels, pooled
    from coverage.stance.model import validation

    if study.labels_file is None:
        return pooled(validation())
    labels = labels_of(study.labels_file, articles)
    return from_labels(labels, stances, articles) if len(labels) >= FEWEST_LABELS else pooled(validation())


def labels_of(path: Path, articles: pd.DataFrame) -> pd.DataFrame:
    """Hand-coded labels (JSON lines with `article_id`, `article_url` or `id`, and `stance`) with the article_id they belong to."""
    import pandas as pd

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    by_url = dict(zip(articles["canonical_url"], articles["article_id"], strict=True))
    by_source = dict(articles.loc[articles["source_id"].notna(), ["source_id", "article_id"]].itertuples(index=False))
    known = set(articles["article_id"])

    def owner(row: Row) -> str | None:
        if row.get("article_id") in known:
            return str(row["article_id"])
        url = row.get("article_url")
        return (by_url.get(canonical_url(str(url))) if url else None) or by_source.get(row.get("id"))

    found = [{**row, "article_id": owner(row)} for row in rows]
    return pd.DataFrame(
        [row for row in found if row["article_id"]],
        columns=["article_id", "stance", "about_vote", "inclusion_probability"],
    )


def _counted(problems: list[Problem]) -> list[Row]:
    """One row a (stage, where, reason), with how often; the first particulars stand for the rest."""
    counts: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        key = (problem.stage, problem.where, problem.reason)
        counts[key] += problem.count
        first.setdefault(key, problem)
    return [{**asdict(first[key]), "count": count} for key, count in counts.items()]


def _in_key_order(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[TABLES[name].names].sort_values(list(TABLES[name].key), kind="stable", ignore_index=True)


def _write(study: Study, tables: dict[str, pa.Table]) -> BuildResult:
    """Write beside, then swap, so that a stopped build leaves the earlier tables whole."""
    import pyarrow.parquet as pq

    new = study.processed_folder.with_name(study.processed_folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    digests = {}
    for name, table in sorted(tables.items()):
        path = new / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", write_statistics=True)
        digests[name] = sha256(path.read_bytes()).hexdigest()
    rows = {name: len(table) for name, table in tables.items()}
    digest = sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
    _write_manifest(new, study, rows, digests, digest)
    shutil.rmtree(study.processed_folder, ignore_errors=True)
    new.rename(study.processed_folder)
    problems = tables["problems"].group_by("reason").aggregate([("count", "sum")]).to_pylist()
    skipped = {p["reason"]: p["count_sum"] for p in sorted(problems, key=lambda p: (-p["count_sum"], p["reason"]))}
    return BuildResult(study.processed_folder, rows, digest, skipped)


def _write_manifest(folder: Path, study: Study, rows: dict[str, int], digests: dict[str, str], digest: str) -> None:
    from coverage.stance import MODEL_VERSION

    manifest = {
        "study": study.name,
        "study_file_sha256": sha256(study.path.read_bytes()).hexdigest(),
        "version": version("vote-coverage"),
        "model_version": MODEL_VERSION,
        "rows": dict(sorted(rows.items())),
        "sha256": digests,
        "digest": digest,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def check_folder(path: Path) -> str:
    """Check every Parquet table in a folder (or one file) against its definition; raises DataCheckError on the first fault."""
    import pyarrow.parquet as pq

    paths = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not paths:
        raise FileNotFoundError(f"{path}: no Parquet tables here; a built study's are in data/processed/<study>")
    unknown = [p for p in paths if p.stem not in TABLES]
    if unknown:
        raise DataCheckError(f"{unknown[0]}: no table of this name; tables are {', '.join(TABLES)}")
    tables = {p.stem: pq.read_table(p) for p in paths}
    for name, table in tables.items():
        check_table(name, table, tables)
    return f"{len(tables)} tables, {sum(map(len, tables.values()))} rows: all as the codebook says"
