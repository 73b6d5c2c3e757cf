"""What a page says of itself, read once: JSON-LD, meta tags, microdata, its headings. Titles, authors and dates choose from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_THINGS = 500
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
    homes: tuple[str, ...] = ()  # words of links to the front page
    language: str = ""

    def meta(self, *names: str) -> str:
        """The first non-empty content among these names."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), "")

    def told_body(self) -> str:
        """The longest articleBody that its JSON-LD gives, as plain text."""
        bodies = [thing["articleBody"] for thing in self.things if isinstance(thing.get("articleBody"), str)]
        return plain(max(bodies, key=len, default=""))


def read_metadata(tree: HtmlElement, url: str) -> Metadata:
    """One pass over head, headings and microdata. Never raises for what a page may hold."""
    found = Metadata(title_tag=squeezed(tree.xpath("string((//title[not(ancestor::svg)])[1])")))
    for node in tree.xpath("//script[contains(@type, 'ld+json')]")[:40]:
        found.things += _objects(node.text or "", MOST_THINGS - len(found.things))
    for node in tree.xpath("//meta[@content]")[:400]:
        name = node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv")
        if name:
            found.metas.setdefault(name.strip().lower(), []).append(squeezed(unescape(node.get("content"))))
    for node in tree.xpath("//*[@itemprop]")[:400]:
        if node.tag != "meta" or node.get("content"):
            found.items.append((node.get("itemprop"), _item_value(node)))
    found.heads = [words for node in tree.xpath("//h1")[:12] if (words := squeezed(spaced(node)))]
    found.canonical = str(tree.xpath("string((//link[@rel='canonical']/@href)[1])")).strip()
    found.homes = tuple(squeezed(spaced(node)).lower() for node in tree.xpath("//a[@href='/' or @rel='home']")[:5])
    found.language = (tree.get("lang") or found.meta("og:locale", "content-language", "language")).lower()
    found.main = _main_thing(found, url)
    return found


def squeezed(words: str) -> str:
    return " ".join(str(words).split())


def spaced(node: HtmlElement, most: int = 400) -> str:
    """An element's text with a space where an inner tag parts words (text_content() glues them)."""
    parts = []
    for n, piece in enumerate(node.itertext("*")):
        parts.append(piece)
        if n > most:
            break
    return "".join(parts) if len(parts) < 2 or any(p[-1:].isspace() for p in parts) else " ".join(parts)


def plain(text: str) -> str:
    """Text of a JSON string that may hold tags and entities."""
    if "<" in text or "&" in text:
        text = re.sub(r"<[^>]{0,2000}>", " ", unescape(unescape(text)))
    return text


def _item_value(node: HtmlElement) -> str:
    value = node.get("content") or node.get("datetime")
    if value:
        return squeezed(value)
    return "" if node.get("itemprop") == "articleBody" else squeezed(spaced(node, 60))[:300]


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
