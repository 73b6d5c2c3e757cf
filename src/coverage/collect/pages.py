"""HTML and text files from disk → answers. A folder may carry an `index.jsonl` that says where each page is from."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coverage.collect.decoding import BODY_CAP
from coverage.collect.http_message import judge_answer
from coverage.collect.lines import LineTrouble, read_lines
from coverage.collect.records import Answer, parse_warc_date
from coverage.schema import Problem

INDEX_NAME = "index.jsonl"
MEDIA_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain"}
_TAG = re.compile(rb"<(link|meta)\b([^>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)


def read_folder(folder: Path, retrieved: datetime | None) -> Iterator[Answer | Problem]:
    """The folder's pages: those its index names, in the index's order, else every page file, in name order."""
    index = folder / INDEX_NAME
    if not index.is_file():
        yield from _read_unlisted(folder, retrieved)
        return
    listed: set[Path] = set()
    for line in read_lines(index):
        where = f"{folder.name}/{INDEX_NAME}:{line.number}"
        if isinstance(line, LineTrouble):
            yield Problem("import", where, line.reason, line.detail, line.remedy)
            continue
        found = _listed_page(folder, line.data, where, retrieved)
        yield found
        if isinstance(found, Answer):
            listed.add(folder / str(json.loads(line.data)["file"]))
    for path in _page_files(folder):
        if path not in listed:
            yield Problem(
                "import", _where(folder, path), "page not in the index", None, f"add a line to {INDEX_NAME}, or remove the file"
            )  # fmt: skip


def read_page(path: Path, retrieved: datetime | None, where: str) -> Answer | Problem:
    """One HTML or text file; its address is the one it names itself."""
    payload = _payload(path, where)
    if isinstance(payload, Problem):
        return payload
    digest = hashlib.sha256(payload).hexdigest()
    return Answer(
        url=own_address(payload) or f"urn:import:{digest[:16]}",
        fetched_at=retrieved or file_time(path),
        payload=payload,
        source="pages",
        source_detail=where,
        content_type=MEDIA_TYPES.get(path.suffix.lower(), "text/html"),
    )


def file_time(path: Path) -> datetime:
    """When the file was last changed, to the second."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def own_address(page: bytes) -> str | None:
    """The address a page names as its own: rel=canonical, else og:url."""
    found: dict[str, str] = {}
    for tag, attributes in _TAG.findall(page[: 512 * 1024]):
        values = {name.lower(): value.strip(b"\"'") for name, value in _ATTRIBUTE.findall(attributes)}
        if tag.lower() == b"link" and values.get(b"rel", b"").lower() == b"canonical":
            found.setdefault("canonical", _address(values.get(b"href")) or "")
        elif values.get(b"property", b"").lower() == b"og:url":
            found.setdefault("og", _address(values.get(b"content")) or "")
    return found.get("canonical") or found.get("og") or None


def _address(value: bytes | None) -> str | None:
    words = html.unescape((value or b"").decode("utf-8", "replace")).strip()
    try:
        parts = urlsplit(words)
    except ValueError:
        return None
    is_address = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s<>\"\x00-\x1f]", words)
    return words if is_address else None


def _read_unlisted(folder: Path, retrieved: datetime | None) -> Iterator[Answer | Problem]:
    for path in _page_files(folder):
        yield read_page(path, retrieved, _where(folder, path))
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() not in MEDIA_TYPES and not path.name.startswith("."):
            yield Problem(
                "import", _where(folder, path), "not a page file", path.suffix or "no ending", "pages end in .html, .htm, .xhtml or .txt"
            )  # fmt: skip


def _page_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in MEDIA_TYPES)


def _where(folder: Path, path: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def _listed_page(folder: Path, line: bytes, where: str, retrieved: datetime | None) -> Answer | Problem:
    entry = _entry(line)
    if isinstance(entry, str):
        return Problem("import", where, "bad index line", entry, 'write {"file": …, "url": …, "fetched_at": …}')
    path = folder / entry["file"]
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        return Problem("import", where, "file missing", entry["file"], "put the page into the folder, or drop the line")
    payload = _payload(path, f"{folder.name}/{entry['file']}")
    if isinstance(payload, Problem):
        return payload
    content_type = entry.get("content_type") or MEDIA_TYPES.get(path.suffix.lower(), "text/html")
    status = entry.get("status")
    outcome, reason = judge_answer(status, content_type, len(payload))
    return Answer(
        url=entry["url"],
        fetched_at=entry["fetched_at"] or retrieved or file_time(path),
        payload=payload,
        source="pages",
        source_detail=f"{folder.name}/{entry['file']}",
        outcome=outcome,
        reason=reason,
        status=status,
        headers=(("Content-Type", content_type),) if status else (),
        content_type=content_type,
    )


def _entry(line: bytes) -> dict[str, Any] | str:
    """The index line's fields, `fetched_at` as a moment; or what is wrong with it."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        return str(error)[:200]
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str) or not entry["file"]:
        return "no `file`"
    if not isinstance(entry.get("url"), str) or not _address(entry["url"].encode()):
        return "no usable `url`"
    if not isinstance(entry.get("status"), int | None) or isinstance(entry.get("status"), bool):
        return "`status` is no number"
    try:
        entry["fetched_at"] = parse_warc_date(entry["fetched_at"]) if entry.get("fetched_at") else None
    except (ValueError, AttributeError, TypeError):
        return f"`fetched_at` is {str(entry['fetched_at'])[:40]!r}, no time"
    return entry


def _payload(path: Path, where: str) -> bytes | Problem:
    size = path.stat().st_size
    if size == 0:
        return Problem("import", where, "empty file", None, "save the page again, or remove the file")
    if size > BODY_CAP:
        return Problem("import", where, "file too large", f"{size} bytes", f"pages may have {BODY_CAP // 2**20} MiB")
    return path.read_bytes()
