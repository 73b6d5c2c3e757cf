"""The body of a page by two opinions: trafilatura's and newspaper's. Agreement decides, and is kept as a number."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SHORT_CHARACTERS = 250
AGREES = 0.8
MOST_DEEP = 250


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the winner says; `agreement` is the token F1 between the two texts, None where only one gave any."""

    title: str
    text: str
    authors: tuple[str, ...]
    section: str | None
    extractor: str
    agreement: float | None


def extract(html: str, tree: HtmlElement, url: str, language: str) -> Extraction | None:
    """The page's article; None where no extractor finds any text."""
    first = _trafilatura(html, url)
    text = first.text if first else ""
    if first and len(text) >= 4 * SHORT_CHARACTERS:
        return first  # a long text: the second opinion changes little and costs five times as much
    second = _newspaper(html, url, language)
    if first is None or not text:
        return second
    if second is None or not second.text:
        return first
    agreement = token_f1(text, second.text)
    winner = first if agreement >= AGREES or len(second.text) < 1.5 * len(text) else second
    return Extraction(
        winner.title or first.title or second.title,
        winner.text,
        winner.authors or first.authors,
        winner.section or first.section,
        winner.extractor,
        round(agreement, 3),
    )


def token_f1(one: str, other: str) -> float:
    """F1 over the words of two texts, as bags."""
    a, b = (Counter(re.findall(r"\w+", text.lower())) for text in (one, other))
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def _trafilatura(html: str, url: str) -> Extraction | None:
    import trafilatura

    document: Any = trafilatura.bare_extraction(
        html,
        url=url,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        favor_recall=False,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if document is None:
        return None
    authors = tuple(part.strip() for part in (document.author or "").split(";") if part.strip())
    section = document.categories[0] if document.categories else None
    return Extraction(document.title or "", document.text or "", authors, section, _version("trafilatura"), None)


def _newspaper(html: str, url: str, language: str) -> Extraction | None:
    """Only calls that newspaper3k and newspaper4k share."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import newspaper

        _keep_order()
        try:
            known = language if language in _newspaper_languages() else "en"
            article: Any = newspaper.Article(url or "https://unknown.example/", language=known, fetch_images=False)
            article.download(input_html=html)
            article.parse()
        except Exception:  # an opinion less; whatever newspaper raises, trafilatura has its say
            return None
    return Extraction(
        article.title or "", article.text or "", tuple(article.authors), None, _version("newspaper"), None
    )


@cache
def _keep_order() -> None:
    """newspaper4k gathers nodes in a set, so that ties between them fall by memory address; a dict keeps the page's order."""
    from importlib import import_module

    with contextlib.suppress(ImportError):  # newspaper3k has no such module
        module: Any = import_module("newspaper.extractors.articlebody_extractor")
        module.set = dict.fromkeys


@cache
def _newspaper_languages() -> frozenset[str]:
    import newspaper

    return frozenset(newspaper.valid_languages() if hasattr(newspaper, "valid_languages") else ()) or frozenset(
        ("en", "ru", "uk", "de", "fr", "pl", "es", "it", "bg", "pt")
    )


@cache
def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    for distribution in (name, f"{name}4k", f"{name}3k"):
        try:
            return f"{distribution} {version(distribution)}"
        except PackageNotFoundError:
            continue
    return name


def title_of(tree: HtmlElement, extracted: str, site: str) -> str:
    """The headline without the site's name: og:title or h1 where they agree with what was extracted."""
    og = tree.xpath("string((//meta[@property='og:title']/@content)[1])").strip()
    heads = [" ".join(h.text_content().split()) for h in tree.xpath("//h1")[:3]]
    site = site.strip().lower()
    homes = {" ".join(a.text_content().split()).lower() for a in tree.xpath("//a[@href='/' or @rel='home']")[:3]}
    for candidate in (*[h for h in heads if h and og and h.lower() in og.lower()], og, extracted, *heads):
        clean = without_site(candidate, site)
        if clean and clean.lower() != site and clean.lower() not in homes:
            return clean
    return ""


def without_site(title: str, site: str) -> str:
    """«Headline — Site» without its tail where that is the site's name."""
    parts = re.split(r"\s+(?:[|–—·«-]|::|//)\s+", title.strip())
    while len(parts) > 1 and (not parts[-1] or _is_site(parts[-1], site)):
        parts.pop()
        title = title[: title.rfind(parts[-1]) + len(parts[-1])]
    return title.strip()


def _is_site(words: str, site: str) -> bool:
    squeezed, name = re.sub(r"\W", "", words.lower()), re.sub(r"\W", "", site)
    return bool(name) and (squeezed in name or name in squeezed)


def site_name(tree: HtmlElement, url: str) -> str:
    """The site's name: as the page gives it, else the host's registrable label."""
    named = tree.xpath("string((//meta[@property='og:site_name']/@content)[1])").strip()
    if named:
        return str(named)
    labels = url.split("/")[2].split(":")[0].split(".") if url.count("/") >= 2 else [""]
    return labels[-2] if len(labels) > 1 else labels[0]


WALLS = (
    ("consent page", re.compile(r"before you continue|we (?:use|value) (?:cookies|your privacy)|accept all cookies|einwilligung|zustimmen und weiter|zustimmung zu cookies|datenschutz-einstellungen", re.IGNORECASE)),
    ("bot wall", re.compile(r"checking your browser|verify you are (?:a )?human|enable javascript and cookies|attention required|captcha|access denied|ddos-guard", re.IGNORECASE)),
    ("paywall", re.compile(r"subscribe to (?:continue|read)|to continue reading|nur für abonnenten|weiterlesen mit|доступ лише для передплатників", re.IGNORECASE)),
    ("soft 404", re.compile(r"page not found|404 not found|seite nicht gefunden|сторінку не знайдено|страница не найдена", re.IGNORECASE)),
)  # fmt: skip


def wall(text: str, title: str) -> str | None:
    """What stands in the article's place, for short texts; None where nothing does."""
    if len(text) > 3 * SHORT_CHARACTERS:
        return None
    return next((name for name, pattern in WALLS if pattern.search(f"{title}\n{text}")), None)
