"""Visiting an address: robots.txt asked first, redirects followed by hand, each host's turn awaited at every step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from coverage.collect.fetch import PRODUCT, Fetcher, Reply
from coverage.collect.frontier import Host, host_of, tidy
from coverage.collect.guard import REFUSED, usable_url
from coverage.collect.politeness import BUSY, Turns, backoff, retry_after
from coverage.collect.robots import Robots, robots_for
from coverage.collect.walls import recognise

MAX_REDIRECTS = 5
ROBOTS_AGE = 24 * 3600.0
_NOT_WHOLE = ("truncated", "bad response", "too large")
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Visit:
    """What a visit brought: the last reply, the address that gave it, and the addresses gone through on the way."""

    reply: Reply
    final_url: str
    hops: tuple[str, ...] = ()
    robots: str = "allowed"


class Visitor:
    """Makes visits. `keep_robots(host, reply)` is called for each robots.txt read, to keep it."""

    def __init__(
        self, fetcher: Fetcher, turns: Turns, keep_robots: Callable[[Host, Reply], None], wall: Callable[[], float] = time.time
    ) -> None:  # fmt: skip
        self._fetcher = fetcher
        self._turns = turns
        self._keep_robots = keep_robots
        self._wall = wall
        self._robots: dict[str, tuple[float, Robots]] = {}

    async def visit(self, url: str, conditions: dict[str, str] | None = None, *, asks_robots: bool = True) -> Visit:
        """Fetch an address, through at most MAX_REDIRECTS redirects; every failure is the reply's outcome."""
        hops: list[str] = []
        while True:
            robots = await self._robots_of(url) if asks_robots else Robots()
            if isinstance(robots, Reply):
                return Visit(robots, url, tuple(hops), "unreachable")
            if not robots.may_fetch(PRODUCT, url):
                refusal = Reply(url, self._fetcher.now(), "robots", "robots.txt forbids it")
                return Visit(refusal, url, tuple(hops), "forbidden")
            reply = await self._ask(url, {} if hops else conditions or {})
            location = reply.header("location")
            if reply.status not in _REDIRECTS or not location:
                return Visit(_walled(url, reply), url, tuple(hops))
            hops.append(url)
            target, trouble = _target(url, location, hops)
            if trouble:
                return Visit(replace(reply, outcome=trouble[0], reason=trouble[1]), url, tuple(hops))
            url = target

    async def _ask(self, url: str, headers: dict[str, str]) -> Reply:
        name = host_of(url)
        async with self._turns.turn(name) as host:
            reply = await self._fetcher.get(url, headers)
            self._heed(host, reply)
        return reply

    def _heed(self, host: Host, reply: Reply) -> None:
        """Take to heart what the reply says about coming back."""
        host.fetched += 1
        if reply.status in BUSY or reply.outcome in ("timeout", "connection"):
            host.failures += 1
            asked = retry_after(reply.header("retry-after"), reply.fetched_at)
            self._turns.back_off(host.host, backoff(host.failures) if asked is None else asked)
        else:
            host.failures = 0

    # --- robots.txt ---

    async def _robots_of(self, url: str) -> Robots | Reply:
        """The rules for this address; a reply where they could not be had, which forbids fetching for now."""
        if usable_url(url):
            return Robots()  # the fetch itself refuses it, with its reason
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        known = self._robots.get(site)
        if known and time.monotonic() - known[0] < ROBOTS_AGE:
            return known[1]
        robots = self._remembered(site) or await self._read_robots(site)
        if isinstance(robots, Robots):
            self._robots[site] = (time.monotonic(), robots)
            self._turns.ask(host_of(url), robots.crawl_delay(PRODUCT) or 0.0)
        return robots

    def _remembered(self, site: str) -> Robots | None:
        """What an earlier run read of this very site less than a day ago."""
        host = self._turns.host(host_of(site))
        if host.robots_at is None or host.robots_site != site or not 0 <= self._wall() - host.robots_at < ROBOTS_AGE:
            return None
        return robots_for(host.robots_status, host.robots_body or b"")

    async def _read_robots(self, site: str) -> Robots | Reply:
        reply = await self._follow_robots(f"{site}/robots.txt")
        if reply.outcome == REFUSED:
            return Robots()  # so will the page be, with this reason
        host = self._turns.host(host_of(site))
        if reply.status is None or reply.status == 429 or reply.status >= 500 or reply.outcome in _NOT_WHOLE:
            self._keep_robots(host, reply)
            return _unreachable(reply)
        host.robots_site, host.robots_at, host.robots_status = site, self._wall(), reply.status
        host.robots_body = reply.body if reply.status == 200 else None
        self._keep_robots(host, reply)
        return robots_for(reply.status, reply.body)

    async def _follow_robots(self, url: str) -> Reply:
        """The last answer on the way; redirects that lead on too long count as no robots.txt (RFC 9309, 2.3.1.2)."""
        hops: list[str] = []
        while True:
            reply = await self._ask(url, {})
            location = reply.header("location")
            if reply.status not in _REDIRECTS or not location:
                return reply
            hops.append(url)
            url, trouble = _target(url, location, hops)
            if trouble:
                return reply


def _unreachable(reply: Reply) -> Reply:
    """A site whose robots.txt cannot be had is not fetched from: the failure of that is the page's failure."""
    outcome = "robots" if reply.status is not None else reply.outcome
    return replace(reply, outcome=outcome, reason=f"robots.txt cannot be had: {reply.reason}", body=b"", status=None)


def _target(url: str, location: str, hops: list[str]) -> tuple[str, tuple[str, str] | None]:
    """Where a redirect leads, and (outcome, reason) where it is not followed."""
    try:
        target = tidy(urljoin(url, location.strip()))
    except ValueError:
        return url, ("bad response", "redirect to something that is no address")
    trouble = usable_url(target)
    if trouble:
        return url, (REFUSED, f"redirect: {trouble}")
    if target in hops:
        return url, ("redirected", "redirect loop")
    if len(hops) > MAX_REDIRECTS:
        return url, ("redirected", f"more than {MAX_REDIRECTS} redirects")
    return target, None


def _walled(url: str, reply: Reply) -> Reply:
    wall = recognise(url, reply.status, reply.body) if reply.status is not None else None
    return replace(reply, outcome=wall[0], reason=wall[1]) if wall else reply
