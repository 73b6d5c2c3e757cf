"""The raw archive: what goes in comes out, the same again changes nothing, damage is found and said."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.collect.archive import Archive, ArchiveBusyError, cut_tail
from coverage.collect.records import Answer, warc_date
from coverage.collect.warc_read import Damage, Record, read_records

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
NOON = datetime(2024, 3, 9, 12, 0, tzinfo=UTC)

PAGE = Answer(
    url="https://outlet.example/vote?a=1",
    fetched_at=NOON,
    payload="<title>Голосування</title>".encode(),
    source="addresses",
    source_detail="addresses.txt:3 «список»",
    status=200,
    headers=(("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    content_type="text/html; charset=utf-8",
    final_url="https://outlet.example/vote",
    listed_at=NOON - timedelta(hours=1, microseconds=5),
    request=b"GET /vote?a=1 HTTP/1.1\r\nHost: outlet.example\r\n\r\n",
    notes={"robots": "allowed", "found": "feed https://outlet.example/rss"},
)
ROW = Answer("urn:import:abc", NOON, b'{"title": "x"}', "articles", "f.jsonl:1", content_type="application/json")
FAILURE = Answer("https://dead.example/", NOON, b"", "feed", outcome="timeout", reason="no answer in 60 s")
REVISIT = replace(PAGE, payload=b"", status=304, outcome="unchanged", same_as=(PAGE.url, NOON), fetched_at=NOON + timedelta(days=1))  # fmt: skip
ALL = (PAGE, ROW, FAILURE, REVISIT)


def write_all(folder: Path, answers: tuple[Answer, ...] = ALL) -> list[object]:
    with Archive(folder) as archive:
        return [archive.append(answer) for answer in answers]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_reading_back_gives_what_was_appended(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        written = [archive.write(answer) for answer in ALL]
    assert list(Archive(tmp_path)) == written
    page = written[0]
    assert (page.status, page.outcome, page.payload) == (200, "ok", PAGE.payload)
    assert page.headers["set-cookie"] == "a=1, b=2"
    assert page.listed_at == PAGE.listed_at
    assert [c.outcome for c in written] == ["ok", "ok", "timeout", "unchanged"]


def test_offset_and_length_point_at_one_gzip_member(tmp_path: Path) -> None:
    write_all(tmp_path)
    for capture in Archive(tmp_path):
        stored = (tmp_path / capture.warc).read_bytes()[capture.offset : capture.offset + capture.length]
        assert capture.capture_id.encode() in gzip.decompress(stored)


def test_the_same_answers_again_change_no_byte(tmp_path: Path) -> None:
    first = write_all(tmp_path)
    before = bytes_of(tmp_path)
    second = write_all(tmp_path)
    assert bytes_of(tmp_path) == before
    assert [c.capture_id for c in first] == [c.capture_id for c in second]  # type: ignore[attr-defined]


def test_two_archives_of_the_same_answers_are_equal_bytes(tmp_path: Path) -> None:
    write_all(tmp_path / "a" / "study")
    write_all(tmp_path / "b" / "study")
    assert bytes_of(tmp_path / "a" / "study") == bytes_of(tmp_path / "b" / "study")


def test_warcio_reads_every_record_and_its_digests(tmp_path: Path) -> None:
    from warcio.archiveiterator import ArchiveIterator

    write_all(tmp_path)
    with (tmp_path / "import-00001.warc.gz").open("rb") as file:
        kinds = []
        for record in ArchiveIterator(file):
            kinds.append(record.rec_type)
            if record.rec_type == "response":
                assert record.http_headers.get_statuscode() == "200"
                assert record.content_stream().read() == PAGE.payload
    assert kinds == [
        "warcinfo", "response", "request", "metadata", "resource", "metadata", "revisit", "request", "metadata",
    ]  # fmt: skip


def test_coded_headers_are_kept_under_another_name(tmp_path: Path) -> None:
    coded = replace(PAGE, headers=(("Content-Encoding", "gzip"), ("Content-Length", "3")))
    write_all(tmp_path, (coded,))
    (capture,) = Archive(tmp_path)
    assert capture.headers["x-crawler-content-encoding"] == "gzip"
    assert capture.headers["content-length"] == str(len(PAGE.payload))
    assert capture.payload == PAGE.payload


def test_segments_rotate_and_keep_their_order(tmp_path: Path) -> None:
    answers = [replace(ROW, url=f"urn:import:{n}", payload=random.Random(n).randbytes(900)) for n in range(12)]
    with Archive(tmp_path, segment_bytes=4000) as archive:
        for answer in answers:
            archive.append(answer)
    assert len(archive.segments("import")) > 2
    assert [c.url for c in Archive(tmp_path)] == [a.url for a in answers]


def test_a_cut_tail_is_dropped_before_the_next_append(tmp_path: Path) -> None:
    write_all(tmp_path, (ROW,))
    path = tmp_path / "import-00001.warc.gz"
    whole = path.read_bytes()
    bare = replace(PAGE, request=None, notes={})
    write_all(tmp_path, (bare,))
    both = path.read_bytes()
    for cut in range(len(whole) + 1, len(both), 97):
        path.write_bytes(both[:cut])
        assert cut_tail(path) == cut - len(whole)
        assert path.read_bytes() == whole
        write_all(tmp_path, (bare,))
        assert [c.url for c in Archive(tmp_path)] == [ROW.url, PAGE.url]


def test_damage_in_the_middle_is_a_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    write_all(tmp_path)
    hurt = list(Archive(tmp_path))[1]
    path = tmp_path / hurt.warc
    stored = bytearray(path.read_bytes())
    stored[hurt.offset + 30] ^= 0xFF
    path.write_bytes(stored)
    archive = Archive(tmp_path)
    assert [c.url for c in archive] == [PAGE.url, FAILURE.url, REVISIT.url]
    (problem,) = archive.problems()
    assert problem.where == f"{hurt.warc}:{hurt.offset}"
    assert problem.reason == "damaged archive record"


def test_cut_back_drops_what_was_never_committed(tmp_path: Path) -> None:
    with Archive(tmp_path, series="crawl", segment_bytes=1500) as archive:
        archive.write(PAGE)
        committed = archive.flush()
        for n in range(5):
            archive.write(replace(PAGE, fetched_at=NOON + timedelta(seconds=n + 1)))
    with Archive(tmp_path, series="crawl") as archive:
        archive.cut_back(*committed)
        assert [c.fetched_at for c in archive] == [NOON]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with Archive(tmp_path) as first:
        first.append(ROW)
        with pytest.raises(ArchiveBusyError, match="another process"), Archive(tmp_path) as second:
            second.append(PAGE)


def test_reading_touches_nothing(tmp_path: Path) -> None:
    assert list(Archive(tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()


@settings(max_examples=40, deadline=None)
@given(
    payload=st.binary(max_size=3000),
    detail=st.text(max_size=60),
    value=st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
    seconds=st.integers(0, 10**9),
)
def test_any_payload_and_any_words_survive(
    tmp_path_factory: pytest.TempPathFactory, payload: bytes, detail: str, value: str, seconds: int
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    answer = replace(PAGE, payload=payload, source_detail=detail, headers=(("X-Any", value),), fetched_at=NOON + timedelta(seconds=seconds))  # fmt: skip
    write_all(folder, (answer, ROW))
    page, row = Archive(folder)
    assert (page.payload, page.digest, row.payload) == (payload, answer.digest, ROW.payload)
    assert warc_date(page.fetched_at) == warc_date(answer.fetched_at)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_cut_and_any_flipped_byte_yield_only_whole_records(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut") / "study"
    write_all(folder)
    path = folder / "import-00001.warc.gz"
    whole = {c.capture_id: c for c in Archive(folder)}
    stored = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        stored = stored[: data.draw(st.integers(0, len(stored)))]
    else:
        stored[data.draw(st.integers(0, len(stored) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(stored)
    for capture in Archive(folder):
        assert replace(capture, offset=0) == replace(whole[capture.capture_id], offset=0)


def samples() -> dict[str, bytes]:
    source = SHARED / "robustness" / "warc_samples.tar.gz"
    if not source.exists():
        pytest.skip(f"{source} is not here: the real damaged WARC files are not part of this repository")
    with tarfile.open(source) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]


def whole_records(path: Path) -> list[tuple[str, bytes]]:
    return [(r.headers.get("warc-target-uri", ""), r.block) for r in read_records(path) if isinstance(r, Record)]


@pytest.mark.parametrize("name", ["example.warc", "example.warc.gz", "example-resource.warc.gz", "post-test.warc.gz"])  # fmt: skip
def test_sound_samples_read_as_warcio_reads_them(tmp_path: Path, name: str) -> None:
    from warcio.archiveiterator import ArchiveIterator

    data = samples()[name]
    (tmp_path / name).write_bytes(data)
    expected = [
        (record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri") or "", len(record.raw_stream.read()))
        for record in ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    ]  # fmt: skip
    assert [(url, len(block)) for url, block in whole_records(tmp_path / name)] == expected


def test_samples_cut_at_300_places_give_every_whole_record_and_no_partial_one(tmp_path: Path) -> None:
    chance = random.Random(3)
    files = samples()
    for number in range(300):
        name = chance.choice(sorted(files))
        cut = chance.randrange(len(files[name]) + 1)
        path = tmp_path / f"{number}-{name}"
        path.write_bytes(files[name])
        before = list(read_records(path))
        path.write_bytes(files[name][:cut])
        after = [r for r in read_records(path) if isinstance(r, Record)]
        sound = [r for r in before if isinstance(r, Record)]
        assert [(r.kind, r.headers, r.block) for r in after] == [
            (r.kind, r.headers, r.block) for r in sound[: len(after)]
        ]
        must = [r for r in sound if r.offset + r.length <= cut]
        assert len(after) >= len(must), (name, cut)


@pytest.mark.parametrize("name", ["example-trunc.warc", "bad.arc", "example-wrong-chunks.warc.gz"])
def test_damaged_samples_say_where(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(samples()[name])
    damages = [found for found in read_records(tmp_path / name) if isinstance(found, Damage)]
    assert damages
    assert all(damage.what for damage in damages)
