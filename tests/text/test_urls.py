"""One address for one article, whatever variant of it was found; no input makes it fall over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.catalog.addresses import host_of, registrable_domain
from coverage.text import canonical_url

ROBUST = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "robustness"
ARTICLE = "https://example.com.ua/news/vybory-2024"


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.example.com.ua/news/vybory-2024/",
        "https://m.example.com.ua/news/vybory-2024?utm_source=telegram&utm_medium=social",
        "https://amp.example.com.ua:443/news/vybory-2024#comments",
        "HTTP://EXAMPLE.com.ua:80/news//vybory-2024/amp/",
        "https://example.com.ua/amp/news/vybory-2024/",
        "https://example.com.ua/news/vybory-2024/print",
        "https://example.com.ua/news/vybory-2024?fbclid=IwAR0abc&print=1",
        "https://example.com.ua/news/vybory-2024?outputType=amp",
        "https://example.com.ua/news/vybory-2024;jsessionid=0A1B2C3D4E5F",
        "https://example.com.ua/news/vybory-2024?PHPSESSID=5f4dcc3b5aa765d61d8327deb882cf99",
        "https://example.com.ua/(S(lit3py55t21z5v55vlm25s55))/news/vybory-2024",
        "https://example.com.ua/news/%76ybory-2024",
        "https://web.archive.org/web/20240316120000id_/https://example.com.ua/news/vybory-2024",
        "https://archive.ph/2024.03.16-120000/https://example.com.ua/news/vybory-2024",
        "https://example-com-ua.cdn.ampproject.org/c/s/example.com.ua/news/vybory-2024/amp/",
        "https://www.google.com/amp/s/example.com.ua/news/vybory-2024",
    ],
)
def test_every_variant_is_the_same_article(variant: str) -> None:
    assert canonical_url(variant) == ARTICLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.com/a?id=1", "https://e.com/a?id=2"),
        ("https://e.com/modules.php?name=News&sid=4711", "https://e.com/modules.php?name=News&sid=4712"),
        (
            "https://e.com/%EF%F0%E8%E2%E5%F2",
            "https://e.com/%EF%F0%E8%E2%E5%F3",
        ),  # windows-1251: no UTF-8, still two pages
        ("https://e.com/a%2Fb", "https://e.com/a/b"),
        ("https://e.com/a?q=1%262", "https://e.com/a?q=1&2"),
        ("https://e.com:8080/a", "https://e.com/a"),
        ("https://ru.e.com/a", "https://e.com/a"),
        ("https://e.com/amplifier", "https://e.com/lifier"),
    ],
)
def test_two_articles_stay_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_a_registered_name_is_not_taken_for_a_variant() -> None:
    assert canonical_url("https://m.in.ua/a") == "https://m.in.ua/a"
    assert canonical_url("https://www.gov.uk/a") == "https://www.gov.uk/a"


def test_internationalised_names_have_one_form() -> None:
    assert canonical_url("https://Президент.РФ/а") == "https://xn--d1abbgf6aiiy.xn--p1ai/%D0%B0"
    assert canonical_url("https://xn--d1abbgf6aiiy.xn--p1ai/%D0%B0") == canonical_url("https://президент.рф/а")


def test_parameters_have_one_order() -> None:
    assert canonical_url("https://e.com/a?b=2&a=1&utm_id=9") == canonical_url("https://e.com/a?a=1&b=2")


@pytest.mark.parametrize(
    ("told", "is_believed"),
    [
        ("https://www.example.co.uk/story", True),
        ("/story", True),
        ("https://amp.example.co.uk/story/amp", True),
        ("https://example.co.uk/", False),  # a front page as every page's canonical: a common fault
        ("https://other.co.uk/story", False),  # the same public suffix is not the same outlet
        ("https://story", False),
        ("http://[broken", False),
    ],
)
def test_rel_canonical_counts_within_the_outlet(told: str, is_believed: bool) -> None:
    expected = "https://example.co.uk/story" if is_believed else "https://example.co.uk/2024/a"
    assert canonical_url("https://example.co.uk/2024/a?ref=x", told) == expected


@pytest.mark.parametrize(
    ("host", "domain"),
    [("news.bbc.co.uk", "bbc.co.uk"), ("a.b.kiev.ua", "b.kiev.ua"), ("www.kremlin.ru", "kremlin.ru"), ("x.github.io", "x.github.io")],
)  # fmt: skip
def test_outlets_are_told_by_the_public_suffix(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@given(st.text(max_size=60), st.text(max_size=40))
def test_no_text_breaks_it(url: str, told: str) -> None:
    for prefix in ("", "https://", "https://e.com/", "https://e.com/?"):
        once = canonical_url(prefix + url, told)
        assert canonical_url(once) == once


def test_the_web_platform_cases_raise_nothing() -> None:
    if not ROBUST.exists():
        pytest.skip("../shared/data/robustness is not beside the project")
    cases = json.loads((ROBUST / "url_wpt_cases.json").read_text(encoding="utf-8"))
    naughty = json.loads((ROBUST / "naughty_strings.json").read_text(encoding="utf-8"))
    urls = [case["input"] for case in cases if isinstance(case, dict)]
    assert len(urls) > 800
    for url in (*urls, *naughty, *(f"https://{one}" for one in naughty), *(f"https://e.com/{one}" for one in naughty)):
        once = canonical_url(url, url)
        assert canonical_url(once) == once, url
        host_of(url)
