"""Where work runs: this process, its cores, or a Dask cluster. One call, the same results in the same order everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")


class MissingExtraError(ImportError):
    """An optional part is not installed; the message says how to install it."""


@contextmanager
def executor(workers: int | None = None, cluster: str | None = None) -> Iterator[Executor | None]:
    """An executor to hand to `map_chunks`: None for this process, a process pool, or the Dask cluster at address `cluster`."""
    if cluster:
        with _dask_client(cluster) as pool:
            yield pool
        return
    count = workers if workers is not None else (os.cpu_count() or 1)
    if count <= 1:
        yield None
        return
    with ProcessPoolExecutor(count) as pool:
        yield pool


@contextmanager
def _dask_client(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError("a cluster needs the extra `cluster`: pip install 'vote-coverage[cluster]'") from error
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        yield cast(Executor, client.get_executor())


def map_chunks(
    work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], pool: Executor | None, chunk: int = 50
) -> Iterator[Result]:
    """`work` over `items`, `chunk` at a time; results in the order of `items`, whatever runs them."""
    chunks = [items[start : start + chunk] for start in range(0, len(items), chunk)]
    if pool is None:
        for part in chunks:
            yield from work(part)
        return
    for results in pool.map(work, chunks):
        yield from results
