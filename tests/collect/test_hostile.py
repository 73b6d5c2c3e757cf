"""A server that misbehaves in every way we could think of: no hang, no uncaught exception, no half answer taken for whole."""

from __future__ import annotations

import asyncio
import gzip
import resource
import time
import zlib
from collections.abc import Callable, Iterator

import pytest

from coverage.collect.fetch import Fetcher, Reply
from coverage.schema import OUTCOMES

pytestmark = pytest.mark.xdist_group("hostile")  # the server is asked everything once, by one worker
TIMEOUT = 1.0
MIB = 2**20
PAGE = b"<!doctype html><title>t</title><p>" + b"words " * 50


def answer(body: bytes = PAGE, status: str = "200 OK", *lines: str, length: int | None = -1) -> bytes:
    """A whole HTTP answer; `length` None leaves Content-Length out, another number lies."""
    size = [] if length is None else [f"Content-Length: {len(body) if length == -1 else length}"]
    head = [f"HTTP/1.1 {status}", *(lines or ("Content-Type: text/html",)), *size, "Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def coded(coding: str, body: bytes) -> bytes:
    return answer(body, "200 OK", "Content-Type: text/html", f"Content-Encoding: {coding}")


def chunked(*parts: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        + b"".join(parts)
    )


def zeros(mebibytes: int) -> bytes:
    """A gzip bomb: a kilobyte for every mebibyte."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(deflate.compress(bytes(MIB)) for _ in range(mebibytes)) + deflate.flush()


def brotli_zeros(mebibytes: int) -> bytes:
    import brotli

    compressor = brotli.Compressor(quality=3)
    return b"".join(compressor.process(bytes(MIB)) for _ in range(mebibytes)) + compressor.finish()


def forever(piece: bytes, pause: float = 0.0) -> Callable[[], Iterator[bytes | float]]:
    def pieces() -> Iterator[bytes | float]:
        while True:
            yield piece
            yield pause

    return pieces


def slowly(data: bytes, pause: float = 0.2) -> Callable[[], Iterator[bytes | float]]:
    def pieces() -> Iterator[bytes | float]:
        for byte in data:
            yield bytes([byte])
            yield pause

    return pieces


def then_stall(data: bytes) -> Callable[[], Iterator[bytes | float]]:
    return lambda: iter((data, 60.0))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ZIPPED = gzip.compress(PAGE)
WHOLE = ("ok",)
BROKEN = tuple(o for o in OUTCOMES if o not in ("ok", "unchanged"))
CUT = ("truncated", "bad response", "connection", "timeout")

# name → (what is sent: bytes, or pieces with pauses; the outcomes that are right)
MISBEHAVIOURS: dict[str, tuple[bytes | Callable[[], Iterator[bytes | float]], tuple[str, ...]]] = {
    # broken framing
    "nothing at all": (b"", CUT),
    "only a line end": (b"\r\n", CUT),
    "noise": (bytes(range(256)) * 20, CUT),
    "nul bytes": (bytes(4000), CUT),
    "plain html, no head": (PAGE, CUT),
    "tls on plain port": (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", CUT),
    "ssh banner": (b"SSH-2.0-OpenSSH_9.0\r\n", CUT),
    "ftp banner": (b"220 ready\r\n", CUT),
    "half a status line": (b"HTTP/1.", CUT),
    "status line only": (b"HTTP/1.1 200 OK\r\n", CUT),
    "head without end": (HEAD, CUT),
    "status is no number": (answer(status="abc OK"), CUT),
    "status of two digits": (answer(status="20 OK"), CUT),
    "status 999": (answer(status="999 Denied"), BROKEN),
    "status 000": (answer(status="000 None"), BROKEN),
    "http 9.9": (answer().replace(b"HTTP/1.1", b"HTTP/9.9"), (*CUT, "ok")),
    "http 0.9 line": (b"HTTP/0.9 200\r\n\r\n" + PAGE, (*CUT, "ok")),
    "header without colon": (HEAD + b"Broken header\r\n\r\n" + PAGE, (*CUT, "ok")),
    "header with spaces before colon": (HEAD + b"X-A : b\r\n\r\n" + PAGE, (*CUT, "ok")),
    "header with control bytes": (HEAD + b"X-A: a\x00\x01\r\n\r\n" + PAGE, (*CUT, "ok")),
    "header name empty": (HEAD + b": x\r\n\r\n" + PAGE, (*CUT, "ok")),
    "folded header": (HEAD + b"X-A: a\r\n b\r\n\r\n" + PAGE, (*CUT, "ok")),
    "latin-1 header": (HEAD + b"X-A: \xe9\xff\r\n\r\n" + PAGE, (*CUT, "ok")),
    "bare line feeds": (answer().replace(b"\r\n", b"\n"), (*CUT, "ok")),
    "bare carriage returns": (answer().replace(b"\r\n", b"\r"), CUT),
    "100 for ever": (forever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.01), CUT),
    "101 switching": (answer(b"", "101 Switching Protocols", "Upgrade: websocket", "Connection: upgrade"), BROKEN),
    "two answers": (answer() + answer(b"second"), (*CUT, "ok")),
    "204 with a body": (answer(status="204 No Content"), BROKEN),
    "304 unasked": (answer(b"", "304 Not Modified"), ("unchanged",)),
    # lying lengths
    "length too long": (answer(length=10_000), CUT),
    "length too short": (answer(length=20), (*CUT, "ok")),
    "length negative": (answer(length=-5), CUT),
    "length is no number": (HEAD + b"Content-Length: many\r\n\r\n" + PAGE, CUT),
    "length huge": (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n" + PAGE, CUT),
    "two lengths": (HEAD + b"Content-Length: 5\r\nContent-Length: 300\r\n\r\n" + PAGE, CUT),
    "length and chunks": (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", (*CUT, "ok")),
    "no length": (answer(length=None), WHOLE),
    # chunks
    "chunks in order": (chunked(b"5\r\nhello\r\n", b"0\r\n\r\n"), WHOLE),
    "chunks without end": (chunked(b"5\r\nhello\r\n"), CUT),
    "chunk cut short": (chunked(b"50\r\nhello"), CUT),
    "chunk size is no number": (chunked(b"zz\r\nhello\r\n0\r\n\r\n"), CUT),
    "chunk size negative": (chunked(b"-5\r\nhello\r\n0\r\n\r\n"), CUT),
    "chunk size huge": (chunked(b"ffffffffffffffff\r\nhello"), CUT),
    "chunk without line end": (chunked(b"5\r\nhelloworld\r\n0\r\n\r\n"), CUT),
    "chunk extension flood": (chunked(b"5;" + b"x" * MIB + b"\r\nhello\r\n0\r\n\r\n"), (*CUT, "ok")),
    "trailer flood": (chunked(b"0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"), BROKEN),
    "unknown transfer coding": (HEAD + b"Transfer-Encoding: rot13\r\n\r\n" + PAGE, (*CUT, "ok")),
    # content codings
    "gzip": (coded("gzip", ZIPPED), WHOLE),
    "x-gzip": (coded("x-gzip", ZIPPED), WHOLE),
    "deflate": (coded("deflate", zlib.compress(PAGE)), WHOLE),
    "raw deflate": (coded("deflate", zlib.compress(PAGE)[2:-4]), WHOLE),
    "gzip without trailer": (coded("gzip", ZIPPED[:-8]), CUT),
    "gzip cut in half": (coded("gzip", ZIPPED[: len(ZIPPED) // 2]), CUT),
    "gzip wrong checksum": (coded("gzip", ZIPPED[:-8] + bytes(8)), CUT),
    "gzip then rubbish": (coded("gzip", ZIPPED + b"rubbish"), WHOLE),
    "gzip of two members": (coded("gzip", ZIPPED + ZIPPED), WHOLE),
    "gzip that is html": (coded("gzip", PAGE), CUT),
    "gzip empty": (coded("gzip", b""), ("empty",)),
    "br cut": (coded("br", brotli_zeros(1)[:-3]), CUT),
    "br that is html": (coded("br", PAGE), CUT),
    "zstd": (coded("zstd", b"\x28\xb5\x2f\xfd\x00"), CUT),
    "coding unknown": (coded("snappy", PAGE), CUT),
    "triple gzip named": (coded("gzip, gzip, gzip", gzip.compress(gzip.compress(ZIPPED))), CUT),
    "triple gzip in three headers": (answer(ZIPPED, "200 OK", "Content-Encoding: gzip", "Content-Encoding: gzip"), CUT),
    "gzip bomb of 1 GiB": (coded("gzip", zeros(16) * 64), ("too large",)),
    "br bomb of 24 MiB": (coded("br", brotli_zeros(24)), ("too large",)),
    "bomb in a redirect": (answer(zeros(24), "302 Found", "Location: /x", "Content-Encoding: gzip"), BROKEN),
    "bomb in an error": (answer(zeros(24), "500 Error", "Content-Encoding: gzip"), BROKEN),
    "empty gzip members for ever": (forever(HEAD + b"Content-Encoding: gzip\r\n\r\n"), CUT),
    # time and size
    "accepts and says nothing": (then_stall(b""), ("timeout",)),
    "stall within head": (then_stall(HEAD), ("timeout",)),
    "stall within body": (then_stall(HEAD + b"Content-Length: 900\r\n\r\n<p>"), ("timeout",)),
    "head byte by byte": (slowly(answer()), ("timeout",)),
    "body byte by byte": (lambda: iter((HEAD + b"\r\n", *(x for _ in range(99) for x in (b"x", 0.2)))), ("timeout",)),
    "endless body": (lambda: iter((HEAD + b"\r\n", *[b"x" * MIB] * 64)), ("too large",)),
    "endless header": (lambda: iter((HEAD + b"X: ", *[b"x" * MIB] * 64)), CUT),
    "endless headers": (lambda: iter((HEAD, *[b"X: y\r\n" * 10_000] * 64)), CUT),
    "endless status line": (lambda: iter((b"HTTP/1.1 200 ", *[b"x" * MIB] * 64)), CUT),
    "thousand cookies": (HEAD + b"Set-Cookie: a=b\r\n" * 1000 + b"\r\n" + PAGE, (*CUT, "ok")),
    # what a page is not
    "empty body": (answer(b""), ("empty",)),
    "picture": (answer(b"\x89PNG", "200 OK", "Content-Type: image/png"), ("not html",)),
    "pdf": (answer(b"%PDF-1.7", "200 OK", "Content-Type: application/pdf"), ("not html",)),
    "type of nonsense": (answer(PAGE, "200 OK", "Content-Type: ;;;"), BROKEN),
    "charset lie": (answer("Привіт".encode("cp1251"), "200 OK", "Content-Type: text/html; charset=utf-8"), WHOLE),
    "charset unknown": (answer(PAGE, "200 OK", "Content-Type: text/html; charset=klingon"), WHOLE),
    "redirect without location": (answer(PAGE, "302 Found"), ("redirected",)),
    "payment required": (answer(status="402 Payment Required"), ("paywall",)),
    "unavailable for legal reasons": (answer(status="451 Unavailable"), ("forbidden",)),
    "too many requests": (answer(status="429 Too Many Requests"), ("http error",)),
    "teapot": (answer(status="418 I'm a teapot"), ("http error",)),
}  # fmt: skip


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        request = await reader.readuntil(b"\r\n\r\n")
        number = int(request.split(b" ", 2)[1].removeprefix(b"/"))
        sent = list(MISBEHAVIOURS.values())[number][0]
        for piece in (sent,) if isinstance(sent, bytes) else sent():
            if isinstance(piece, bytes):
                writer.write(piece)
                await writer.drain()
            else:
                await asyncio.sleep(piece)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def resident_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def ask_all() -> dict[str, tuple[Reply, float]]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    results: dict[str, tuple[Reply, float]] = {}
    loop = asyncio.get_running_loop()
    uncaught: list[object] = []
    loop.set_exception_handler(lambda _, context: uncaught.append(context))
    async with Fetcher("test", timeout_seconds=TIMEOUT, allowed_networks=("127.0.0.0/8",)) as fetcher:
        for number, name in enumerate(MISBEHAVIOURS):
            began = time.monotonic()
            reply = await asyncio.wait_for(fetcher.get(f"http://127.0.0.1:{port}/{number}"), 20)
            results[name] = (reply, time.monotonic() - began)
    server.close()
    assert not uncaught
    return results


@pytest.fixture(scope="module")
def results() -> dict[str, tuple[Reply, float]]:
    before = resident_mib()
    found = asyncio.run(ask_all())
    assert resident_mib() - before < 100
    return found


def test_there_are_at_least_84() -> None:
    assert len(MISBEHAVIOURS) >= 84


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_named_and_in_time(results: dict[str, tuple[Reply, float]], name: str) -> None:
    reply, seconds = results[name]
    assert reply.outcome in MISBEHAVIOURS[name][1], reply
    assert seconds < TIMEOUT + 0.5
    assert reply.outcome in OUTCOMES
    assert reply.reason or reply.outcome == "ok"
