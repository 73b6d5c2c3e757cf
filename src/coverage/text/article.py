"""One article from a page, from an imported row, or from a line of the command `extract`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from coverage.text import dates
from coverage.text.dates import DateCandidate
from coverage.text.encoding import NotText, decode
from coverage.text.extract import SHORT_CHARACTERS, extract, site_name, title_of, wall
from coverage.text.language import detect_language
from coverage.text.normalise import Normalised, characters, normalise
from coverage.text.urls import canonical_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_TAGS = 60_000
NOT_ARTICLES = ("consent page", "bot wall", "soft 404")
HEADLINE_ONLY = "headline only"


@dataclass(frozen=True)
class Article:
    """One cleaned article; fields as in table `articles`. `removed` maps a kind of insert to what came off."""

    url: str
    canonical_url: str
    title: str
    text: str
    authors: tuple[str, ...] = ()
    agency: str | None = None
    named_source: str | None = None
    section: str | None = None
    published_at: datetime | None = None
    published_precision: str = "unknown"
    published_source: str | None = None
    date_conflict: bool = False
    date_candidates: tuple[DateCandidate, ...] = ()
    modified_at: datetime | None = None
    language: str = "und"
    removed: dict[str, list[str]] = field(default_factory=dict)
    extractor: str = ""
    extractor_agreement: float | None = None
    flags: tuple[str, ...] = ()


def extract_article(
    html: bytes | str,
    url: str,
    *,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
    listed_at: datetime | None = None,
) -> Article | None:
    """The article of a page, or of a plain text file; None where there is none (binary, empty, consent page, soft 404).

    `url` is where it was fetched; `listed_at` when a feed says it appeared. Never raises for what a page may hold.
    """
    try:
        source = decode(html, content_type) if isinstance(html, bytes) else html
    except NotText:
        return None
    if not re.search(r"<\s*(?:html|body|head|p|div|article|meta)\b", source[:20_000], re.IGNORECASE):
        return _plain(source, url)
    if source.count("<") > MOST_TAGS:
        source = _flattened(source)
    tree = _tree(source)
    return _page(source, tree, url, fetched_at, listed_at) if tree is not None else None


def _page(
    source: str, tree: HtmlElement, url: str, fetched_at: datetime | None, listed_at: datetime | None
) -> Article | None:
    guess = detect_language(" ".join(tree.xpath("//p//text()")[:80]), tree.xpath("string(//title)"))
    found = extract(source, tree, url, guess)
    if found is None or not found.text.strip():
        return None
    title = characters(title_of(tree, found.title, site_name(tree, url)))
    if (what := wall(found.text, title)) in NOT_ARTICLES:
        return None
    clean = normalise(found.text, title)
    when = dates.find_dates(tree, url, fetched_at=fetched_at, listed_at=listed_at)
    own = tree.xpath("string((//link[@rel='canonical']/@href)[1])").strip()
    flags = [what] if what else []
    if len(clean.text) < SHORT_CHARACTERS:
        flags.append("short text")
    return _article(
        url,
        canonical_url(url, own or None),
        title,
        clean,
        when,
        found.extractor,
        found.agreement,
        found.authors,
        found.section,
        flags,
    )


def _tree(source: str) -> HtmlElement | None:
    from lxml import etree, html

    try:
        return html.fromstring(
            re.sub(r"^\s*<\?xml[^>]*\?>", "", source), parser=html.HTMLParser(huge_tree=True, encoding=None)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, RecursionError):
        return None


def _flattened(source: str) -> str:
    """A page of too many tags without those that carry no text: its head, its paragraphs and headings stay."""
    return re.sub(
        r"</?(?:div|span|b|i|font|a|table|tr|td|ul|li|section)\b[^>]{0,2000}>", " ", source, flags=re.IGNORECASE
    )


def _plain(source: str, url: str) -> Article | None:
    """A text file: its first line is the headline where it is short and stands alone."""
    text = source.strip()
    if not text:
        return None
    first, _, rest = text.partition("\n")
    has_title = bool(rest.strip()) and len(first) < 160 and not first.rstrip().endswith((".", "!", "?"))
    title, body = (characters(first), rest) if has_title else ("", text)
    clean = normalise(body, title)
    when = dates.decide(
        [c for c in [clean.credit_date and dates.parse(clean.credit_date, "visible")] if c] + dates._from_url(url)
    )
    return _article(url, canonical_url(url) if url else "", title, clean, when, "plain text", None, (), None, [])


def article_from_row(row: Mapping[str, object]) -> Article:
    """An imported row (id, url, outlet_domain, published, language, title, text) as an article.

    Raises ValueError with a plain reason: neither title nor text, or a date that cannot be.
    """
    title, text = (characters(value) if isinstance(value, str) else "" for value in (row.get("title"), row.get("text")))
    if not title and not text:
        raise ValueError("neither title nor text")
    url = str(row.get("url") or "")
    clean = normalise(text, title)
    when = dates.from_row(row.get("published"), url)
    flags = []
    if not clean.text:
        flags.append(HEADLINE_ONLY)
    elif len(clean.text) < SHORT_CHARACTERS:
        flags.append("short text")
    declared = row.get("language")
    return _article(
        url,
        canonical_url(url) if url else "",
        title,
        clean,
        when,
        "import",
        None,
        (),
        None,
        flags,
        str(declared) if declared else None,
    )


def _article(
    url: str, canonical: str, title: str, clean: Normalised, when: dates.Dates, extractor: str, agreement: float | None,
    authors: tuple[str, ...], section: str | None, flags: list[str], language: str | None = None,
) -> Article:  # fmt: skip
    if clean.outlet_hint:
        clean.take("outlet", clean.outlet_hint)
    return Article(
        url, canonical, title, clean.text, authors, clean.agency, clean.named_source, section, when.value, when.precision, when.source,
        when.is_conflict, when.candidates, when.modified_at, language or detect_language(clean.text, title), clean.removed, extractor, agreement, tuple(flags),
    )  # fmt: skip


def extract_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """`vote-coverage extract`: one row out for each line in (id, url, html), with `error` where there is no article."""
    for line in lines:
        row: Any = None
        try:
            row = json.loads(line)
            article = extract_article(row["html"], row.get("url") or "")
            if article is None:
                raise ValueError("no article in the page")
            yield {"id": row.get("id"), **_line(article)}
        except Exception as error:  # whatever a page does to a parser, the line's place in the output is kept
            yield {"id": row.get("id") if isinstance(row, dict) else None, "error": f"{type(error).__name__}: {error}"}


def _line(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "text": article.text,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "published_precision": article.published_precision,
        "authors": list(article.authors),
        "language": article.language,
    }
