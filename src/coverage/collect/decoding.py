"""Undoing HTTP's codings strictly: what is cut off, lies about its coding or swells beyond the cap is said to."""

from __future__ import annotations

import zlib
from typing import Any

BODY_CAP = 16 * 1024 * 1024
_STEP = 64 * 1024
SUPPORTED = ("gzip", "deflate", "br")


class BodyError(Exception):
    """A body that cannot be used whole; `outcome` is one of schema.OUTCOMES."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


def content_coding(value: str | None) -> str:
    """The one coding named by Content-Encoding, "" for none. Several at once are refused: a known way to hide bombs."""
    names = [name.strip().lower() for name in (value or "").split(",") if name.strip()]
    names = [name.removeprefix("x-") for name in names if name != "identity"]
    if len(names) > 1:
        raise BodyError("bad response", f"several content codings at once: {', '.join(names)[:80]}")
    if names and names[0] not in SUPPORTED:
        raise BodyError("bad response", f"unknown content coding {names[0][:40]!r}")
    return names[0] if names else ""


class Decoder:
    """Decodes a body piece by piece. Never holds more than `cap` decoded bytes: beyond, BodyError `too large`."""

    def __init__(self, coding: str, cap: int = BODY_CAP) -> None:
        self._coding = coding
        self._cap = cap
        self._parts: list[bytes] = []
        self._size = 0
        self._started = False
        self._ended = False
        self._inflate: Any = None

    def feed(self, data: bytes) -> None:
        if not data:
            return
        if not self._coding:
            self._keep(data)
        elif self._coding == "br":
            self._feed_brotli(data)
        else:
            self._feed_zlib(data)

    def finish(self) -> bytes:
        """The whole body; raises BodyError `truncated` where the coded stream has not ended."""
        if self._coding and self._started and not self._ended:
            raise BodyError("truncated", f"{self._coding} stream ends before its end mark")
        return b"".join(self._parts)

    @property
    def so_far(self) -> bytes:
        return b"".join(self._parts)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._cap:
            raise BodyError("too large", f"more than {self._cap // 2**20} MiB once decoded")
        self._parts.append(piece)

    def _feed_zlib(self, data: bytes) -> None:
        while data:
            if self._ended and not self._next_member(data):
                return  # bytes after the end: ignored, as browsers do
            if not self._started or self._inflate is None:
                self._inflate = self._open(data)
                self._started = True
            data = self._inflate_some(data)

    def _next_member(self, data: bytes) -> bool:
        if self._coding != "gzip" or not data.startswith(b"\x1f\x8b"):
            return False
        self._inflate, self._ended = None, False
        return True

    def _open(self, data: bytes) -> Any:
        if self._coding == "gzip":
            return zlib.decompressobj(31)
        has_zlib_head = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)
        return zlib.decompressobj(15 if has_zlib_head else -15)  # many servers send raw deflate

    def _inflate_some(self, data: bytes) -> bytes:
        try:
            self._keep(self._inflate.decompress(data, _STEP))
        except zlib.error as error:
            raise BodyError("bad response", f"{self._coding} body is damaged: {error}") from None
        if self._inflate.eof:
            self._ended = True
            rest: bytes = self._inflate.unused_data
            return rest
        tail: bytes = self._inflate.unconsumed_tail
        return tail

    def _feed_brotli(self, data: bytes) -> None:
        import brotli  # type: ignore[import-untyped]

        if self._ended:
            return
        if self._inflate is None:
            self._inflate, self._started = brotli.Decompressor(), True
        try:
            self._keep(self._inflate.process(data, output_buffer_limit=_STEP))
            while not self._inflate.can_accept_more_data():
                self._keep(self._inflate.process(b"", output_buffer_limit=_STEP))
        except brotli.error as error:
            raise BodyError("bad response", f"br body is damaged: {error}") from None
        self._ended = self._inflate.is_finished()


def decode(data: bytes, coding: str, cap: int = BODY_CAP) -> bytes:
    """`data` decoded whole, or BodyError."""
    decoder = Decoder(coding, cap)
    decoder.feed(data)
    return decoder.finish()


def dechunk(data: bytes) -> bytes:
    """A chunked body put together. Bytes that are not chunked at all are returned as they are (archives often store
    the joined body beside the old header); a chunked body without its last chunk raises BodyError `truncated`."""
    parts: list[bytes] = []
    position = 0
    while True:
        line_end = data.find(b"\r\n", position, position + 4096)
        size = _chunk_size(data[position:line_end]) if line_end >= 0 else None
        if size is None:
            if not parts:
                return data
            raise BodyError("truncated", "chunked body breaks off between chunks")
        if size == 0:
            return b"".join(parts)
        start, end = line_end + 2, line_end + 2 + size
        if end > len(data):
            raise BodyError("truncated", "chunked body breaks off within a chunk")
        if data[end : end + 2] != b"\r\n" and not parts:
            return data
        parts.append(data[start:end])
        position = end + 2


def _chunk_size(line: bytes) -> int | None:
    digits = line.split(b";")[0].strip()
    try:
        return int(digits, 16) if digits and len(digits) <= 8 else None
    except ValueError:
        return None
