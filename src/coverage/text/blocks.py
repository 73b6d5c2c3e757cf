"""A parsed page as a list of blocks: stretches of text between block-level tags, each with where it stands.

One walk over the tree; nothing is dropped here but what can hold no prose (scripts, styles, controls).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SKIPPED = frozenset(["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "select", "option", "button", "input", "textarea", "canvas", "map", "audio", "video", "head", "link", "meta", "title", "source", "track", "progress", "datalist"])  # fmt: skip
INLINE = frozenset(["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "amp-img", "hl2", "hl1", "content-tag", "o:p"])  # fmt: skip
SILENT = SKIPPED | {"br", "hr"}
PLAIN = tuple(sorted(INLINE - {"a", "b", "strong", "time"}))  # inline tags that tell the walk nothing
# What the class, id, role and data-attributes of an element say about it: bit n of `hints` is HINTS[n].
HINTS = {
    "comment": r"comment|disqus|respond|reply|replies|discussion",
    "share": r"share|social|sharing|follow|facebook|twitter|whatsapp|telegram|addthis",
    "related": r"related|recommend|more-?(?:from|stories|news|on)|similar|popular|trending|most-?(?:read|viewed)|also|teaser|outbrain|taboola|read-?(?:more|next)|suggest|you-?may|zergnet|linked|recirc|onward|latest",
    "navigation": r"nav|menu|breadcrumb|pagination|pager|toolbar|tabs?\b|dropdown|skip|jump|toc\b|table-?of-?contents",
    "footer": r"foot(?!age|ball)|copyright|legal|colophon|bottom|disclaimer",
    "header": r"head(?:er)?\b|masthead|banner|topbar|hero",
    "side": r"side|aside|widget|rail|right-?col|left-?col|\bcol-?(?:2|3|right)",
    "promotion": r"promo|advert|\bads?\b|ad-|-ad\b|sponsor|newsletter|subscri|signup|sign-?up|cta|offer|donat|paywall|banner|popup|modal|overlay|membership|register|login|shop|product|buy|affiliate",
    "cookie": r"cookie|consent|gdpr|privacy",
    "author": r"author|byline|bio\b|contributor|writer|reporter|profile|avatar|credit|by-line",
    "date": r"date|time(?!line)|publish|posted|updated|timestamp|meta\b|entry-meta|dateline",
    "caption": r"caption|figcap|photo|image|img|gallery|slide|thumb|media|video|player|credit|carousel|lightbox|figure",
    "tags": r"tags?\b|categor|topic|keyword|label",
    "headline": r"title|headline|heading|kicker|eyebrow",
    "lead": r"lead\b|lede|intro|summary|standfirst|dek|deck|excerpt|subtitle|sub-?head|abstract|description|teaser-?text",
    "article": r"article|story|post(?!ed)|entry|news(?!letter)|blog|single",
    "body": r"body|content|text|main|paragraph|prose|rich|copy|markdown|wysiwyg|detail",
    "quote": r"quote|blockquote|tweet|embed|instagram|pullquote",
    "list": r"list|items?\b|grid|row|card|feed|archive|index",
    "hidden": r"hidden|hide|sr-only|screen-reader|visually|print-?only|no-?display|collapse",
    "tool": r"tool|print|email|icon|btn|button|form|search|rating|vote|poll|survey|feedback|correction|faq|accordion",
    "box": r"box|inset|infobox|factbox|callout|highlight|note|info\b|fact|key-?points|takeaway|summary|tldr",
}  # fmt: skip
_HINT = [(1 << n, re.compile(pattern).search) for n, pattern in enumerate(HINTS.values())]
_ANY = re.compile("|".join(HINTS.values()))
HINT_NAMES = tuple(HINTS)
# Tags that say something about all that is in them: bit n of `inside`.
AROUND = ("article", "main", "nav", "footer", "aside", "header", "form", "figure", "figcaption", "table", "ul", "ol", "dl", "blockquote", "section", "li", "td", "address", "details", "dialog")  # fmt: skip
_AROUND_BIT = {tag: 1 << n for n, tag in enumerate(AROUND)}
KINDS = ("p", "div", "li", "h1", "h2", "h3", "h4", "td", "blockquote", "figcaption", "pre", "dd", "dt", "section", "article", "other")  # fmt: skip
_KIND = {name: n for n, name in enumerate(KINDS)} | {"h5": 6, "h6": 6, "th": 7, "main": 14, "center": 1}
NAMING = ("class", "id", "role")
NO_DISPLAY = re.compile(r"display:\s*none")
MOST_DEEP = 240
MOST_BLOCKS = 10_000
BREAK = "\u2028"  # a <br>; line ends in the source are mere spaces
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_BREAKS = re.compile(r"\s*\u2028\s*\u2028\s*")


@dataclass(slots=True)
class Container:
    """One block-level element: its place in the tree and what stands in all of its subtree."""

    parent: int
    depth: int
    kind: int
    hints: int  # its own
    near: int  # its own, its parent's and grandparent's
    every: int  # all up to the root
    inside: int
    signature: str
    is_hidden: bool
    itemprop: str
    words: int = 0
    link_words: int = 0
    prose: int = 0  # words in blocks of ten words or more, few of them links
    blocks: int = 0
    heads: int = 0


@dataclass(slots=True)
class Block:
    """One stretch of text. `at` is its container's number; `bold`, `linked` count words within such tags."""

    text: str
    at: int
    words: int
    linked: int = 0
    links: int = 0
    bold: int = 0
    kind: int = 0
    after_break: bool = False


