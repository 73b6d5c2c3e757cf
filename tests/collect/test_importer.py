"""Imports: every good row, page and record comes in; everything wrong is a problem that names its line; twice is once."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.collect.archive import Archive
from coverage.collect.importer import ImportSummary, UnreadablePathError, import_path
from coverage.collect.problem_file import read_problems
from coverage.collect.records import Capture

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
RETRIEVED = datetime(2026, 11, 1, tzinfo=UTC)
ROW: dict[str, Any] = {
    "id": "a1", "url": "https://outlet.example/a1", "outlet_domain": "outlet.example", "published": "2024-03-15",
    "language": "uk", "title": "Псевдовибори", "text": "Окупанти готують голосування.",
}  # fmt: skip


@dataclass
class Home:
    raw_folder: Path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "raw")


def line(**changes: Any) -> bytes:
    return json.dumps({**ROW, **changes}, ensure_ascii=False).encode() + b"\n"


def captures(home: Home) -> list[Capture]:
    return list(Archive(home.raw_folder))


def snapshot(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(home.raw_folder.iterdir())}


def take(home: Home, path: Path, data: bytes | None = None) -> ImportSummary:
    if data is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return import_path(home, path, retrieved=RETRIEVED)


def test_each_line_becomes_a_capture_kept_verbatim(home: Home, tmp_path: Path) -> None:
    odd = b'{"title":  "x \\u0041",\t"outlet_domain":"o.example", "extra": [1]}'
    summary = take(home, tmp_path / "rows.jsonl", line() + b"\n" + odd + b"\r\n")
    assert (summary.added, summary.problems) == (2, [])
    first, second = captures(home)
    assert first.payload == line().rstrip(b"\n")
    assert (first.url, first.source, first.source_detail) == (ROW["url"], "articles", "rows.jsonl:1")
    assert (first.fetched_at, first.content_type, first.outcome) == (RETRIEVED, "application/json", "ok")
    assert (second.payload, second.source_detail) == (odd, "rows.jsonl:3")
    assert second.url.startswith("urn:import:")


def test_gzipped_lines_come_in_the_same(home: Home, tmp_path: Path) -> None:
    take(
        home, tmp_path / "rows.jsonl.gz", gzip.compress(line()) + gzip.compress(line(id="b", url="https://o.example/b"))
    )
    assert [c.source_detail for c in captures(home)] == ["rows.jsonl.gz:1", "rows.jsonl.gz:2"]


def test_twice_is_once_and_a_changed_file_adds_only_what_is_new(home: Home, tmp_path: Path) -> None:
    data = line() + line(id="b", text="Інший текст.") + b"{half"
    first = take(home, tmp_path / "rows.jsonl", data)
    before = snapshot(home)
    second = take(home, tmp_path / "rows.jsonl", data)
    assert (first.added, second.added, second.already_there) == (2, 0, 2)
    assert snapshot(home) == before
    third = take(home, tmp_path / "rows.jsonl", data.replace(b"{half", line(id="c", text="Третій.")))
    assert (third.added, third.already_there, third.problems) == (1, 2, [])
    assert read_problems(home.raw_folder) == []


def test_the_time_comes_from_the_row_then_the_caller_then_the_file(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(line(fetched_at="2024-03-16T10:00:00+02:00") + line(id="b", text="b"))
    os.utime(path, (1_710_000_000, 1_710_000_000))
    import_path(home, path)
    assert [c.fetched_at.isoformat() for c in captures(home)] == ["2024-03-16T08:00:00+00:00", "2024-03-09T16:00:00+00:00"]  # fmt: skip


BAD_LINES = {
    "half-written": (b'{"id": "x", "title": "Half', "not JSON"),
    "no object": (b"[1, 2]\n", "not an object"),
    "neither title nor text": (line(title=None, text=" "), "missing field"),
    "neither url nor outlet": (line(url=None, outlet_domain=None), "missing field"),
    "date in 2099": (line(published="2099-01-01"), "date out of range"),
    "date in year 1": (line(published="0001-01-01"), "date out of range"),
    "no date at all": (line(published="yesterday"), "bad date"),
    "title is a list": (line(title=["x"]), "wrong type"),
    "nul bytes": (b"\x00" * 30 + b"\n", "not JSON"),
    "deep": (b"[" * 100_000 + b"\n", "not JSON"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_a_problem_and_the_others_come_in(home: Home, tmp_path: Path, name: str) -> None:
    bad, reason = BAD_LINES[name]
    summary = take(home, tmp_path / "rows.jsonl", line() + bad)
    assert summary.added == 1
    (problem,) = summary.problems
    assert (problem.stage, problem.where, problem.reason) == ("import", "rows.jsonl:2", reason)
    assert problem.remedy
    assert read_problems(home.raw_folder) == [problem]


def test_an_empty_file_is_a_problem(home: Home, tmp_path: Path) -> None:
    (problem,) = take(home, tmp_path / "rows.jsonl", b"").problems
    assert (problem.where, problem.reason) == ("rows.jsonl", "empty file")
    (problem,) = take(home, tmp_path / "blank.jsonl", b"\n \n").problems
    assert (problem.where, problem.reason) == ("blank.jsonl", "nothing in it")


def test_same_id_with_other_content_keeps_both_and_the_same_line_once(home: Home, tmp_path: Path) -> None:
    summary = take(home, tmp_path / "rows.jsonl", line() + line(text="Інакше.") + line())
    assert summary.added == 2
    assert [(p.where, p.reason) for p in summary.problems] == [
        ("rows.jsonl:2", "duplicate id"), ("rows.jsonl:3", "same line twice"),
    ]  # fmt: skip


def test_a_gzip_cut_off_gives_its_whole_lines(home: Home, tmp_path: Path) -> None:
    data = gzip.compress(b"".join(line(id=str(n), text=f"Текст {n * n} {n:x}") for n in range(300)))
    summary = take(home, tmp_path / "rows.jsonl.gz", data[: len(data) // 2])
    assert 50 < summary.added < 250
    assert "gzip cut off" in {p.reason for p in summary.problems}
    assert {p.reason for p in summary.problems} <= {"gzip cut off", "not JSON"}


def test_a_gzip_damaged_inside_gives_what_came_before(home: Home, tmp_path: Path) -> None:
    data = bytearray(gzip.compress(line()) + gzip.compress(line(id="b", text="b")))
    data[-20] ^= 0xFF
    summary = take(home, tmp_path / "rows.jsonl.gz", bytes(data))
    assert summary.added >= 1
    assert [p.reason for p in summary.problems][:1] == ["damaged gzip"]


def test_lines_in_other_encodings_are_repaired_and_said(home: Home, tmp_path: Path) -> None:
    words = "Окупанти оголосили про підсумки голосування на тимчасово захоплених територіях України. " * 5
    data = line() + json.dumps({**ROW, "id": "b", "text": words}, ensure_ascii=False).encode("windows-1251") + b"\n"
    summary = take(home, tmp_path / "rows.jsonl", data)
    assert [(p.where, p.reason) for p in summary.problems] == [("rows.jsonl:2", "line repaired: not UTF-8")]
    assert json.loads(captures(home)[1].payload)["text"] == words


def test_one_bad_byte_costs_one_character(home: Home, tmp_path: Path) -> None:
    data = line(text="Голосування без вибору").replace("вибору".encode(), "вибору".encode()[:-1])
    summary = take(home, tmp_path / "rows.jsonl", data)
    assert summary.problems[0].reason == "line repaired: not UTF-8"
    assert json.loads(captures(home)[0].payload)["text"] == "Голосування без вибор�"


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig"])
def test_files_with_a_byte_order_mark_are_read(home: Home, tmp_path: Path, coding: str) -> None:
    summary = take(home, tmp_path / "rows.jsonl", (line() + line(id="b", text="b")).decode().encode(coding))
    assert summary.added == 2
    assert json.loads(captures(home)[0].payload) == ROW


def test_a_file_of_another_kind_is_refused_with_what_can_be_read(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UnreadablePathError, match=r"\.jsonl"):
        take(home, tmp_path / "sheet.xlsx", b"PK")
    with pytest.raises(UnreadablePathError, match="no such"):
        take(home, tmp_path / "missing.jsonl")
    assert not home.raw_folder.exists()


# --- pages ---

PAGE = b'<html><head><link rel="canonical" href="https://outlet.example/2024/vote?a=1&amp;b=2"></head>x</html>'


def test_a_folder_with_an_index_takes_address_time_and_status_from_it(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    entries = [
        {"file": "a.html", "url": "https://o.example/a", "fetched_at": "2024-03-15T09:30:00Z", "status": 200, "content_type": "text/html; charset=utf-8"},
        {"file": "b.html", "url": "https://o.example/b", "fetched_at": "2024-03-15T09:31:00Z", "status": 403},
        {"file": "gone.html", "url": "https://o.example/c"},
        {"file": "../secret.html", "url": "https://o.example/d"},
        {"url": "https://o.example/e"},
    ]  # fmt: skip
    folder.mkdir()
    (tmp_path / "secret.html").write_text("secret")
    for name in ("a", "b", "extra"):
        (folder / f"{name}.html").write_bytes(PAGE)
    (folder / "index.jsonl").write_bytes(b"".join(json.dumps(e).encode() + b"\n" for e in entries))
    summary = take(home, folder)
    assert [(p.where, p.reason) for p in summary.problems] == [
        ("pages/extra.html", "page not in the index"),
        ("pages/index.jsonl:3", "file missing"),
        ("pages/index.jsonl:4", "file missing"),
        ("pages/index.jsonl:5", "bad index line"),
    ]
    first, second = captures(home)
    assert (first.url, first.status, first.outcome, first.source) == ("https://o.example/a", 200, "ok", "pages")
    assert first.fetched_at == datetime(2024, 3, 15, 9, 30, tzinfo=UTC)
    assert (first.content_type, first.payload) == ("text/html; charset=utf-8", PAGE)
    assert (second.status, second.outcome) == (403, "forbidden")


def test_pages_without_an_index_name_their_own_address(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.html").write_bytes(PAGE)
    (folder / "sub" / "b.htm").write_bytes(b"<meta content='https://o.example/og' property='og:url'>")
    (folder / "c.txt").write_text("Plain words.")
    (folder / "d.pdf").write_bytes(b"%PDF")
    (folder / "e.html").write_bytes(b"")
    (folder / "f.html").write_bytes(b'<link rel=canonical href="javascript:alert(1)">')
    summary = take(home, folder)
    assert [(p.where, p.reason) for p in summary.problems] == [
        ("saved/d.pdf", "not a page file"), ("saved/e.html", "empty file"),
    ]  # fmt: skip
    urls = [c.url for c in captures(home)]
    assert urls[0] == "https://outlet.example/2024/vote?a=1&b=2"
    assert urls[1].startswith("urn:import:")
    assert urls[2].startswith("urn:import:")
    assert urls[3] == "https://o.example/og"
    assert {c.fetched_at for c in captures(home)} == {RETRIEVED}
    before = snapshot(home)
    assert take(home, folder).already_there == 4
    assert snapshot(home) == before


def test_one_text_file_is_a_page(home: Home, tmp_path: Path) -> None:
    take(home, tmp_path / "seed.txt", b"(MENAFN) Words.")
    (capture,) = captures(home)
    assert (capture.content_type, capture.source_detail, capture.source) == ("text/plain", "seed.txt", "pages")


# --- archives made by others ---


def sample(name: str, folder: Path) -> Path:
    import tarfile

    source = SHARED / "robustness" / "warc_samples.tar.gz"
    if not source.exists():
        pytest.skip(f"{source} is not here: the real WARC files are not part of this repository")
    with tarfile.open(source) as tar:
        tar.extract(name, folder, filter="data")
    return folder / name


def test_warc_records_come_in_with_their_own_dates(home: Home, tmp_path: Path) -> None:
    summary = take(home, sample("example.warc.gz", tmp_path))
    page, again = captures(home)
    assert (summary.added, summary.problems) == (2, [])
    assert (page.url, page.status, page.source) == ("http://example.com/", 200, "warc")
    assert page.fetched_at.isoformat() == "2017-03-06T04:02:06+00:00"
    assert b"<title>Example Domain</title>" in page.payload
    assert (again.outcome, again.payload) == ("unchanged", b"")
    before = snapshot(home)
    assert take(home, tmp_path / "example.warc.gz").already_there == 2
    assert snapshot(home) == before


@pytest.mark.parametrize(
    ("name", "added", "reasons"),
    [
        ("example.arc", 1, []),
        ("example-trunc.warc", 0, ["damaged WARC record"]),
        ("example-iana.org-chunked.warc", 1, []),
        ("bad.arc", 0, ["damaged WARC record"]),
        ("example-wget-bad-target-uri.warc.gz", 1, ["record of another kind"] * 2),
    ],
)
def test_samples_sound_and_damaged(home: Home, tmp_path: Path, name: str, added: int, reasons: list[str]) -> None:
    summary = take(home, sample(name, tmp_path))
    assert (summary.added, [p.reason for p in summary.problems]) == (added, reasons)
    assert all(c.payload.lstrip().lower().startswith(b"<!doctype") for c in captures(home))


# --- anything at all ---

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda v: st.lists(v, max_size=3)
)
rows = st.dictionaries(st.sampled_from(sorted(ROW)), values).map(lambda r: json.dumps({**ROW, **r}).encode())


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(rows | st.binary(max_size=40), max_size=8), zipped=st.booleans(), cut=st.integers(0, 30))
def test_any_lines_are_imported_or_explained(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], zipped: bool, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    home, path = Home(folder / "raw"), folder / ("rows.jsonl.gz" if zipped else "rows.jsonl")
    data = b"\n".join(lines)
    data = gzip.compress(data) if zipped else data
    summary = take(home, path, data[: max(0, len(data) - cut)])
    assert summary.added == len(captures(home))
    assert summary.added or summary.problems
    assert all(p.where.startswith(path.name) and p.remedy for p in summary.problems)
    before = snapshot(home)
    take(home, path)
    assert snapshot(home) == before
