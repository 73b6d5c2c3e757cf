"""One article from a page, a text file, an imported row, or a line of the command `extract`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from coverage.text import body, dates
from coverage.text.authors import byline_places, find_authors
from coverage.text.blocks import MOST_BLOCKS, Page, read_blocks
from coverage.text.dates import DateCandidate, Dates
from coverage.text.encoding import MOST_BYTES, NotText, decode
from coverage.text.features import features_of
from coverage.text.language import detect_language
from coverage.text.marks import characters
from coverage.text.markup import VERY_LONG, Html, is_markup, read_html
from coverage.text.metadata import Metadata, read_metadata, word_key
from coverage.text.normalise import AGENCIES, Normalised, normalise
from coverage.text.sections import find_section
from coverage.text.titles import find_title
from coverage.text.urls import canonical_url
from coverage.text.walls import NOT_ARTICLES, SHORT_CHARACTERS, wall_of

HEADLINE_ONLY, SHORT_TEXT = "headline only", "short text"
CHANGE_ONLY = "dated by its last change"
MOST_TAGS, MOST_FOR_OTHERS = 50_000, 3_000_000  # longer pages are not given to other extractors: minutes, gigabytes
LONG_PAGE = 3_000  # tags: others take a second for twice as many, and longer pages come out no better for it
TAGS_A_WORD = 40  # nor are pages of tags and next to no words: trafilatura takes time by the square of them


class NotAnArticle(ValueError):  # noqa: N818 - a finding about a page, not a fault
    """There is no article; the message says what there is instead."""


@dataclass(frozen=True)
class Article:
    """One cleaned article; fields as in table `articles`. `removed` maps a kind of insert to what came off.

    `published_at` is UTC; `published_offset` is the minutes east of UTC that the page wrote beside it, None where it wrote none.
    """

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
    published_offset: int | None = None


def extract_article(
    html: bytes | str,
    url: str,
    *,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
    listed_at: datetime | None = None,
) -> Article | None:
    """`read_article`, with None where there is no article. Never raises for what a page may hold."""
    try:
        return read_article(html, url, content_type=content_type, fetched_at=fetched_at, listed_at=listed_at)
    except NotAnArticle:
        return None


def read_article(
    html: bytes | str,
    url: str,
    *,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
    listed_at: datetime | None = None,
) -> Article:
    """The article of a page, or of a plain text file. `url` is where it was fetched; `listed_at` when a feed says it appeared.

    Raises NotAnArticle with a plain reason: empty, a PDF, a consent page, a page not found, no text.
    """
    try:
        source = decode(html, content_type) if isinstance(html, bytes) else _checked(html)
    except NotText as error:
        raise NotAnArticle(str(error)) from None
    if not is_markup(source):
        return _plain(source, url, fetched_at, listed_at)
    return _page(source, read_html(source), url, fetched_at, listed_at)


def _checked(source: str) -> str:
    if len(source) > MOST_BYTES:
        raise NotText(f"{len(source)} characters; pages over {MOST_BYTES} are not read")
    if not source.strip("\x00 \t\r\n\ufeff"):
        raise NotText("empty")
    if source.startswith(("%PDF", "\x89PNG", "\x1f")) or source[:20_000].count("\x00") > len(source[:20_000]) // 50:
        raise NotText("a binary file")
    source = source.replace("\x00", "") if "\x00" in source else source
    if source.isascii():
        return source
    try:
        source.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates
        return source.encode("utf-8", "replace").decode("utf-8")
    return source


def _page(source: str, html: Html, url: str, fetched_at: datetime | None, listed_at: datetime | None) -> Article:
    flags = list(html.cuts)
    told = read_metadata(html, url)
    title = characters(find_title(told, url))
    blocks = read_blocks(html.text)
    if blocks.is_too_deep:
        flags.append("too deeply nested")
    if len(blocks.blocks) >= MOST_BLOCKS and VERY_LONG not in flags:
        flags.append(VERY_LONG)
    tags = source.count("<")
    is_bare = sum(block.words for block in blocks.blocks) < tags / TAGS_A_WORD
    is_odd = bool(flags) or is_bare or tags > MOST_TAGS or len(source) > MOST_FOR_OTHERS
    found = _body("" if is_odd else source, blocks, told, url)
    if not found.text.strip():
        raise NotAnArticle("no text in the page")
    what = wall_of(found.text, title, told)
    if what in NOT_ARTICLES:
        raise NotAnArticle(f"{what} in place of an article")
    clean = normalise(found.text, title, has_markup=True)
    head_at = _head_at(blocks, title)
    when = dates.find_dates(
        told,
        source,
        html.text,
        blocks,
        (head_at, found.first, found.last + 1),
        url,
        fetched_at=fetched_at,
        listed_at=listed_at,
    )
    authors, agency = find_authors(told, byline_places(blocks, head_at), AGENCIES)
    article = _article(
        url, canonical_url(url, told.canonical or None), title, clean, when, [*flags, *filter(None, [what])]
    )
    return replace(
        article,
        authors=authors,
        agency=clean.agency or agency,
        section=find_section(told, html.text, title, url),
        extractor=found.extractor,
        extractor_agreement=found.agreement,
    )


def _body(source: str, blocks: Page, told: Metadata, url: str) -> body.Choice:
    """The page's body; others are asked only where there is a `source` for them."""
    sure = body.probabilities(features_of(blocks, told))
    if not source:
        return body.settle(blocks, sure, None, None)

    def newspaper() -> str:
        prose = "\n".join(block.text for block in blocks.blocks if block.words >= 10)
        return body.newspaper_text(source, url, detect_language(prose, told.title_tag))

    is_short = source.count("<") <= LONG_PAGE
    return body.settle(blocks, sure, lambda: body.trafilatura_text(source), newspaper if is_short else None)


