"""Where work runs: this process, its cores, or a Dask cluster. One call, the same results in the same order everywhere."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import IO, ParamSpec, TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")
Given = ParamSpec("Given")

CHUNKS_IN_FLIGHT = 8  # bounds memory: no more than this many chunks wait or run at once
PAGE_SECONDS = 60.0  # wall time one page may take; pages of every kind we know take under 10
GRACE_SECONDS = 30.0  # what native code that hears no signal gets on top, before its worker is ended
PAGE_MEGABYTES = (
    1500  # what a worker may take beyond what it began with; a page beyond reason is refused, not the machine
)
_last_words: IO[str] | None = None  # in worker processes only: where faulthandler writes as it ends them


class OutOfTime(BaseException):  # not an Exception: a parser's own `except Exception` must not swallow it
    """The work within `within` took longer than it may."""


@contextmanager
def within(seconds: float, grace: float = GRACE_SECONDS) -> Iterator[None]:
    """Raise OutOfTime in the block once `seconds` of wall time are over, and again each second until it has ended.

    In the main thread by a signal, in other threads (a Dask worker's, Windows) between two steps of Python. Native code that
    hears neither ends with its process, `grace` seconds later, if that is one of `executor`'s workers: see `map_chunks`.
    """
    is_main = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGALRM")
    with _by_signal(seconds) if is_main else _by_thread(seconds):
        if _last_words is None:
            yield
            return
        faulthandler.dump_traceback_later(seconds + grace, exit=True, file=_last_words)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTime(f"not done in {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    """As `_by_signal`, for threads that get no signals: another thread watches the clock and has the exception raised."""
    watched, over = ctypes.c_ulong(threading.get_ident()), threading.Event()
    turn = threading.Lock()

    def watch() -> None:
        pause = seconds
        while not over.wait(pause):
            with turn:
                if not over.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(watched, ctypes.py_object(OutOfTime))
            pause = 1.0

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    except OutOfTime:
        raise OutOfTime(f"not done in {seconds:g} seconds") from None
    finally:
        try:
            over.set()
        finally:  # the exception may come just here, once: the watch ends all the same
            over.set()
        with turn:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(watched, None)  # raised, but not heard yet


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


def _begin_worker() -> None:
    global _last_words
    _last_words = Path(os.devnull).open("w")  # noqa: SIM115 - open as long as the process lives
    cap_memory()


class Workers(Executor):
    """A process pool that can be made anew when one of its processes died."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = self._made()

    def _made(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._count, initializer=_begin_worker)

    def submit(self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Result]:
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:  # it died between two submissions
            self.renew()
            return self._pool.submit(fn, *args, **kwargs)

    def renew(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._made()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)


class MissingExtraError(ImportError):
    """An optional part is not installed; the message says how to install it."""


@contextmanager
def executor(workers: int | None = None, cluster: str | None = None) -> Iterator[Executor | None]:
    """An executor to hand to `map_chunks`: None for this process, `Workers`, or the Dask cluster at address `cluster`."""
    if cluster:
        with _dask_executor(cluster) as pool:
            yield pool
        return
    count = workers if workers is not None else (os.cpu_count() or 1)
    if count <= 1:
        yield None
        return
    with Workers(count) as pool:
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
    work: Callable[[list[Item]], list[Result]],
    items: Iterable[Item],
    pool: Executor | None,
    chunk: int = 50,
    lost: Callable[[Item], Result] | None = None,
) -> Iterator[Result]:
    """`work` over `items`, `chunk` at a time; results in the order of `items`, whatever runs them, memory bounded.

    Where a worker dies over a chunk, its items are tried alone, one after the other: `lost` gives the result of the one
    that kills, all others keep theirs. Without `lost` the death is raised.
    """
    chunks = _chunks(items, chunk)
    if pool is None:
        for part in chunks:
            yield from work(part)
        return
    waiting: deque[tuple[list[Item], Future[list[Result]]]] = deque()

    def first() -> Iterator[Result]:
        part, future = waiting.popleft()
        try:
            found = future.result()
        except Exception as error:
            if lost is None or not _is_death(error):
                raise
            wait(
                [other for _, other in waiting]
            )  # so that nothing else runs, and nothing else kills, beside the ones tried
            found = [_alone(work, item, pool, lost) for item in part]
        yield from found

    for part in chunks:
        waiting.append((part, pool.submit(work, part)))
        if len(waiting) >= CHUNKS_IN_FLIGHT:
            yield from first()
    while waiting:
        yield from first()


def _alone(
    work: Callable[[list[Item]], list[Result]], item: Item, pool: Executor, lost: Callable[[Item], Result]
) -> Result:
    try:
        return pool.submit(work, [item]).result()[0]
    except Exception as error:
        if not _is_death(error):
            raise
        return lost(item)


def _is_death(error: Exception) -> bool:
    """Whether the process died, rather than the work failed (Dask says so after it has tried on several workers)."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
