"""JSON lines of articles → answers, each line kept verbatim as the payload."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from coverage.collect.lines import Line, LineTrouble, read_lines, repair_encoding
from coverage.collect.records import Answer
from coverage.schema import Problem

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"\x00-\x20\x7f]+", re.IGNORECASE)
_EARLIEST_YEAR = 1990


class _BadRowError(ValueError):
    """A row that cannot become a capture."""

    def __init__(self, reason: str, detail: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.detail, self.remedy = reason, detail, remedy


def read_rows(path: Path, fetched_at: datetime, latest: datetime) -> Iterator[Answer | Problem]:
    """An answer for each good line of the file, and a problem for each thing wrong.

    `fetched_at` is the retrieval time of rows that do not carry their own; `latest` bounds their publication dates.
    """
    seen_lines: dict[bytes, int] = {}
    seen_ids: dict[str, int] = {}
    for line in read_lines(path):
        where = f"{path.name}:{line.number}"
        if isinstance(line, LineTrouble):
            yield Problem("import", where, line.reason, line.detail, line.remedy)
            continue
        try:
            data, repair = _utf8(line)
            row = _parse(data)
            answer = _answer(row, data, where, fetched_at, latest)
        except _BadRowError as bad:
            yield Problem("import", where, bad.reason, bad.detail, bad.remedy)
            continue
        if repair:
            yield Problem("import", where, "line repaired: not UTF-8", repair, "save the file as UTF-8")
        first = seen_lines.setdefault(hashlib.sha256(data).digest(), line.number)
        if first != line.number:
            yield Problem("import", where, "same line twice", f"also line {first}", "none needed: it is kept once")
            continue
        yield answer
        yield from _duplicate(row, seen_ids, where, line.number)


def _utf8(line: Line) -> tuple[bytes, str | None]:
    try:
        line.data.decode("utf-8")
    except UnicodeDecodeError:
        repaired = repair_encoding(line.data)
        if repaired is None:
            raise _BadRowError(
                "wrong encoding", "not UTF-8, and no other encoding fits", "save the file as UTF-8"
            ) from None
        return repaired
    return line.data, None


def _parse(data: bytes) -> dict[str, Any]:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _BadRowError("not JSON", str(error)[:200], "write each line whole, as one JSON object") from None
    if not isinstance(row, dict):
        raise _BadRowError("not an object", f"a JSON {type(row).__name__}", "write each line as one JSON object")
    return row


def _answer(row: dict[str, Any], data: bytes, where: str, fetched_at: datetime, latest: datetime) -> Answer:
    _check_text(row)
    moment = _moment(row["fetched_at"], "fetched_at") if row.get("fetched_at") else fetched_at
    _check_published(row.get("published"), latest)
    url = row.get("url")
    has_address = isinstance(url, str) and _ADDRESS.fullmatch(url.strip())
    if not has_address and not row.get("outlet_domain"):
        raise _BadRowError("missing field", "neither `url` nor `outlet_domain`", "name at least the outlet's domain")
    return Answer(
        url=str(url).strip() if has_address else f"urn:import:{hashlib.sha256(data).hexdigest()[:16]}",
        fetched_at=moment,
        payload=data,
        source="articles",
        source_detail=where,
        content_type="application/json",
    )


def _check_text(row: dict[str, Any]) -> None:
    for name in ("title", "text", "url", "outlet_domain", "language"):
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            raise _BadRowError(
                "wrong type", f"`{name}` is a {type(value).__name__}", f"write `{name}` as a string or null"
            )
    if not any((row.get(name) or "").strip() for name in ("title", "text")):
        raise _BadRowError("missing field", "neither `title` nor `text`", "give each row a title or a text")


def _check_published(value: object, latest: datetime) -> None:
    if value is None or value == "":
        return
    moment = _moment(value, "published")
    if moment > latest or moment.year < _EARLIEST_YEAR:
        raise _BadRowError(
            "date out of range",
            f"`published` is {str(value)[:40]}; possible are {_EARLIEST_YEAR} to {latest.date()}",
            "correct the date, or leave it empty",
        )


def _moment(value: object, name: str) -> datetime:
    """An ISO date, month, year or time; without an offset it is taken as UTC."""
    words = str(value).strip()
    try:
        if re.fullmatch(r"\d{4}(-\d\d)?", words):
            return datetime(int(words[:4]), int(words[5:7] or 1), 1, tzinfo=UTC)
        moment = datetime.fromisoformat(words)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _BadRowError(
            "bad date", f"`{name}` is {words[:40]!r}", "write dates as 2024-03-15 or with time"
        ) from None


def _duplicate(row: dict[str, Any], seen: dict[str, int], where: str, number: int) -> Iterator[Problem]:
    identity = row.get("id")
    if not isinstance(identity, str | int) or identity == "":
        return
    first = seen.setdefault(str(identity), number)
    if first != number:
        detail = f"id {str(identity)[:60]}, also line {first}, with other content"
        yield Problem("import", where, "duplicate id", detail, "both rows are kept; give each its own id")


def latest_publication(retrieved: datetime | None) -> datetime:
    """No article can be published after its file was retrieved (two days' grace for time zones)."""
    return (retrieved or datetime.now(UTC)) + timedelta(days=2)


def at_midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
