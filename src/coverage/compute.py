"""Where work runs: this process, its cores, or a Dask cluster. One call, the same results in the same order everywhere."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNKS_IN_FLIGHT = 8  # bounds memory: no more than this many chunks wait or run at once
PAGE_SECONDS = 60.0  # wall time one page may take; pages of every kind we know take under 10
PAGE_MEGABYTES = (
    1500  # what a worker may take beyond what it began with; a page beyond reason is refused, not the machine
)


class OutOfTime(BaseException):  # not an Exception: a parser's own `except Exception` must not swallow it
    """The work within `within` took longer than it may."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block once `seconds` of wall time are over, and again each second until it has ended.

    Signals reach the main thread only, and not on Windows: elsewhere (a Dask worker's threads) the block runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTime(f"not done in {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def cap_memory(megabytes: int = PAGE_MEGABYTES) -> None:
    """Let this process take `megabytes` beyond what it holds now: more raises MemoryError. For worker processes, on Linux."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return
    import resource  # not there on Windows

    held = int(status.read_text().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = held + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


class MissingExtraError(ImportError):
    """An optional part is not installed; the message says how to install it."""


@contextmanager
def executor(workers: int | None = None, cluster: str | None = None) -> Iterator[Executor | None]:
    """An executor to hand to `map_chunks`: None for this process, a process pool, or the Dask cluster at address `cluster`."""
    if cluster:
        with _dask_executor(cluster) as pool:
            yield pool
        return
    count = workers if workers is not None else (os.cpu_count() or 1)
    if count <= 1:
        yield None
        return
    with ProcessPoolExecutor(count, initializer=cap_memory) as pool:
        yield pool


@contextmanager
def _dask_executor(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError("a cluster needs the extra `cluster`: pip install 'vote-coverage[cluster]'") from error
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        yield cast(Executor, client.get_executor())


def map_chunks(
    work: Callable[[list[Item]], list[Result]], items: Iterable[Item], pool: Executor | None, chunk: int = 50
) -> Iterator[Result]:
    """`work` over `items`, `chunk` at a time; results in the order of `items`, whatever runs them, memory bounded."""
    chunks = _chunks(items, chunk)
    if pool is None:
        for part in chunks:
            yield from work(part)
        return
    waiting: deque[Future[list[Result]]] = deque()
    for part in chunks:
        waiting.append(pool.submit(work, part))
        if len(waiting) >= CHUNKS_IN_FLIGHT:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
