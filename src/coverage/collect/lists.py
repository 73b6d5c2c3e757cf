"""Every kind of source that lists addresses: where reading it begins, and how one of its documents is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from coverage.collect.frontier import tidy
from coverage.collect.sources import (
    Listed,
    Listing,
    Role,
    Window,
    addresses,
    commoncrawl,
    feed_worker,
    gdelt,
    in_window,
    mediacloud,
    sitemaps,
    telegram,
    wayback,
)  # fmt: skip
from coverage.collect.topic_terms import TopicTerms
from coverage.schema import Problem

WEB_KINDS = ("addresses", "feeds", "sitemaps", "wayback", "commoncrawl", "gdelt", "telegram", "mediacloud")
API_ROLES = (
    "wayback",
    "commoncrawl",
    "gdelt",
    "mediacloud",
)  # interfaces made for programs: robots.txt is not asked, pauses are kept


class WebSource(Protocol):
    """What collecting asks of one of a study's sources."""

    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> Path | None: ...
    @property
    def urls(self) -> tuple[str, ...]: ...
    @property
    def limit(self) -> int | None: ...


@dataclass(frozen=True)
class Endpoints:
    """Where the archives and indexes are; changed for servers of one's own."""

    wayback: str = wayback.ENDPOINT
    commoncrawl_index: str = commoncrawl.INDEX
    commoncrawl_data: str = commoncrawl.DATA
    gdelt: str = gdelt.ENDPOINT
    telegram: str = telegram.ENDPOINT
    mediacloud: str = mediacloud.ENDPOINT


@dataclass(frozen=True)
class Wanted:
    """What a study looks for."""

    window: Window
    terms: TopicTerms | None = None
    endpoints: Endpoints = Endpoints()


def starts(source: WebSource, where: str, wanted: Wanted) -> Listing:
    """The addresses at which reading a source begins; `where` names the source in problems."""
    if source.kind in ("addresses", "feeds", "sitemaps"):
        return _from_addresses(source, where)
    listing = Listing()
    role: Role = _ROLES[source.kind]
    for words in source.urls:
        url = _BEGINNINGS[role](words, wanted)
        if url is None:
            remedy = f"see docs/collect.md, `{source.kind}`"
            listing.problems.append(Problem("collect", where, "unusable entry", words[:80], remedy))
        else:
            listing.listed.append(Listed(url, role))
    return listing


async def read_list(role: str, body: bytes, base: str, content_type: str | None, wanted: Wanted) -> Listing:
    """What a document of a source lists, without what lies outside the window or is plainly about something else."""
    if role == "feed":
        read = await feed_worker.read(body, base, content_type)
    else:
        read = _READERS[role](body, base, wanted)
    listing = in_window(read, wanted.window)
    if wanted.terms is None or role not in _FILTERED_ROLES:
        return listing
    kept = Listing([], listing.left_out, listing.problems)
    for item in listing.listed:
        if item.role == "page" and not wanted.terms.may_concern(item.original or item.url, item.title):
            kept.leave_out("address and title name no vote")
        else:
            kept.listed.append(item)
    return kept


_FILTERED_ROLES = (
    "wayback",
    "commoncrawl",
    "sitemap",
)  # these list whole sites; feeds are short and show what was watched
_ROLES: dict[str, Role] = {
    "feeds": "feed", "sitemaps": "sitemap", "addresses": "page", "wayback": "wayback", "commoncrawl": "commoncrawl",
    "gdelt": "gdelt", "telegram": "telegram", "mediacloud": "mediacloud",
}  # fmt: skip
_BEGINNINGS: dict[Role, Callable[[str, Wanted], str | None]] = {
    "wayback": lambda site, w: wayback.start(site, w.window, w.endpoints.wayback),
    "commoncrawl": lambda site, w: commoncrawl.start(site, w.endpoints.commoncrawl_index, w.endpoints.commoncrawl_data),
    "gdelt": lambda query, w: gdelt.start(query, w.window, w.endpoints.gdelt),
    "mediacloud": lambda query, w: mediacloud.start(query, w.window, w.endpoints.mediacloud),
    "telegram": lambda channel, w: telegram.start(channel, w.endpoints.telegram),
}
_READERS: dict[str, Callable[[bytes, str, Wanted], Listing]] = {
    "sitemap": lambda body, base, w: sitemaps.read(body, base, w.window),
    "wayback": lambda body, base, w: wayback.read(body, base, w.window),
    "commoncrawl": lambda body, base, w: commoncrawl.read(body, base, w.window),
    "gdelt": lambda body, base, _: gdelt.read(body, base),
    "mediacloud": lambda body, base, _: mediacloud.read(body, base),
    "telegram": lambda body, base, w: telegram.read(body, base, w.window),
}


def _from_addresses(source: WebSource, where: str) -> Listing:
    role = _ROLES[source.kind]
    listing = addresses.read_urls(source.urls, where)
    if source.path is not None and not source.path.exists():
        remedy = "put the list there, or correct the study file"
        listing.problems.append(Problem("collect", where, "file missing", source.path.name, remedy))
    elif source.path is not None:
        more = addresses.read_file(source.path)
        listing = Listing(listing.listed + more.listed, {}, listing.problems + more.problems)
    listing.listed = [Listed(_start_of(item.url, role), role) for item in listing.listed]
    return listing


def _start_of(url: str, role: str) -> str:
    """A bare site given as a sitemap source is asked for the sitemaps that its robots.txt names."""
    start = tidy(url)
    return f"{start}robots.txt" if role == "sitemap" and urlsplit(start).path == "/" else start
