"""Answers as WARC 1.1 records, one gzip member each, with nothing in them that depends on when or where they are written."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from collections.abc import Iterable
from datetime import datetime

from coverage.collect.records import Answer, Headers, one_line, warc_date

MARK = "Coverage-Capture"  # header that tells a capture from the records around it
_FIELDS_TYPE = "application/warc-fields"
_RESPONSE_TYPE = "application/http; msgtype=response"
_REQUEST_TYPE = "application/http; msgtype=request"
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_UNDONE = ("content-encoding", "transfer-encoding", "content-length")


def capture_members(answer: Answer, identity: str) -> list[bytes]:
    """The capture's own record first, then its request and its notes."""
    about = {"WARC-Concurrent-To": _record_id(identity, "capture")}
    members = [_capture_member(answer, identity)]
    if answer.request is not None:
        members.append(_member(answer, "request", identity, answer.request, _REQUEST_TYPE, about))
    if answer.notes:
        members.append(_member(answer, "metadata", identity, _fields(answer.notes.items()), _FIELDS_TYPE, about))
    return members


def warcinfo_member(name: str, study: str, moment: datetime) -> bytes:
    """The record a file opens with; `moment` is that of its first capture."""
    info = _fields((("format", "WARC File Format 1.1"), ("isPartOf", study)))
    nowhere = Answer(url="", fetched_at=moment, payload=b"", source="")
    return _member(nowhere, "warcinfo", f"{study}/{name}", info, _FIELDS_TYPE, {"WARC-Filename": name})


def _capture_member(answer: Answer, identity: str) -> bytes:
    about = {MARK: identity, "WARC-Payload-Digest": answer.digest, **_story(answer)}
    if answer.same_as:
        url, moment = answer.same_as
        about |= {"WARC-Refers-To-Target-URI": url, "WARC-Refers-To-Date": warc_date(moment), "WARC-Profile": _REVISIT}
        return _member(answer, "revisit", identity, _http_head(answer), _RESPONSE_TYPE, about)
    if answer.status is not None:
        block = _http_head(answer) + answer.payload
        return _member(answer, "response", identity, block, _RESPONSE_TYPE, about)
    if answer.payload:
        media = answer.content_type or "application/octet-stream"
        return _member(answer, "resource", identity, answer.payload, media, about)
    failure = _fields((("outcome", answer.outcome), ("reason", answer.reason or "")))
    return _member(answer, "metadata", identity, failure, _FIELDS_TYPE, about)


def _story(answer: Answer) -> dict[str, str]:
    """What the table says of a capture beyond what WARC has a header for."""
    story = {
        "Coverage-Source": answer.source,
        "Coverage-Source-Detail": answer.source_detail,
        "Coverage-Outcome": answer.outcome,
        "Coverage-Reason": answer.reason,
        "Coverage-Final-URI": answer.final_url,
        "Coverage-Content-Type": answer.content_type,
        "Coverage-Listed-At": warc_date(answer.listed_at) if answer.listed_at else None,
    }
    return {name: one_line(value) for name, value in story.items() if value}


def stored_headers(answer: Answer) -> Headers:
    """HTTP headers as received; those about a coding or length no longer true are renamed, not dropped."""
    renamed = tuple(
        (f"X-Crawler-{name}" if name.lower() in _UNDONE else one_line(name), one_line(value))
        for name, value in answer.headers
    )
    return renamed if answer.same_as else (*renamed, ("Content-Length", str(len(answer.payload))))


def _http_head(answer: Answer) -> bytes:
    lines = [f"{name}: {value}" for name, value in stored_headers(answer)]
    return "\r\n".join((f"HTTP/1.1 {answer.status} ", *lines, "", "")).encode("utf-8", "replace")


def _fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {one_line(value)}\r\n" for name, value in pairs).encode()


def _record_id(identity: str, part: str) -> str:
    """Made from the content, so that the same import gives the same bytes."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'vote-coverage:{part}:{identity}')}>"


def _member(answer: Answer, kind: str, identity: str, block: bytes, content_type: str, about: dict[str, str]) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders

    digest = f"sha256:{hashlib.sha256(block).hexdigest()}"
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": _record_id(identity, "capture" if MARK in about else kind),
        "WARC-Date": warc_date(answer.fetched_at),
        **({"WARC-Target-URI": answer.url} if answer.url else {}),
        "WARC-Block-Digest": digest,
        "WARC-Payload-Digest": digest,
        **about,
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
    }
    # warcio's writer would parse and rewrite the HTTP headers within the block, so the block is put after its head here.
    head = StatusAndHeaders("", [*headers.items()], protocol="WARC/1.1").to_bytes(encoding="utf-8")
    return _gzip_member(head + block + b"\r\n\r\n")


def _gzip_member(data: bytes) -> bytes:
    """No name and no time in its head; level 9, which warcio takes, costs more time for 1 % less."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflate.compress(data) + deflate.flush()
