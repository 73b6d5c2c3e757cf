"""One page's limits: wall time and memory, that are kept and told, and let the next page be read."""

import json
import time
from collections.abc import Callable

import pytest

import coverage.text.lines as lines
from coverage.compute import OutOfTime, executor, within
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
