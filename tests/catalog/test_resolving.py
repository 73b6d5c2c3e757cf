"""From an address to its outlet: subdomains, mirrors, Telegram, archived copies, and whatever people paste."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.catalog import load_catalog

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("address", "outlet_id"),
    [
        ("https://en.interfax.com.ua/news/1.html", "interfax-ukraine"),
        ("http://ua.interfax.com.ua/", "interfax-ukraine"),
        ("https://www.interfax.ru/russia/1", "interfax"),
        ("old.qha.com.ua", "qha"),
        ("crimea.ria.ru", "crimea-ria"),
        ("https://m.ria.ru/20220927/x.html", "ria-novosti"),
        ("news.mail.ru", "news-mail-ru"),
        ("HTTPS://WWW.RT.COM:443/russia/", "rt"),
        ("https://swentr.site/russia/", "rt"),
        ("//tass.com/politics/1", "tass"),
        ("https://user:secret@tass.com./politics", "tass"),
        ("  https://tass.com/a\n", "tass"),
        ("https://t.me/s/rian_ru/123?before=5", "ria-novosti"),
        ("t.me/@AGDchan", "tg-agdchan"),
        ("https://telegram.me/agdchan", "tg-agdchan"),
        ("t.me/Прямое действие⚡Z", "tg-pryamoe-deystvie-z"),
        ("https://xn--80ahqgjaddr.xn--p1ai/", "dnr-official"),
        ("https://web.archive.org/web/20220923101112/https://www.rt.com/x", "rt"),
        ("web.archive.org/web/20140316im_/http:/kyivpost.com/x", "kyiv-post"),
        ("https://web.archive.org/web/2022/https://web.archive.org/web/2021/http://tass.ru/1", "tass"),
        ("https://archive.ph/20220923/https%3A%2F%2Ftass.com%2Fa", "tass"),
        ("https://archive.ph/AbCdE", "unknown:archive.ph"),
        ("https://www-bbc-com.cdn.ampproject.org/c/s/www.bbc.com/news/1", "bbc"),
        ("web.archive.org", "archive-org"),
        ("gdelt-country-UA", "unknown"),
        ("https://news.example.co.uk/a", "unknown:example.co.uk"),
        ("https://someone.blogspot.com/a", "unknown:someone.blogspot.com"),
        ("t.me/Nobody_Known", "unknown:t.me/nobody_known"),
        ("nottass.com", "unknown:nottass.com"),
        ("tass.com.evil.example", "unknown:evil.example"),
        ("https://evil.example/?u=tass.com", "unknown:evil.example"),
        ("https://evil.example\\@tass.com/", "unknown:evil.example"),
        ("com", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_leads_to_its_outlet(address: str, outlet_id: str):
    assert CATALOG.outlet_id(address) == outlet_id


def test_a_country_label_of_gdelt_is_no_outlet():
    assert CATALOG.resolve_outlet("gdelt-country-UA") is None
    assert CATALOG.outlet_id("gdelt-country-UA") == "unknown"


@given(st.text(max_size=200))
def test_any_text_gets_an_outlet_or_none_and_always_an_id(text: str):
    outlet = CATALOG.resolve_outlet(text)
    assert CATALOG.outlet_id(text) == outlet.id if outlet else CATALOG.outlet_id(text).startswith("unknown")


@given(st.text(max_size=60), st.sampled_from(["tass.com", "kyivindependent.com"]))
def test_nothing_after_the_host_changes_the_outlet(path: str, host: str):
    assert CATALOG.outlet_id(f"https://{host}/{path}") == CATALOG.outlet_id(host)


def test_awkward_strings_neither_raise_nor_hang():
    path = SHARED / "robustness" / "naughty_strings.json"
    if not path.exists():
        pytest.skip(f"no real data at {path}")
    for text in json.loads(path.read_text(encoding="utf-8")):
        for address in (text, f"https://{text}/", f"https://web.archive.org/web/2022/{text}", f"t.me/{text}"):
            assert CATALOG.outlet_id(address)


def test_a_very_long_address_is_no_burden():
    assert CATALOG.outlet_id("https://" + "a." * 50_000 + "tass.com/" + "/" * 50_000) == "tass"


@pytest.mark.parametrize(
    "mirror", ["swentr.site", "freedert.online", "https://rtde.live/inland/1-a", "https://www.rurtnews.com/a"]
)
def test_mirrors_belong_to_the_outlet_they_mirror(mirror: str) -> None:
    assert load_catalog().outlet_id(mirror) == "rt"
