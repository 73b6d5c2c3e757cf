"""What a page says of itself, read once: JSON-LD, meta tags, microdata, its headings. Titles, authors and dates choose from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from coverage.text.markup import Element, Html, elements, inner_text

MOST_THINGS, MOST_MARKS, MOST_HEADS, MOST_LINKS = 500, 400, 12, 5
MOST_ITEM = 4_000  # characters of markup that are looked into for a property's words
_HEAD = r"""<(?:meta|title|h1|link|html)(?: [^>]*)?>|<a(?: [^>]*)? (?:href="/"|rel="[^"]*(?:home|author)[^"]*")[^>]*>"""
TELLING = re.compile(_HEAD)
TELLING_OR_ITEM = re.compile(rf"""{_HEAD}|<[^>]* itemprop="[^>]*>""")
ARTICLE_TYPE = re.compile(r"Article|BlogPosting|Posting$|Report$|Review$|^CreativeWork$|HowTo$|Opinion|LiveBlog")
Thing = Mapping[str, Any]


@dataclass(slots=True)
class Metadata:
    """`things` are JSON-LD objects in page order, nested ones too; `main` the one that is the article, else empty."""

    things: list[Thing] = field(default_factory=list)
    main: Thing = field(default_factory=dict)
    metas: dict[str, list[str]] = field(default_factory=dict)
    items: list[tuple[str, str]] = field(default_factory=list)  # itemprop → value, in page order
    title_tag: str = ""
    heads: list[str] = field(default_factory=list)  # h1s
    canonical: str = ""
    homes: list[str] = field(default_factory=list)  # words of links to the front page
    language: str = ""
    rel_authors: list[str] = field(default_factory=list)  # words of links to authors' pages

    def meta(self, *names: str) -> str:
        """The first non-empty content among these names."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), "")

    def told_body(self) -> str:
        """The longest articleBody that its JSON-LD gives, as plain text."""
        bodies = [thing["articleBody"] for thing in self.things if isinstance(thing.get("articleBody"), str)]
        return plain(max(bodies, key=len, default=""))


def read_metadata(html: Html, url: str) -> Metadata:
    """What head, headings and microdata say. Never raises for what a page may hold."""
    text = html.text
    found = Metadata()
    for data in html.data[:40]:
        found.things += _objects(data, MOST_THINGS - len(found.things))
    metas = 0
    for element in elements(text, TELLING_OR_ITEM if ' itemprop="' in text else TELLING):
        name, told = element.name, element.attributes
        if name == "meta":
            _add_meta(found, told, metas)
            metas += "content" in told
        elif name == "title":
            if not found.title_tag and text.rfind("<svg", 0, element.start) <= text.rfind("</svg", 0, element.start):
                found.title_tag = squeezed(inner_text(text, element))
        elif name == "h1":
            if len(found.heads) < MOST_HEADS and (words := squeezed(inner_text(text, element))):
                found.heads.append(words)
        elif name == "link":
            if told.get("rel") == "canonical" and not found.canonical:
                found.canonical = told.get("href", "").strip()
        elif name == "html":
            found.language = told.get("lang", "")
        elif name == "a":
            if (told.get("href") == "/" or told.get("rel") == "home") and len(found.homes) < MOST_LINKS:
                found.homes.append(squeezed(inner_text(text, element)).lower())
            if "author" in told.get("rel", "") and len(found.rel_authors) < MOST_LINKS:
                found.rel_authors.append(squeezed(inner_text(text, element)))
        if "itemprop" in told and len(found.items) < MOST_MARKS and (name != "meta" or told.get("content")):
            found.items.append((told["itemprop"], _item_value(text, element)))
    found.language = (found.language or found.meta("og:locale", "content-language", "language")).lower()
    found.main = _main_thing(found, url)
    return found


def _add_meta(found: Metadata, told: dict[str, str], before: int) -> None:
    name = told.get("property") or told.get("name") or told.get("itemprop") or told.get("http-equiv")
    if name and "content" in told and before < MOST_MARKS:
        found.metas.setdefault(name.strip().lower(), []).append(squeezed(unescape(told["content"])))


def squeezed(words: str) -> str:
    return " ".join(str(words).split())


def plain(text: str) -> str:
    """Text of a JSON string that may hold tags and entities."""
    if "<" in text or "&" in text:
        text = re.sub(r"<[^>]{0,2000}>", " ", unescape(unescape(text)))
    return text


def _item_value(text: str, element: Element) -> str:
    told = element.attributes
    value = told.get("content") or told.get("datetime")
    if value:
        return squeezed(value)
    return "" if told["itemprop"] == "articleBody" else squeezed(inner_text(text, element, MOST_ITEM))[:300]


def _objects(text: str, most: int) -> list[Thing]:
    """All JSON objects of a block, outer ones first; small faults (comments, stray commas, raw line ends) are forgiven."""
    text = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$", "", text.strip())
    data: Any = None
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text), unescape(text)):
        try:
            data = json.loads(attempt, strict=False)
            break
        except (ValueError, RecursionError):
            continue
    waiting: list[Any] = [data]
    found: list[Thing] = []
    for one in waiting:  # grows as it goes: breadth first
        if isinstance(one, list):
            waiting += one[:MOST_THINGS]
        elif isinstance(one, dict):
            found.append(one)
            waiting += [value for value in one.values() if isinstance(value, dict | list)]
        if len(found) >= most or len(waiting) > 20 * MOST_THINGS:
            break
    return found


def types_of(thing: Thing) -> list[str]:
    kinds = thing.get("@type")
    return [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind]


def _main_thing(found: Metadata, url: str) -> Thing:
    """The article among the objects: the one that names this page or its headline, else the first with a date."""
    articles = [t for t in found.things if any(ARTICLE_TYPE.search(kind) for kind in types_of(t))]
    if not articles:
        return next((t for t in found.things if "datePublished" in t and "WebPage" in types_of(t)), {})
    if len(articles) == 1:
        return articles[0]
    here = _path(found.canonical) or _path(url)
    names = {word_key(name) for name in (*found.heads, found.meta("og:title"), found.title_tag) if name}

    def fit(thing: Thing) -> tuple[int, int, int]:
        addresses = [thing.get("url"), thing.get("@id"), thing.get("mainEntityOfPage")]
        addresses = [a.get("@id") if isinstance(a, dict) else a for a in addresses]
        is_here = any(isinstance(a, str) and _path(a) == here for a in addresses)
        headline = thing.get("headline") or thing.get("name")
        is_named = isinstance(headline, str) and word_key(unescape(headline)) in names
        return int(is_here), int(is_named), int("datePublished" in thing) + int("author" in thing)

    return max(articles, key=fit)


def word_key(words: str) -> str:
    """For comparing headlines: letters and digits only."""
    return " ".join(re.findall(r"\w+", words.lower()))


def _path(address: str) -> str:
    try:
        return urlsplit(address.strip()).path.rstrip("/").lower()
    except ValueError:
        return ""


def referred(value: Any, things: list[Thing]) -> Iterator[Any]:
    """`value`, lists opened, and {"@id": …} references followed to the object that holds more."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and not one.get("name") and isinstance(one.get("@id"), str):
            yield next((t for t in things if t.get("@id") == one["@id"] and t.get("name")), one)
        else:
            yield one
