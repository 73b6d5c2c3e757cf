"""Strict reading of WARC and ARC files, gzipped or not.

warcio's own iterator hands out cut-off records without a word, so reading is done here: a record counts only when all
of its bytes are there (Content-Length met and, in a gzip member of its own, the member's checksum right). Whatever is
damaged is reported with its offset, and reading goes on at the next record that can be found.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b\x08"
MEMBER_CAP = 256 * 1024 * 1024
_STEP = 256 * 1024
_HEADER_CAP = 1024 * 1024
_NEXT_RECORD = re.compile(rb"(?:\A|\n)(?=WARC/[01]\.\d\r?\n)")
_LINE_END = re.compile(rb"\r?\n")


@dataclass(frozen=True)
class Record:
    """One whole record. `offset` and `length` are of its stored bytes; header names are in lower case."""

    offset: int
    length: int
    kind: str
    headers: dict[str, str]
    block: bytes


@dataclass(frozen=True)
class Damage:
    """A place in the file from which no whole record could be read."""

    offset: int
    what: str
    to_end: bool = False  # nothing whole comes after it


class _CutOffError(Exception):
    """The record goes on beyond the end of the bytes at hand."""


class _MalformedError(Exception):
    """These bytes are no record."""


def read_records(path: Path, start: int = 0) -> Iterator[Record | Damage]:
    """Every whole record of the file from byte `start` on, in order, and a Damage for each stretch that is none."""
    if path.stat().st_size <= start:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[start : start + 3] == GZIP_MAGIC:
            yield from _read_gzip(data, start)
        else:
            yield from (found for found, _ in _read_plain(data, start, whole=True))


def read_bytes(data: bytes) -> Iterator[Record | Damage]:
    """`read_records` of a file held in memory."""
    if data.startswith(GZIP_MAGIC):
        yield from _read_gzip(data, 0)
    elif data:
        yield from (found for found, _ in _read_plain(data, 0, whole=True))


def _read_gzip(data: bytes | mmap.mmap, start: int) -> Iterator[Record | Damage]:
    while start < len(data):
        content, end, trouble = _member(data, start)
        found = list(_read_plain(content, 0, whole=trouble is None)) if content else []
        if trouble:
            # What another record follows is whole even in a member cut short; a failed checksum vouches for nothing.
            found = [f for f in found if isinstance(f[0], Record)] if trouble == "cut off" else []
        for item, _ in found:
            if isinstance(item, Record):
                yield Record(start, end - start, item.kind, item.headers, item.block)
            else:
                yield Damage(start, item.what, item.to_end and end >= len(data))
        if not trouble:
            start = end
            continue
        following = data.find(GZIP_MAGIC, start + 3)
        while following >= 0 and not _opens_a_member(data, following):
            following = data.find(GZIP_MAGIC, following + 1)
        yield Damage(start, f"gzip member {trouble}", to_end=following < 0)
        if following < 0:
            return
        start = following


def _opens_a_member(data: bytes | mmap.mmap, at: int) -> bool:
    """Whether a WARC record begins here: three magic bytes alone turn up by chance in compressed data."""
    try:
        head = zlib.decompressobj(31).decompress(data[at : at + 4096], 64)
    except zlib.error:
        return False
    return head.startswith((b"WARC/", b"filedesc:", b"http"))


def _member(data: bytes | mmap.mmap, start: int) -> tuple[bytes, int, str | None]:
    """One gzip member from `start`: what it holds, where it ends, and what is wrong with it."""
    inflate, held, position = zlib.decompressobj(31), 0, start
    waiting, parts = b"", list[bytes]()
    try:
        while not inflate.eof:
            chunk = waiting or data[position : position + _STEP]
            if not chunk:
                return b"".join(parts), position, "cut off"
            position += 0 if waiting else len(chunk)
            piece = inflate.decompress(chunk, 4 * _STEP)
            waiting = inflate.unconsumed_tail
            held += len(piece)
            if held <= MEMBER_CAP:
                parts.append(piece)
    except zlib.error as error:
        return b"", position, f"damaged ({error})"
    end = position - len(inflate.unused_data)
    return (b"".join(parts), end, None) if held <= MEMBER_CAP else (b"", end, "over 256 MiB")


def _read_plain(data: bytes | mmap.mmap, start: int, whole: bool) -> Iterator[tuple[Record | Damage, int]]:
    """Records in plain bytes. Unless the bytes are `whole`, the last one counts only where another follows it."""
    waiting: tuple[Record, int] | None = None
    is_arc = data[start : start + 9] == b"filedesc:" or (start == 0 and _looks_like_arc(data))
    parse = _arc_record if is_arc else _warc_record
    position = start
    while (position := _skip_blank(data, position)) < len(data):
        try:
            record, end = parse(data, position)
        except (_CutOffError, _MalformedError) as trouble:
            if waiting:
                yield waiting
                waiting = None
            following = -1 if is_arc else _next_record(data, position + 5)
            yield Damage(position, str(trouble), to_end=following < 0), position
            if following < 0:
                return
            position = following
            continue
        if waiting:
            yield waiting
        waiting, position = (record, end), end
    if waiting and whole:
        yield waiting


def _next_record(data: bytes | mmap.mmap, position: int) -> int:
    found = _NEXT_RECORD.search(data, position)
    return found.end() if found else -1


def _skip_blank(data: bytes | mmap.mmap, position: int) -> int:
    while data[position : position + 1] in (b"\r", b"\n"):
        position += 1
    return position


def _warc_record(data: bytes | mmap.mmap, start: int) -> tuple[Record, int]:
    if data[start : start + 5] != b"WARC/":
        raise (
            _CutOffError("cut off")
            if b"WARC/".startswith(data[start : start + 5])
            else _MalformedError("not a WARC record")
        )
    head_end, block_start = _end_of_head(data, start)
    headers = _header_fields(data[start:head_end])
    size = _content_length(headers)
    end = block_start + size
    if end > len(data):
        raise _CutOffError("record cut off")
    if data[end : end + 1] not in (b"\r", b"\n", b"") and data[end : end + 5] != b"WARC/":
        raise _MalformedError("record longer than its Content-Length")
    kind = headers.get("warc-type", "").lower()
    if not kind:
        raise _MalformedError("record without WARC-Type")
    return Record(start, end - start, kind, headers, data[block_start:end]), end


def _end_of_head(data: bytes | mmap.mmap, start: int) -> tuple[int, int]:
    strict, lax = (data.find(mark, start, start + _HEADER_CAP) for mark in (b"\r\n\r\n", b"\n\n"))
    if strict < 0 and lax < 0:
        raise (
            _CutOffError("record head cut off")
            if len(data) < start + _HEADER_CAP
            else _MalformedError("no end of head")
        )
    if lax < 0 or 0 <= strict < lax:
        return strict, strict + 4
    return lax, lax + 2


def _header_fields(head: bytes) -> dict[str, str]:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text = head.decode("latin-1")  # as warcio does: old writers put raw bytes in addresses
    fields: dict[str, str] = {}
    name = ""
    for line in re.split(r"\r?\n", text)[1:]:
        if line[:1] in (" ", "\t") and name:
            fields[name] += " " + line.strip()
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        fields.setdefault(name, value.strip())
    return fields


def _content_length(headers: dict[str, str]) -> int:
    words = headers.get("content-length", "")
    if not (words.isascii() and words.isdigit()):
        raise _MalformedError("record without a Content-Length")
    return int(words)


def _looks_like_arc(data: bytes | mmap.mmap) -> bool:
    """A gzipped ARC has one record a member, of which only the first says `filedesc:`."""
    first = bytes(data[:4096]).split(b"\n", 1)[0]
    return not first.startswith(b"WARC/") and re.fullmatch(rb"\S+:.* [\d.:a-f]+ \d{14} \S+ \d+\r?", first) is not None


def _arc_record(data: bytes | mmap.mmap, start: int) -> tuple[Record, int]:
    line_end = data.find(b"\n", start, start + 65536)
    if line_end < 0:
        raise _CutOffError("record cut off")
    line = data[start:line_end].decode("utf-8", "replace").strip()
    try:
        url, _, when, media, *_, size = line.rsplit(" ", 4)
        moment = datetime.strptime(when, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        end = line_end + 1 + int(size)
    except ValueError:
        raise _MalformedError("not an ARC record") from None
    if end > len(data):
        raise _CutOffError("record cut off")
    kind = "warcinfo" if url.startswith("filedesc:") else "response"
    headers = {"warc-target-uri": url, "warc-date": moment.isoformat(), "content-type": media}
    return Record(start, end - start, kind, headers, data[line_end + 1 : end]), end