def _head_at(blocks: Page, title: str) -> int:
    """Number of the block that holds the headline; 0 where none does."""
    key = word_key(title)
    most = 2 * len(title) + 20
    alike = [
        n
        for n, block in enumerate(blocks.blocks)
        if len(key) <= len(block.text) <= most and word_key(block.text) == key
    ]
    return next((n for n in alike if blocks.blocks[n].kind == 3), alike[0] if alike else 0)


def _plain(source: str, url: str, fetched_at: datetime | None, listed_at: datetime | None) -> Article:
    """A text file: its first line is the headline where it is short and stands alone."""
    text = source.strip()
    if sum(sign.isalpha() for sign in text[:2000]) < len(text[:2000]) // 3:
        raise NotAnArticle("no text in the page")
    first, _, rest = text.partition("\n")
    has_title = bool(rest.strip()) and len(first) < 160 and not re.search(r"[.!?…:,;]\s*$", first)
    title, told_body = (characters(first), rest) if has_title else ("", text)
    clean = normalise(told_body, title)
    found = [clean.credit_date and dates.candidate(clean.credit_date, "visible")]
    when = dates.weigh([c for c in found if c], [], url, fetched_at, listed_at)
    return replace(_article(url, canonical_url(url) if url else "", title, clean, when, []), extractor="plain text")


def article_from_row(row: Mapping[str, object]) -> Article:
    """An imported row (id, url, outlet_domain, published, language, title, text) as an article.

    Raises ValueError with a plain reason: neither title nor text, or a date that cannot be.
    """
    title, text = (characters(value) if isinstance(value, str) else "" for value in (row.get("title"), row.get("text")))
    if not title and not text:
        raise ValueError("neither title nor text")
    url = row.get("url") if isinstance(row.get("url"), str) else ""
    assert isinstance(url, str)
    when = dates.from_row(row.get("published"), url)
    article = _article(url, canonical_url(url) if url else "", title, normalise(text, title), when, [])
    declared = row.get("language")
    return replace(article, extractor="import", language=str(declared) if declared else article.language)


def _article(url: str, canonical: str, title: str, clean: Normalised, when: Dates, flags: list[str]) -> Article:
    if not clean.text:
        flags.append(HEADLINE_ONLY)
    elif len(clean.text) < SHORT_CHARACTERS:
        flags.append(SHORT_TEXT)
    if when.source == dates.MODIFIED:
        flags.append(CHANGE_ONLY)
    if clean.outlet_hint:
        clean.take("outlet", clean.outlet_hint)
    return Article(
        url=url,
        canonical_url=canonical,
        title=title,
        text=clean.text,
        agency=clean.agency,
        named_source=clean.named_source,
        published_at=when.value,
        published_precision=when.precision,
        published_source=when.source,
        date_conflict=when.is_conflict,
        date_candidates=when.candidates,
        modified_at=when.modified_at,
        language=detect_language(clean.text, title),
        removed=clean.removed,
        flags=tuple(flags),
        published_offset=when.offset,
    )
