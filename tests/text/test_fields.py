"""Headline, authors, agency, section and language as a person would write them."""

from __future__ import annotations

import pytest

from coverage.text import Article, detect_language, extract_article, headline_language
from coverage.text.normalise import normalise

BODY = "".join(
    f"<p>Paragraph {n} of a report that is long enough to be taken for an article by every extractor there is, and names nobody.</p>"
    for n in range(12)
)
HEADLINE = "Observers were kept away from the polling stations"


def page(
    head: str = "", top: str = f"<h1>{HEADLINE}</h1>", url: str = "https://www.daily-herald.example/news/story-1"
) -> Article:
    html = (
        f"<html><head>{head}</head><body><a href='/'>The Daily Herald</a><article>{top}{BODY}</article></body></html>"
    )
    found = extract_article(html, url)
    assert found is not None
    return found


def json_ld(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{HEADLINE}", {fields}}}</script>'


@pytest.mark.parametrize(
    "named",
    [
        f"<title>{HEADLINE} | The Daily Herald</title>",
        f"<title>The Daily Herald: {HEADLINE}</title><meta property='og:title' content='{HEADLINE} - The Daily Herald'>",
        f"<title>The Daily Herald — {HEADLINE}</title>",
        f"<title>{HEADLINE} - daily-herald.example</title>",
        f"<title>{HEADLINE} » Daily Herald</title><meta property='og:site_name' content='Daily Herald'>",
        f"<title>{HEADLINE} | World | The Daily Herald</title><meta property='og:title' content='{HEADLINE}'>",
    ],
)
@pytest.mark.parametrize("top", ["", f"<h1>{HEADLINE}</h1>", f"<h1>The Daily Herald</h1><h1>{HEADLINE}</h1>"])
def test_the_title_is_without_the_sites_name(named: str, top: str) -> None:
    assert page(named, top).title == HEADLINE


def test_a_dash_that_parts_no_sites_name_stays() -> None:
    headline = "Putin - Zelensky: what is known of the meeting"
    assert page(f"<title>{headline} | The Daily Herald</title>", f"<h1>{headline}</h1>").title == headline


@pytest.mark.parametrize(
    ("head", "byline", "authors", "agency"),
    [
        ('"author": {"@type": "Person", "name": "Olena Kovalenko"}', "", ("Olena Kovalenko",), None),
        ('"author": [{"@type": "Person", "name": "Olena Kovalenko"}, {"@type": "Person", "name": "Jan Nowak"}]', "", ("Olena Kovalenko", "Jan Nowak"), None),
        ('"author": [{"@type": "Person", "name": "Olena Kovalenko"}, {"@type": "Organization", "name": "Reuters"}]', "", ("Olena Kovalenko",), None),
        ('"author": "Reuters"', "", (), "Reuters"),
        ('"author": {"@type": "Organization", "name": "Reuters"}', "<p class='byline'>By Olena Kovalenko</p>", ("Olena Kovalenko",), None),
        ('"author": "admin"', "<p class='byline'>By Olena Kovalenko and Jan Nowak, staff writers</p>", ("Olena Kovalenko", "Jan Nowak"), None),
        ('"keywords": "vote"', "<p class='author'>Автор: Олена Коваленко</p>", ("Олена Коваленко",), None),
        ('"keywords": "vote"', "<p>By Olena Kovalenko | March 9, 2024</p>", ("Olena Kovalenko",), None),
    ],
)  # fmt: skip
def test_persons_are_authors_and_agencies_are_kept_apart(
    head: str, byline: str, authors: tuple[str, ...], agency: str | None
) -> None:
    found = page(json_ld(head), f"<h1>{HEADLINE}</h1>{byline}")
    assert found.authors == authors
    assert agency is None or found.agency == agency
    assert "Reuters" not in found.authors


@pytest.mark.parametrize(
    "head",
    [
        json_ld('"articleSection": "Politics"'),
        json_ld('"articleSection": ["Politics", "World"]'),
        "<meta property='article:section' content='Politics'>",
    ],
)
def test_the_section_is_told(head: str) -> None:
    assert page(head).section == "Politics"


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("uk", "Псевдореферендуми на окупованих територіях"),
        ("uk", "Голова ЦВК заявив про порушення"),
        ("ru", "Явка на выборах превысила половину"),
        ("ru", "Глава области рассказал о голосовании"),
        ("be", "Вынікі галасавання не прызнаюць"),
        ("be", "Беларусь не прызнае рэферэндум"),
        ("bg", "Русия обяви резултатите от референдума"),
        ("bg", "България няма да признае изборите"),
        ("pl", "Pseudoreferenda na terenach okupowanych"),
        ("en", "Sham votes in occupied regions"),
    ],
)
def test_short_headlines_have_their_language(language: str, headline: str) -> None:
    assert detect_language(headline) == language


@pytest.mark.parametrize(
    ("headline", "text_language", "language"),
    [
        ("Затока без цензури", "uk", "uk"),  # nearly even: its article decides
        ("Затока без цензури", "bg", "bg"),
        ("Псевдореферендуми на окупованих територіях", "ru", "uk"),  # not even: it does not
        ("Явка на выборах превысила половину", "uk", "ru"),
        ("Sham votes in occupied regions", "de", "en"),
        ("2024", "uk", "und"),
    ],
)
def test_a_headline_that_could_be_either_is_in_its_articles_language(
    headline: str, text_language: str, language: str
) -> None:
    assert headline_language(headline, text_language) == language


def test_a_line_that_leads_to_other_articles_comes_off_and_prose_that_begins_like_it_stays() -> None:
    told = "The ombudsman asked foreign media not to cover the so-called elections, the agency reports.\n\n"
    clean = normalise(
        f"{told}You may also like the way the ballots were counted.\n\nYou may also like:", has_markup=True
    )
    assert clean.text.endswith("You may also like the way the ballots were counted.")
    assert clean.removed == {"read_also": ["You may also like:"]}
