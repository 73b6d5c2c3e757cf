"""One page's limits: wall time and memory, that are kept and told, and let the next page be read."""

import ctypes
import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

import coverage.text as room
import coverage.text.lines as lines
from coverage.clean import clean_captures, lost_capture
from coverage.collect import Archive
from coverage.compute import OutOfTime, executor, map_chunks, within
from coverage.study import Study
from coverage.text import Article

SENTENCE = "The outlet wrote at length about the vote that nobody outside recognised, and named its sources."


def for_ever(*_: object) -> Article:
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # what trafilatura and others do
            continue


def hungry(_: list[int]) -> list[str]:
    try:
        return [str(len(bytes(2**33)))]
    except MemoryError:
        return ["refused"]


def test_work_without_end_is_ended() -> None:
    with pytest.raises(OutOfTime), within(0.05):
        for_ever()


def test_nothing_rings_after_the_block() -> None:
    with within(0.05):
        pass
    time.sleep(0.1)


def test_a_worker_is_refused_memory_beyond_its_limit() -> None:
    with executor(2) as pool:
        assert pool is not None
        assert pool.submit(hungry, [0]).result() == ["refused"]
        assert pool.submit(len, "still there").result() == 11


def test_a_line_out_of_time_says_so_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: Callable[..., Article] = lines.read_article
    monkeypatch.setattr(lines, "PAGE_SECONDS", 0.2)
    monkeypatch.setattr(lines, "read_article", for_ever)
    html = "<article>" + "".join(f"<p>{n}. {SENTENCE}</p>" for n in range(4)) + "</article>"
    slow = json.dumps({"id": 1, "url": "https://a.example/", "html": html})
    rows = lines.extract_lines([slow, slow])
    assert "OutOfTime" in next(rows)["error"]
    monkeypatch.setattr(lines, "read_article", read)
    monkeypatch.setattr(lines, "PAGE_SECONDS", 60)
    assert SENTENCE in next(rows)["text"]


def fatal(numbers: list[int]) -> list[str]:
    """Work that a number can make end its process at once (13), as a fault in native code does, or hang in native code (7)."""
    for number in numbers:
        if number == 13:
            os._exit(139)
        if number == 7:
            with within(0.3, grace=0.3):
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
                ctypes.PyDLL(None).sleep(600)  # PyDLL keeps the interpreter's lock: nothing is heard, nothing else runs
    return [f"read {number}" for number in numbers]


def not_read(number: int) -> str:
    return f"lost {number}"


def test_work_that_kills_its_process_costs_itself_and_nothing_else() -> None:
    numbers = [n for n in range(40) if n != 7]
    with executor(2) as pool:
        found = list(map_chunks(fatal, numbers, pool, chunk=4, lost=not_read))
        assert found == ["lost 13" if n == 13 else f"read {n}" for n in numbers]
        assert list(map_chunks(fatal, [1, 2], pool, lost=not_read)) == ["read 1", "read 2"], "the pool is whole again"


def test_native_code_that_hears_no_signal_is_ended_with_its_process() -> None:
    with executor(2) as pool:
        found = list(map_chunks(fatal, [1, 7, 2, 3], pool, chunk=2, lost=not_read))
    assert found == ["read 1", "lost 7", "read 2", "read 3"]


def test_a_dead_worker_is_told_where_nobody_stands_in_for_its_work() -> None:
    with executor(2) as pool, pytest.raises(BrokenExecutor):
        list(map_chunks(fatal, [13], pool))


def test_work_without_end_is_ended_in_a_thread_too() -> None:
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(limited, for_ever).result() == "out of time"
        assert threads.submit(limited, lambda: None).result() == "done"
        assert threads.submit(time.sleep, 0.3).exception() is None, "nothing rings after the block"


def limited(work: Callable[[], object]) -> str:
    try:
        with within(0.1):
            work()
    except OutOfTime as error:
        assert "0.1 seconds" in str(error)
        return "out of time"
    return "done"


def test_a_page_that_kills_its_reader_is_counted_and_all_others_are_kept(
    demo: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = [c for c in Archive(demo.raw_folder) if c.outcome == "ok"][:12]
    expected = clean_captures(demo, captures)
    victim = captures[5].final_url or captures[5].url
    read = room.read_article

    def read_or_die(html: bytes, url: str, **given: Any) -> Article:
        if url == victim:
            os._exit(139)
        return read(html, url, **given)

    monkeypatch.setattr(room, "read_article", read_or_die)
    with executor(2) as pool:
        found = list(map_chunks(partial(clean_captures, demo), captures, pool, chunk=3, lost=lost_capture))
    assert found[:5] + found[6:] == expected[:5] + expected[6:]
    assert found[5].article is None
    assert [(p.reason, p.where) for p in found[5].problems] == [("page beyond the limits", captures[5].url)]


def slow(numbers: list[int]) -> list[str]:
    return [limited(for_ever if number else lambda: None) for number in numbers]


def test_a_page_has_its_time_limit_in_the_threads_of_a_dask_worker() -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        executor(cluster=cluster.scheduler_address) as pool,
    ):
        assert list(map_chunks(slow, [1, 0, 1, 0], pool, chunk=1)) == ["out of time", "done"] * 2
