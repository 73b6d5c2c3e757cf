"""What stands in an article's place is named and not stored; what stands round one is a flag."""

import pytest

from coverage.text import NotAnArticle, read_article

URL = "https://outlet.example/2024/03/09/vote"
STORY = (
    "<p>The ombudsman asked foreign media on Saturday not to cover the vote that is being held in the occupied towns.</p>"
    "<p>Nobody but the organisers has recognised it, and the assembly of nations called it void two years earlier.</p>"
    "<p>Residents told reporters that armed men went from door to door with a box, and wrote down who stayed away.</p>"
    "<p>Observers of the usual bodies were not invited; those who came were paid for by a party close to the office.</p>"
)


def page(title: str, body: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}</main></body></html>"


@pytest.mark.parametrize(
    ("title", "body", "what"),
    [
        ("Before you continue", "<p>We use cookies and value your privacy. We and our partners store personal data with your consent. Accept all cookies, or manage your consent with our vendors at any time.</p>", "consent page"),
        ("Ваша приватність", "<p>Ми використовуємо файли cookie. Натискаючи «Прийняти всі», ви даєте згоду на обробку: cookie, партнери, consent, погоджуюсь. Прийняти всі cookie або налаштувати згоду можна будь-коли.</p>", "consent page"),
        ("Just a moment...", "<p>Checking your browser before accessing the site. Please enable JavaScript and cookies to continue to the page you asked for.</p>", "bot wall"),
        ("404: Page not found", "<p>The page you are looking for was moved, or never was. Try the search, or go back to the front page.</p>", "soft 404"),
        ("Сторінку не знайдено", "<p>На жаль, такої сторінки немає на нашому сайті. Перейдіть, будь ласка, на головну.</p>", "soft 404"),
        ("Log in", "<p>Log in with your address and your password to go on to the pages for members.</p>", "login page"),
    ],
    ids=["consent", "consent-uk", "bot", "404", "404-uk", "login"],
)  # fmt: skip
def test_it_is_no_article_and_says_what_it_is(title: str, body: str, what: str) -> None:
    with pytest.raises(NotAnArticle, match=what):
        read_article(page(title, body), URL)


def test_a_paywall_is_a_flag_on_what_could_be_read() -> None:
    article = read_article(page("The vote that was not", STORY + "<p>Subscribe to continue reading.</p>"), URL)
    assert "paywall" in article.flags


def test_a_short_text_is_flagged() -> None:
    article = read_article(
        page("A line on the vote", "<p>The vote was held, said the agency in one line on Saturday.</p>"), URL
    )
    assert "short text" in article.flags


def test_an_article_about_cookies_and_missing_pages_is_an_article() -> None:
    body = STORY + "<p>It also wrote of cookies, of consent, and of a page not found: error 404.</p>"
    article = read_article(page("Regulator fines site over cookies", body), URL)
    assert "Saturday" in article.text and not article.flags
