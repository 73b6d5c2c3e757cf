"""What the archive holds: an `Answer` before it is written, a `Capture` once it has a place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

EMPTY_DIGEST = "sha256:" + hashlib.sha256(b"").hexdigest()
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """One answer to be archived. `payload` is the body with transfer and content coding already undone.

    `status` is None for rows and files that no server sent. `listed_at` is when the source says it appeared.
    `same_as` names the (url, time) of the earlier capture that an unchanged answer repeats; `request` is the request
    as sent and `notes` why it was made (robots verdict, where the address was found): both go in records of their own.
    """

    url: str
    fetched_at: datetime
    payload: bytes
    source: str
    source_detail: str | None = None
    outcome: str = "ok"
    reason: str | None = None
    status: int | None = None
    headers: Headers = ()
    content_type: str | None = None
    final_url: str | None = None
    listed_at: datetime | None = None
    same_as: tuple[str, datetime] | None = None
    request: bytes | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        return "sha256:" + hashlib.sha256(self.payload).hexdigest()


@dataclass(frozen=True)
class Capture:
    """One row of `captures`, with the payload and the HTTP headers (names in lower case) it came with."""

    capture_id: str
    url: str
    final_url: str | None
    fetched_at: datetime
    status: int | None
    content_type: str | None
    digest: str
    warc: str
    offset: int
    length: int
    source: str
    source_detail: str | None
    outcome: str
    reason: str | None
    payload: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    listed_at: datetime | None = None


def capture_id(url: str, fetched_at: datetime, digest: str) -> str:
    return hashlib.sha256(f"{url}\n{warc_date(fetched_at)}\n{digest}".encode()).hexdigest()[:16]


def warc_date(moment: datetime) -> str:
    """`2024-03-09T10:00:00Z`, with microseconds only where there are any (WARC 1.1)."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_warc_date(words: str) -> datetime:
    """The moment a WARC-Date names; raises ValueError where it names none."""
    moment = datetime.fromisoformat(words.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def as_mapping(headers: Headers) -> dict[str, str]:
    """Names in lower case; a repeated header's values joined by a comma, as HTTP allows."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def one_line(words: str) -> str:
    """`words` fit for a header value: control characters and line ends become spaces."""
    if not words.isprintable():
        words = "".join(c if c.isprintable() else " " for c in words)
    return " ".join(words.split())
