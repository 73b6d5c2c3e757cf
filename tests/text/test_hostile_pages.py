"""37 hostile inputs: every one gives its article whole, or a reason; none crashes, hangs, or turns Cyrillic into signs."""

import gzip
import time

import pytest

from coverage.text import NotAnArticle, extract_article, read_article

URL = "https://news.example/2024/03/09/vote"
MOST_CPU_SECONDS = 10
UK = "Уповноважений закликав іноземні медіа не висвітлювати так звані «вибори», які Росія проводить на окупованих територіях. Ґудзики, їжаки й п’ять щук тут ні до чого, повідомляє агенція."
RU = "Уполномоченный призвал иностранные СМИ не освещать так называемые «выборы», которые Россия проводит на оккупированных территориях. Объём подъёма эфира и щуки тут ни при чём, сообщает агентство."
BG = "Омбудсманът призова чуждите медии да не отразяват така наречените избори, които Русия провежда на окупираните територии. Щъркели и ябълки няма, съобщава агенцията."
EN = "The ombudsman asked foreign media not to cover the so-called elections that Russia is holding in the occupied territories, the agency reports on Saturday morning."
HEADER = "text/html; charset="


def page(text: str, meta: str | None = None, body: str = "") -> str:
    tag = f'<meta charset="{meta}">' if meta else ""
    told = "".join(f"<p>{n}. {text} {text}</p>" for n in range(1, 5))
    return f"<html><head>{tag}<title>{text[:50]}</title></head><body><article><h1>{text[:50]}</h1>{told}</article>{body}</body></html>"


def in_charset(text: str, charset: str, meta: str | None, sent: str | None = None) -> tuple[bytes, str | None, str]:
    data = page(text, meta).encode(charset, "replace")
    return data, sent and HEADER + sent, data.decode(charset).split("1. ")[1].split("</p>")[0][:150]


EN_PAGE = page(EN)
LINKS = "".join(f'<a href="/{n}">story {n}</a> ' for n in range(200_000))
ATTRIBUTES = " ".join(f'a{n}="{n}"' for n in range(100_000))
# name → (bytes, Content-Type, what the text must hold)
ARTICLES = {
    "windows-1251, right meta": in_charset(UK, "windows-1251", "windows-1251"),
    "windows-1251, wrong meta": in_charset(UK, "windows-1251", "utf-8"),
    "windows-1251, no meta": in_charset(UK, "windows-1251", None),
    "koi8-u, right meta": in_charset(UK, "koi8-u", "koi8-u"),
    "koi8-u, wrong meta": in_charset(UK, "koi8-u", "windows-1251"),
    "koi8-u, no meta": in_charset(UK, "koi8-u", None),
    "koi8-r, right meta": in_charset(RU, "koi8-r", "koi8-r"),
    "koi8-r, wrong meta": in_charset(RU, "koi8-r", "iso-8859-1"),
    "koi8-r, no meta": in_charset(RU, "koi8-r", None),
    "iso-8859-5, right meta": in_charset(BG, "iso-8859-5", "iso-8859-5"),
    "iso-8859-5, wrong meta": in_charset(BG, "iso-8859-5", "windows-1251"),
    "iso-8859-5, no meta": in_charset(BG, "iso-8859-5", None),
    "cp866, right meta": in_charset(RU, "cp866", "cp866"),
    "cp866, wrong meta": in_charset(RU, "cp866", "koi8-r"),
    "cp866, no meta": in_charset(RU, "cp866", None),
    "utf-8, wrong meta": in_charset(UK, "utf-8", "windows-1251"),
    "utf-8, wrong HTTP": in_charset(UK, "utf-8", None, "iso-8859-1"),
    "utf-16 with BOM": in_charset(UK, "utf-16", None),
    "utf-16-le, no BOM": in_charset(UK, "utf-16-le", "utf-8"),
    "utf-16-be, no BOM": in_charset(UK, "utf-16-be", None),
    "decoded twice": (page(UK).encode().decode("latin-1").encode(), None, UK[:150]),
    "NULs between the words": (EN_PAGE.replace(" the ", " \x00the ").encode(), None, EN),
    "lone surrogates and controls": (EN_PAGE.encode().replace(b"<h1>", b"<h1>\xed\xa0\x80\x01\x02"), None, EN),
    "100k nested tags round it": (page(EN).replace("<article>", "<div>" * 100_000 + "<article>").encode(), None, EN),
    "100k nested tags after it": (page(EN, body="<b>" * 100_000 + "x").encode(), None, EN),
    "100k attributes": (page(EN).replace("<article>", f"<article {ATTRIBUTES}>").encode(), None, EN),
    "200k links": (page(EN, body=f"<nav>{LINKS}</nav>").encode(), None, EN),
    "nothing closed": (EN_PAGE.replace("</p>", "").replace("</article>", "").encode(), None, EN),
    "cut off in a tag": (EN_PAGE.encode().partition(b"</article>")[0] + b"<div class='", None, EN),
    "a comment never closed": (EN_PAGE.replace("</article>", "</article><!-- " + "x" * 100_000).encode(), None, EN),
    "a million entities": (page(EN, body="<div>" + "&nbsp;&amp;" * 500_000 + "</div>").encode(), None, EN),
}
# name → (bytes, what the reason must say)
REFUSED = {
    "empty": (b"", "empty"),
    "NULs alone": (b"\x00" * 5000, "empty"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3" + b"1 0 obj" * 500, "PDF"),
    "gzip bytes": (gzip.compress(EN_PAGE.encode(), mtime=0), "gzip"),
    "50 MB": (b"<html><body><p>" + b"vote " * 10 * 2**20, "are not read"),
    "tags and no text": (b"<html><body>" + b"<div><img src=x></div>" * 5000, "no text"),
}


def test_there_are_thirty_seven() -> None:
    assert len(ARTICLES) + len(REFUSED) == 37


@pytest.mark.parametrize("name", ARTICLES)
def test_the_text_comes_out_whole(name: str) -> None:
    data, content_type, expected = ARTICLES[name]
    started = time.process_time()
    article = read_article(data, URL, content_type=content_type)
    assert time.process_time() - started < MOST_CPU_SECONDS
    assert spoken(expected) in spoken(article.text)
    assert not set("\x00\ufffdÐÑ") & set(article.text)
    assert article.language in ("uk", "ru", "bg", "en")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_article_says_why(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(NotAnArticle, match=reason):
        read_article(data, URL)
    assert extract_article(data, URL) is None


def spoken(text: str) -> str:
    """Letters alone: marks and apostrophes are mapped to canonical ones."""
    return " ".join("".join(sign if sign.isalpha() else " " for sign in text).split())