@dataclass(slots=True)
class Page:
    """All blocks in reading order, and the containers they stand in (a parent always comes before its children)."""

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    is_too_deep: bool = False  # libxml2 keeps 256 levels: below, text is lost


def count_words(text: str) -> int:
    """Words between spaces; two signs of Chinese or Japanese count as a word."""
    return _counted(text, len(text.split()))


def _counted(text: str, words: int) -> int:
    if words and len(text) > 12 * words:
        words += len(_UNSPACED.findall(text)) // 2
    return words


@lru_cache(maxsize=1 << 12)
def hints_of(words: str) -> int:
    """Which of HINTS a class-and-id string gives, as bits."""
    bits = 0
    for word in words.split():
        bits |= _hints_of_word(word)
    return bits


@lru_cache(maxsize=1 << 14)
def _hints_of_word(word: str) -> int:
    bits = 0
    if _ANY.search(word):
        for bit, is_in in _HINT:
            if is_in(word):
                bits |= bit
    return bits


def read_blocks(body: HtmlElement) -> Page:
    """Walk `body` once; its comments and plain inline tags are taken out. Elements deeper than MOST_DEEP are read as inline text."""
    from lxml import etree

    etree.strip_tags(body, *PLAIN, etree.Comment, etree.ProcessingInstruction)
    return _Walk().run(body)


