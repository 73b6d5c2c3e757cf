"""HTTP messages as archives keep them: head and body in one block of bytes."""

from __future__ import annotations

import re

from coverage.collect.records import Headers

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?: |$)")
_MARKUP = re.compile(r"(text/|application/xhtml|application/json|application/ld\+json)", re.IGNORECASE)


def parse_response(block: bytes) -> tuple[int | None, Headers, bytes]:
    """Status, headers and body of a stored response; status None where the block has no HTTP head."""
    first_line = block[:4096].split(b"\n", 1)[0].rstrip(b"\r")
    status = _STATUS.match(first_line)
    if not status:
        return None, (), block
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    return int(status[1]), _headers(head), body


def _headers(head: bytes) -> Headers:
    pairs: list[tuple[str, str]] = []
    for line in _decode(head).replace("\r\n", "\n").split("\n")[1:]:
        if line[:1] in (" ", "\t") and pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def _decode(head: bytes) -> str:
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError:
        return head.decode("latin-1")


def judge_answer(status: int | None, content_type: str | None, size: int) -> tuple[str, str | None]:
    """(outcome, reason) that status, media type and size alone allow; what the page says is judged elsewhere."""
    if status is not None and not 200 <= status < 300:
        return _judge_status(status)
    if size == 0:
        return "empty", "the answer has no body"
    if content_type and not _MARKUP.match(content_type.strip()):
        return "not html", f"media type {content_type.split(';')[0].strip()[:80]}"
    return "ok", None


def _judge_status(status: int) -> tuple[str, str | None]:
    if status == 304:
        return "unchanged", "the server says it has not changed"
    if 300 <= status < 400:
        return "redirected", f"status {status}"
    if status in (401, 403, 451):
        return "forbidden", f"status {status}"
    if status == 402:
        return "paywall", "status 402"
    return "http error", f"status {status}"
