"""Whose turn it is: one request in flight a host, a pause between them, and what hosts ask for when they are busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from coverage.collect.frontier import Host

BACKOFF_FIRST = 30.0
BACKOFF_CAP = 3600.0
RETRY_AFTER_CAP = 24 * 3600.0
BUSY = (429, 500, 502, 503, 504)


class NotNow(Exception):  # noqa: N818 - no error: the host is to be left alone for longer than this run waits
    """The host's next turn is `seconds` away."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Turns:
    """Gives each host's turns out, one at a time and `delay` seconds apart (end of one to start of the next).

    `load` brings what is remembered of a host. Waiting is measured by the monotonic clock; what is remembered between
    runs is wall-clock time, and a wall clock set back does not lengthen a wait.
    """

    def __init__(
        self, delay: float, patience: float, load: Callable[[str], Host], wall: Callable[[], float] = time.time
    ) -> None:
        self._delay = delay
        self._patience = patience
        self._load = load
        self._wall = wall
        self._hosts: dict[str, Host] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._ready: dict[str, float] = {}
        self._asked: dict[str, float] = {}

    def host(self, name: str) -> Host:
        if name not in self._hosts:
            host = self._hosts[name] = self._load(name)
            self._ready[name] = time.monotonic() + self._remembered_wait(host)
        return self._hosts[name]

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Host]:
        """Wait for the host's turn and hold it; raises NotNow where that is longer than patience and ordinary pauses."""
        host = self.host(name)
        async with self._locks.setdefault(name, asyncio.Lock()):
            while (wait := self._ready[name] - time.monotonic()) > 0:
                if self.is_too_long(name, wait):
                    raise NotNow(wait)
                await asyncio.sleep(wait + 0.001)
            try:
                yield host
            finally:
                self._pause(host, max(self._delay, self._asked.get(name, 0.0)))

    def ask(self, name: str, seconds: float) -> None:
        """The host's robots.txt asks for this pause between requests."""
        self._asked[name] = seconds

    def back_off(self, name: str, seconds: float) -> None:
        """Leave the host alone for so long."""
        self._pause(self.host(name), seconds)

    def wait_of(self, name: str) -> float:
        """Seconds until the host's next turn."""
        self.host(name)
        return max(0.0, self._ready[name] - time.monotonic())

    def is_too_long(self, name: str, wait: float) -> bool:
        return wait > max(self._patience, self._delay, self._asked.get(name, 0.0)) + 0.01

    def _pause(self, host: Host, seconds: float) -> None:
        ready = time.monotonic() + seconds
        if ready > self._ready[host.host]:
            self._ready[host.host] = ready
            host.set_at = self._wall()
            host.next_at = host.set_at + seconds

    def _remembered_wait(self, host: Host) -> float:
        """What is left of a wait set in an earlier run; after a crash mid-request, at least one pause."""
        if not host.set_at:
            return 0.0
        elapsed = max(0.0, self._wall() - host.set_at)
        return max(self._delay, host.next_at - host.set_at - elapsed)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks to wait, at most a day; None where it says nothing usable."""
    words = (value or "").strip()
    if not words:
        return None
    if words.isascii() and words.isdigit():
        return min(float(words[:12]), RETRY_AFTER_CAP)
    try:
        moment = parsedate_to_datetime(words)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(seconds, RETRY_AFTER_CAP) if seconds >= 0 else None


def backoff(failures: int) -> float:
    """Seconds to leave a failing host alone: doubling from half a minute to an hour."""
    return min(BACKOFF_FIRST * 2.0 ** max(0, failures - 1), BACKOFF_CAP)
