"""robots.txt against Google's own cases and against thousands of real files."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.collect.robots import MAX_CRAWL_DELAY, parse_robots, robots_for

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "robustness"
# These three test lines longer than Google's limit; the long lines themselves are missing from the extracted cases.
LOST_IN_EXTRACTION = 3


def real(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"{SHARED / name} is not here: the real robots files are not part of this repository")
    return SHARED / name


def test_googles_cases() -> None:
    cases = json.loads(real("robots_google_cases.json").read_text("utf-8"))
    wrong = []
    for name, (text, agent, url), expected in cases:
        try:
            body = text.encode("latin-1")  # the cases hold bytes, written as characters
        except UnicodeEncodeError:
            body = text.encode("utf-8")
        if parse_robots(body).may_fetch(agent, url) != expected:
            wrong.append(name)
    assert (len(cases), len(wrong)) == (145, LOST_IN_EXTRACTION)
    assert not [name for name in wrong if name.startswith("ID_")]


def test_real_files_are_all_read() -> None:
    seen = 0
    with tarfile.open(real("robots_files.tar.gz")) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is None:
                continue
            seen += 1
            if seen % 8 == 0 or member.size > 50_000:
                robots = parse_robots(file.read())
                assert robots.may_fetch("vote-coverage", "https://x.example/a?b=c") in (True, False)
                assert 0 <= (robots.crawl_delay("vote-coverage") or 0) <= MAX_CRAWL_DELAY
    assert seen == 4231


@given(st.binary(max_size=400) | st.text(max_size=400), st.text(max_size=40))
def test_any_bytes_are_read(body: bytes | str, path: str) -> None:
    assert parse_robots(body).may_fetch("vote-coverage", f"http://x.example/{path}") in (True, False)


def test_a_pattern_full_of_stars_is_matched_at_once() -> None:
    robots = parse_robots("User-agent: *\nDisallow: /" + "a*" * 5000 + "b$\n")
    assert robots.may_fetch("vote-coverage", "http://x.example/" + "a" * 20_000)


@pytest.mark.parametrize(
    ("status", "body", "allowed"),
    [
        (200, b"User-agent: *\nDisallow: /", False), (200, b"<html>not found</html>", True), (200, b"", True),
        (404, b"", True), (401, b"", True), (403, b"", True), (429, b"", False), (500, b"", False), (None, b"", False),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int | None, body: bytes, allowed: bool) -> None:
    assert robots_for(status, body).may_fetch("vote-coverage", "http://x.example/a") is allowed


def test_delay_and_sitemaps() -> None:
    robots = parse_robots(
        b"Sitemap: /a.xml\nUser-agent: *\nCrawl-delay: 900\nSitemap: http://x.example/b.xml\nDisallow: /c"
    )
    assert robots.crawl_delay("vote-coverage") == MAX_CRAWL_DELAY
    assert robots.sitemaps == ("/a.xml", "http://x.example/b.xml")
    assert parse_robots(b"User-agent: *\nCrawl-delay: -1").crawl_delay("x") is None
    assert parse_robots(b"User-agent: *\nCrawl-delay: nan").crawl_delay("x") is None