class _Walk:
    """The state of one walk: the open block's text so far, and the open containers."""

    def __init__(self) -> None:
        self.page = Page()
        self.parts: list[str] = []
        self.linked = self.links = self.bold = 0
        self.in_link = self.in_bold = 0
        self.open: list[int] = []
        self.too_deep = self.inline_depth = 0

    def run(self, body: HtmlElement) -> Page:
        from lxml import etree

        blocks, parts, opened, flush = self.page.blocks, self.parts, self.open, self._flush
        walk = etree.iterwalk(body, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if tag in SKIPPED:
                    walk.skip_subtree()
                elif tag == "br" or tag == "hr":
                    parts.append(BREAK)
                elif tag in INLINE:
                    self._inline(element, tag, 1)
                elif self.too_deep or len(opened) >= MOST_DEEP:
                    self.too_deep += 1
                    self.page.is_too_deep = True
                    self._inline(element, tag, 1)
                else:
                    if parts or self.links:
                        flush()
                    self._enter(element, tag)
                    if len(blocks) >= MOST_BLOCKS:
                        parts.clear()
                        break
                continue
            if tag in SILENT:
                pass
            elif tag in INLINE:
                self._inline(element, tag, -1)
            elif self.too_deep:
                self.too_deep -= 1
            else:
                if parts or self.links:
                    flush()
                opened.pop()
            if (tail := element.tail) and (parts or not tail.isspace()) and element is not body:
                self._text(tail)
        self._flush()
        self._sum_up()
        return self.page

    def _inline(self, element: HtmlElement, tag: str, step: int) -> None:
        self.inline_depth += step
        if self.inline_depth > MOST_DEEP - 20:
            self.page.is_too_deep = True
        if tag == "a":
            self.in_link += step
            self.links += step > 0
        elif tag in ("b", "strong"):
            self.in_bold += step
        if step > 0 and element.text:
            self._text(element.text)

    def _text(self, text: str) -> None:
        if self.in_link or self.in_bold:
            words = count_words(text)
            if self.in_link:
                self.linked += words
            if self.in_bold:
                self.bold += words
        self.parts.append(text)

    def _enter(self, element: HtmlElement, tag: str) -> None:
        containers = self.page.containers
        named, hints, is_hidden, itemprop = "", 0, False, ""
        if attributes := dict(element.items()):
            if named := " ".join([attributes[name] for name in NAMING if attributes.get(name)]).lower():
                hints = hints_of(named[:200])
            style = attributes.get("style")
            is_hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true" or bool(style and NO_DISPLAY.search(style))  # fmt: skip
            itemprop = attributes.get("itemprop", "")
        kind, around = _KIND.get(tag, 15), _AROUND_BIT.get(tag, 0)
        if self.open:
            at = self.open[-1]
            parent = containers[at]
            grand = containers[parent.parent].hints if parent.parent >= 0 else 0
            made = Container(
                at,
                parent.depth + 1,
                kind,
                hints,
                hints | parent.hints | grand,
                hints | parent.every,
                around | parent.inside,
                f"{tag}.{named[:60]}",
                is_hidden or parent.is_hidden,
                itemprop or parent.itemprop,
            )
        else:
            made = Container(-1, 0, kind, hints, hints, hints, around, tag, is_hidden, "")
        self.open.append(len(containers))
        containers.append(made)
        if (text := element.text) and not text.isspace():
            self._text(text)

    def _flush(self) -> None:
        """Close the open block; two line breaks in a row close one too."""
        joined = "".join(self.parts)
        self.parts.clear()
        if self.open and joined and not joined.isspace():
            self._add(joined)
        self.linked = self.links = self.bold = 0

    def _add(self, joined: str) -> None:
        at = self.open[-1]
        kind = self.page.containers[at].kind
        if BREAK not in joined:
            words = joined.split()
            text = " ".join(words)
            count = _counted(text, len(words))
            self.page.blocks.append(Block(text, at, count, self.linked, self.links, self.bold, kind))
            return
        total = max(1, count_words(joined))
        for n, piece in enumerate(_BREAKS.split(joined)):
            text = re.sub(r" ?\u2028 ?", "\n", _SPACES.sub(" ", piece).strip().strip(BREAK + " "))
            if text and len(self.page.blocks) < MOST_BLOCKS:
                count = count_words(text)
                linked, bold = round(self.linked * count / total), round(self.bold * count / total)
                self.page.blocks.append(Block(text, at, count, linked, self.links, bold, kind, n > 0))

    def _sum_up(self) -> None:
        containers = self.page.containers
        for block in self.page.blocks:
            one = containers[block.at]
            one.words += block.words
            one.link_words += block.linked
            one.blocks += 1
            one.heads += 3 <= one.kind <= 6
            if block.words >= 10 and block.linked < 0.3 * block.words:
                one.prose += block.words
        for one in reversed(containers):
            if one.parent >= 0:
                up = containers[one.parent]
                up.words += one.words
                up.link_words += one.link_words
                up.prose += one.prose
                up.blocks += one.blocks
                up.heads += one.heads
