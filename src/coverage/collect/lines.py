"""Lines of a text file, gzipped or not, however it is damaged: every whole line, and what was wrong with the rest."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINE_CAP = 32 * 1024 * 1024
_STEP = 256 * 1024
_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True)
class Line:
    number: int
    data: bytes


@dataclass(frozen=True)
class LineTrouble:
    """`number` is the line at which it begins."""

    number: int
    reason: str
    detail: str
    remedy: str


def read_lines(path: Path) -> Iterator[Line | LineTrouble]:
    """The file's lines without their ends, in order; empty ones are left out. UTF-16 files come out as UTF-8."""
    number, held, skipping = 1, b"", False
    for piece in _as_utf8(_chunks(path)):
        if isinstance(piece, LineTrouble):
            yield LineTrouble(max(number, piece.number), piece.reason, piece.detail, piece.remedy)
            continue
        *whole, held = (held + piece).split(b"\n")
        for line in whole:
            if not skipping and line.strip():
                yield Line(number, line.rstrip(b"\r"))
            skipping = False
            number += 1
        if len(held) > LINE_CAP:
            if not skipping:
                yield LineTrouble(number, "line too long", f"over {LINE_CAP // 2**20} MiB", "put one article on a line")
            held, skipping = b"", True
    if held.strip() and not skipping:
        yield Line(number, held.rstrip(b"\r"))


def _chunks(path: Path) -> Iterator[bytes | LineTrouble]:
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        if start == b"\x1f\x8b":
            yield from _gunzip(iter(lambda: file.read(_STEP), b""))
        else:
            yield from iter(lambda: file.read(_STEP), b"")


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes | LineTrouble]:
    """Decompressed pieces of all members; a cut-off or damaged stream gives what came before, then a trouble."""
    inflate = zlib.decompressobj(31)
    remedy = "get the file again; whole lines before the damage are imported"
    is_fresh = False
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if inflate.eof:
                    if not data.startswith(b"\x1f\x8b"[: len(data)]):
                        return  # padding after the last member
                    inflate = zlib.decompressobj(31)
                yield inflate.decompress(data, 4 * _STEP)
                data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                is_fresh = inflate.eof
    except zlib.error as error:
        yield LineTrouble(1, "damaged gzip", str(error), remedy)
        return
    if not is_fresh:
        yield LineTrouble(1, "gzip cut off", "the file ends before the compressed data does", remedy)


def _as_utf8(pieces: Iterator[bytes | LineTrouble]) -> Iterator[bytes | LineTrouble]:
    decoder: codecs.IncrementalDecoder | None = None
    is_first = True
    for piece in pieces:
        if isinstance(piece, LineTrouble) or not piece:
            yield piece
            continue
        if is_first:
            is_first = False
            coding = _UTF16_MARKS.get(piece[:2])
            if coding:
                decoder, piece = codecs.getincrementaldecoder(coding)("replace"), piece[2:]
                yield LineTrouble(1, "file repaired: not UTF-8", coding, "save the file as UTF-8")
            piece = piece.removeprefix(codecs.BOM_UTF8)
        yield decoder.decode(piece).encode("utf-8", "replace") if decoder else piece


def repair_encoding(data: bytes) -> tuple[bytes, str] | None:
    """`data` as UTF-8 and the coding it was read in, or None where no reading is likely."""
    loosely = data.decode("utf-8", "replace")
    lost, foreign = loosely.count("�"), sum(c > "\x7f" for c in loosely)
    if lost <= 3 or lost * 20 < foreign:
        return loosely.encode(), f"UTF-8 with {lost} bad bytes"
    from charset_normalizer import from_bytes

    best = from_bytes(data[:65536]).best()
    if best is None:
        return None
    try:
        return data.decode(best.encoding).encode(), best.encoding
    except UnicodeDecodeError:
        return None
