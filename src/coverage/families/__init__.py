"""Families of copies: who republished whom, and how that is known.

Candidates come from minimum hashes of every window of word 5-grams; each is then compared in full, and an article is given the one
source that its wording, its credits and the times make most plausible.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from coverage.catalog import load_catalog
from coverage.families.credits import Sources
from coverage.families.forest import (
    Member,
    evidence,
    headline_ties,
    plant,
    text_ties,
    without_boilerplate,
)
from coverage.families.records import Record, record
from coverage.families.shingles import WordHashes, candidate_pairs
from coverage.families.translations import translation_ties
from coverage.schema import UNKNOWN_OUTLET, frame_of

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Outlet

__all__ = ["families_lines", "find_families"]


def find_families(articles: pd.DataFrame, outlets: Mapping[str, Outlet] | None = None) -> pd.DataFrame:
    """Table `families`, one row an article, in the order given.

    Reads article_id, outlet_id, published_at, published_precision, language, title, text, agency. Credits are read by the
    names of `outlets` (those of the catalog where none are given). Raises ValueError where an article_id stands twice.
    Time and memory grow with the number of articles, not its square.
    """
    hashes, sources = WordHashes(), Sources(load_catalog().outlets if outlets is None else outlets)
    records = [
        record(
            str(row["article_id"]),
            _outlet_of(row),
            _word(row.get("language")),
            _time(row.get("published_at")),
            _word(row.get("published_precision")),
            _word(row.get("title")),
            _word(row.get("text")),
            _word(row.get("agency")) or None,
            hashes,
            sources,
        )
        for row in _rows(articles)
    ]
    return frame_of("families", family_rows(records, sources))


def family_rows(records: list[Record], sources: Sources) -> list[dict[str, Any]]:
    """Rows of table `families`, one a record, same order."""
    return [_row(records, number, member, sources) for number, member in enumerate(_members(records, sources))]


def _members(records: list[Record], sources: Sources) -> list[Member]:
    import numpy as np

    if len({item.article_id for item in records}) < len(records):
        raise ValueError("find_families: an article_id stands twice; give each article one row")
    ranked = sorted(range(len(records)), key=lambda n: (-records[n].words, records[n].article_id))
    pairs = candidate_pairs([item.prints for item in records], np.array(ranked, np.int64))

    def ties() -> Iterator[Any]:
        yield from without_boilerplate(records, list(text_ties(records, pairs)))
        yield from headline_ties(records)
        yield from translation_ties(records, sources)

    return plant(records, ties())


def _row(records: list[Record], number: int, member: Member, sources: Sources) -> dict[str, Any]:
    tie = member.tie
    role = "original" if tie is None else "quoted" if tie.is_quotation else "republished"
    return {
        "article_id": records[number].article_id,
        "family_id": records[member.root].article_id,
        "role": role,
        "from_article": records[tie.source].article_id if tie else None,
        "containment": tie.containment if tie else None,
        "evidence": evidence(records, tie, sources) if tie else None,
    }


_COLUMNS = ("article_id", "outlet_id", "published_at", "published_precision", "language", "title", "text", "agency")


def _rows(articles: pd.DataFrame) -> Iterator[dict[str, Any]]:
    columns = [name for name in _COLUMNS if name in articles.columns]
    for values in zip(*(articles[name] for name in columns), strict=True):
        yield dict(zip(columns, values, strict=True))


def _outlet_of(row: dict[str, Any]) -> str:
    """The outlet's id; two articles of unknown outlets are not of one outlet."""
    found = _word(row.get("outlet_id"))
    return f"{found} of {row['article_id']}" if found == UNKNOWN_OUTLET else found


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: Any) -> datetime | None:
    """A Timestamp or datetime as a datetime; None for None and NaT."""
    if not isinstance(value, datetime) or value != value:
        return None
    return value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value


def families_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """For `vote-coverage families`: JSON lines (id, outlet_domain, published, language, title, text) to one answer a line, same order.

    A line that cannot be read is answered with `error`, and does not stop the others. Texts are let go as soon as they are hashed.
    """
    hashes, sources = WordHashes(), Sources(load_catalog().outlets)
    records: list[Record] = []
    answers: list[dict[str, Any] | int] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        try:
            item = _read_line(line, hashes, sources)
            if item.article_id in seen:
                raise ValueError(f"id {item.article_id!r} stands twice; ids must differ")
        except ValueError as error:
            answers.append({"id": _id_of(line), "error": f"line {number}: {error}"})
            continue
        seen.add(item.article_id)
        answers.append(len(records))
        records.append(item)
    rows = family_rows(records, sources)
    for answer in answers:
        yield _answer(rows[answer]) if isinstance(answer, int) else answer


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["article_id"],
        "family": row["family_id"],
        "role": row["role"],
        "from": row["from_article"],
        "evidence": row["evidence"],
    }


def _read_line(line: str, hashes: WordHashes, sources: Sources) -> Record:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error}); one object a line is wanted") from None
    if not isinstance(row, dict):
        raise ValueError("not an object; a line must be {id, outlet_domain, published, language, title, text}")
    if not isinstance(row.get("id"), str | int) or row["id"] == "":
        raise ValueError("no id; give every article one")
    for name in ("title", "text", "outlet_domain", "language", "published"):
        if row.get(name) is not None and not isinstance(row[name], str):
            raise ValueError(f"{name} must be a string, not {type(row[name]).__name__}")
    published, precision = read_time(_word(row.get("published")))
    return record(
        str(row["id"]),
        _word(row.get("outlet_domain")),
        _word(row.get("language")),
        published,
        precision,
        _word(row.get("title")),
        _word(row.get("text")),
        _word(row.get("agency")) or None,
        hashes,
        sources,
    )


def read_time(published: str) -> tuple[datetime | None, str]:
    """ISO 8601, also only a day, month or year; ValueError where it is none of these."""
    if not published:
        return None, "unknown"
    try:
        if len(published) in (4, 7):
            return datetime.fromisoformat((published + "-01-01")[:10]), "year" if len(published) == 4 else "month"
        return datetime.fromisoformat(published), "day" if len(published) == 10 else "minute"
    except ValueError:
        raise ValueError(f"published {published!r} is no ISO 8601 time") from None


def _id_of(line: str) -> str | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = row.get("id") if isinstance(row, dict) else None
    return str(found) if isinstance(found, str | int) else None
