"""WARC and ARC files made by others → answers with their original dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from coverage.collect.decoding import BodyError, content_coding, dechunk, decode
from coverage.collect.http_message import judge_answer, parse_response
from coverage.collect.records import Answer, as_mapping, parse_warc_date
from coverage.collect.warc_read import Damage, Record, read_records
from coverage.schema import Problem

CAPTURE_KINDS = ("response", "resource", "revisit")
_REMEDY = "get the file again; whole records are imported"


def read_warc(path: Path) -> Iterator[Answer | Problem]:
    """An answer for each whole response, resource and revisit record, and a problem for each stretch that is none."""
    for found in read_records(path):
        if isinstance(found, Damage):
            yield Problem("import", f"{path.name}:{found.offset}", "damaged WARC record", found.what, _REMEDY)
        elif found.kind in CAPTURE_KINDS:
            yield answer_of_record(found, path.name)


def answer_of_record(record: Record, name: str) -> Answer | Problem:
    """One response, resource or revisit record as an answer; a problem where it is no web page's."""
    where = f"{name}:{record.offset}"
    url = record.headers.get("warc-target-uri", "").strip("<> ")
    if not re.match(r"(https?|ftp)://", url, re.IGNORECASE):
        kind = url.partition(":")[0][:20] or "none"
        return Problem("import", where, "record of another kind", f"address scheme {kind}", "none needed: no web page")
    try:
        moment = parse_warc_date(record.headers.get("warc-date", ""))
    except ValueError:
        return Problem("import", where, "record without a date", record.headers.get("warc-date"), "mend its WARC-Date")
    url = re.sub(r"\s", "%20", url)
    if record.kind == "resource":
        outcome, reason = judge_answer(None, record.headers.get("content-type"), len(record.block))
        return Answer(
            url, moment, record.block, "warc", where, outcome, reason, content_type=record.headers.get("content-type")
        )
    return _http_answer(record, url, where)


def _http_answer(record: Record, url: str, where: str) -> Answer | Problem:
    status, headers, body = parse_response(record.block)
    if status is None:
        return Problem("import", where, "record without an HTTP head", None, "only HTTP responses can be read")
    fields = as_mapping(headers)
    moment = parse_warc_date(record.headers["warc-date"])
    content_type = fields.get("content-type")
    if record.kind == "revisit":
        earlier = record.headers.get("warc-refers-to-target-uri", url).strip("<> ")
        when = record.headers.get("warc-refers-to-date")
        return Answer(
            url, moment, b"", "warc", where, "unchanged", "the archive says it repeats an earlier capture",
            status, headers, content_type, same_as=(earlier, parse_warc_date(when) if when else moment),
        )  # fmt: skip
    try:
        body = _plain_body(body, fields)
        outcome, reason = judge_answer(status, content_type, len(body))
    except BodyError as error:
        outcome, reason = error.outcome, error.reason
    return Answer(url, moment, body, "warc", where, outcome, reason, status, headers, content_type)


def _plain_body(body: bytes, fields: dict[str, str]) -> bytes:
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = dechunk(body)
    coding = content_coding(fields.get("content-encoding"))
    if coding in ("gzip", "deflate") and not body.startswith((b"\x1f\x8b", b"\x78")):
        return body  # stored decoded, header left as it was
    return decode(body, coding)
