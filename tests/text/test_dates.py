"""When an article was published: constructed conflicts, dates as ten languages write them, and what is never a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.text import Article, extract_article
from coverage.text.date_words import read_moment
from coverage.text.dates import EARLIEST, from_url

BODY = "".join(
    f"<p>Paragraph {n} of a report that is long enough to be taken for an article by every extractor there is, and names no day.</p>"
    for n in range(12)
)
HEADLINE = "Observers were kept away from the polling stations"
KYIV = timezone(timedelta(hours=2))
SEEN = datetime(2024, 6, 1, tzinfo=UTC)


def page(
    head: str = "", byline: str = "", url: str = "https://news.example/story", end: str = "", **how: datetime
) -> Article:
    html = f"<html><head><title>{HEADLINE}</title>{head}</head><body><article><h1>{HEADLINE}</h1>{byline}{BODY}</article>{end}</body></html>"
    found = extract_article(html, url, **{"fetched_at": SEEN, **how})
    assert found is not None
    return found


def json_ld(**fields: str) -> str:
    told = ", ".join(f'"{key}": "{value}"' for key, value in fields.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{HEADLINE}", {told}}}</script>'


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


@dataclass(frozen=True)
class Expected:
    value: datetime | None
    precision: str
    offset: int | None
    source: str | None
    is_conflict: bool = False


EVENING = datetime(2024, 3, 9, 16, 30, tzinfo=UTC)
PUBLISHED = meta("article:published_time", "2024-03-09T18:30:00+02:00")
AT_EVENING = Expected(EVENING, "minute", 120, "meta")

CONFLICTS = {
    "the address's day against a full timestamp": (
        {"head": PUBLISHED, "url": "https://news.example/2024/03/01/story"},
        Expected(EVENING, "minute", 120, "meta", is_conflict=True),
    ),
    "just after midnight in Kyiv, the day before in UTC": (
        {"head": json_ld(datePublished="2024-03-10T00:30:00+02:00"), "url": "https://news.example/2024/03/10/story"},
        Expected(datetime(2024, 3, 9, 22, 30, tzinfo=UTC), "minute", 120, "json-ld"),
    ),
    "numeric ids that look like days": (
        {"url": "https://news.example/news/20240309183000-3912024.html?id=1710001800", "head": meta("article_id", "20240309")},
        Expected(None, "unknown", None, None),
    ),
    "updated above published": (
        {"byline": "<div>Оновлено: 10 березня 2024, 09:00</div><div>Опубліковано: 9 березня 2024, 18:30</div>"},
        Expected(datetime(2024, 3, 9, 18, 30, tzinfo=UTC), "minute", None, "visible"),
    ),
    "one instant in two time zones": (
        {"head": json_ld(datePublished="2024-03-09T16:30:00Z") + PUBLISHED, "byline": "<time>9 March 2024, 18:30</time>"},
        AT_EVENING,
    ),
    "the clock in the data, the offset only in the microdata": (
        {"head": json_ld(datePublished="2024-03-09 18:30:00"), "byline": '<span itemprop="datePublished" content="2024-03-09T18:30:00+02:00"></span>'},
        Expected(EVENING, "minute", 120, "microdata"),
    ),
    "Telegram: UTC in the data, the reader's clock beside it": (
        {"byline": '<a href="https://t.me/channel/20240301"><time datetime="2024-03-09T16:30:05+00:00">18:30</time></a>', "url": "https://t.me/channel/20240301"},
        Expected(EVENING.replace(second=5), "minute", 0, "time"),
    ),
    "a day on the page, the hour in the feed": (
        {"byline": "<p class='date'>09.03.2024</p>", "listed_at": EVENING.astimezone(KYIV)},
        Expected(EVENING, "minute", 120, "feed"),
    ),
    "a date in the future": (
        {"head": meta("article:published_time", "2099-01-01T00:00:00Z"), "byline": "<p>9 березня 2024</p>"},
        Expected(datetime(2024, 3, 9, tzinfo=UTC), "day", None, "visible"),
    ),
    "the first second of 1970": (
        {"head": meta("article:published_time", "1970-01-01T00:00:00Z"), "byline": "<p>9 березня 2024</p>"},
        Expected(datetime(2024, 3, 9, tzinfo=UTC), "day", None, "visible"),
    ),
    "day and month either way round": (
        {"byline": "<p class='date'>03/09/2024</p>", "url": "https://news.example/2024/03/09/story"},
        Expected(datetime(2024, 3, 9, tzinfo=UTC), "day", None, "visible"),
    ),
    "later than its first capture": (
        {"head": json_ld(datePublished="2024-03-09T18:30:00+02:00", dateCreated="2024-08-01"), "fetched_at": datetime(2024, 3, 10, tzinfo=UTC)},
        Expected(EVENING, "minute", 120, "json-ld"),
    ),
    "changed apart from published": (
        {"head": json_ld(datePublished="2024-03-09T18:30:00+02:00", dateModified="2024-03-12T10:00:00+02:00")},
        Expected(EVENING, "minute", 120, "json-ld"),
    ),
    "moved to another system: the reader is shown the old day": (
        {"head": json_ld(datePublished="2024-05-20T10:00:00+00:00"), "byline": "<p class='date'>9 March 2024</p>"},
        Expected(datetime(2024, 3, 9, tzinfo=UTC), "day", None, "visible"),
    ),
    "«2 hours ago» above another article's day": (
        {"head": json_ld(datePublished="2024-05-20T10:00:00+00:00"), "byline": "<p>2 hours ago</p><p class='date'>9 March 2024</p>"},
        Expected(datetime(2024, 5, 20, 10, tzinfo=UTC), "minute", 0, "json-ld", is_conflict=True),
    ),
    "originally published, since republished": (
        {"byline": "<p>20 May 2024</p>", "end": "<p>This article was originally published on 9 March 2024 at 6:30pm and has been brought up to date.</p>"},
        Expected(datetime(2024, 3, 9, 18, 30, tzinfo=UTC), "minute", None, "visible"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflicts(name: str) -> None:
    how, expected = CONFLICTS[name]
    found = page(**how)  # type: ignore[arg-type]
    got = Expected(
        found.published_at,
        found.published_precision,
        found.published_offset,
        found.published_source,
        found.date_conflict,
    )
    assert got == expected, found.date_candidates


def test_the_last_change_is_kept_apart() -> None:
    found = page(json_ld(datePublished="2024-03-09T18:30:00+02:00", dateModified="2024-03-12T10:00:00+02:00"))
    assert found.modified_at == datetime(2024, 3, 12, 8, tzinfo=UTC)
    assert found.published_at == EVENING


def test_every_candidate_is_kept() -> None:
    found = page(PUBLISHED, "<p>9 березня 2024, 18:30</p>", "https://news.example/2024/03/09/story", listed_at=EVENING)
    assert {c.source for c in found.date_candidates} == {"meta", "visible", "url", "feed", "capture"}


@pytest.mark.parametrize(
    "words",
    [
        "9 березня 2024, 18:30",
        "9 марта 2024 г., 18:30",
        "9 сакавіка 2024, 18:30",
        "9 март 2024 г., 18:30",
        "9 marca 2024, 18:30",
        "9. März 2024, 18:30 Uhr",
        "9 mars 2024 à 18h30",
        "9 de marzo de 2024, 18:30",
        "9 marzo 2024, 18:30",
        "9 de março de 2024, 18h30",
        "March 9, 2024 6:30 PM",
        "Saturday 9th March 2024 18:30",
        "18:30, 9 березня 2024",
        "09.03.2024 18:30",
        "2024-03-09T18:30:00",
        "09/03/2024 18:30",
    ],
)
def test_dates_as_ten_languages_write_them(words: str) -> None:
    found = read_moment(words)
    assert found is not None
    assert (found.value, found.precision) == (datetime(2024, 3, 9, 18, 30, tzinfo=UTC), "minute")


@pytest.mark.parametrize(
    ("words", "month"),
    [
        (f"5 {name} 2024", n % 12 + 1)
        for names in (
            "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
            "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
            "януари февруари март април май юни юли август септември октомври ноември декември",
            "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        )
        for n, name in enumerate(names.split())
    ],
)
def test_every_slavic_month(words: str, month: int) -> None:
    found = read_moment(words)
    assert found is not None
    assert found.value == datetime(2024, month, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    ["20240309183000", "1710001800", "№ 3912024", "3.14", "tel. 044 2024-55", "35.13.2024", "version 2.3.2024.1"],
)
def test_numbers_are_no_dates(words: str) -> None:
    assert read_moment(words) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a/20240309183000",
        "https://news.example/news-3912024.html",
        "https://news.example/?id=1710001800",
        "https://news.example/2024030/x",
        "https://news.example/article/1202403091",
        "https://news.example/2024-2023-growth",
    ],
)
def test_no_day_is_cut_out_of_a_number(url: str) -> None:
    assert from_url(url) == []


@given(st.text(max_size=80))
def test_no_words_break_it(words: str) -> None:
    found = read_moment(words)
    assert found is None or found.precision in ("minute", "day", "month")


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.sampled_from(["json", "meta", "words", "url"]))  # noqa: DTZ001 - hypothesis wants them bare
def test_nothing_before_1995_or_after_the_capture_is_believed(when: datetime, place: str) -> None:
    words = when.strftime("%Y-%m-%dT%H:%M:%S+02:00")
    found = page(
        json_ld(datePublished=words)
        if place == "json"
        else meta("article:published_time", words)
        if place == "meta"
        else "",
        f"<p>{when:%d.%m.%Y}</p>" if place == "words" else "",
        f"https://news.example/{when:%Y/%m/%d}/a" if place == "url" else "https://news.example/a",
    )
    if found.published_at is not None:
        assert EARLIEST <= found.published_at <= SEEN + timedelta(days=1)
