"""What a visit brought, as the answer to be archived; an archive's copy counts as the page it is a copy of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from coverage.collect.fetch import Reply
from coverage.collect.foreign import answer_of_record
from coverage.collect.frontier import Address, Queued
from coverage.collect.records import Answer
from coverage.collect.sources.mediacloud import authorisation
from coverage.collect.visits import Visit
from coverage.collect.warc_read import Record, read_bytes
from coverage.schema import Problem

_MEMENTO = re.compile(r"/(\d{14})(?:id_|mp_)?/(\w+://?.+)")


def conditions(address: Queued) -> dict[str, str]:
    """Headers that ask for a part, show a key, or let the server say that nothing has changed."""
    _, _, span = address.url.partition("#bytes=")
    wanted = {
        "Range": f"bytes={span}" if span else None,
        "If-None-Match": address.etag,
        "If-Modified-Since": address.last_modified,
    }
    given = {name: value for name, value in wanted.items() if value}
    return {**given, **authorisation()} if address.role == "mediacloud" else given


def answer_of(address: Queued, visit: Visit) -> Answer:
    """The answer a visit brought, with where its address was found and what robots.txt said."""
    reply = visit.reply
    notes = {
        "robots": visit.robots,
        "found": address.source_detail or address.source,
        "seen-at": address.seen_at.isoformat(),
        "hops": " ".join(visit.hops),
    }
    answer = Answer(
        url=address.url, fetched_at=reply.fetched_at, payload=reply.body, source=address.source,
        source_detail=address.source_detail, outcome=reply.outcome, reason=reply.reason, status=reply.status,
        headers=reply.headers, content_type=reply.header("content-type"),
        final_url=visit.final_url if reply.status is not None else None, listed_at=address.listed_at,
        request=reply.request, notes={name: value for name, value in notes.items() if value},
        same_as=(address.url, address.fetched_at) if reply.status == 304 and address.fetched_at else None,
    )  # fmt: skip
    if address.role != "page" or not address.original:
        return answer
    return _from_range(answer, reply, address) if "#bytes=" in address.url else _from_memento(answer, address)


def _from_memento(answer: Answer, address: Queued) -> Answer:
    """The page as it was: its own address, and the time at which the archive fetched it."""
    assert address.original is not None
    memento = answer.final_url or address.url
    found = _MEMENTO.search(memento)
    if not found or answer.outcome != "ok":
        return replace(answer, url=address.original, source_detail=memento)
    moment = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return replace(
        answer, url=address.original, final_url=found[2], fetched_at=moment, source_detail=memento,
        notes={**answer.notes, "retrieved-at": answer.fetched_at.isoformat()},
    )  # fmt: skip


def _from_range(answer: Answer, reply: Reply, address: Queued) -> Answer:
    """The one record that was asked for out of a WARC file; anything else is a bad response."""
    assert address.original is not None
    place = replace(answer, url=address.original, source_detail=address.url)
    if reply.status != 206:
        if answer.outcome in ("ok", "not html"):
            return replace(
                place, payload=b"", outcome="bad response", reason=f"no range was sent (status {reply.status})"
            )
        return place
    records = list(read_bytes(reply.body))
    found = answer_of_record(records[0], "range") if len(records) == 1 and isinstance(records[0], Record) else None
    if found is None or isinstance(found, Problem):
        return replace(place, payload=b"", outcome="truncated", reason="the range holds no whole response record")
    notes = {**answer.notes, "retrieved-at": answer.fetched_at.isoformat()}
    return replace(
        found, source=answer.source, source_detail=address.url, listed_at=answer.listed_at, request=answer.request, notes=notes
    )  # fmt: skip


def post_answer(entry: Address, payload: bytes) -> Answer:
    """A post that its list held whole, as an article row."""
    return Answer(
        url=entry.url, fetched_at=entry.seen_at, payload=payload, source=entry.source,
        source_detail=entry.source_detail, content_type="application/json", listed_at=entry.listed_at,
    )  # fmt: skip
